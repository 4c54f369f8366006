"""The error function and the normal distribution's quantiles, element by element, composed of primitives.

Sources: W. J. Cody, "Rational Chebyshev approximations for the error function", Mathematics of Computation
23, 1969; M. J. Wichura, "Algorithm AS 241: the percentage points of the normal distribution", Applied
Statistics 37, 1988. Both give 16 digits; here they are carried out in the dtype at hand.
"""

from __future__ import annotations

from math import pi, sqrt
from typing import Any

from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING
from polytape.op import elementwise
from polytape.ops.polynomial import horner, in_single
from polytape.tensor import Tensor

_NEAR = (  # erf(x) / x for |x| ≤ 0.46875, in x²
    (
        1.85777706184603153e-1,
        3.16112374387056560,
        1.13864154151050156e2,
        3.77485237685302021e2,
        3.20937758913846947e3,
    ),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
_MIDDLE = (  # exp(x²)·erfc(x) for 0.46875 ≤ x ≤ 4, in x
    (
        *(2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1),
        *(2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3),
        1.23033935479799725e3,
    ),
    (
        *(1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3),
        *(3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3),
    ),
)
_FAR = (  # x²·(1/√π - x·exp(x²)·erfc(x)) for x ≥ 4, in 1/x²
    (
        *(1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1),
        *(1.60837851487422766e-2, 6.58749161529837803e-4),
    ),
    (
        *(1.0, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2),
        2.33520497626869185e-3,
    ),
)
_CENTRE = (  # the quantile of 1/2 + q, divided by q, for |q| ≤ 0.425, in 0.425² - q²
    (
        *(2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4),
        *(1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080),
    ),
    (
        *(5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4),
        *(5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0),
    ),
)
_TAIL = (  # the quantile of 1 - p, in √(-log p) - 1.6, up to 5 - 1.6
    (
        *(7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1),
        *(1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550, 4.63033784615654529590),
        1.42343711074968357734,
    ),
    (
        *(1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2),
        *(1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940),
        *(2.05319162663775882187, 1.0),
    ),
)
_FAR_TAIL = (  # the same, in √(-log p) - 5
    (
        *(2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3),
        *(2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580),
        *(5.46378491116411436990, 6.65790464350110377720),
    ),
    (
        *(2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5),
        *(7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1),
        *(5.99832206555887937690e-1, 1.0),
    ),
)


def _ratio(x: Array, fraction: Any) -> Array:
    return horner(x, fraction[0]) / horner(x, fraction[1])


def _near(x: Array) -> Array:
    return x * _ratio(x * x, _NEAR)


def _complement(backend: Backend, y: Array) -> Array:
    """erfc(y) for y ≥ 0.46875."""
    inverse = backend.divide(1, y * y)
    far = backend.divide(1 / sqrt(pi) - inverse * _ratio(inverse, _FAR), y)
    near = backend.minimum(y, 4)  # where the other branch holds, powers of y must not overflow
    scaled = backend.where(backend.greater(y, 4), far, _ratio(near, _MIDDLE))
    # exp(-y²) in two factors: the square of y rounded to sixteenths is exact.
    short = backend.minimum(backend.floor(y * 16) / 16, 32)
    return backend.exp(-short * short) * backend.exp((short - y) * (short + y)) * scaled


def _erf(backend: Backend, x: Array) -> Array:
    size = backend.abs(x)
    small = backend.less(size, 0.46875)
    complement = _complement(backend, backend.where(small, 1, size))
    far = backend.where(backend.less(x, 0), complement - 1, 1 - complement)
    return backend.where(small, _near(backend.where(small, x, 0)), far)


def _erfc(backend: Backend, x: Array) -> Array:
    size = backend.abs(x)
    small = backend.less(size, 0.46875)
    complement = _complement(backend, backend.where(small, 1, size))
    far = backend.where(backend.less(x, 0), 2 - complement, complement)
    return backend.where(small, 1 - _near(backend.where(small, x, 0)), far)


def _quantile(backend: Backend, distance: Array, tail: Array) -> Array:
    """The normal quantile of 1/2 + `distance`, where `tail` is 1/2 - |distance|."""
    central = backend.less_equal(backend.abs(distance), 0.425)
    near = backend.where(central, distance, 0)
    near = near * _ratio(0.180625 - near * near, _CENTRE)
    depth = backend.sqrt(-backend.log(backend.where(central, 0.25, tail)))
    finite = backend.minimum(depth, 40)
    far = backend.where(backend.less_equal(depth, 5), _ratio(finite - 1.6, _TAIL), _ratio(finite - 5, _FAR_TAIL))
    far = backend.where(backend.equal(tail, 0), depth, far)  # infinity
    far = backend.where(backend.isnan(depth), depth, far)
    return backend.where(central, near, backend.where(backend.less(distance, 0), -far, far))


@elementwise(lambda backend, gradient, x: gradient * backend.exp(-x * x) * (2 / sqrt(pi)), accepts=FLOATING)
def erf(backend: Backend, x: Array) -> Array:
    """Return the error function: 2/√π times the integral of exp(-t²) from 0 to x.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.erf([0.0, 1.0]).numpy().round(4))
    [0.     0.8427]
    """
    return in_single(backend, _erf, x)


@elementwise(lambda backend, gradient, x: gradient * backend.exp(-x * x) * (-2 / sqrt(pi)), accepts=FLOATING)
def erfc(backend: Backend, x: Array) -> Array:
    """Return 1 - erf(x), with all its digits also where it is small.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(f"{float(tf.math.erfc(9.0)):.3e}")
    4.137e-37
    """
    return in_single(backend, _erfc, x)


@elementwise(
    lambda backend, gradient, output: gradient * backend.exp(output * output) * (sqrt(pi) / 2),
    accepts=FLOATING,
)
def erfinv(backend: Backend, x: Array) -> Array:
    """Return the number whose error function is x; NaN outside -1 to 1.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.erfinv([0.0, 0.5, 1.0]).numpy().round(4))
    [0.     0.4769    inf]
    """
    return in_single(backend, lambda backend, x: _quantile(backend, x / 2, (1 - backend.abs(x)) / 2) * sqrt(0.5), x)


@elementwise(
    lambda backend, gradient, output: gradient * backend.exp(output * output / 2) * sqrt(2 * pi),
    accepts=FLOATING,
)
def ndtri(backend: Backend, x: Array) -> Array:
    """Return the quantile of the standard normal distribution: the number below which a share x of it lies.

    Args:
        x: a floating-point tensor, from 0 to 1; NaN outside.

    >>> import polytape as tf
    >>> print(tf.math.ndtri([0.5, 0.975, 1.0]).numpy().round(4))
    [0.   1.96  inf]
    """
    return in_single(backend, lambda backend, x: _quantile(backend, x - 0.5, backend.minimum(x, 1 - x)), x)


def erfcinv(x: Any, name: str | None = None) -> Tensor:
    """Return the number whose complementary error function is x; NaN outside 0 to 2.

    Args:
        x: a floating-point tensor.

    >>> import polytape as tf
    >>> print(tf.math.erfcinv([1.5, 0.5]).numpy().round(4))
    [-0.4769  0.4769]
    """
    return ndtri(0.5 * convert(x)) * -sqrt(0.5)  # type: ignore[no-any-return]
