"""The compiler of functions for the NumPy backend: element-wise chains, and sums over them, as one loop in native code.

Matrix products, convolutions and what has no entry in `expressions` stay calls of the backend's functions.
"""

from __future__ import annotations

from polytape.graph.graph import Graph


def compiled(graph: Graph) -> Graph:
    """The graph with chains of element-wise calls replaced by calls of kernels."""
    from polytape_numpy.compiler.fusion import fused

    return fused(graph)
