"""Parts of a tensor by numbers: `tf.slice`, `tf.strided_slice`."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

from polytape import arguments
from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.ops.slicing import getitem, subscript
from polytape.tensor import Tensor


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """Return the block of a tensor that begins at `begin` and has the shape `size`.

    Args:
        input_: a tensor of any dtype.
        begin: the first index along each axis, from 0.
        size: the length along each axis; -1 stands for all that is left.

    Raises:
        InvalidArgumentError: if the block reaches out of the tensor.

    >>> import polytape as tf
    >>> tf.slice([[1, 2, 3], [4, 5, 6]], [0, 1], [2, -1]).numpy().tolist()
    [[2, 3], [5, 6]]
    """
    if type(input_) is not Tensor:
        input_ = convert(input_)
    shape = input_._array.shape
    starts = arguments.integers(begin, "slice", "begin")
    lengths = arguments.shape(size, "slice", "size")
    if not len(starts) == len(lengths) == len(shape):
        raise InvalidArgumentError(
            f"slice: begin and size must hold a number for each of the {len(shape)} axes; received {list(starts)} and "
            f"{list(lengths)}."
        )
    key = []
    for axis, (start, wanted, length) in enumerate(zip(starts, lengths, shape)):
        stop = length if wanted == -1 else start + wanted
        if not 0 <= start <= stop <= length:
            raise InvalidArgumentError(
                f"slice: begin {start} and size {wanted} reach out of axis {axis}, which has length {length}."
            )
        key.append(builtins.slice(start, stop))
    return getitem(input_, key=tuple(key))  # type: ignore[no-any-return]


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return `input_[begin[0]:end[0]:strides[0], begin[1]:...]`.

    Args:
        input_: a tensor of any dtype.
        begin, end, strides: integers, as in Python's slices; strides are ones by default.
        begin_mask, end_mask: bit i set: item i has no beginning or no end.
        ellipsis_mask: bit i set: item i is `...`.
        new_axis_mask: bit i set: item i is a new axis.
        shrink_axis_mask: bit i set: item i is the index `begin[i]`, and its axis goes.

    >>> import polytape as tf
    >>> tf.strided_slice([1, 2, 3, 4, 5], [3], [0], [-2]).numpy().tolist()
    [4, 2]
    """
    starts = arguments.integers(begin, "strided_slice", "begin")
    stops = arguments.integers(end, "strided_slice", "end")
    steps: Sequence[int] = (1,) * len(starts)
    if strides is not None:
        steps = arguments.integers(strides, "strided_slice", "strides")
    if not len(starts) == len(stops) == len(steps):
        raise InvalidArgumentError(
            f"strided_slice: begin, end and strides must have one length; received {list(starts)}, {list(stops)} and "
            f"{list(steps)}."
        )
    key: list[Any] = []
    for position, (start, stop, step) in enumerate(zip(starts, stops, steps)):
        bit = 1 << position
        if ellipsis_mask & bit:
            key.append(...)
        elif new_axis_mask & bit:
            key.append(None)
        elif shrink_axis_mask & bit:
            key.append(start)
        else:
            key.append(builtins.slice(None if begin_mask & bit else start, None if end_mask & bit else stop, step))
    return subscript(input_, tuple(key))
