"""What the loops that are written for a graph may call."""

import math

from numba import float32, float64, njit, uint8

__all__ = ["float32", "float64", "math", "plus", "uint8"]


@njit(fastmath={"reassoc"})
def plus(total, value):
    """Sums may be made in another order: so several terms are added at once."""
    return total + value
