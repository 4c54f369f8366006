"""Element-wise functions as expressions of single elements, and the updates of optimizers as statements."""

from __future__ import annotations

EXPRESSIONS = {
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "multiply": "{0} * {1}",
    "divide": "{0} / {1}",
    "negative": "-{0}",
    "abs": "abs({0})",
    "square": "{0} * {0}",
    "squared_difference": "({0} - {1}) * ({0} - {1})",
    "maximum": "({0} if {0} > {1} or {0} != {0} else {1})",
    "minimum": "({0} if {0} < {1} or {0} != {0} else {1})",
    "relu": "({zero} if {0} <= 0 else {0})",
    "leaky_relu": "({0} if {0} > 0 else {0} * {alpha})",
    "where": "({1} if {0} else {2})",
    "where_positive": "({0} if {1} > 0 else {0} * {zero})",
    "scale_where": "({0} * {factor} if {1} else {zero})",
    "scaled_residual": "({0} - ({2} + {3} * {1})) * {4}",
    "sign": "({one} if {0} > 0 else -{one} if {0} < 0 else {0} if {0} != {0} else {zero})",
    "sqrt": "math.sqrt({0})",
    "rsqrt": "{one} / math.sqrt({0})",
    "reciprocal": "{one} / {0}",
    "exp": "mathematics.exp_{type}({0})",
    "expm1": "mathematics.expm1_{type}({0})",
    "log": "mathematics.log_{type}({0})",
    "log1p": "mathematics.log1p_{type}({0})",
    "tanh": "mathematics.tanh_{type}({0})",
    "sigmoid": "mathematics.sigmoid_{type}({0})",
    "log_sigmoid": "activations.log_sigmoid_{type}({0})",
    "softplus": "mathematics.softplus_{type}({0})",
    "erf": "error_function.erf_{type}({0})",
    "sigmoid_cross_entropy": "mathematics.softplus_{type}({1}) - {1} * {0}",
    "silu": "{0} * mathematics.sigmoid_{type}({0})",
    "elu": "activations.elu_{type}({0})",
    "selu": "activations.selu_{type}({0})",
    "gelu": "activations.gelu_{type}({0}, {approximate})",
    "gelu_input": "{0} * activations.gelu_slope_{type}({1}, {approximate})",
    "equal": "{0} == {1}",
    "not_equal": "{0} != {1}",
    "less": "{0} < {1}",
    "less_equal": "{0} <= {1}",
    "greater": "{0} > {1}",
    "greater_equal": "{0} >= {1}",
    "logical_and": "{0} and {1}",
    "logical_or": "{0} or {1}",
    "logical_not": "not {0}",
    "astype": "{0}",
    "broadcast_to": "{0}",
}
"""The value of one element: `{0}` is the first operand's, `{alpha}` an option, `{zero}` and `{one}` are
numbers, and functions end in `{type}`, the dtype; `{alpha_exactly}` is an option in float64."""

UPDATES = {
    "sgd_update": ("{0} - {1} * {rate}",),
    "adam_update": (
        "{0} - {r1} / (math.sqrt({r2}) + {epsilon}) * {rate}",
        "{2} + ({1} - {2}) * {type}(1 - {beta_1_exactly})",
        "{3} + ({1} * {1} - {3}) * {type}(1 - {beta_2_exactly})",
    ),
    "momentum_update": (
        "{0} + ({r1} * {momentum} - {1} * {rate} if {nesterov} else {r1})",
        "{2} * {momentum} - {1} * {rate}",
    ),
}
"""The elements of each result; the parameter is made of the new slots, `{r1}` and so on, which are written in place."""

REDUCTIONS = frozenset({"sum", "mean"})
"""What may be at the end of a chain. Sums are made in float64."""

DTYPES = frozenset({"float32", "float64", "bool"})
"""The dtypes in which elements are computed."""

INTEGERS = frozenset({"int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"})
"""The dtypes from which elements are converted to those."""
