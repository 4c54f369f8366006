"""The error function of one element, without branches."""

from functools import cache

from numba import njit

from polytape_numpy.native.source.floating import FORMATS, polynomial, with_sign
from polytape_numpy.native.source.mathematics import exp_float32, exp_float64

_NEAR = (-5.96761703e-4, 4.99119423e-3, -2.67681349e-2, 1.12819925e-1, -3.76125336e-1, 1.28379166e-1)
_FAR = (
    *(-1.72853470e-5, 3.83197126e-4, -3.88396438e-3, 2.42546219e-2, -1.06777877e-1, -6.34846687e-1),
    -1.28717512e-1,
)
"""erf(x) / x - 1 in x² up to 0.9277, and log(1 - erf(x)) / x + 1 in x beyond: N. Juffa, "erff", 2015."""

_CODY_NEAR = (
    (1.85777706184603153e-1, 3.16112374387056560, 1.13864154151050156e2, 3.77485237685302021e2, 3.20937758913846947e3),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)
_CODY_FAR = (
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
"""erf(x) / x in x² up to 0.46875, and exp(x²) · (1 - erf(x)) in x beyond: W. J. Cody, "Rational Chebyshev
approximations for the error function", 1969. His bounds for the second are 0.46875 and 4; up to 6, where the error
function is one, it keeps the digits that count.
"""

_FUSED = {"contract"}


@cache
def _in_single():
    real = FORMATS["float32"].number
    border, most, one = real(0.927734375), real(4), real(1)
    near, far, signed = polynomial("float32", *_NEAR), polynomial("float32", *_FAR), with_sign("float32")

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        size = abs(x)
        within = most if size > most else size
        beyond = one - exp_float32(within * far(within) - within)
        close = within * near(within * within) + within
        return signed(beyond if size > border else close, x)

    return run


@cache
def _in_double():
    real = FORMATS["float64"].number
    border, most, one = real(0.46875), real(6), real(1)
    near_above, near_below, far_above, far_below = (
        polynomial("float64", *coefficients) for coefficients in (*_CODY_NEAR, *_CODY_FAR)
    )
    signed = with_sign("float64")

    @njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
    def run(x):
        size = abs(x)
        size = most if size > most else size
        square = size * size
        near = size < border
        close, beyond = size * near_above(square), far_above(size) * exp_float64(-square)
        close_below, beyond_below = near_below(square), far_below(size)
        above = close if near else beyond
        below = close_below if near else beyond_below
        found = above / below
        rest = one - found
        return signed(found if near else rest, x)

    return run


erf_float32, erf_float64 = _in_single(), _in_double()
