"""The compiler of functions for the NumPy backend: element-wise chains, and sums over them, as one loop in Numba.

Matrix products, convolutions and what has no entry in `expressions` stay with NumPy. Needs the extra `jit`.
"""

from __future__ import annotations

import importlib.util

from polytape.graph.graph import Graph


def is_available() -> bool:
    """Whether Numba is installed."""
    return importlib.util.find_spec("numba") is not None


def compiled(graph: Graph) -> Graph:
    """The graph with chains of element-wise calls replaced by calls of kernels."""
    from polytape_numpy.compiler.fusion import fused

    return fused(graph)
