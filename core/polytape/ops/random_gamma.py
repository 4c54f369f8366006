"""Gamma-distributed numbers as a pure function of a state."""

from __future__ import annotations

import math
from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING
from polytape.op import op
from polytape.ops.random_normal import working_dtype
from polytape.ops.rejection import ElementStreams, Words, accepted
from polytape.ops.threefry import STATE


@op(None, None, accepts=(FLOATING, STATE))
def random_gamma(backend: Backend, alpha: Array, state: Array) -> Array:
    """Return for each shape parameter a gamma-distributed number of scale 1; NaN unless it is positive.

    Source: G. Marsaglia and W. Tsang, "A simple method for generating gamma variables", ACM Transactions on
    Mathematical Software 26, 2000.
    """
    dtype = working_dtype(backend.dtype_of(alpha))
    flat = backend.astype(backend.reshape(alpha, shape=(math.prod(alpha.shape),)), dtype=backend.native_dtype(dtype))
    streams = ElementStreams(backend, state, flat.shape[0], dtype)
    with backend.computing():
        found = backend.astype(_gamma(backend, flat, streams), dtype=alpha.dtype)
    return backend.reshape(found, shape=tuple(alpha.shape))


def _gamma(backend: Any, alpha: Array, streams: ElementStreams) -> Array:
    small = alpha < 1
    valid = backend.logical_and(alpha > 0, backend.isfinite(alpha))
    known = backend.where(alpha > 0, alpha, alpha * 0 + math.nan)  # an infinite parameter gives infinity
    size = backend.where(valid, alpha + backend.astype(small, dtype=alpha.dtype), alpha * 0 + 1) - 1 / 3
    scale = 1 / backend.sqrt(9 * size)

    def attempt(number: int) -> Words:
        x, u = streams.normal(2 * number), streams.uniform(2 * number + 1)
        t = scale * x
        cube = (1 + t) * (1 + t) * (1 + t)
        # size · (1 - v + log v) with v = (1 + t)³, written so that large parameters lose no digits
        bound = x * x / 2 + 3 * size * (backend.log1p(t) - t * (1 + t * (1 + t / 3)))
        return size * cube, backend.logical_and(t > -1, backend.log(u) < bound)

    found = accepted(backend, known, backend.logical_not(valid), attempt)
    # A parameter below 1 is raised by 1 above; see section 6 of the source.
    shrunk = found * backend.pow(1 - streams.uniform(0xFFFFFFFF), 1 / backend.where(small, alpha, alpha * 0 + 1))
    return backend.where(backend.logical_and(small, valid), shrunk, found)
