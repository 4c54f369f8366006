"""`tf.keras`: layers, models, optimizers, losses, metrics and datasets under the names by which Keras users know them.

Its modules are imported when they are first used.

>>> import polytape as tf
>>> tf.keras.layers.Dense(3, name="out").units
3
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

_MODULES = (
    *("activations", "backend", "callbacks", "constraints", "datasets", "initializers", "layers", "losses", "metrics"),
    *("models", "optimizers", "random", "regularizers", "utils"),
)
_NAMES = {
    "Input": "layers",
    "InputSpec": "layers",
    "Layer": "layers",
    "Model": "models",
    "Sequential": "models",
    "Optimizer": "optimizers",
    "Metric": "metrics",
    "Initializer": "initializers",
    "Regularizer": "regularizers",
}

if TYPE_CHECKING:
    from polytape.initializers import Initializer as Initializer
    from polytape.keras import (
        activations as activations,
        backend as backend,
        constraints as constraints,
        datasets as datasets,
        initializers as initializers,
        layers as layers,
        losses as losses,
        metrics as metrics,
        models as models,
        optimizers as optimizers,
        random as random,
        regularizers as regularizers,
        utils as utils,
    )
    from polytape.layers import Input as Input, InputSpec as InputSpec, Layer as Layer
    from polytape.metrics import Metric as Metric
    from polytape.models import Model as Model, Sequential as Sequential
    from polytape.optimizers import Optimizer as Optimizer
    from polytape.regularizers import Regularizer as Regularizer


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"polytape.keras.{name}")
    if name in _NAMES:
        return getattr(importlib.import_module(f"polytape.keras.{_NAMES[name]}"), name)
    raise AttributeError(
        f"module 'polytape.keras' has no attribute {name!r}; there are {', '.join((*_MODULES, *_NAMES))}."
    )


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES, *_NAMES})
