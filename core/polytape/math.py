"""`tf.math`: mathematics on tensors, gathered from the ops' families."""

# Arithmetic.
from polytape.ops.arithmetic import (
    abs as abs,
    add as add,
    multiply as multiply,
    negative as negative,
    sign as sign,
    subtract as subtract,
)

# Comparison and logic.
from polytape.ops.comparison import (
    equal as equal,
    greater as greater,
    greater_equal as greater_equal,
    less as less,
    less_equal as less_equal,
    not_equal as not_equal,
)

# Division.
from polytape.ops.division import (
    divide as divide,
    divide_no_nan as divide_no_nan,
    floordiv as floordiv,
    floormod as floormod,
    floormod as mod,  # noqa: F401
    multiply_no_nan as multiply_no_nan,
    reciprocal as reciprocal,
    divide as truediv,  # noqa: F401
)

# Exponentials and logarithms.
from polytape.ops.exponential import exp as exp, log as log, sigmoid as sigmoid
from polytape.ops.logical import (
    logical_and as logical_and,
    logical_not as logical_not,
    logical_or as logical_or,
    logical_xor as logical_xor,
)

# Powers and roots.
from polytape.ops.powers import (
    pow as pow,
    rsqrt as rsqrt,
    sqrt as sqrt,
    square as square,
    squared_difference as squared_difference,
)

# Selection.
from polytape.ops.selection import maximum as maximum, minimum as minimum

# Trigonometric and hyperbolic functions.
from polytape.ops.trigonometric import tanh as tanh
