"""Linear algebra on NumPy, where it is spelled otherwise or goes faster otherwise."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from polytape_numpy.quiet import quiet_binary

_product = quiet_binary(operator.matmul)
matrix_transpose = operator.attrgetter("mT")


def matmul(x: Any, y: Any) -> Any:
    """The matrix product; a batch of matrices times one matrix becomes one product, which BLAS prefers.

    Half precision is multiplied in single precision: NumPy's own loop for it is a hundred times slower, and
    rounds after every addition.
    """
    if x.dtype.char == "e":
        return matmul(x.astype(np.float32), y.astype(np.float32)).astype(np.float16)
    if x.ndim > 2 == y.ndim and x.flags.c_contiguous:
        return _product(x.reshape(-1, x.shape[-1]), y).reshape(*x.shape[:-1], y.shape[-1])
    return _product(x, y)
