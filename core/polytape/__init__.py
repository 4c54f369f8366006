"""polytape: TensorFlow-style eager code on any array library that somebody has written a plugin for.

>>> import polytape as tf
>>> x = tf.Variable(3.0)
>>> with tf.GradientTape() as tape:
...     y = x * x
>>> float(tape.gradient(y, x))
6.0
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from polytape import dtypes as dtypes, errors as errors, nest as nest
from polytape.backward import UnconnectedGradients as UnconnectedGradients
from polytape.compat.graph_mode import gradients as gradients
from polytape.custom_gradient import custom_gradient as custom_gradient, recompute_grad as recompute_grad
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
from polytape.module import Module as Module

# Operators and indexing on tensors and variables.
from polytape.ops import operators as _operators  # noqa: F401

# Ops, a block a family.
from polytape.ops.arithmetic import (
    abs as abs,
    add as add,
    add_n as add_n,
    multiply as multiply,
    negative as negative,
    scalar_mul as scalar_mul,
    sign as sign,
    subtract as subtract,
)
from polytape.ops.assertions import (
    Assert as Assert,
    assert_equal as assert_equal,
    assert_greater as assert_greater,
    assert_less as assert_less,
)
from polytape.ops.blocks import (
    batch_to_space as batch_to_space,
    space_to_batch as space_to_batch,
    space_to_batch_nd as space_to_batch_nd,
)
from polytape.ops.casting import bitcast as bitcast, cast as cast, saturate_cast as saturate_cast
from polytape.ops.clipping import (
    clip_by_global_norm as clip_by_global_norm,
    clip_by_norm as clip_by_norm,
    clip_by_value as clip_by_value,
)
from polytape.ops.comparison import (
    equal as equal,
    greater as greater,
    greater_equal as greater_equal,
    less as less,
    less_equal as less_equal,
    not_equal as not_equal,
)
from polytape.ops.complex_numbers import complex as complex
from polytape.ops.control_flow import (
    case as case,
    cond as cond,
    switch_case as switch_case,
    while_loop as while_loop,
)
from polytape.ops.counting import (
    histogram_fixed_width as histogram_fixed_width,
    histogram_fixed_width_bins as histogram_fixed_width_bins,
)
from polytape.ops.creation import (
    constant as constant,
    convert_to_tensor as convert_to_tensor,
    eye as eye,
    fill as fill,
    is_tensor as is_tensor,
    ones as ones,
    ones_like as ones_like,
    zeros as zeros,
    zeros_like as zeros_like,
)
from polytape.ops.division import (
    divide as divide,
    divide as realdiv,  # noqa: F401
    divide as truediv,  # noqa: F401
    truncatediv as truncatediv,
    truncatemod as truncatemod,
)
from polytape.ops.einsum import einsum as einsum
from polytape.ops.exponential import exp as exp, sigmoid as sigmoid
from polytape.ops.extraction import slice as slice, strided_slice as strided_slice
from polytape.ops.extremes import (
    argmax as argmax,
    argmin as argmin,
    reduce_max as reduce_max,
    reduce_min as reduce_min,
)
from polytape.ops.gathering import boolean_mask as boolean_mask, gather as gather, gather_nd as gather_nd
from polytape.ops.higher_order import (
    foldl as foldl,
    foldr as foldr,
    map_fn as map_fn,
    scan as scan,
    vectorized_map as vectorized_map,
)
from polytape.ops.hyperbolic import (
    acosh as acosh,
    asinh as asinh,
    atanh as atanh,
    cosh as cosh,
    sinh as sinh,
    tanh as tanh,
)
from polytape.ops.identity import (
    identity as identity,
    identity_n as identity_n,
    stop_gradient as stop_gradient,
)
from polytape.ops.inspection import (
    broadcast_dynamic_shape as broadcast_dynamic_shape,
    broadcast_static_shape as broadcast_static_shape,
    ensure_shape as ensure_shape,
    rank as rank,
    shape as shape,
    shape_n as shape_n,
    size as size,
    unravel_index as unravel_index,
)
from polytape.ops.joining import concat as concat, split as split, stack as stack, unstack as unstack
from polytape.ops.linear_algebra import matmul as matmul, tensordot as tensordot
from polytape.ops.logical import logical_and as logical_and, logical_not as logical_not, logical_or as logical_or
from polytape.ops.norms import norm as norm
from polytape.ops.padding import pad as pad
from polytape.ops.partition import dynamic_partition as dynamic_partition, dynamic_stitch as dynamic_stitch
from polytape.ops.powers import pow as pow, sqrt as sqrt, square as square
from polytape.ops.printing import print as print
from polytape.ops.python_function import numpy_function as numpy_function, py_function as py_function
from polytape.ops.ranges import (
    linspace as linspace,
    meshgrid as meshgrid,
    one_hot as one_hot,
    range as range,
    sequence_mask as sequence_mask,
)
from polytape.ops.reduction import (
    reduce_all as reduce_all,
    reduce_any as reduce_any,
    reduce_mean as reduce_mean,
    reduce_prod as reduce_prod,
    reduce_sum as reduce_sum,
)
from polytape.ops.repetition import (
    repeat as repeat,
    reverse as reverse,
    reverse_sequence as reverse_sequence,
    roll as roll,
    tile as tile,
)
from polytape.ops.rounding import floor as floor, round as round
from polytape.ops.scan import cumsum as cumsum
from polytape.ops.scattering import (
    scatter_nd as scatter_nd,
    tensor_scatter_nd_add as tensor_scatter_nd_add,
    tensor_scatter_nd_max as tensor_scatter_nd_max,
    tensor_scatter_nd_min as tensor_scatter_nd_min,
    tensor_scatter_nd_sub as tensor_scatter_nd_sub,
    tensor_scatter_nd_update as tensor_scatter_nd_update,
)
from polytape.ops.searching import (
    searchsorted as searchsorted,
    unique as unique,
    unique_with_counts as unique_with_counts,
)
from polytape.ops.selection import maximum as maximum, minimum as minimum, where as where
from polytape.ops.shape import (
    broadcast_to as broadcast_to,
    expand_dims as expand_dims,
    reshape as reshape,
    squeeze as squeeze,
    transpose as transpose,
)
from polytape.ops.shape_assertions import assert_rank as assert_rank
from polytape.ops.sorting import argsort as argsort, sort as sort
from polytape.ops.statistics import reduce_logsumexp as reduce_logsumexp
from polytape.ops.trigonometric import (
    acos as acos,
    asin as asin,
    atan as atan,
    atan2 as atan2,
    cos as cos,
    sin as sin,
    tan as tan,
)
from polytape.plugins.devices import device as device

# What programs that build graphs say.
from polytape.scopes import (
    control_dependencies as control_dependencies,
    get_static_value as get_static_value,
    grad_pass_through as grad_pass_through,
    group as group,
    init_scope as init_scope,
    inside_function as inside_function,
    name_scope as name_scope,
    no_op as no_op,
    timestamp as timestamp,
    tuple as tuple,
)
from polytape.shape import TensorShape as TensorShape
from polytape.tape import GradientTape as GradientTape
from polytape.tensor import Tensor as Tensor
from polytape.tensor_spec import TensorSpec as TensorSpec
from polytape.variable import Variable as Variable
from polytape.version import __version__ as __version__

half = float16
double = float64
newaxis = None

_SUBMODULES = (
    *("autodiff", "bitwise", "compat", "config", "contrib", "data", "debugging", "initializers", "keras", "linalg"),
    *("math", "metrics", "nn", "optimizers", "plugins", "profiling", "random", "train"),
)

if TYPE_CHECKING:
    from polytape import data as data, keras as keras, linalg as linalg, math as math, nn as nn, random as random
    from polytape.graph.function import function as function
    from polytape.keras import losses as losses
    from polytape.plugins.backends import use as use
    from polytape.profiling.profile import profile as profile

# What a program imports when it first asks for it: a module and a name in it.
_ON_DEMAND = {
    "constant_initializer": ("polytape.keras.initializers", "Constant"),
    "function": ("polytape.graph.function", "function"),
    "losses": ("polytape.keras", "losses"),
    "ones_initializer": ("polytape.keras.initializers", "Ones"),
    "profile": ("polytape.profiling.profile", "profile"),
    "random_normal_initializer": ("polytape.keras.initializers", "RandomNormal"),
    "random_uniform_initializer": ("polytape.keras.initializers", "RandomUniform"),
    "use": ("polytape.plugins.backends", "use"),
    "zeros_initializer": ("polytape.keras.initializers", "Zeros"),
}


def __getattr__(name: str) -> Any:
    if name in _SUBMODULES:
        return _import_module(f"polytape.{name}")
    if name in _ON_DEMAND:
        module, attribute = _ON_DEMAND[name]
        return getattr(_import_module(module), attribute)
    if name == "__all__":  # `from polytape import *` asks for it, and brings what is imported on demand, too
        return [name for name in __dir__() if not name.startswith("_")]
    raise AttributeError(f"module 'polytape' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_ON_DEMAND, *_SUBMODULES})
