"""Exponentials, logarithms and what is made of them, of one element: without branches, so that loops are vectorised.

Ranges are reduced by powers of two (J.-M. Muller, "Elementary functions: algorithms and implementation", 2016); in a
range as small as that a polynomial is enough. NaN stays NaN; what is too large becomes infinite, what is too small
loses its last bits and then is zero.
"""

from functools import cache

from numba import njit

from polytape_numpy.native.source.floating import (
    FORMATS,
    polynomial,
    power_of_two,
    round_off,
    rounding,
    scaled,
    split,
    with_sign,
)

_QUADRATIC = {
    "float32": (
        *(0.00019891080463998843, 0.0013933730715792083, 0.008333310844647862, 0.04166646419740569),
        *(0.16666666681704215, 0.500000001353873),
    ),
    "float64": (
        *(2.5100472505694996e-08, 2.7620201591031547e-07, 2.7557268276905696e-06, 2.4801521057868204e-05),
        *(0.00019841269863171557, 0.0013888888917367081, 0.008333333333330039, 0.041666666666623824),
        *(0.16666666666666669, 0.5000000000000001),
    ),
}
"""(exp(r) - 1 - r) / r² for |r| ≤ ½ log 2: through the zeros of a Chebyshev polynomial, computed with 60 digits."""

_LOG_2 = {"float32": (0.693359375, -2.12194440e-4), "float64": (6.93145751953125e-1, 1.42860682030941723212e-6)}
"""log 2 in two parts, the first so short that its product with an exponent is exact (S. Moshier, Cephes, 1989)."""

_LOWEST, _HIGHEST = {"float32": -104.0, "float64": -746.0}, {"float32": 89.0, "float64": 710.0}
"""Where exp is zero and infinite."""

_ONE_LEFT = {"float32": 20.0, "float64": 40.0}
"""Where exp(-x) - 1 and tanh(x / 2) are one, but for the sign."""

_LOGARITHM = {
    "float32": (0.24279078841, 0.28498786688, 0.40000972152, 0.66666662693),
    "float64": (
        *(1.479819860511658591e-01, 1.531383769920937332e-01, 1.818357216161805012e-01, 2.222219843214978396e-01),
        *(2.857142874366239149e-01, 3.999999999940941908e-01, 6.666666666666735130e-01),
    ),
}
"""log(1 + f) = f - s · (f - z · P(z)) for s = f / (2 + f), z = s² (Sun Microsystems, FDLIBM, 1993, e_log.c)."""

_FUSED = {"contract"}


@cache
def _reduced(dtype: str):
    """For x = n log 2 + r: exp(r) - 1, and n as `rounding` finds it."""
    real = FORMATS[dtype].number
    first, second = map(real, _LOG_2[dtype])
    inverse, offset = real(1.4426950408889634), real(round_off(dtype))
    shift, curve = rounding(dtype), polynomial(dtype, *_QUADRATIC[dtype])

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        shifted = shift(x, inverse)
        n = shifted - offset
        r = (x - n * first) - n * second
        return r + r * r * curve(r), shifted

    return run


@cache
def _exp(dtype: str):
    real = FORMATS[dtype].number
    low, high, one = real(_LOWEST[dtype]), real(_HIGHEST[dtype]), real(1)
    reduced, scale = _reduced(dtype), scaled(dtype)

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        x = low if x < low else x
        x = high if x > high else x
        excess, shifted = reduced(x)
        return scale(one + excess, shifted)

    return run


@cache
def _expm1(dtype: str):
    real = FORMATS[dtype].number
    low, high = real(-_ONE_LEFT[dtype]), real(_HIGHEST[dtype])
    half, one, two = real(0.5), real(1), real(2)
    reduced, power = _reduced(dtype), power_of_two(dtype)

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        within = low if x < low else x
        within = high if within > high else within
        excess, shifted = reduced(within)
        size = power(shifted - one)  # half of 2ⁿ, which itself may be too large
        found = (size * excess + (size - half)) * two
        return x if x == 0 else found  # the sign of zero

    return run


@cache
def _tanh(dtype: str):
    """E / (E + 2), or 1 - 2 / (E + 2) where that rounds less, for E = exp(2|x|) - 1."""
    real = FORMATS[dtype].number
    near, high, one, two = real(1.1), real(_ONE_LEFT[dtype]), real(1), real(2)
    reduced, power, signed = _reduced(dtype), power_of_two(dtype), with_sign(dtype)

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        size = abs(x) * two
        size = high if size > high else size
        excess, shifted = reduced(size)
        scale = power(shifted)
        part = scale * excess
        above = two if size > near else part + (scale - one)
        found = above / (part + (scale + one))
        return signed(one - found if size > near else found, x)

    return run


@cache
def _sigmoid(dtype: str):
    """1 / (1 + E) or E / (1 + E) for E = exp(-|x|), which is never too large."""
    real = FORMATS[dtype].number
    low, one = real(_LOWEST[dtype]), real(1)
    reduced, scale = _reduced(dtype), scaled(dtype)

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        size = -abs(x)
        size = low if size < low else size
        excess, shifted = reduced(size)
        part = scale(one + excess, shifted)
        above = part if x < 0 else one
        return above / (one + part)

    return run


@cache
def _mantissa_logarithm(dtype: str):
    """log(1 + f) + n log 2, for 1 + f from √½ to √2; `missing` is added where it is small."""
    real = FORMATS[dtype].number
    first, second = map(real, _LOG_2[dtype])
    half, two = real(0.5), real(2)
    curve = polynomial(dtype, *_LOGARITHM[dtype])

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(f, n, missing):
        s = f / (two + f)
        z = s * s
        square = half * f * f
        return n * first - ((square - (s * (square + z * curve(z)) + (n * second + missing))) - f)

    return run


@cache
def _log(dtype: str):
    real = FORMATS[dtype].number
    tiny, huge = real(FORMATS[dtype].smallest), real(2 ** FORMATS[dtype].digits)
    zero, one, digits = real(0), real(1), real(FORMATS[dtype].digits)
    infinite, undefined = real("inf"), real("nan")
    split_number, rest = split(dtype), _mantissa_logarithm(dtype)

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        small = x < tiny
        normal = x * huge if small else x
        mantissa, n = split_number(normal)
        n = n - digits if small else n
        found = rest(mantissa - one, n, zero)
        found = found if x < infinite else x  # infinity and NaN
        found = found if x != zero else -infinite
        return undefined if x < zero else found

    return run


@cache
def _log1p(dtype: str):
    """log(u) for u = 1 + x rounded, and what is missing from u."""
    real = FORMATS[dtype].number
    zero, one, infinite, undefined = real(0), real(1), real("inf"), real("nan")
    split_number, rest = split(dtype), _mantissa_logarithm(dtype)

    @njit(error_model="numpy", forceinline=True)
    def left(x, u):
        """u less what was rounded off; nothing in it may be fused."""
        return x - (u - one) if x < one else one - (u - x)

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        u = one + x
        mantissa, n = split_number(u)
        near = n == zero
        f = x if near else mantissa - one
        missing = zero if near else left(x, u) / u
        found = rest(f, n, missing)
        found = found if u < infinite else x
        found = found if u != zero else -infinite
        found = undefined if u < zero else found
        return x if x == zero else found

    return run


@cache
def _softplus(dtype: str):
    """max(x, 0) + log(1 + exp(-|x|))."""
    real = FORMATS[dtype].number
    zero = real(0)
    exp, log1p = _exp(dtype), _log1p(dtype)

    @njit(error_model="numpy", forceinline=True)
    def run(x):
        above = zero if x < zero else x
        return above + log1p(exp(-abs(x)))

    return run


exp_float32, exp_float64 = _exp("float32"), _exp("float64")
expm1_float32, expm1_float64 = _expm1("float32"), _expm1("float64")
tanh_float32, tanh_float64 = _tanh("float32"), _tanh("float64")
sigmoid_float32, sigmoid_float64 = _sigmoid("float32"), _sigmoid("float64")
log_float32, log_float64 = _log("float32"), _log("float64")
log1p_float32, log1p_float64 = _log1p("float32"), _log1p("float64")
softplus_float32, softplus_float64 = _softplus("float32"), _softplus("float64")
