"""Classes drawn by their logits, as a pure function of a state."""

from __future__ import annotations

from typing import Any

from polytape import dtypes
from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING
from polytape.op import op
from polytape.ops.random_normal import working_dtype
from polytape.ops.threefry import STATE


@op(None, None, accepts=(FLOATING, STATE))
def random_categorical(backend: Backend, logits: Array, state: Array, *, count: int) -> Array:
    """Return for each row of logits `count` class indices, as int64 of shape [rows, count].

    An index is the number of classes whose cumulated weight does not exceed a uniform share of the whole.
    """
    cumulated, shares = weights_and_shares(backend, logits, state, count)
    exceeded = shares[:, :, None] >= cumulated[:, None, :]
    return backend.sum(backend.astype(exceeded, dtype=backend.native_dtype(dtypes.int64)), axis=2)


def weights_and_shares(backend: Any, logits: Array, state: Array, count: int) -> tuple[Array, Array]:
    """Return the cumulated weights of each row's classes, and its uniform shares of the last of them."""
    dtype = working_dtype(backend.dtype_of(logits))
    logits = backend.astype(logits, dtype=backend.native_dtype(dtype))
    weights = backend.exp(logits - backend.max(logits, axis=1, keepdims=True))
    cumulated = backend.cumulative_sum(weights, axis=1)
    uniform = backend.random_uniform(state, shape=(logits.shape[0], count), dtype=dtype)
    return cumulated, uniform * cumulated[:, -1:]
