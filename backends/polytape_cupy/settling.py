"""The last step of a captured function: its results leave static memory, and its state stays in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import cupy

from polytape.backend import Array, Backend
from polytape.graph.graph import Cell, Graph, Kind, Node, Value
from polytape.graph.state import SlotCell
from polytape.tensor import Tensor
from polytape_cupy.segments import IN_PLACE
from polytape_cupy.static_memory import Home, StaticMemory, captured, on_device

Pair = tuple[Home, Array]
"""Where the next call reads what a cell holds, and what the cell is to hold."""


class Settled:
    """Copies what leaves the function, and writes what the next call reads to where it reads it.

    Nothing can fail, or turn out to go another way, after it: so it may overwrite what the slots held.
    """

    def __init__(self, graph: Graph, memory: StaticMemory) -> None:
        self.memory = memory
        self._leaving: list[Value] = []
        self._results: list[Value] = []
        self._written: list[tuple[int, Value, bool]] = []
        """Of each cell that is read and written: its place among what leaves, what was read of it, and whether nobody
        else holds its array."""
        changed = {value for node in graph.nodes if node.name in IN_PLACE for value in node.values()}
        self._lasting = {value for cell, value in graph.reads if not _is_own(cell)} - changed
        """What variables held: they may hold it at the next call, too, and unchanged."""
        self.outputs = [self._left(output) for output in graph.outputs]
        self.writes: list[tuple[Cell, Any]] = []
        read = dict(graph.reads)
        for cell, item in graph.writes:
            if cell in read and type(item) is Value:
                self._written.append((len(self._leaving), read[cell], _is_own(cell)))
            self.writes.append((cell, self._left(item)))

    def node(self, backend: Backend) -> Node:
        """The step."""
        leaving, results = tuple(self._leaving), tuple(self._results)
        return Node(Kind.CALL, "settled", leaving, results=results, backend=backend, multiple=True, function=self)

    def __call__(self, *arrays: Array) -> Sequence[Array]:
        """Return the same values, in arrays that no replay will overwrite, slots' aside."""
        memory = self.memory
        if memory.aside:
            return arrays
        pairs: dict[int, Pair] = {}
        own: dict[int, Array] = {}
        homes = {id(home.array.data.mem) for home in memory.homes.values() if not home.bound}
        for place, value, is_own in self._written:
            home, array = memory.homes.get(value), arrays[place]
            if home is None or home.bound:
                continue
            if is_own and array is home.array:  # it was written to in place
                own[place] = array
            elif id(array) in memory.results and id(array.data.mem) not in homes:
                pairs[place] = home, array
                if is_own:
                    own[place] = home.array
        found = [own[place] if place in own else memory.copied(array) for place, array in enumerate(arrays)]
        self._store(list(pairs.values()))
        for value, home in memory.homes.items():
            if value not in self._lasting:
                home.source = None
        for place, (home, _) in pairs.items():
            home.source = found[place]
        return found

    def _left(self, item: Any) -> Any:
        """What the function gives out in the place of a value."""
        if type(item) is not Value:
            return item
        result = Value(item.shape, item.dtype)
        self._leaving.append(item)
        self._results.append(result)
        return result

    def _store(self, pairs: list[Pair]) -> None:
        """Write what cells are to hold to where it is read: several by one CUDA graph, from the second time on."""
        memory = self.memory
        devices = {home.array.data.device_id for home, _ in pairs}
        key = [(id(home), id(array)) for home, array in pairs]
        before, graph = memory.kept.get(self, (None, None))
        if len(devices) != 1 or len(pairs) < 2 or before != key:
            _copy(pairs)
            memory.kept[self] = key, None
            return
        (device,) = devices
        with on_device(device):
            if graph is None and cupy.cuda.get_current_stream().is_capturing():
                _copy(pairs)
                return
            if graph is None:
                with memory.capture_stream(device) as stream:
                    graph, _ = captured(stream, partial(_copy, pairs))
                memory.kept[self] = key, graph
            graph.launch()


def _copy(pairs: Sequence[Pair]) -> None:
    for home, array in pairs:
        with on_device(array.data.device_id):
            cupy.copyto(home.array, array)


def _is_own(cell: Cell) -> bool:
    """Whether nobody but its owner holds a cell's array: so it is with slots, unless they are tensors."""
    return isinstance(cell, SlotCell) and type(cell.slots[cell.name]) is not Tensor
