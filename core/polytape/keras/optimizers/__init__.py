"""`tf.keras.optimizers`, which is `tf.optimizers` too: built-in optimizers and those that plugins contribute."""

from __future__ import annotations

from polytape.keras.optimizers import schedules as schedules
from polytape.optimizers import (
    SGD as SGD,
    Adadelta as Adadelta,
    Adagrad as Adagrad,
    Adam as Adam,
    Adamax as Adamax,
    AdamW as AdamW,
    Ftrl as Ftrl,
    Lion as Lion,
    Nadam as Nadam,
    Optimizer as Optimizer,
    RMSprop as RMSprop,
    get as get,
)
from polytape.plugins.contributions import Contributions

contributions = Contributions("optimizers", __name__)
__getattr__ = contributions.attribute
__dir__ = contributions.directory
