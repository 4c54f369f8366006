"""The variables and optimizers that live in this process: what a `function` may find changed from call to call."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet, WeakValueDictionary

if TYPE_CHECKING:
    from polytape.optimizers.optimizer import Optimizer
    from polytape.variable import Variable

variables: WeakValueDictionary[int, Variable] = WeakValueDictionary()
"""Every variable, by its key."""
optimizers: WeakSet[Optimizer] = WeakSet()
"""Every optimizer."""
