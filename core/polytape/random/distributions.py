"""The distributions: each from its arguments, checked, and a source of states; the stateful functions, the stateless
ones and the generators' methods differ only in that source.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from polytape.arguments import integer
from polytape.conversion import convert
from polytape.dtypes import FLOATING, DType, as_dtype, int32, int64, names, uint32, uint64
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import OPS
from polytape.ops.creation import lengths_of
from polytape.ops.random_bits import random_integers, random_permutation, random_uniform
from polytape.ops.random_normal import random_normal, random_truncated_normal
from polytape.random.streams import Draw
from polytape.tensor import Tensor

_INTEGERS = frozenset((int32, int64, uint32, uint64))


def uniform(draw: Draw, shape: Any, minval: Any, maxval: Any, dtype: Any, op: str) -> Tensor:
    """Uniform numbers in [minval, maxval); of integers all if both limits are `None`."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, FLOATING | _INTEGERS, op)
    if wanted.is_integer:
        low, span = _integer_range(minval, maxval, wanted, op)
        state = draw(math.prod(lengths))
        return random_integers(state, shape=lengths, dtype=wanted, low=low, span=span)  # type: ignore[no-any-return]
    low, high = 0.0 if minval is None else minval, 1.0 if maxval is None else maxval
    made = random_uniform(draw(math.prod(lengths)), shape=lengths, dtype=wanted)
    if type(low) not in (int, float) or type(high) not in (int, float):
        low, high = convert(low, wanted), convert(high, wanted)
        return made * (high - low) + low  # type: ignore[no-any-return]
    if high - low != 1:
        made = made * (high - low)
    if low != 0:
        made = made + low
        if low < high:  # the sum may have been rounded up to the limit
            number = wanted.as_numpy_dtype
            made = OPS["minimum"](made, float(np.nextafter(number(high), number(low))))
    return made  # type: ignore[no-any-return]


def full_integers(draw: Draw, shape: Any, dtype: Any, op: str) -> Tensor:
    """Integers, each value of the dtype as likely as any other."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, _INTEGERS, op)
    low, span = _integer_range(None, None, wanted, op)
    return random_integers(draw(math.prod(lengths)), shape=lengths, dtype=wanted, low=low, span=span)  # type: ignore[no-any-return]


def normal(draw: Draw, shape: Any, mean: Any, stddev: Any, dtype: Any, op: str) -> Tensor:
    """Normally distributed numbers."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, FLOATING, op)
    return _placed(random_normal(draw(math.prod(lengths)), shape=lengths, dtype=wanted), mean, stddev, wanted)


def truncated_normal(draw: Draw, shape: Any, mean: Any, stddev: Any, dtype: Any, op: str) -> Tensor:
    """Normally distributed numbers within two standard deviations of the mean."""
    lengths, wanted = lengths_of(shape, op), _allowed(dtype, FLOATING, op)
    return _placed(
        random_truncated_normal(draw(math.prod(lengths)), shape=lengths, dtype=wanted), mean, stddev, wanted
    )


def shuffle(draw: Draw, value: Any, op: str) -> Tensor:
    """A tensor's slices along its first axis in random order."""
    tensor = value if type(value) is Tensor else convert(value)
    if not tensor._array.shape:
        return tensor
    count = tensor._array.shape[0]
    order = random_permutation(draw(count), count=count)
    return OPS["take"](tensor, order, axis=0)  # type: ignore[no-any-return]


def _allowed(dtype: Any, allowed: frozenset[DType], op: str) -> DType:
    wanted = as_dtype(dtype)
    if wanted not in allowed:
        raise DTypeError(f"{op}: dtype must be among {names(allowed)}; received {wanted.name}.")
    return wanted


def _integer_range(minval: Any, maxval: Any, dtype: DType, op: str) -> tuple[int, int]:
    """The smallest value, and how many there are."""
    if minval is None and maxval is None:
        return int(dtype.min), int(dtype.max) - int(dtype.min) + 1
    if maxval is None or minval is None:
        raise InvalidArgumentError(
            f"{op}: for dtype {dtype.name}, maxval must be given: the values are below it."
        )
    low, high = integer(minval, f"{op}: minval"), integer(maxval, f"{op}: maxval")
    if low >= high:
        raise InvalidArgumentError(f"{op}: need minval < maxval; received minval={low} and maxval={high}.")
    if low < dtype.min or high > int(dtype.max) + 1:
        raise InvalidArgumentError(
            f"{op}: minval={low} and maxval={high} do not fit {dtype.name} ({dtype.min} to {dtype.max}); pass another dtype."
        )
    return low, high - low


def _placed(made: Tensor, mean: Any, stddev: Any, dtype: DType) -> Tensor:
    """Standard numbers, stretched by `stddev` and moved by `mean`."""
    if type(stddev) not in (int, float):
        made = made * convert(stddev, dtype)
    elif stddev != 1:
        made = made * stddev
    if type(mean) not in (int, float):
        made = made + convert(mean, dtype)
    elif mean != 0:
        made = made + mean
    return made
