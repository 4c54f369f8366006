"""What the loops that are written for a graph may call."""

import math

from numba import float32, float64, njit, uint8

from polytape_numpy.native.source import activations, error_function, mathematics

__all__ = ["activations", "error_function", "float32", "float64", "math", "mathematics", "plus", "uint8"]


@njit(fastmath={"reassoc"})
def plus(total, value):
    """Sums may be made in another order: so several terms are added at once."""
    return total + value
