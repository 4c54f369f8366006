"""One loop for a group of calls: its source, and the function that hands arrays to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from polytape.graph.graph import Kind, Node, Value
from polytape_numpy.compiler.axes import Levels
from polytape_numpy.compiler.expressions import EXPRESSIONS, REDUCTIONS, UPDATES
from polytape_numpy.compiler.storage import loaded
from polytape_numpy.compiler.threads import in_parts, part_count

Shape = tuple[int, ...]


class Kernel:
    """The loop of a group.

    Args:
        shape: the index space.
        nodes: the calls, in order.
        outputs: the values among their results that are needed outside.
        in_place: whether the slots of optimizers may be written to.
    """

    def __init__(self, shape: Shape, nodes: Sequence[Node], outputs: Sequence[Value], *, in_place: bool) -> None:
        self.shape = shape
        self.nodes = nodes
        self.outputs = list(outputs)
        self.in_place = in_place
        self.reductions = {node.results[0]: node for node in nodes if node.name in REDUCTIONS}
        self.arrays: list[Any] = []
        self.scalars: list[Any] = []
        self.names: dict[Any, str] = {}
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
                continue
            operands = [self._operand(argument, inside, node) for argument in self._operands(node)]
            dtype = node.results[0].dtype.name
            options = {name: self._scalar(value, dtype) for name, value in node.options.items() if name != "dtype"}
            templates = UPDATES.get(node.name) or (EXPRESSIONS[node.name],)
            for result in node.results:
                self.names[result] = f"t{len(self.names)}"
            places = {f"r{number}": self.names[result] for number, result in enumerate(node.results)}
            fixed = {"zero": f"{dtype}(0)", "one": f"{dtype}(1)"}
            order = [*range(1, len(templates)), 0]  # slots first: the parameter's new value is made of theirs
            for number in order:
                result = node.results[number]
                text = templates[number].format(*operands, **options, **places, **fixed)
                convert = "bool" if result.dtype.kind == "b" else result.dtype.name
                self.lines.append(f"{self.names[result]} = {convert}({text})")

    @staticmethod
    def _operands(node: Node) -> Sequence[Any]:
        return node.arguments

    def _operand(self, argument: Any, inside: set[Value], node: Node) -> str:
        if type(argument) is Value and argument in inside:
            return self.names[argument]
        if (type(argument) is Value or isinstance(argument, np.ndarray)) and argument.shape:
            return f"a{self._place(self.arrays, argument)}_"
        floating = [value.dtype.name for value in node.values() if value.dtype.kind == "f"]
        return self._scalar(argument, floating[0] if floating else node.results[0].dtype.name)

    def _scalar(self, argument: Any, dtype: str) -> str:
        if isinstance(argument, bool):
            return repr(argument)
        kind = argument.dtype.name if hasattr(argument, "dtype") else dtype
        return f"{'bool' if kind == 'bool' else kind}(s{self._place(self.scalars, argument)})"

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
        where = [levels.levels_of(place) for place in range(len(self.arrays))]
        sums_at = [levels.levels_of(len(self.arrays) + place) for place in range(len(sums))]
        sources = [self.names[self.reductions[value].arguments[0]] for value in sums]
        source = _source(
            levels,
            where,
            [self.names[value] for value in plain],
            list(zip(sources, sums_at)),
            self.lines,
            len(self.scalars),
        )
        loop = loaded(source)
        aliases = self._aliases(plain) if self.in_place else {}
        factors = [
            levels.length(at) / int(np.prod(self.shape)) if self.reductions[value].name == "mean" else 1.0
            for value, at in zip(sums, sums_at)
        ]
        return _caller(loop, levels, len(self.arrays), plain, sums, sums_at, factors, aliases, self.outputs)

    def _aliases(self, plain: Sequence[Value]) -> dict[int, int]:
        """The outputs that are written to the memory of an argument: slots, which belong to the optimizer alone."""
        found = {}
        for node in self.nodes:
            if node.name in UPDATES:
                for number, result in enumerate(node.results[1:]):
                    slot = node.arguments[2 + number]
                    if result in plain and slot in self.arrays:
                        found[plain.index(result)] = self.arrays.index(slot)
        return found


def _kept(node: Node, shape: Shape) -> Shape:
    """The shape of a reduction with its axes kept."""
    axis = node.options.get("axis")
    axes = range(len(shape)) if axis is None else (axis,) if isinstance(axis, int) else axis
    gone = {place % len(shape) for place in axes}
    return tuple(1 if place in gone else length for place, length in enumerate(shape))


def _source(
    levels: Levels,
    arrays: list[tuple[int, ...]],
    outputs: list[str],
    sums: list[tuple[str, tuple[int, ...]]],
    body: list[str],
    scalars: int,
) -> str:
    """The source of a function that runs the part from `start` to `stop` of the outermost loop."""
    depth = len(levels.sizes)
    parameters = [
        *("start", "stop", "part"),
        *[f"n{level}" for level in range(depth)],
        *[f"a{number}" for number in range(len(arrays))],
        *[f"s{number}" for number in range(scalars)],
        *[f"o{number}" for number in range(len(outputs))],
        *[f"p{number}" for number in range(len(sums))],
    ]
    inner = depth - 1
    lines = [f"def loop({', '.join(parameters)}):"]
    for level in range(depth):
        if level == inner:
            for number, (_, at) in enumerate(sums):
                if inner not in at:
                    lines.append("    " * (level + 1) + f"c{number} = 0.0")
        bounds = "start, stop" if level == 0 else f"n{level}"
        lines.append("    " * (level + 1) + f"for i{level} in range({bounds}):")
    deep = "    " * (depth + 1)
    lines += [f"{deep}a{number}_ = a{number}[{levels.index(at)}]" for number, at in enumerate(arrays)]
    lines += [deep + line for line in body]
    everywhere = levels.index(tuple(range(depth)))
    lines += [f"{deep}o{number}[{everywhere}] = {name}" for number, name in enumerate(outputs)]
    for number, (name, at) in enumerate(sums):
        if inner in at:
            lines.append(f"{deep}p{number}[part, {levels.index(at)}] += {name}")
        else:
            lines.append(f"{deep}c{number} += {name}")
    for number, (_, at) in enumerate(sums):
        if inner not in at:
            lines.append("    " * depth + f"p{number}[part, {levels.index(at)}] += c{number}")
    return "\n".join(lines) + "\n"


def _caller(
    loop: Any,
    levels: Levels,
    array_count: int,
    plain: Sequence[Value],
    sums: Sequence[Value],
    sums_at: Sequence[tuple[int, ...]],
    factors: Sequence[float],
    aliases: dict[int, int],
    outputs: Sequence[Value],
) -> Any:
    """The function that takes and returns arrays."""
    sizes = levels.sizes
    outer, elements = sizes[0], int(np.prod(sizes))
    parts = part_count(outer, elements)
    made = [(value.shape, value.dtype) for value in plain]
    lengths = [levels.length(at) for at in sums_at]
    places = [(plain.index(value), False) if value in plain else (sums.index(value), True) for value in outputs]

    def call(*arguments: Any) -> tuple[Any, ...]:
        given = [array.reshape(-1) for array in arguments[:array_count]]
        whole = [
            arguments[aliases[number]]
            if number in aliases and arguments[aliases[number]].flags.c_contiguous
            else np.empty(*what)
            for number, what in enumerate(made)
        ]
        partial = [np.zeros((parts, length)) for length in lengths]
        rest = (*sizes, *given, *arguments[array_count:], *[array.reshape(-1) for array in whole], *partial)
        in_parts(loop, outer, parts, rest)
        reduced = [
            (array.sum(0) * factor).astype(value.dtype).reshape(value.shape)[()]
            for array, factor, value in zip(partial, factors, sums)
        ]
        return tuple([reduced[place] if is_sum else whole[place] for place, is_sum in places])

    return call
