"""Clipping of gradients: each element, each gradient's norm, or the norm of all of them together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from polytape.backend import Array, Backend
from polytape.errors import InvalidArgumentError
from polytape.indexed_slices import IndexedSlices
from polytape.tensor import Tensor

Clip = Callable[[Sequence[Any]], list[Any]]


def choose(clipnorm: float | None, clipvalue: float | None, global_clipnorm: float | None) -> Clip | None:
    """The function that clips as an optimizer's arguments ask, `None` if they ask for nothing."""
    clips = {"clipnorm": clip_norms, "clipvalue": clip_values, "global_clipnorm": clip_global_norm}
    limits = {"clipnorm": clipnorm, "clipvalue": clipvalue, "global_clipnorm": global_clipnorm}
    given = {name: limit for name, limit in limits.items() if limit is not None}
    if len(given) > 1:
        raise InvalidArgumentError(
            f"At most one of clipnorm, clipvalue and global_clipnorm may be given; received {given}."
        )
    for name, limit in given.items():
        if not limit > 0:
            raise InvalidArgumentError(f"{name} must be positive; received {limit}.")
        return partial(clips[name], limit=limit)
    return None


def clip_values(gradients: Sequence[Any], limit: float) -> list[Any]:
    """Bring every element into the interval from `-limit` to `limit`."""

    def clip(backend: Backend, array: Array) -> Array:
        device = backend.device_of(array)
        low, high = (backend.full((), bound, dtype=array.dtype, device=device) for bound in (-limit, limit))
        return backend.minimum(backend.maximum(array, low), high)

    return [_mapped(gradient, clip) for gradient in gradients]


def clip_norms(gradients: Sequence[Any], limit: float) -> list[Any]:
    """Scale each gradient whose Euclidean norm is above `limit` down to that norm."""

    def clip(backend: Backend, array: Array) -> Array:
        norm = backend.sqrt(_squares(backend, array))
        least = backend.full((), limit, dtype=array.dtype, device=backend.device_of(array))
        return array * (limit / backend.maximum(norm, least))

    return [_mapped(gradient, clip) for gradient in gradients]


def clip_global_norm(gradients: Sequence[Any], limit: float) -> list[Any]:
    """Scale all gradients by one factor, such that the Euclidean norm of all of them together is at most `limit`.

    Source: Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", 2013.
    """
    total: Any = None
    for gradient in gradients:
        backend, array = _parts(gradient)
        squares = _squares(backend, array)
        total = squares if total is None else total + backend.astype(squares, dtype=total.dtype)
    backend = _parts(gradients[0])[0]
    least = backend.full((), limit, dtype=total.dtype, device=backend.device_of(total))
    factor = limit / backend.maximum(backend.sqrt(total), least)

    def clip(backend: Backend, array: Array) -> Array:
        return array * (factor if factor.dtype == array.dtype else backend.astype(factor, dtype=array.dtype))

    return [_mapped(gradient, clip) for gradient in gradients]


def _squares(backend: Backend, array: Array) -> Array:
    return backend.sum(array * array)


def _parts(gradient: Any) -> tuple[Backend, Array]:
    values = gradient.values if type(gradient) is IndexedSlices else gradient
    return values._backend, values._array


def _mapped(gradient: Any, clip: Callable[[Backend, Array], Array]) -> Any:
    """`gradient` with `clip` applied to its elements, or to those of its rows if it has rows only."""
    backend, array = _parts(gradient)
    clipped = Tensor(clip(backend, array), backend)
    if type(gradient) is IndexedSlices:
        return IndexedSlices(clipped, gradient.indices, gradient.dense_shape, gradient._backend)
    return clipped
