"""Geometry of windows that slide over spatial axes: strides, dilations, padding, data formats, output
lengths.

Convolution and pooling share it. Public functions take what TensorFlow takes (an integer or a list for each
axis, `"SAME"`, `"VALID"` or explicit amounts, channels first or last); inside, every window is described by
plain tuples of one entry a spatial axis, and channels are last.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from polytape import arguments
from polytape.errors import InvalidArgumentError

Lengths = tuple[int, ...]
Padding = tuple[tuple[int, int], ...]

_LAST = {1: "NWC", 2: "NHWC", 3: "NDHWC"}
_FIRST = {1: "NCW", 2: "NCHW", 3: "NCDHW"}


def channels_first(data_format: Any, rank: int, op: str) -> bool:
    """Return whether `data_format` puts channels before the spatial axes; `None` stands for channels last."""
    if data_format is None or data_format == _LAST.get(rank):
        return False
    if data_format == _FIRST.get(rank):
        return True
    raise InvalidArgumentError(
        f"{op}: data_format must be {_LAST.get(rank)!r} or {_FIRST.get(rank)!r} for {rank} spatial axes; "
        f"received {data_format!r}."
    )


def to_channels_last(rank: int) -> Lengths:
    """Return the permutation from (batch, channels, spatial...) to (batch, spatial..., channels)."""
    return (0, *range(2, rank + 2), 1)


def to_channels_first(rank: int) -> Lengths:
    """Return the permutation from (batch, spatial..., channels) to (batch, channels, spatial...)."""
    return (0, rank + 1, *range(1, rank + 1))


def per_axis(value: Any, rank: int, first: bool, op: str, name: str) -> Lengths:
    """Return one positive integer for each spatial axis.

    Args:
        value: an integer, or 1, `rank` or `rank + 2` of them; of the latter, batch and channels must have 1.
        rank: the number of spatial axes.
        first: whether the channels come before the spatial axes.
        op, name: what to call them in errors.
    """
    if type(value) is int:
        found: Lengths = (value,) * rank
    else:
        found = tuple(arguments.integer(item, f"{op}: {name}") for item in _items(value))
        if len(found) == rank + 2:
            outer = found[:2] if first else (found[0], found[-1])
            if outer != (1, 1):
                raise InvalidArgumentError(
                    f"{op}: {name} must be 1 on the batch and channel axes; received {list(found)}."
                )
            found = found[2:] if first else found[1:-1]
        elif len(found) == 1:
            found = found * rank
    if len(found) != rank:
        raise InvalidArgumentError(
            f"{op}: {name} must be an integer, or a list of {rank} or {rank + 2}; received {value!r}."
        )
    if min(found, default=1) < 1:
        raise InvalidArgumentError(f"{op}: {name} must be positive; received {value!r}.")
    return found


def padding_argument(value: Any, rank: int, first: bool, op: str) -> str | Padding:
    """Return `"SAME"`, `"VALID"`, or explicit `(before, after)` amounts for each spatial axis.

    Args:
        value: one of the words, or a list of pairs, one for each axis or one for each spatial axis.
    """
    if value == "SAME" or value == "VALID":
        return str(value)
    if isinstance(value, str):
        if value.upper() in ("SAME", "VALID"):
            return value.upper()
        raise InvalidArgumentError(
            f"{op}: padding must be 'SAME', 'VALID' or a list of [before, after] pairs; received {value!r}."
        )
    pairs = [tuple(arguments.integer(item, f"{op}: padding") for item in _items(pair)) for pair in _items(value)]
    if len(pairs) == rank + 2:
        outer = pairs[:2] if first else [pairs[0], pairs[-1]]
        if outer != [(0, 0), (0, 0)]:
            raise InvalidArgumentError(
                f"{op}: padding must be [0, 0] on the batch and channel axes; received {value!r}."
            )
        pairs = pairs[2:] if first else pairs[1:-1]
    if len(pairs) != rank or any(len(pair) != 2 or min(pair) < 0 for pair in pairs):
        raise InvalidArgumentError(
            f"{op}: explicit padding must be [before, after] for each of {rank + 2} axes, none of them "
            f"negative; received {value!r}."
        )
    return tuple((pair[0], pair[1]) for pair in pairs)


@lru_cache(maxsize=4096)
def padding_amounts(
    padding: str | Padding, lengths: Lengths, window: Lengths, strides: Lengths, dilations: Lengths, op: str
) -> Padding:
    """Return how many elements to add before and after each spatial axis, and check that a window fits.

    `"SAME"` gives an output of ⌈length / stride⌉ and puts the odd element of padding after.
    """
    reach = [(size - 1) * dilation + 1 for size, dilation in zip(window, dilations)]
    if padding == "SAME":
        totals = [
            max((-(-length // stride) - 1) * stride + extent - length, 0)
            for length, stride, extent in zip(lengths, strides, reach)
        ]
        return tuple((total // 2, total - total // 2) for total in totals)
    amounts = ((0, 0),) * len(lengths) if isinstance(padding, str) else padding
    for axis, (length, (before, after), extent) in enumerate(zip(lengths, amounts, reach)):
        if extent > length + before + after:
            raise InvalidArgumentError(
                f"{op}: a window of {extent} elements (size {window[axis]}, dilation {dilations[axis]}) does "
                f"not fit into spatial axis {axis} of length {length} with padding {[before, after]}. Use "
                "padding='SAME', a smaller window or a larger input."
            )
    return amounts


@lru_cache(maxsize=4096)
def output_lengths(
    lengths: Lengths, window: Lengths, strides: Lengths, dilations: Lengths, padding: Padding
) -> Lengths:
    """Return the number of windows along each spatial axis."""
    return tuple(
        max((length + before + after - (size - 1) * dilation - 1) // stride + 1, 0)
        for length, size, stride, dilation, (before, after) in zip(lengths, window, strides, dilations, padding)
    )


def _items(value: Any) -> Sequence[Any]:
    if hasattr(value, "__polytape_tensor__"):
        value = value.__polytape_tensor__()
    if hasattr(value, "numpy"):
        value = value.numpy()
    if hasattr(value, "tolist"):
        value = value.tolist()
    return value if isinstance(value, (list, tuple)) else (value,)
