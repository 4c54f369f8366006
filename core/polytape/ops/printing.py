"""`tf.print`: values on a stream, in TensorFlow's format."""

from __future__ import annotations

import math
import pprint
import sys
from typing import Any

import numpy as np

from polytape import nest
from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.graph.live import tracing
from polytape.tensor import Tensor


def print(
    *inputs: Any,
    output_stream: Any = None,
    summarize: int = 3,
    sep: str = " ",
    end: str = "\n",
    name: str | None = None,
) -> None:
    """Print values, tensors among them, also inside of structures.

    Args:
        inputs: tensors, variables, and anything else, alone or in nested structures.
        output_stream: `sys.stderr`, which is the default, `sys.stdout`, any object with a method `write`, or
            `"file://PATH"` to append to a file.
        summarize: how many elements of each axis are printed at its beginning and at its end; -1 for all.
        sep: what stands between the inputs.
        end: what is printed at the end.

    Raises:
        InvalidArgumentError: if the stream is none of those, or `summarize` is not positive and not -1.

    >>> import sys
    >>> import polytape as tf
    >>> tf.print("values:", tf.range(10), {"half": tf.constant(0.5)}, output_stream=sys.stdout)
    values: [0 1 2 ... 7 8 9] {'half': 0.5}
    """
    if summarize != -1 and summarize < 1:
        raise InvalidArgumentError(f"print: summarize must be positive, or -1 for all; received {summarize}.")
    trace = tracing.get()
    if trace is None:
        _write(sep.join([_formatted(value, summarize) for value in inputs]) + end, output_stream)
        return
    leaves = [convert(leaf) if hasattr(leaf, "__polytape_tensor__") else leaf for leaf in nest.flatten(inputs)]

    def later(*tensors: Tensor) -> None:
        given = iter(tensors)
        values = nest.pack_sequence_as(inputs, [next(given) if isinstance(x, Tensor) else x for x in leaves])
        print(*values, output_stream=output_stream, summarize=summarize, sep=sep, end=end)

    trace.host("print", later, tuple([leaf for leaf in leaves if isinstance(leaf, Tensor)]))


def _write(text: str, output_stream: Any) -> None:
    stream = sys.stderr if output_stream is None else output_stream
    if isinstance(stream, str) and stream.startswith("file://"):
        with open(stream.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(text)
    elif hasattr(stream, "write"):
        stream.write(text)
    else:
        raise InvalidArgumentError(
            f"print: output_stream must be sys.stdout, sys.stderr, an object with a method write, or "
            f"'file://PATH'; received {stream!r:.100}."
        )


def _formatted(value: Any, summarize: int) -> str:
    if isinstance(value, str):
        return value
    marks: list[_Mark] = []
    leaves = [_marked(leaf, marks, summarize) for leaf in nest.flatten(value)]
    text = pprint.pformat(nest.pack_sequence_as(value, leaves))
    for mark in marks:
        text = text.replace(repr(mark), mark.text)
    return text


class _Mark:
    """What stands for a tensor while the structure around it is laid out, whatever the length of its text."""

    def __init__(self, number: int, text: str) -> None:
        self.number = number
        self.text = text

    def __repr__(self) -> str:
        return f"\x00{self.number}\x00"


def _marked(leaf: Any, marks: list[_Mark], summarize: int) -> Any:
    if hasattr(leaf, "__polytape_tensor__"):
        leaf = leaf.__polytape_tensor__()
    if not isinstance(leaf, Tensor):
        return leaf
    marks.append(_Mark(len(marks), summary(np.asarray(leaf), summarize)))
    return marks[-1]


def summary(array: Any, ends: int = 3) -> str:
    """The elements of an array as TensorFlow prints them: of each axis `ends` at both ends, all if -1."""
    return _axis(array, 0, array.ndim, math.inf if ends == -1 else ends)


def _axis(array: Any, depth: int, rank: int, ends: float) -> str:
    if depth == rank:
        return _element(array[()])
    # Between rows there are as many line breaks as axes within them, and the next row is indented.
    spacing = " " if depth == rank - 1 else "\n" * (rank - depth - 1) + " " * (depth + 1)
    length = len(array)
    shown = range(length) if length <= 2 * ends else [*range(int(ends)), *range(length - int(ends), length)]
    parts = [_axis(array[index], depth + 1, rank, ends) for index in shown]
    if length > 2 * ends:
        parts.insert(int(ends), "...")
    return "[" + spacing.join(parts) + "]"


def _element(value: Any) -> str:
    if value.dtype.kind == "b":
        return str(int(value))
    if value.dtype.kind == "c":
        return f"({_real(value.real)},{_real(value.imag)})"
    return _real(value) if value.dtype.kind == "f" else str(value)


def _real(value: Any) -> str:
    """As few digits as give the value back, of the two numbers of digits that TensorFlow tries."""
    value = value if value.dtype == np.float64 else np.float32(value)
    if math.isnan(value):
        return "nan"
    short, long = (15, 17) if value.dtype == np.float64 else (6, 9)
    text = f"{float(value):.{short}g}"
    return text if value.dtype.type(text) == value else f"{float(value):.{long}g}"
