"""Softmax, its logarithm, cross-entropies and their gradients, of rows: each while it is in the cache."""

from numba import njit

from polytape_numpy.native.source import mathematics
from polytape_numpy.native.source.floating import FORMATS
from polytape_numpy.native.source.sums import largest, plus, plus_product
from polytape_numpy.native.source.tile import moved


def _of(name, dtype):
    return getattr(mathematics, f"{name}_{dtype}")


def _exponentials(dtype: str):
    """Exponentials of a row, less its largest element, and their sum."""
    zero, exp, most = FORMATS[dtype].number(0), _of("exp", dtype), largest(dtype)

    @njit(error_model="numpy", forceinline=True)
    def run(x, y, count):
        top, total = most(x, count), zero
        for i in range(count):
            value = exp(x[i] - top)
            y[i] = value
            total = plus(total, value)
        return total

    return run


def _log_of_sum(dtype: str):
    """The largest element of a row, and the logarithm of the sum of the exponentials less it."""
    zero, exp, log, most = FORMATS[dtype].number(0), _of("exp", dtype), _of("log", dtype), largest(dtype)

    @njit(error_model="numpy", forceinline=True)
    def run(x, count):
        top, total = most(x, count), zero
        for i in range(count):
            total = plus(total, exp(x[i] - top))
        return top, log(total)

    return run


def _softmax(dtype: str):
    exponentials = _exponentials(dtype)

    def rows(first, last, part, count, x, y):
        for n in range(first, last):
            out = moved(y, n * count)
            total = exponentials(moved(x, n * count), out, count)
            for i in range(count):
                out[i] = out[i] / total

    return rows


def _softmax_input(dtype: str):
    """y · (g - Σ g · y)."""
    zero = FORMATS[dtype].number(0)

    def rows(first, last, part, count, gradient, y, z):
        for n in range(first, last):
            g, here, out = moved(gradient, n * count), moved(y, n * count), moved(z, n * count)
            total = zero
            for i in range(count):
                total = plus_product(total, g[i], here[i])
            for i in range(count):
                out[i] = here[i] * (g[i] - total)

    return rows


def _log_softmax(dtype: str):
    log_of_sum = _log_of_sum(dtype)

    def rows(first, last, part, count, x, y):
        for n in range(first, last):
            here, out = moved(x, n * count), moved(y, n * count)
            top, logarithm = log_of_sum(here, count)
            for i in range(count):
                out[i] = (here[i] - top) - logarithm

    return rows


def _log_softmax_input(dtype: str):
    """g - exp(y) · Σ g."""
    zero, exp = FORMATS[dtype].number(0), _of("exp", dtype)

    def rows(first, last, part, count, gradient, y, z):
        for n in range(first, last):
            g, here, out = moved(gradient, n * count), moved(y, n * count), moved(z, n * count)
            total = zero
            for i in range(count):
                total = plus(total, g[i])
            for i in range(count):
                out[i] = g[i] - exp(here[i]) * total

    return rows


def _sparse_cross_entropy(dtype: str):
    log_of_sum = _log_of_sum(dtype)

    def rows(first, last, part, count, labels, x, losses):
        for n in range(first, last):
            here = moved(x, n * count)
            top, logarithm = log_of_sum(here, count)
            losses[n] = logarithm - (here[labels[n]] - top)

    return rows


def _sparse_cross_entropy_input(dtype: str):
    """g · (softmax - 1 at the label), with one g for each row."""
    exponentials = _exponentials(dtype)

    def rows(first, last, part, count, gradient, labels, x, z):
        for n in range(first, last):
            out = moved(z, n * count)
            total = exponentials(moved(x, n * count), out, count)
            g, label = gradient[n], labels[n]
            at_label = (out[label] / total - 1) * g
            for i in range(count):
                out[i] = out[i] / total * g
            out[label] = at_label

    return rows


def _cross_entropy(dtype: str):
    """-Σ labels · log softmax."""
    zero, log_of_sum = FORMATS[dtype].number(0), _log_of_sum(dtype)

    def rows(first, last, part, count, labels, x, losses):
        for n in range(first, last):
            here, shares = moved(x, n * count), moved(labels, n * count)
            top, logarithm = log_of_sum(here, count)
            total = zero
            for i in range(count):
                total = plus_product(total, shares[i], logarithm - (here[i] - top))
            losses[n] = total

    return rows


def _cross_entropy_input(dtype: str):
    """g · (softmax · Σ labels - labels), with one g for each row."""
    zero, exponentials = FORMATS[dtype].number(0), _exponentials(dtype)

    def rows(first, last, part, count, gradient, labels, x, z):
        for n in range(first, last):
            out, shares, g = moved(z, n * count), moved(labels, n * count), gradient[n]
            total, share = exponentials(moved(x, n * count), out, count), zero
            for i in range(count):
                share = plus(share, shares[i])
            for i in range(count):
                out[i] = g * (out[i] / total * share - shares[i])

    return rows


softmax_float32, softmax_float64 = _softmax("float32"), _softmax("float64")
softmax_input_float32, softmax_input_float64 = _softmax_input("float32"), _softmax_input("float64")
log_softmax_float32, log_softmax_float64 = _log_softmax("float32"), _log_softmax("float64")
log_softmax_input_float32, log_softmax_input_float64 = _log_softmax_input("float32"), _log_softmax_input("float64")
sparse_cross_entropy_float32 = _sparse_cross_entropy("float32")
sparse_cross_entropy_float64 = _sparse_cross_entropy("float64")
sparse_cross_entropy_input_float32 = _sparse_cross_entropy_input("float32")
sparse_cross_entropy_input_float64 = _sparse_cross_entropy_input("float64")
cross_entropy_float32, cross_entropy_float64 = _cross_entropy("float32"), _cross_entropy("float64")
cross_entropy_input_float32 = _cross_entropy_input("float32")
cross_entropy_input_float64 = _cross_entropy_input("float64")
