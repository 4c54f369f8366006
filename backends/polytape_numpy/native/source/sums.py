"""Largest elements and sums of rows, and what several cores have added up."""

from functools import cache

from numba import njit

from polytape_numpy.native.source.floating import FORMATS, number_of, ordered

_ANY_ORDER = {"reassoc", "contract"}


@cache
def largest(dtype: str):
    """The largest of so many elements; NaN if there is one that is positive."""
    order, number = ordered(dtype), number_of(dtype)

    @njit(error_model="numpy", forceinline=True)
    def run(x, count):
        found = order(x[0])
        for i in range(count):
            other = order(x[i])
            found = other if other > found else found
        return number(found)

    return run


@njit(fastmath=_ANY_ORDER, forceinline=True)
def plus(total, value):
    """The sum; those of a loop may be made in any order."""
    return total + value


@njit(fastmath=_ANY_ORDER, forceinline=True)
def plus_product(total, x, y):
    """The sum of `total` and a product, likewise."""
    return total + x * y


def _total(dtype: str):
    real = FORMATS[dtype].number

    def total(partial, parts, length, factor, result, first, last):
        for i in range(first, last):
            found = partial[i]
            for part in range(1, parts):
                found += partial[part * length + i]
            result[i] = real(found * factor)

    return total


total_float32, total_float64 = _total("float32"), _total("float64")
