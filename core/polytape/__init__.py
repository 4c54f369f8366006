"""polytape: TensorFlow-style eager code on any array library that somebody has written a plugin for.

>>> import polytape as tf
>>> x = tf.Variable(3.0)
>>> with tf.GradientTape() as tape:
...     y = x * x
>>> float(tape.gradient(y, x))
6.0
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from polytape import dtypes as dtypes
from polytape import errors as errors
from polytape import nest as nest
from polytape.compat.graph_mode import gradients as gradients
from polytape.dtypes import (
    DType as DType,
    as_dtype as as_dtype,
    bool_ as bool,  # noqa: F401
    complex64 as complex64,
    complex128 as complex128,
    float16 as float16,
    float32 as float32,
    float64 as float64,
    int8 as int8,
    int16 as int16,
    int32 as int32,
    int64 as int64,
    uint8 as uint8,
    uint16 as uint16,
    uint32 as uint32,
    uint64 as uint64,
)
from polytape.eager import (
    enable_eager_execution as enable_eager_execution,
    executing_eagerly as executing_eagerly,
)
from polytape.indexed_slices import IndexedSlices as IndexedSlices
from polytape.shape import TensorShape as TensorShape
from polytape.tape import GradientTape as GradientTape, UnconnectedGradients as UnconnectedGradients
from polytape.tensor import Tensor as Tensor
from polytape.tensor_spec import TensorSpec as TensorSpec
from polytape.variable import Variable as Variable
from polytape.version import __version__ as __version__

# Ops, a block a family.
from polytape.ops.arithmetic import (
    abs as abs,
    add as add,
    multiply as multiply,
    negative as negative,
    sign as sign,
    subtract as subtract,
)
from polytape.ops.casting import cast as cast
from polytape.ops.comparison import (
    equal as equal,
    greater as greater,
    greater_equal as greater_equal,
    less as less,
    less_equal as less_equal,
    not_equal as not_equal,
)
from polytape.ops.division import (
    divide as divide,
    divide as truediv,  # noqa: F401
    floordiv as floordiv,
    floormod as floormod,
    floormod as mod,  # noqa: F401
    truncatediv as truncatediv,
    truncatemod as truncatemod,
)
from polytape.ops.exponential import exp as exp, sigmoid as sigmoid
from polytape.ops.identity import identity as identity, stop_gradient as stop_gradient
from polytape.ops.logical import logical_and as logical_and, logical_not as logical_not, logical_or as logical_or
from polytape.ops.powers import pow as pow, sqrt as sqrt, square as square
from polytape.ops.selection import maximum as maximum, minimum as minimum, where as where
from polytape.ops.trigonometric import tanh as tanh
from polytape.ops.linear_algebra import matmul as matmul

from polytape.ops.creation import (
    constant as constant,
    convert_to_tensor as convert_to_tensor,
    fill as fill,
    ones as ones,
    ones_like as ones_like,
    zeros as zeros,
    zeros_like as zeros_like,
)
from polytape.ops.shape import (
    broadcast_to as broadcast_to,
    concat as concat,
    expand_dims as expand_dims,
    reshape as reshape,
    squeeze as squeeze,
    stack as stack,
    transpose as transpose,
)
from polytape.ops.extremes import (
    argmax as argmax,
    argmin as argmin,
    reduce_max as reduce_max,
    reduce_min as reduce_min,
)
from polytape.ops.reduction import (
    reduce_all as reduce_all,
    reduce_any as reduce_any,
    reduce_mean as reduce_mean,
    reduce_prod as reduce_prod,
    reduce_sum as reduce_sum,
)
from polytape.ops.scan import cumsum as cumsum
from polytape.ops.statistics import reduce_logsumexp as reduce_logsumexp

# Operators and indexing on tensors and variables.
from polytape.ops import operators as _operators  # noqa: F401

half = float16
double = float64

_SUBMODULES = (
    *("autodiff", "bitwise", "compat", "config", "contrib", "data", "debugging", "keras", "linalg", "math", "nn", "plugins"),
    *("random", "sets", "train"),
)

if TYPE_CHECKING:
    from polytape import data as data, keras as keras, linalg as linalg, math as math, nn as nn, random as random
    from polytape.plugins.backends import use as use


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return importlib.import_module(f"polytape.{name}")
    if name == "use":
        from polytape.plugins.backends import use

        return use
    raise AttributeError(f"module 'polytape' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_SUBMODULES, "use"})
