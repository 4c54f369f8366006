"""Einstein's summation by transposing, multiplying matrices and summing, hence with every order of
derivative.

An equation is made a plan once for each combination of shapes: the steps, each on one or two operands. Labels
are single letters; what an ellipsis stands for gets labels of its own.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from polytape.backend import Shape
from polytape.conversion import convert_group
from polytape.dtypes import NUMERIC
from polytape.errors import InvalidArgumentError
from polytape.ops.arithmetic import multiply
from polytape.ops.diagonal import diag_part
from polytape.ops.linear_algebra import matmul_
from polytape.ops.reduction import sum_
from polytape.ops.shape import permute_dims, reshape_
from polytape.tensor import Tensor

Labels = str
Step = Callable[[list[Tensor]], None]
_LETTERS = string.ascii_letters


class Equation(NamedTuple):
    """A parsed equation: the labels of each operand's axes and of the result's."""

    operands: tuple[Labels, ...]
    output: Labels
    lengths: dict[str, int]


def einsum(equation: str, *inputs: Any, **options: Any) -> Tensor:
    """Return sums of products of tensors, as Einstein's notation says.

    Each axis of each tensor has a letter. Axes of one letter go together: letters that stand behind `->`
    remain, the others are summed over. Without `->`, the letters that occur once remain, in alphabetical
    order.

    Args:
        equation: such as "ij,jk->ik". A letter twice in one operand takes the diagonal; "..." stands for
            further axes, which broadcast.
        inputs: numeric tensors of one dtype.
        options: `optimize`, the way in which the order of more than two tensors is searched for: "greedy"
            (the default), "optimal", or another of TensorFlow's names, which count as "greedy".

    Raises:
        InvalidArgumentError: if the equation is malformed or does not fit the shapes.

    >>> import polytape as tf
    >>> tf.einsum("ij,jk->ik", [[1, 2]], [[3], [4]]).numpy().tolist()
    [[11]]
    >>> tf.einsum("ii", [[1, 2], [3, 4]]).numpy()
    np.int32(5)
    """
    unknown = options.keys() - {"optimize", "name"}
    if unknown:
        raise TypeError(f"einsum takes optimize and name as options; received {', '.join(sorted(unknown))}.")
    if not inputs:
        raise InvalidArgumentError("einsum needs at least one tensor.")
    tensors = convert_group(inputs, (NUMERIC,) * len(inputs), "einsum")
    search = "optimal" if options.get("optimize") == "optimal" else "greedy"
    steps = _plan(equation, tuple([tuple(tensor._array.shape) for tensor in tensors]), search)
    for step in steps:
        step(tensors)
    return tensors[0]


@lru_cache(maxsize=1024)
def _plan(equation: str, shapes: tuple[Shape, ...], search: str) -> tuple[Step, ...]:
    """The steps, each of which replaces operands in a list by its result at the end of it."""
    parsed = _parse(equation, shapes)
    steps: list[Step] = []
    operands = []
    for position, (labels, shape) in enumerate(zip(parsed.operands, shapes)):
        labels, shape = _without_repetitions(labels, shape, position, steps)
        operands.append(_without_ones(labels, shape, position, parsed.lengths, steps))
    for pair in _order(operands, parsed, search):
        first, second = sorted(pair)
        later = set(parsed.output).union(*(labels for i, labels in enumerate(operands) if i not in pair))
        steps.append(_contraction(first, second, operands, later, parsed.lengths))
    (labels,) = operands
    steps.extend(_finish(labels, parsed))
    return tuple(steps)


def _parse(equation: str, shapes: tuple[Shape, ...]) -> Equation:
    text = equation.replace(" ", "")
    left, arrow, right = text.partition("->")
    terms = left.split(",")
    if len(terms) != len(shapes):
        raise InvalidArgumentError(f"einsum: {equation!r} is for {len(terms)} tensors; received {len(shapes)}.")
    used = set(text) & set(_LETTERS)
    free = [letter for letter in _LETTERS if letter not in used]
    widths = [_ellipsis_width(term, len(shape), equation) for term, shape in zip(terms, shapes)]
    widest = max(widths)
    if widest > len(free):
        raise InvalidArgumentError(f"einsum: {equation!r} has more axes than there are letters.")
    extra = "".join(free[:widest])
    operands = tuple(term.replace("...", extra[widest - width :]) for term, width in zip(terms, widths))
    if arrow:
        output = right.replace("...", extra)
    else:
        once = (letter for letter in sorted(used) if sum(term.count(letter) for term in operands) == 1)
        output = extra + "".join(once)
    _check_output(output, operands, equation)
    return Equation(operands, output, _lengths(operands, shapes, extra, equation))


def _ellipsis_width(term: str, rank: int, equation: str) -> int:
    """How many axes the ellipsis of a term stands for."""
    letters = term.replace("...", "", 1)
    if any(letter not in _LETTERS for letter in letters):
        raise InvalidArgumentError(
            f"einsum: {equation!r} must be made of letters, commas, '->' and at most one '...' in each term."
        )
    width = rank - len(letters)
    if width < 0 or (width and "..." not in term):
        raise InvalidArgumentError(
            f"einsum: the term {term!r} of {equation!r} names {len(letters)} axes; its tensor has {rank}."
        )
    return width


def _check_output(output: Labels, operands: Sequence[Labels], equation: str) -> None:
    known = set("".join(operands))
    if len(set(output)) != len(output) or not known.issuperset(output):
        raise InvalidArgumentError(
            f"einsum: behind '->' of {equation!r} each letter must stand once, and be one of the operands'."
        )


def _lengths(operands: Sequence[Labels], shapes: Sequence[Shape], extra: Labels, equation: str) -> dict[str, int]:
    """The length of each label's axes; those of an ellipsis may be 1 in some operands."""
    found: dict[str, int] = {}
    for labels, shape in zip(operands, shapes):
        for label, length in zip(labels, shape):
            known = found.setdefault(label, length)
            if known == 1 and label in extra:
                found[label] = length
            elif length != known and not (length == 1 and label in extra):
                what = "an axis of '...'" if label in extra else repr(label)
                raise InvalidArgumentError(
                    f"einsum: {what} in {equation!r} has length {known} in one place and {length} in another."
                )
    return found


def _without_repetitions(labels: Labels, shape: Shape, position: int, steps: list[Step]) -> tuple[Labels, Shape]:
    """Take diagonals until no label stands twice."""
    for label in dict.fromkeys(labels):
        while labels.count(label) > 1:
            first = labels.index(label)
            second = labels.index(label, first + 1)
            rest = [axis for axis in range(len(labels)) if axis not in (first, second)]
            steps.append(_replacing(position, _diagonal_along((*rest, first, second))))
            labels = "".join(labels[axis] for axis in rest) + label
            shape = (*(shape[axis] for axis in rest), shape[first])
    return labels, shape


def _diagonal_along(axes: tuple[int, ...]) -> Callable[[Tensor], Tensor]:
    """What moves two axes to the end and takes the diagonal along them."""
    return lambda x: diag_part(_moved(x, axes))


def _without_ones(labels: Labels, shape: Shape, position: int, lengths: dict[str, int], steps: list[Step]) -> Labels:
    """Drop axes of length one that broadcast."""
    kept = [axis for axis, label in enumerate(labels) if shape[axis] == lengths[label]]
    if len(kept) == len(labels):
        return labels
    narrow = tuple(shape[axis] for axis in kept)
    steps.append(_replacing(position, lambda x: reshape_(x, shape=narrow)))
    return "".join(labels[axis] for axis in kept)


def _order(operands: list[Labels], parsed: Equation, search: str) -> list[tuple[int, int]]:
    """Which pairs to contract, one after the other; a result stands at the end of the list of operands."""
    count = len(operands)
    if count <= 2:
        return [(0, 1)] * (count - 1)
    # NumPy's search looks at the shapes of these only; it is the one of the package opt_einsum.
    blanks = [np.broadcast_to(np.float32(0), [parsed.lengths[label] for label in labels]) for labels in operands]
    path = np.einsum_path(f"{','.join(operands)}->{parsed.output}", *blanks, optimize=search)[0][1:]
    pairs: list[tuple[int, int]] = []
    for together in path:
        together = tuple(sorted(together))
        while len(together) > 1:
            pairs.append((together[0], together[1]))
            count -= 1
            together = (*(i - 2 for i in together[2:]), count - 1) if len(together) > 2 else ()
    return pairs


def _contraction(first: int, second: int, operands: list[Labels], later: set[str], lengths: dict[str, int]) -> Step:
    """The product of two operands, summed over the labels that are not needed later."""
    right, left = operands.pop(second), operands.pop(first)
    before_left, left = _summed(left, later | set(right))
    before_right, right = _summed(right, later | set(left))
    batch = [label for label in left if label in right and label in later]
    inner = [label for label in left if label in right and label not in later]
    rows, columns = (
        [label for label in left if label not in right],
        [label for label in right if label not in left],
    )
    operands.append("".join((*batch, *rows, *columns)))
    shapes = [tuple(lengths[label] for label in group) for group in (batch, rows, inner, columns)]
    product = _matrix_product if inner else _outer_product
    to_left = _axes(left, (*batch, *rows, *inner))
    to_right = _axes(right, (*batch, *inner, *columns))

    def step(tensors: list[Tensor]) -> None:
        y, x = tensors.pop(second), tensors.pop(first)
        tensors.append(product(_moved(before_left(x), to_left), _moved(before_right(y), to_right), *shapes))

    return step


def _matrix_product(x: Tensor, y: Tensor, batch: Shape, rows: Shape, inner: Shape, columns: Shape) -> Tensor:
    x = _shaped(x, (*batch, math.prod(rows), math.prod(inner)))
    y = _shaped(y, (*batch, math.prod(inner), math.prod(columns)))
    return _shaped(matmul_(x, y), (*batch, *rows, *columns))


def _outer_product(x: Tensor, y: Tensor, batch: Shape, rows: Shape, inner: Shape, columns: Shape) -> Tensor:
    x = _shaped(x, (*batch, *rows, *(1,) * len(columns)))
    y = _shaped(y, (*batch, *(1,) * len(rows), *columns))
    return multiply(x, y)  # type: ignore[no-any-return]


def _summed(labels: Labels, needed: set[str]) -> tuple[Callable[[Tensor], Tensor], Labels]:
    """What sums over the labels that are not needed, and those that remain."""
    axes = tuple(axis for axis, label in enumerate(labels) if label not in needed)
    remaining = "".join(label for label in labels if label in needed)
    if not axes:
        return lambda x: x, remaining
    return lambda x: sum_(x, axis=axes, keepdims=False), remaining


def _finish(labels: Labels, parsed: Equation) -> list[Step]:
    """Sum what does not remain, and bring the axes in order."""
    summing, labels = _summed(labels, set(parsed.output))
    axes = _axes(labels, tuple(label for label in parsed.output if label in labels))
    return [_replacing(0, lambda x: _moved(summing(x), axes))]


def _axes(labels: Labels, wanted: Sequence[str]) -> tuple[int, ...]:
    return tuple(labels.index(label) for label in wanted)


def _replacing(position: int, function: Callable[[Tensor], Tensor]) -> Step:
    def step(tensors: list[Tensor]) -> None:
        tensors[position] = function(tensors[position])

    return step


def _moved(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    return x if axes == tuple(range(len(axes))) else permute_dims(x, axes=axes)


def _shaped(x: Tensor, shape: Shape) -> Tensor:
    return x if x._array.shape == shape else reshape_(x, shape=shape)
