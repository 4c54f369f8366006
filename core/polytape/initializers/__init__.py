"""Initializers: what makes the first value of a variable. `get` finds one by name."""

from __future__ import annotations

from typing import Any

from polytape.configuration import look_up
from polytape.initializers.constant import Constant as Constant, Identity as Identity, Ones as Ones, Zeros as Zeros
from polytape.initializers.initializer import Initializer as Initializer
from polytape.initializers.orthogonal import Orthogonal as Orthogonal
from polytape.initializers.random import (
    RandomNormal as RandomNormal,
    RandomUniform as RandomUniform,
    TruncatedNormal as TruncatedNormal,
)
from polytape.initializers.variance_scaling import (
    GlorotNormal as GlorotNormal,
    GlorotUniform as GlorotUniform,
    HeNormal as HeNormal,
    HeUniform as HeUniform,
    LecunNormal as LecunNormal,
    LecunUniform as LecunUniform,
    VarianceScaling as VarianceScaling,
)

BY_NAME: dict[str, type[Initializer]] = {
    "constant": Constant,
    "glorot_normal": GlorotNormal,
    "glorot_uniform": GlorotUniform,
    "he_normal": HeNormal,
    "he_uniform": HeUniform,
    "identity": Identity,
    "lecun_normal": LecunNormal,
    "lecun_uniform": LecunUniform,
    "ones": Ones,
    "orthogonal": Orthogonal,
    "random_normal": RandomNormal,
    "random_uniform": RandomUniform,
    "truncated_normal": TruncatedNormal,
    "variance_scaling": VarianceScaling,
    "zeros": Zeros,
    "normal": RandomNormal,
    "one": Ones,
    "uniform": RandomUniform,
    "zero": Zeros,
}
"""Every initializer, by the name that users write as a string; the classes' own names do as well."""


def get(identifier: Any) -> Any:
    """Return the initializer that `identifier` names: a name, a configuration, a class, or an initializer itself.

    >>> import polytape as tf
    >>> type(tf.keras.initializers.get("he_normal")).__name__
    'HeNormal'
    """
    return look_up(identifier, "initializer", Initializer, BY_NAME)
