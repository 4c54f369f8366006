"""Backends whose numbers are right, and whose arrays, devices or manners are not."""

from __future__ import annotations

import warnings

import numpy as np
from fault import Fault, attributes, function
from loopback_backend import LoopbackBackend

_SCRATCH: dict = {}


def _scratch(original, x):
    """A result in memory that the next result of that shape is written to as well."""
    found = original(x)
    if not x.ndim:
        return found
    place = _SCRATCH.setdefault((x.shape, x.dtype), np.empty_like(found))
    place[...] = found
    return place


def _in_place(original, x):
    if x.ndim and x.flags.writeable and x.dtype.kind == "f":
        x[...] = original(x)
        return x
    return original(x)


def _into_first(original, x, indices, updates):
    if x.ndim and x.flags.writeable:
        np.add.at(x, indices, updates)
        return x
    return original(x, indices, updates)


def _over_the_host(backend, x):
    return backend.from_numpy(np.tanh(backend.to_numpy(x)))


def _warns(original, x, y):
    if np.any(y == 0):
        warnings.warn("divided by zero", RuntimeWarning, stacklevel=2)
    return original(x, y)


def _double_as_single(backend, array, device=None):
    found = np.array(array, order="C")
    return found.astype("float32").astype("float64") if found.dtype == np.float64 else found


class _StrangeArrays(LoopbackBackend):
    """Its hyperbolic tangent comes from another library."""

    def tanh(self, x):
        return np.tanh(x._hidden)


def _strange() -> Fault:
    from contextlib import nullcontext

    return Fault("tanh: arrays of another library", ("tanh", "math.tanh"), lambda: nullcontext(_StrangeArrays()))


FAULTS: tuple[Fault, ...] = (
    function("tanh", "a result that the next call overwrites", _scratch, "math.tanh"),
    function("exp", "its input overwritten", _in_place),
    function("scatter_add", "its first argument overwritten", _into_first),
    function("divide", "warns", _warns),
    attributes("by way of the host, undeclared", ("tanh", "math.tanh"), tanh=_over_the_host),
    attributes(
        "the caller's memory",
        ("from_numpy", "constant"),
        from_numpy=lambda backend, array, device=None: np.asarray(array)[()],
    ),
    attributes("float64 by way of float32", ("from_numpy", "constant"), from_numpy=_double_as_single),
    attributes(
        "the caller's memory by DLPack, after all copies",
        ("to_numpy",),
        to_numpy=lambda backend, array: (
            np.asarray(array).astype("float32") if array.dtype == np.float64 else np.asarray(array)
        ),
    ),
    attributes(
        "whole numbers by way of float32",
        ("arange",),
        arange=lambda backend, start, stop, step, *, dtype, device=None: np.arange(
            start, stop, step, dtype="float32"
        ).astype(dtype),
    ),
    attributes(
        "one element too many",
        ("arange", "range"),
        arange=lambda backend, start, stop, step, *, dtype, device=None: np.arange(
            start, stop + step, step, dtype=dtype
        ),
    ),
    attributes(
        "large integers by way of float64",
        ("full", "fill"),
        full=lambda backend, shape, value, *, dtype, device=None: np.full(shape, np.float64(value)).astype(dtype)[()],
    ),
    attributes("of the wrong dtype", ("scalar",), scalar=lambda backend, value, like: np.asarray(value)[()]),
    _strange(),
)
