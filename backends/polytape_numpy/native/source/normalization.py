"""Normalisation of rows and its gradient, each row while it is in the cache."""

import math

from numba import njit

from polytape_numpy.native.source.floating import FORMATS
from polytape_numpy.native.source.sums import plus, plus_product
from polytape_numpy.native.source.tile import moved


def _row_moments(dtype: str):
    """The mean of a row, and the mean of the squares of what it is less the mean."""
    zero = FORMATS[dtype].number(0)

    @njit(error_model="numpy", forceinline=True)
    def run(x, count, length):
        total, squares = zero, zero
        for i in range(count):
            total = plus(total, x[i])
        mean = total / length
        for i in range(count):
            centred = x[i] - mean
            squares = plus_product(squares, centred, centred)
        return mean, squares / length

    return run


def _moments(dtype: str):
    real, moments = FORMATS[dtype].element, _row_moments(dtype)

    def rows(first, last, part, count, x, means, variances):
        for n in range(first, last):
            mean, variance = moments(moved(x, n * count), count, real(count))
            means[n] = mean
            variances[n] = variance

    return rows


def _standardize(dtype: str):
    """(x - mean) / √(variance + epsilon)."""
    real, one, moments = FORMATS[dtype].element, FORMATS[dtype].number(1), _row_moments(dtype)

    def rows(first, last, part, count, epsilon, x, means, variances, y):
        for n in range(first, last):
            here, out = moved(x, n * count), moved(y, n * count)
            mean, variance = moments(here, count, real(count))
            scale = one / math.sqrt(variance + real(epsilon))
            for i in range(count):
                out[i] = (here[i] - mean) * scale
            means[n] = mean
            variances[n] = variance

    return rows


def _standardize_input(dtype: str):
    """(g - mean g - y · mean(g · y)) / √(variance + epsilon), and the moments' share."""
    real = FORMATS[dtype].element
    zero, one, two = (FORMATS[dtype].number(value) for value in (0, 1, 2))

    def rows(first, last, part, count, epsilon, gradient, of_means, of_variances, variances, y, z):
        for n in range(first, last):
            g, here, out = moved(gradient, n * count), moved(y, n * count), moved(z, n * count)
            total, product = zero, zero
            for i in range(count):
                total = plus(total, g[i])
                product = plus_product(product, g[i], here[i])
            length, square = real(count), variances[n] + real(epsilon)
            deviation = math.sqrt(square)
            centre = (total - deviation * of_means[n]) / length
            slope = (product - two * square * of_variances[n]) / length
            scale = one / deviation
            for i in range(count):
                out[i] = (g[i] - (centre + slope * here[i])) * scale

    return rows


moments_float32, moments_float64 = _moments("float32"), _moments("float64")
standardize_float32, standardize_float64 = _standardize("float32"), _standardize("float64")
standardize_input_float32, standardize_input_float64 = _standardize_input("float32"), _standardize_input("float64")
