"""The graph of a function with CUDA graphs in the place of stretches of steps.

At its first replay a stretch runs twice on its static memory: to have every kernel compiled and loaded, and while it is
captured. From then on a replay is one launch for the stretch. Numbers of the step, such as a learning rate, are arrays
there, written anew when they change. What leaves the function is copied out: variables too, because anybody may hold
their arrays. Slots belong to the optimizer alone and stay where they are.

A call that can't be captured is named in a warning, and its stretch runs step by step from then on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from polytape.backend import Array, Backend
from polytape.graph.graph import Graph, Kind, Node, Value, replaced
from polytape_cupy.linear_algebra import matmul
from polytape_cupy.segments import divided
from polytape_cupy.settling import Settled
from polytape_cupy.static_memory import StaticMemory, on_device
from polytape_cupy.stretch import Stretch


def compiled(graph: Graph, backend: Backend) -> Graph:
    """The graph with one step in the place of each stretch that can be captured."""
    parts = divided(graph)
    if not any(part.captured for part in parts):
        return graph
    memory = StaticMemory()
    given = {*graph.arguments, *(value for _, value in graph.reads)}
    needed = set(graph.results())
    taken: set[Value] = set()
    nodes: list[Node] = []
    for part in reversed(parts):
        node = part.nodes[0]
        if part.captured:
            node = Stretch(graph.name, part.nodes, needed, given, memory, backend).node()
            taken.update(node.values())
        elif node.name == "matmul" and node.results[0] in taken and not node.options:
            node = replace(node, name="product", function=Product(node, memory, backend))
        needed.update(node.values())
        nodes.insert(0, node)
    settled = Settled(graph, memory)
    return replace(
        graph,
        nodes=[*(step for node in nodes for step in _with_copies(node, memory)), settled.node(backend)],
        outputs=settled.outputs,
        writes=settled.writes,
    )


class Product:
    """A product of matrices between two stretches: cuBLAS writes it where the next one reads it."""

    def __init__(self, node: Node, memory: StaticMemory, backend: Backend) -> None:
        self.value = node.results[0]
        self.memory = memory
        self.backend = backend

    def __call__(self, x: Array, y: Array) -> Array:
        """Return the product: an array of static memory, which the next replay will overwrite."""
        memory, device = self.memory, x.data.device_id
        if memory.aside or y.data.device_id != device:
            return self.backend.matmul(x, y)
        with on_device(device):
            memory.follow_stream(device)
            home = memory.kept.get(self)
            if home is None:
                home = memory.kept[self] = memory.empty(self.value.shape, self.value.dtype)
            return matmul(x, y, home)


def _with_copies(node: Node, memory: StaticMemory) -> Iterator[Node]:
    """A step; a function of the user's gets copies, which it may keep, and may replay this very function."""
    if node.kind is not Kind.HOST:
        yield node
        return
    values = list(dict.fromkeys(node.values()))
    if values:
        copies = {value: Value(value.shape, value.dtype) for value in values}
        results = tuple(copies.values())
        yield Node(
            Kind.CALL,
            "released",
            tuple(values),
            results=results,
            backend=node.backend,
            multiple=True,
            function=lambda *arrays: [memory.copied(array) for array in arrays],
        )
        node = replace(node, arguments=replaced(node.arguments, copies))
    assert node.function is not None
    yield replace(node, function=_aside(node.function, memory))


def _aside(function: Callable[..., Any], memory: StaticMemory) -> Callable[..., Any]:
    """A function of the user's, during which static memory is left as it is."""

    def call(*arguments: Any) -> Any:
        memory.aside += 1
        try:
            return function(*arguments)
        finally:
            memory.aside -= 1

    return call
