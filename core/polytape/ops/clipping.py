"""Values and norms brought within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.indexed_slices import IndexedSlices
from polytape.ops.arithmetic import add_n, multiply
from polytape.ops.comparison import greater
from polytape.ops.powers import sqrt, square
from polytape.ops.reduction import reduce_sum
from polytape.ops.selection import clip, maximum, minimum, select
from polytape.tensor import Tensor


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Tensor:
    """Return `t` with every element brought into the range from `clip_value_min` to `clip_value_max`.

    The gradient is zero where an element was out of range.

    Args:
        t: an integer or floating-point tensor.
        clip_value_min, clip_value_max: numbers, or tensors of the dtype of `t` that broadcast to its shape.

    Raises:
        InvalidArgumentError: if the bounds do not broadcast to the shape of `t`.

    >>> import polytape as tf
    >>> tf.clip_by_value([-2.0, 0.5, 3.0], -1, 1).numpy().tolist()
    [-1.0, 0.5, 1.0]
    """
    if type(t) is not Tensor:
        t = convert(t)
    if {type(clip_value_min), type(clip_value_max)} <= t.dtype.python_types and t.dtype.is_differentiable:
        return clip(t, low=clip_value_min, high=clip_value_max)  # type: ignore[no-any-return]
    clipped = maximum(minimum(t, clip_value_max), clip_value_min)
    if clipped._array.shape != t._array.shape:
        raise InvalidArgumentError(
            f"clip_by_value: the bounds must broadcast to the shape {t.shape} of the tensor; the result "
            f"would have shape {clipped.shape}."
        )
    return clipped  # type: ignore[no-any-return]


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """Return `t`, scaled down where its L2 norm is above `clip_norm`.

    Args:
        t: a floating-point tensor, or `IndexedSlices`, whose values are scaled.
        clip_norm: a positive number, or a tensor that broadcasts.
        axes: the axes along which norms are taken; by default one norm of the whole tensor.

    >>> import polytape as tf
    >>> print(tf.clip_by_norm([3.0, 4.0], 1.0).numpy().round(4))
    [0.6 0.8]
    """
    if isinstance(t, IndexedSlices):
        return _like_slices(t, clip_by_norm(t.values, clip_norm, axes))  # type: ignore[return-value]
    tensor = convert(t)
    squares = reduce_sum(square(tensor), axes, keepdims=True)
    positive = greater(squares, 0)
    # Both branches of a `where` are differentiated: the root of zero must be in neither of them.
    norm = select(positive, sqrt(select(positive, squares, 1)), squares)
    clipped: Tensor = tensor * clip_norm / maximum(norm, clip_norm)
    return clipped


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Tensor:
    """Return `t`, scaled down if its L2 norm per element is above `clip_norm`.

    Args:
        t: a floating-point tensor.
        clip_norm: a positive number.

    >>> import polytape as tf
    >>> print(tf.compat.v1.clip_by_average_norm([3.0, 4.0], 1.0).numpy().round(4))
    [1.2 1.6]
    """
    tensor = convert(t)
    average = sqrt(reduce_sum(square(tensor))) / max(prod(tensor._array.shape), 1)
    clipped: Tensor = tensor * clip_norm / maximum(average, clip_norm)
    return clipped


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Tensor:
    """Return the L2 norm of all elements of several tensors together.

    Args:
        t_list: floating-point tensors of one dtype, `IndexedSlices`, and `None`, which is left out.

    Raises:
        InvalidArgumentError: if there is no tensor among them.

    >>> import polytape as tf
    >>> float(tf.linalg.global_norm([[3.0], None, [[4.0]]]))
    5.0
    """
    found = [_values(item) for item in _items(t_list, "global_norm") if item is not None]
    if not found:
        raise InvalidArgumentError("global_norm: t_list holds no tensor; pass at least one.")
    return sqrt(add_n([reduce_sum(square(values)) for values in found]))  # type: ignore[no-any-return]


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Return several tensors, scaled down together if their common L2 norm is too large, and that norm.

    Source: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks",
    2013.

    Args:
        t_list: floating-point tensors of one dtype, `IndexedSlices`, and `None`, which stays `None`.
        clip_norm: a positive number.
        use_norm: the norm, if it is known; otherwise `tf.linalg.global_norm(t_list)`.

    Returns:
        The list of scaled tensors and the norm. If the norm is not finite, the tensors become NaN.

    >>> import polytape as tf
    >>> clipped, norm = tf.clip_by_global_norm([[3.0], [4.0]], 1.0)
    >>> [float(t[0]) for t in clipped], float(norm)
    ([0.6000000238418579, 0.800000011920929], 5.0)
    """
    items = _items(t_list, "clip_by_global_norm")
    norm = global_norm(items) if use_norm is None else convert(use_norm)
    scale = clip_norm * minimum(1 / norm, 1 / convert(clip_norm, norm.dtype))
    scale = scale + (norm - norm)  # NaN where the norm is infinite
    clipped: list[Any] = []
    for item in items:
        if isinstance(item, IndexedSlices):
            clipped.append(_like_slices(item, multiply(item.values, scale)))
        else:
            clipped.append(None if item is None else multiply(item, scale))
    return clipped, norm


def _items(t_list: Any, op: str) -> list[Any]:
    if not isinstance(t_list, Sequence) or isinstance(t_list, str):
        raise InvalidArgumentError(f"{op}: t_list must be a sequence of tensors; received {type(t_list).__name__}.")
    return list(t_list)


def _values(item: Any) -> Tensor:
    return convert(item.values if isinstance(item, IndexedSlices) else item)


def _like_slices(slices: IndexedSlices, values: Tensor) -> IndexedSlices:
    return IndexedSlices(values, slices.indices, slices.dense_shape)
