"""Optimizers: rules that move variables along their gradients. `get` finds one by name.

This is `tf.optimizers`. `tf.keras.optimizers` holds the same names.
"""

from __future__ import annotations

from typing import Any

from polytape.configuration import look_up
from polytape.optimizers import schedules as schedules
from polytape.optimizers.adadelta import Adadelta as Adadelta
from polytape.optimizers.adagrad import Adagrad as Adagrad
from polytape.optimizers.adam import Adam as Adam, AdamW as AdamW
from polytape.optimizers.adamax import Adamax as Adamax
from polytape.optimizers.ftrl import Ftrl as Ftrl
from polytape.optimizers.lion import Lion as Lion
from polytape.optimizers.nadam import Nadam as Nadam
from polytape.optimizers.optimizer import Optimizer as Optimizer
from polytape.optimizers.rmsprop import RMSprop as RMSprop
from polytape.optimizers.sgd import SGD as SGD
from polytape.plugins.contributions import Contributions

contributions = Contributions("optimizers", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory

ALL: tuple[type[Optimizer], ...] = (Adadelta, Adagrad, Adam, AdamW, Adamax, Ftrl, Lion, Nadam, RMSprop, SGD)
"""Every optimizer that comes with polytape."""


def get(identifier: Any) -> Any:
    """Return the optimizer that `identifier` names: a name in any case, a configuration, or an optimizer itself.

    >>> import polytape as tf
    >>> type(tf.keras.optimizers.get("rmsprop")).__name__
    'RMSprop'
    """
    if callable(getattr(identifier, "apply_gradients", None)) and not isinstance(identifier, type):
        return identifier
    if isinstance(identifier, str):
        identifier = {optimizer.__name__.lower(): optimizer for optimizer in ALL}.get(identifier.lower(), identifier)
    return look_up(identifier, "optimizer", Optimizer, {optimizer.__name__: optimizer for optimizer in ALL})
