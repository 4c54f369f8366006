"""What ops' public functions do with arguments that are not tensors: axes, shapes, flags; bad ones get clear errors."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from typing import Any

from polytape.errors import DTypeError, InvalidArgumentError
from polytape.tensor import Tensor


def integer(value: Any, name: str) -> int:
    """Return `value`, an integer or an integer tensor without axes, as an `int`."""
    try:
        return operator.index(value if not hasattr(value, "__polytape_tensor__") else value.__polytape_tensor__())
    except TypeError:
        raise DTypeError(f"{name} must be an integer; received {value!r} of {type(value).__name__}.") from None


def axis(value: Any, rank: int, op: str, name: str = "axis") -> int:
    """Return one axis of a tensor of `rank`, counted from the front."""
    number = integer(value, f"{op}: {name}")
    if not -rank <= number < rank:
        allowed = f"from {-rank} to {rank - 1}" if rank else "none: it has no axes"
        raise InvalidArgumentError(
            f"{op}: {name} {number} is out of range for a tensor of rank {rank}; allowed are axes {allowed}."
        )
    return number % rank


def axes(value: Any, rank: int, op: str, name: str = "axis") -> tuple[int, ...]:
    """Return several axes, counted from the front; `None` stands for all of them."""
    if value is None:
        return tuple(range(rank))
    found = tuple(axis(item, rank, op, name) for item in _items(value))
    if len(set(found)) != len(found):
        raise InvalidArgumentError(f"{op}: {name} names an axis twice; received {value!r}.")
    return found


def shape(value: Any, op: str, name: str = "shape") -> tuple[int, ...]:
    """Return a shape given as integers, a sequence of them or an integer tensor; -1 is let through."""
    if type(value) is list or type(value) is tuple:  # the short way for plain integers
        for length in value:
            if type(length) is not int or length < -1:
                break
        else:
            return tuple(value)
    lengths = tuple(integer(item, f"{op}: {name}") for item in _items(value))
    if any(length < -1 for length in lengths):
        raise InvalidArgumentError(f"{op}: {name} must hold no negative lengths; received {list(lengths)}.")
    return lengths


def integers(value: Any, op: str, name: str) -> tuple[int, ...]:
    """Return one or several integers, of whatever sign, given as integers, a sequence of them or a tensor."""
    return tuple(integer(item, f"{op}: {name}") for item in _items(value))


def pairs(value: Any, count: int, op: str, name: str) -> tuple[tuple[int, int], ...]:
    """Return `count` pairs of integers from 0 upwards, given as a sequence of pairs or a tensor of shape [count, 2]."""
    found = tuple(integers(item, op, name) for item in _items(value))
    if len(found) != count or any(len(pair) != 2 or min(pair) < 0 for pair in found):
        raise InvalidArgumentError(
            f"{op}: {name} must hold a pair of numbers from 0 upwards for each of {count} axes; received "
            f"{[list(pair) for pair in found]}."
        )
    return found  # type: ignore[return-value]


def choice(value: Any, allowed: Sequence[str], op: str, name: str) -> str:
    """Return `value` if it is one of the allowed words, in whatever case."""
    word = value.upper() if isinstance(value, str) and value.upper() in allowed else value
    if word not in allowed:
        raise InvalidArgumentError(f"{op}: {name} must be one of {', '.join(map(repr, allowed))}; received {value!r}.")
    return str(word)


def _items(value: Any) -> Iterable[Any]:
    if hasattr(value, "__polytape_tensor__"):
        value = value.__polytape_tensor__()
    if isinstance(value, Tensor) or hasattr(value, "tolist"):
        value = (value.numpy() if isinstance(value, Tensor) else value).tolist()
    return value if isinstance(value, Iterable) and not isinstance(value, str) else (value,)
