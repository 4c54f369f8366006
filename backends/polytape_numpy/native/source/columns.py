"""Sums over the rows of a matrix, and what normalises its columns.

A row may be short, so several are taken at a time. Sums of eight rows are added up in float64: however many rows there
are, few digits are lost. Each part of the rows has sums of its own.
"""

import math

from numba import float64, njit

from polytape_numpy.native.source.tile import moved

_FUSED = {"contract"}


@njit(error_model="numpy", forceinline=True)
def clear(x, count):
    """Write zeros."""
    for c in range(count):
        x[c] = 0


@njit(error_model="numpy", forceinline=True)
def _sum(x, count, totals):
    """Add eight rows to the sums."""
    for c in range(count):
        first = (x[c] + x[count + c]) + (x[2 * count + c] + x[3 * count + c])
        last = (x[4 * count + c] + x[5 * count + c]) + (x[6 * count + c] + x[7 * count + c])
        totals[c] += float64(first + last)


def sums(first, last, part, count, x, totals):
    """The sums of columns."""
    totals = moved(totals, part * count)
    clear(totals, count)
    together = first + (last - first) // 8 * 8
    for r in range(first, together, 8):
        _sum(moved(x, r * count), count, totals)
    for r in range(together, last):
        here = moved(x, r * count)
        for c in range(count):
            totals[c] += float64(here[c])


@njit(fastmath=_FUSED, error_model="numpy", forceinline=True)
def _square(x, mean):
    centred = x - mean
    return centred * centred


def squares(first, last, part, count, x, means, totals):
    """The sums of the squares of columns, less their means."""
    totals = moved(totals, part * count)
    clear(totals, count)
    together = first + (last - first) // 4 * 4
    for r in range(first, together, 4):
        here = moved(x, r * count)
        for c in range(count):
            mean = means[c]
            upper = _square(here[c], mean) + _square(here[count + c], mean)
            totals[c] += float64(upper + (_square(here[2 * count + c], mean) + _square(here[3 * count + c], mean)))
    for r in range(together, last):
        here = moved(x, r * count)
        for c in range(count):
            totals[c] += float64(_square(here[c], means[c]))


def products(first, last, part, count, x, y, totals, of_products):
    """The sums of columns of `x`, and of their products with those of `y`."""
    totals, of_products = moved(totals, part * count), moved(of_products, part * count)
    clear(totals, count)
    clear(of_products, count)
    together = first + (last - first) // 4 * 4
    for r in range(first, together, 4):
        here, there = moved(x, r * count), moved(y, r * count)
        for c in range(count):
            a, b, d, e = here[c], here[count + c], here[2 * count + c], here[3 * count + c]
            totals[c] += float64((a + b) + (d + e))
            upper = a * there[c] + b * there[count + c]
            of_products[c] += float64(upper + (d * there[2 * count + c] + e * there[3 * count + c]))
    for r in range(together, last):
        here, there = moved(x, r * count), moved(y, r * count)
        for c in range(count):
            totals[c] += float64(here[c])
            of_products[c] += float64(here[c] * there[c])


def scales(first, last, part, count, variances, epsilon, found):
    """1 / √(variance + epsilon)."""
    for c in range(count):
        found[c] = 1 / math.sqrt(variances[c] + epsilon)


def coefficients(
    first, last, part, count, parts, rows, epsilon, totals, of_products, of_means, of_variances, variances,
    centres, slopes, scales,
):  # fmt: skip
    """What `scaled_residual` takes for the gradient of a normalised matrix, whose sums each part has made its own."""
    for c in range(count):
        total, of_product = totals[c], of_products[c]
        for other in range(1, int(parts)):
            total += totals[other * count + c]
            of_product += of_products[other * count + c]
        square = variances[c] + epsilon
        deviation = math.sqrt(square)
        centres[c] = (total - deviation * of_means[c]) / rows
        slopes[c] = (of_product - 2 * square * of_variances[c]) / rows
        scales[c] = 1 / deviation


def standardize(first, last, part, count, x, means, scales, y):
    """(x - mean) · scale, column by column."""
    for r in range(first, last):
        here, out = moved(x, r * count), moved(y, r * count)
        for c in range(count):
            out[c] = (here[c] - means[c]) * scales[c]


def scaled_residual(first, last, part, count, x, y, centres, slopes, scales, z):
    """scale · (x - centre - slope · y), column by column."""
    for r in range(first, last):
        here, there, out = moved(x, r * count), moved(y, r * count), moved(z, r * count)
        for c in range(count):
            out[c] = (here[c] - (centres[c] + slopes[c] * there[c])) * scales[c]
