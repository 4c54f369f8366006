"""`tf.math`: mathematics on tensors, gathered from the ops' families."""

# Arithmetic.
from polytape.ops.activation import softsign as softsign
from polytape.ops.arithmetic import (
    abs as abs,
    accumulate_n as accumulate_n,
    add as add,
    add_n as add_n,
    multiply as multiply,
    negative as negative,
    scalar_mul as scalar_mul,
    sign as sign,
    subtract as subtract,
)

# Special functions.
from polytape.ops.bessel_function import (
    bessel_i0 as bessel_i0,
    bessel_i0e as bessel_i0e,
    bessel_i1 as bessel_i1,
    bessel_i1e as bessel_i1e,
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

# Complex numbers.
from polytape.ops.complex_numbers import angle as angle, conj as conj, imag as imag, real as real

# Counting.
from polytape.ops.counting import (
    bincount as bincount,
    confusion_matrix as confusion_matrix,
)

# Division.
from polytape.ops.division import (
    divide as divide,
    divide as truediv,  # noqa: F401
    divide_no_nan as divide_no_nan,
    floordiv as floordiv,
    floormod as floormod,
    floormod as mod,  # noqa: F401
    multiply_no_nan as multiply_no_nan,
    reciprocal as reciprocal,
    reciprocal_no_nan as reciprocal_no_nan,
)
from polytape.ops.error_function import (
    erf as erf,
    erfc as erfc,
    erfcinv as erfcinv,
    erfinv as erfinv,
    ndtri as ndtri,
)

# Exponentials and logarithms.
from polytape.ops.exponential import (
    exp as exp,
    expm1 as expm1,
    log as log,
    log1p as log1p,
    log_sigmoid as log_sigmoid,
    sigmoid as sigmoid,
    softplus as softplus,
    xdivy as xdivy,
    xlog1py as xlog1py,
    xlogy as xlogy,
)

# Largest and smallest elements.
from polytape.ops.extremes import (
    argmax as argmax,
    argmin as argmin,
    reduce_max as reduce_max,
    reduce_min as reduce_min,
)
from polytape.ops.gamma_function import digamma as digamma, lbeta as lbeta, lgamma as lgamma

# Trigonometric and hyperbolic functions.
from polytape.ops.hyperbolic import (
    acosh as acosh,
    asinh as asinh,
    atanh as atanh,
    cosh as cosh,
    sinh as sinh,
    tanh as tanh,
)
from polytape.ops.incomplete_beta import betainc as betainc
from polytape.ops.incomplete_gamma import igamma as igamma, igammac as igammac
from polytape.ops.l2_norm import l2_normalize as l2_normalize
from polytape.ops.logical import (
    logical_and as logical_and,
    logical_not as logical_not,
    logical_or as logical_or,
    logical_xor as logical_xor,
)
from polytape.ops.monotonicity import (
    is_non_decreasing as is_non_decreasing,
    is_strictly_increasing as is_strictly_increasing,
)
from polytape.ops.normalization import zero_fraction as zero_fraction
from polytape.ops.permutation import invert_permutation as invert_permutation
from polytape.ops.polynomial import polyval as polyval

# Powers and roots.
from polytape.ops.powers import (
    pow as pow,
    rsqrt as rsqrt,
    sqrt as sqrt,
    square as square,
    squared_difference as squared_difference,
)

# Reductions.
from polytape.ops.reduction import (
    reduce_all as reduce_all,
    reduce_any as reduce_any,
    reduce_mean as reduce_mean,
    reduce_prod as reduce_prod,
    reduce_sum as reduce_sum,
)

# Rounding, and what is a number.
from polytape.ops.rounding import (
    ceil as ceil,
    floor as floor,
    isfinite as is_finite,  # noqa: F401
    isinf as is_inf,  # noqa: F401
    isnan as is_nan,  # noqa: F401
    nextafter as nextafter,
    round as rint,  # noqa: F401
    round as round,
)

# Running sums and products.
from polytape.ops.scan import (
    cumprod as cumprod,
    cumsum as cumsum,
    cumulative_logsumexp as cumulative_logsumexp,
)

# Reductions by segment.
from polytape.ops.segment import (
    segment_max as segment_max,
    segment_mean as segment_mean,
    segment_min as segment_min,
    segment_prod as segment_prod,
    segment_sum as segment_sum,
    unsorted_segment_max as unsorted_segment_max,
    unsorted_segment_mean as unsorted_segment_mean,
    unsorted_segment_min as unsorted_segment_min,
    unsorted_segment_prod as unsorted_segment_prod,
    unsorted_segment_sqrt_n as unsorted_segment_sqrt_n,
    unsorted_segment_sum as unsorted_segment_sum,
)

# Selection.
from polytape.ops.selection import maximum as maximum, minimum as minimum
from polytape.ops.softmax import log_softmax as log_softmax, softmax as softmax

# The largest k.
from polytape.ops.sorting import (
    in_top_k as in_top_k,
    top_k as top_k,
)

# Statistics.
from polytape.ops.statistics import (
    count_nonzero as count_nonzero,
    reduce_euclidean_norm as reduce_euclidean_norm,
    reduce_logsumexp as reduce_logsumexp,
    reduce_std as reduce_std,
    reduce_variance as reduce_variance,
)
from polytape.ops.trigonometric import (
    acos as acos,
    asin as asin,
    atan as atan,
    atan2 as atan2,
    cos as cos,
    sin as sin,
    tan as tan,
)
from polytape.ops.zeta_function import polygamma as polygamma, zeta as zeta
