"""Rows that go to one place reduced to one: their maximum, minimum or product.

`scatter_rows` does the same with sums. What a backend does not have is computed by sorting the rows by place,
and then combining each with the one 1, 2, 4, ... rows before it, if that goes to the same place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import NUMERIC, REAL, int32, int64
from polytape.op import op
from polytape.ops.scan import flipped, shifted

_INDEX = frozenset((int32, int64))
Combine = Callable[[Array, Array], Array]


def _of_extremes(
    backend: Any, gradient: Array, values: Array, values_dtype: Any, indices: Array, output: Array
) -> Array:
    """The gradient in equal shares to the elements that attain the extreme."""
    attained = backend.astype(backend.equal(values, backend.take(output, indices, axis=0)), dtype=values_dtype)
    number = backend.take(backend.scatter_rows(attained, indices, shape=tuple(output.shape)), indices, axis=0)
    return attained / number * backend.take(gradient, indices, axis=0)


def _of_products(
    backend: Any, gradient: Array, values: Array, values_dtype: Any, indices: Array, indices_dtype: Any
) -> Array:
    """The gradient times the product of all others that go to the same place; without division, for zeros."""
    order = backend.argsort(indices, axis=0)
    places = backend.take(indices, order, axis=0)
    rows = backend.take(values, order, axis=0)
    before = _products_before(backend, rows, values_dtype, places, indices_dtype)
    turned = flipped(backend, rows, 0), flipped(backend, places, 0)
    after = flipped(backend, _products_before(backend, turned[0], values_dtype, turned[1], indices_dtype), 0)
    others = backend.take(before * after, backend.argsort(order, axis=0), axis=0)
    return others * backend.take(gradient, indices, axis=0)


@op(_of_extremes, None, accepts=(REAL, _INDEX))
def scatter_max(backend: Backend, values: Array, indices: Array, *, count: int) -> Array:
    """Return, for each of `count` places, the maximum of the rows that go there, or the dtype's lowest."""
    return _scatter(backend, values, indices, count, backend.dtype_of(values).min, backend.maximum)


@op(_of_extremes, None, accepts=(REAL, _INDEX))
def scatter_min(backend: Backend, values: Array, indices: Array, *, count: int) -> Array:
    """Return, for each of `count` places, the minimum of the rows that go there, or the dtype's highest."""
    return _scatter(backend, values, indices, count, backend.dtype_of(values).max, backend.minimum)


@op(_of_products, None, accepts=(NUMERIC, _INDEX))
def scatter_prod(backend: Backend, values: Array, indices: Array, *, count: int) -> Array:
    """Return, for each of `count` places, the product of the rows that go there; else one."""
    return _scatter(backend, values, indices, count, 1, backend.multiply)


def _scatter(backend: Backend, values: Array, indices: Array, count: int, neutral: Any, combine: Combine) -> Array:
    length, rest = values.shape[0], tuple(values.shape[1:])
    empty = backend.full((count, *rest), neutral, dtype=values.dtype, device=backend.device_of(values))
    if not length:
        return empty
    order = backend.argsort(indices, axis=0)
    places = backend.take(indices, order, axis=0)
    rows = backend.take(values, order, axis=0)
    rows = _scan(backend, rows, values.dtype, places, indices.dtype, neutral, combine)
    last = backend.not_equal(places, shifted(backend, places, indices.dtype, 0, -1, -1))
    positions = backend.arange(0, length, 1, dtype=indices.dtype, device=backend.device_of(indices))
    ends = backend.scatter_rows(backend.where(last, positions, 0), places, shape=(count,))
    present = backend.scatter_rows(backend.astype(last, dtype=indices.dtype), places, shape=(count,))
    found = backend.take(rows, ends, axis=0)
    return backend.where(backend.reshape(backend.greater(present, 0), shape=(count, *(1,) * len(rest))), found, empty)


def _scan(
    backend: Any, rows: Array, dtype: Any, places: Array, places_dtype: Any, neutral: Any, combine: Combine
) -> Array:
    """Combine each row with all before it that go to the same place; rows are sorted by place."""
    distance = 1
    while distance < rows.shape[0]:
        same = _same(backend, rows, places, places_dtype, distance)
        rows = backend.where(same, combine(rows, shifted(backend, rows, dtype, 0, distance, neutral)), rows)
        distance *= 2
    return rows


def _products_before(backend: Any, rows: Array, dtype: Any, places: Array, places_dtype: Any) -> Array:
    """For each row the product of those before it that go to the same place; rows are sorted by place."""
    upto = _scan(backend, rows, dtype, places, places_dtype, 1, backend.multiply)
    return backend.where(_same(backend, rows, places, places_dtype, 1), shifted(backend, upto, dtype, 0, 1, 1), 1)


def _same(backend: Any, rows: Array, places: Array, places_dtype: Any, distance: int) -> Array:
    """Whether each row goes to the same place as the one `distance` before it, in a shape that broadcasts."""
    same = backend.equal(places, shifted(backend, places, places_dtype, 0, distance, -1))
    return backend.reshape(same, shape=(rows.shape[0], *(1,) * (len(rows.shape) - 1)))
