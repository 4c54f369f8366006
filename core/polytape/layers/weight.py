"""The arguments of `add_weight`, in the order of Keras 3 or in that of its predecessors."""

from __future__ import annotations

from typing import Any

from polytape import initializers
from polytape.errors import InvalidArgumentError
from polytape.floatx import default
from polytape.ops.creation import lengths_of
from polytape.variable import Variable

_ORDER = ("shape", "initializer", "dtype", "trainable", "autocast", "regularizer", "constraint", "aggregation")
_OLD_ORDER = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
_KNOWN = frozenset((*_ORDER, *_OLD_ORDER, "synchronization", "use_resource", "overwrite_with_gradient", "layout"))


def named(positional: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    """Return all arguments of `add_weight` by name; a name in the first place tells of the old order."""
    order = _OLD_ORDER if positional and isinstance(positional[0], str) else _ORDER
    given = dict(zip(order, positional))
    twice = [name for name in given if name in options]
    unknown = [name for name in options if name not in _KNOWN]
    if twice or unknown or len(positional) > len(order):
        raise TypeError(
            f"add_weight takes {', '.join((*_ORDER, 'name'))}; received {len(positional)} positional arguments"
            + (f", {', '.join(twice)} twice" if twice else "")
            + (f", unknown {', '.join(unknown)}" if unknown else "")
            + "."
        )
    return {**given, **options}


def make(given: dict[str, Any], prefix: str, dtype: Any, fallback: Any, trainable: bool) -> Variable:
    """Return the variable that the arguments of `add_weight` ask for.

    Args:
        given: the arguments by name.
        prefix: the name of the layer or metric.
        dtype: the dtype where none is given.
        fallback: the initializer where none is given and the dtype is floating-point.
        trainable: whether it is trainable where that is not given.
    """
    shape = lengths_of(() if given.get("shape") is None else given["shape"], f"add_weight of {prefix!r}")
    wanted = default(given.get("dtype") or dtype)
    initializer = given.get("initializer")
    if initializer is None:
        initializer = fallback if wanted.is_differentiable else "zeros"
    if isinstance(initializer, (int, float)) or not (callable(initializer) or isinstance(initializer, (str, dict))):
        initializer = initializers.Constant(initializer)
    value = initializers.get(initializer)(shape, dtype=wanted)
    if tuple(value.shape) != shape:
        raise InvalidArgumentError(
            f"add_weight of {prefix!r}: the initializer made a value of shape {tuple(value.shape)}; asked for {shape}."
        )
    return Variable(
        value,
        trainable=trainable if given.get("trainable") is None else bool(given["trainable"]),
        name=f"{prefix}/{given.get('name') or 'variable'}",
        dtype=wanted,
        constraint=given.get("constraint"),
    )
