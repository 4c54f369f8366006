"""The compiler of functions for the NumPy backend.

`fusion` makes one loop in native code of element-wise chains and sums over them; what has no entry in `expressions`
stays a call of the backend's function. `stretches` then makes one call of as many kernels as follow one another, with
the memory between them planned.
"""

from __future__ import annotations

from polytape.graph.graph import Graph
from polytape.observation import observers


def compiled(graph: Graph) -> Graph:
    """The graph with chains of element-wise calls replaced by kernels, and kernels that follow one another by one call.

    Who looks on sees each kernel.
    """
    from polytape_numpy.compiler.fusion import fused
    from polytape_numpy.compiler.stretches import apart, joined

    return apart(fused(graph)) if observers else joined(fused(graph))
