"""Which steps of a function's graph become one CUDA graph: stretches of kernels between calls that can't be captured.

CuPy refuses to call cuBLAS, cuSOLVER, cuSPARSE and cuRAND while a stream is captured (`NotImplementedError`, read in
CuPy 14), and CUDA refuses whatever makes the host wait, or copies from or to it. Such calls stay between the stretches;
what needs none of their results goes before or after them, so most of a training's updates are one stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from polytape.graph.graph import Graph, Kind, Node, Value
from polytape.graph.live import Live
from polytape.graph.tracing import SHAPED_BY_VALUES
from polytape_cupy.fusing import PASSED

LIBRARIES = frozenset(
    (
        *("matmul", "convolution", "convolution_input", "convolution_kernel", "long_short_term_memory"),
        *("solve", "qr", "svd", "svdvals", "cholesky", "inv", "det", "slogdet", "eigh", "eigvalsh"),
        *("expm", "pinv", "triangular_solve", "sum_of_neighbours", "back_through_time"),
    )
)
"""What calls cuBLAS or cuSOLVER, itself or in its composition."""
SORTING = frozenset(
    (
        *("sort", "argsort", "argsort_descending", "scatter_max", "scatter_min", "scatter_prod"),
        *("scatter_maximum", "scatter_minimum", "scatter_update", "last_occurrences"),
    )
)
"""What goes to Thrust, of which CuPy does not say that it can be captured."""
HOST = frozenset(
    ("beta_integral", "igamma", "igammac", "partition_numbers", "row_numbers", "unravelled", "reinterpret")
)
"""What looks at values on the way, or brings a list from the host."""
IN_PLACE = frozenset(("put_slot_rows", "put_rows"))
"""What writes to its argument, which may be done only when nothing can fail any more; `put_rows` where a replay finds
that nobody else holds the array."""
ELSEWHERE = frozenset(("to_device", "from_dlpack"))
OUTSIDE = LIBRARIES | SORTING | HOST | IN_PLACE | ELSEWHERE | SHAPED_BY_VALUES
"""What is never captured."""
JOINING = frozenset(("concat", "concatenate", "pack"))
AT_ONCE = 8
"""How many arrays CuPy joins without first sending their addresses to the GPU."""
VIEWS = frozenset(("reshape", "permute_dims", "broadcast_to", "getitem", "[]", "identity", "stop_gradient"))
"""What launches no kernel, as a rule."""
LEAST = 2
"""How many steps with a kernel make a stretch that is worth a launch of its own."""
ARITHMETIC = frozenset(("add", "subtract", "multiply", "divide", "maximum", "minimum"))
"""What takes an array in the place of a number."""


@dataclass(slots=True)
class Part:
    """Steps that follow one another."""

    nodes: list[Node]
    captured: bool


def divided(graph: Graph) -> list[Part]:
    """The steps of a graph in parts, in an order in which each finds what it needs."""
    parts: list[Part] = []
    pending: list[Node] = []
    made: set[Value] = set()

    def hand_over() -> None:
        if sum(node.name not in VIEWS for node in pending) >= LEAST:
            parts.append(Part(pending.copy(), True))
        else:
            parts.extend(Part([node], False) for node in pending)
        pending.clear()
        made.clear()

    for node in graph.nodes:
        if can_be_captured(node):
            pending.append(node)
            made.update(node.results)
            continue
        if not made.isdisjoint(node.values()):
            hand_over()
        parts.append(Part([node], False))
    hand_over()
    return parts


def can_be_captured(node: Node) -> bool:
    """Whether a step may be part of a CUDA graph, as far as can be told from the outside."""
    if node.kind is not Kind.CALL or node.name in OUTSIDE or node.function is not None or not any(node.values()):
        return False
    if node.name in JOINING and sum(hasattr(leaf, "shape") for leaf in leaves(node.arguments)) > AT_ONCE:
        return False
    if node.name == "pow" and node.results[0].dtype.kind in "iu":  # it looks for negative exponents
        return False
    if any(type(argument) is Live for argument in leaves(node.arguments)) and node.name not in ARITHMETIC:
        return False
    passed = PASSED.get(node.name, ())
    return all(name in passed for name, option in node.options.items() if type(option) is Live)


def leaves(argument: Any) -> Iterator[Any]:
    """What an argument consists of."""
    if type(argument) in (tuple, list):
        for item in argument:
            yield from leaves(item)
    else:
        yield argument
