"""One loop for a group of calls: its source, out of the nodes of a graph."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from polytape.graph.graph import Kind, Node, Value
from polytape_numpy.compiler.axes import Levels
from polytape_numpy.compiler.expressions import EXPRESSIONS, REDUCTIONS, UPDATES
from polytape_numpy.compiler.fused_call import FusedCall
from polytape_numpy.compiler.loop import Loop

Shape = tuple[int, ...]

_NO_NUMBERS = ("dtype", "shape")
"""Options that say of what kind the result is."""


class Kernel:
    """The loop of a group.

    Args:
        shape: the index space.
        nodes: the calls, in order.
        outputs: the values among their results that are needed outside.
        in_place: whether the slots of optimizers may be written to.
        pays: whether it is quicker than the calls even if Python makes it.
    """

    def __init__(
        self, shape: Shape, nodes: Sequence[Node], outputs: Sequence[Value], *, in_place: bool, pays: bool
    ) -> None:
        self.shape = shape
        self.nodes = nodes
        self.pays = pays
        self.outputs = list(outputs)
        self.in_place = in_place
        self.reductions = {node.results[0]: node for node in nodes if node.name in REDUCTIONS}
        self.arrays: list[Any] = []
        self.scalars: list[Any] = []
        self.names: dict[Any, str] = {}
        self.summed: dict[Value, str] = {}
        self.lines: list[str] = []
        self._collect()

    def node(self) -> Node:
        """The call of the kernel in place of the group's."""
        arguments = (*self.arrays, *self.scalars)
        last = self.nodes[-1]
        name = "+".join(dict.fromkeys(node.name for node in self.nodes))
        made = tuple(self.outputs)
        return Node(
            Kind.CALL,
            name,
            arguments,
            {},
            made,
            last.backend,
            multiple=True,
            function=self._function(),
            place=last.place,
        )

    def _collect(self) -> None:
        """Name the operands, and write the body of the innermost loop."""
        inside = {result for node in self.nodes for result in node.results}
        for node in self.nodes:
            if node.name in REDUCTIONS:
                self.summed[node.results[0]] = self._operand(node.arguments[0], inside, node)
                continue
            operands = [self._operand(argument, inside, node) for argument in node.arguments]
            dtype = node.results[0].dtype.name
            given = {name: value for name, value in node.options.items() if name not in _NO_NUMBERS}
            options = {name: self._scalar(value, dtype) for name, value in given.items()}
            options |= {f"{name}_exactly": self._number(value) for name, value in given.items()}
            templates = UPDATES.get(node.name) or (EXPRESSIONS[node.name],)
            for result in node.results:
                self.names[result] = f"t{len(self.names)}"
            places = {f"r{number}": self.names[result] for number, result in enumerate(node.results)}
            fixed = {"zero": f"{dtype}(0)", "one": f"{dtype}(1)", "type": dtype}
            order = [*range(1, len(templates)), 0]  # slots first: the parameter's new value is made of theirs
            for number in order:
                result = node.results[number]
                text = templates[number].format(*operands, **options, **places, **fixed)
                convert = "bool" if result.dtype.kind == "b" else result.dtype.name
                self.lines.append(f"{self.names[result]} = {convert}({text})")

    def _operand(self, argument: Any, inside: set[Value], node: Node) -> str:
        if type(argument) is Value and argument in inside:
            return self.names[argument]
        if isinstance(argument, np.ndarray) and argument.size and not any(argument.strides):
            argument = argument[(0,) * argument.ndim]  # one number everywhere
        if (type(argument) is Value or isinstance(argument, np.ndarray)) and argument.shape:
            return f"a{self._place(self.arrays, argument)}_"
        floating = [value.dtype.name for value in node.values() if value.dtype.kind == "f"]
        return self._scalar(argument, floating[0] if floating else node.results[0].dtype.name)

    def _scalar(self, argument: Any, dtype: str) -> str:
        kind = argument.dtype.name if hasattr(argument, "dtype") else dtype
        return self._number(argument) if isinstance(argument, bool) else f"{kind}({self._number(argument)})"

    def _number(self, argument: Any) -> str:
        return repr(argument) if isinstance(argument, bool) else f"s{self._place(self.scalars, argument)}"

    @staticmethod
    def _place(found: list[Any], argument: Any) -> int:
        for place, other in enumerate(found):
            if other is argument:
                return place
        found.append(argument)
        return len(found) - 1

    def _function(self) -> Any:
        plain = [output for output in self.outputs if output not in self.reductions]
        sums = [output for output in self.outputs if output in self.reductions]
        kept = [_kept(self.reductions[value], self.shape) for value in sums]
        levels = Levels(self.shape, [*[tuple(array.shape) for array in self.arrays], *kept, self.shape])
        count = len(self.arrays)
        slots = self._slots(plain) if self.in_place else {}
        loop = Loop(
            levels,
            arrays=[levels.levels_of(place) for place in range(count)],
            body=self.lines,
            scalars=len(self.scalars),
            outputs=[(self.names[value], slots.get(value)) for value in plain],
            sums=[(self.summed[value], levels.levels_of(count + place)) for place, value in enumerate(sums)],
            truths={
                *[place for place, array in enumerate(self.arrays) if array.dtype.kind == "b"],
                *[self.names[value] for value in plain if value.dtype.kind == "b"],
            },
        )
        shares = [self._share(value, levels.length(along)) for value, (_, along) in zip(sums, loop.sums)]
        return FusedCall(
            loop,
            arrays=[array.dtype.name for array in self.arrays],
            plain=[(value, slots.get(value)) for value in plain],
            sums=list(zip(sums, shares)),
            outputs=self.outputs,
            instead=None if self.pays else self.nodes,
        )

    def _share(self, value: Value, length: int) -> float:
        """What a sum is multiplied by."""
        return length / prod(self.shape) if self.reductions[value].name == "mean" else 1.0

    def _slots(self, plain: Sequence[Value]) -> dict[Value, int]:
        """The outputs that are written to the memory of an argument: slots, which belong to the optimizer alone."""
        found = {}
        for node in self.nodes:
            if node.name in UPDATES:
                for result, slot in zip(node.results[1:], node.arguments[2:]):
                    if result in plain:
                        found[result] = next(place for place, array in enumerate(self.arrays) if array is slot)
        return found


def _kept(node: Node, shape: Shape) -> Shape:
    """The shape of a reduction with its axes kept."""
    axis = node.options.get("axis")
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    gone = {place % len(shape) for place in axes}
    return tuple(1 if place in gone else length for place, length in enumerate(shape))
