"""Pooling in native code, against loops over windows in float64; and sums over first axes."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.ops import import_families
from polytape.ops.spatial import output_lengths
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import pooling, reduction

RANDOM = np.random.default_rng(15)
BACKEND = tf.ones(1)._backend
DTYPES = ("float32", "float64")
WINDOWS = [((2, 2), (2, 2)), ((3, 3), (2, 2)), ((3, 2), (1, 1)), ((1, 4), (3, 1)), ((2, 2), (3, 3)), ((1, 1), (1, 1))]
"""Windows and strides."""
PADDINGS = [((0, 0), (0, 0)), ((1, 1), (1, 1)), ((0, 1), (1, 0))]
import_families()


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to native code as well."""
    monkeypatch.setattr(pooling, "_WORTHWHILE", 0)
    monkeypatch.setattr(pooling, "_SHALLOWEST", 0)
    monkeypatch.setattr(reduction, "_WORTHWHILE", 1)


def real(*shape: int, dtype: str) -> Any:
    return RANDOM.normal(size=shape).astype(dtype)


def under(x: Any, position: tuple[int, ...], how: dict[str, Any]) -> list[tuple[int, ...]]:
    """The places of an image that lie under the window at a position, in row-major order."""
    ranges = []
    for axis, place in enumerate(position):
        start = place * how["strides"][axis] - how["padding"][axis][0]
        reached = [start + number * how["dilations"][axis] for number in range(how["window"][axis])]
        ranges.append([number for number in reached if 0 <= number < x.shape[axis + 1]])
    return list(product(*ranges))


def check(x: Any, how: dict[str, Any]) -> None:
    """Values and gradients of both, window by window."""
    lengths = output_lengths(x.shape[1:-1], how["window"], how["strides"], how["dilations"], how["padding"])
    shape = (x.shape[0], *lengths, x.shape[-1])
    gradient = real(*shape, dtype=x.dtype.name)
    largest, mean = np.full(shape, -np.inf), np.zeros(shape)
    of_largest, of_mean = np.zeros(x.shape), np.zeros(x.shape)
    for n, c, position in product(range(shape[0]), range(shape[-1]), np.ndindex(*lengths)):
        places = under(x, position, how)
        values = [float(x[(n, *place, c)]) for place in places]
        at = (n, *position, c)
        largest[at], mean[at] = max(values), sum(values) / len(values)
        of_largest[(n, *places[values.index(max(values))], c)] += gradient[at]
        for place in places:
            of_mean[(n, *place, c)] += gradient[at] / len(values)
    close = {"rtol": 1e-5, "atol": 1e-5} if x.dtype == np.float32 else {"rtol": 1e-12, "atol": 1e-12}
    for given, of_given in ((x, gradient), (np.asfortranarray(x), np.asfortranarray(gradient))):
        found = BACKEND.max_pool(given, **how)
        assert found.dtype == x.dtype
        np.testing.assert_array_equal(found, largest.astype(x.dtype))
        np.testing.assert_allclose(BACKEND.max_pool_input(of_given, given, **how), of_largest, **close)
        np.testing.assert_allclose(BACKEND.average_pool(given, **how), mean, **close)
        found = BACKEND.average_pool_input(of_given, lengths=x.shape[1:-1], **how)
        assert found.dtype == x.dtype
        np.testing.assert_allclose(found, of_mean, **close)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("padding", PADDINGS, ids=str)
@pytest.mark.parametrize("case", WINDOWS, ids=str)
def test_images(case: Any, padding: Any, dtype: str) -> None:
    window, strides = case
    if any(before >= size for (before, _), size in zip(padding, window)):
        padding = ((0, 0), (0, 0))  # a window may not lie beside the image
    for dilations, depth in (((1, 1), 1), ((1, 1), 17), ((2, 1), 3)):
        x = real(2, 8, 7, depth, dtype=dtype)
        check(x, {"window": window, "strides": strides, "padding": padding, "dilations": dilations})


@pytest.mark.parametrize("dtype", DTYPES)
def test_signals(dtype: str) -> None:
    check(real(3, 20, 5, dtype=dtype), {"window": (3,), "strides": (2,), "padding": ((1, 1),), "dilations": (1,)})


def test_many_images_on_several_cores() -> None:
    how = {"window": (2, 2), "strides": (2, 2), "padding": ((0, 0), (0, 0)), "dilations": (1, 1)}
    x = real(9, 32, 30, 16, dtype="float32")
    blocks = x.reshape(9, 16, 2, 15, 2, 16)
    found = BACKEND.max_pool(x, **how)
    np.testing.assert_array_equal(found, blocks.max((2, 4)))
    spread = BACKEND.max_pool_input(np.ones_like(found), x, **how)
    np.testing.assert_array_equal(
        spread, blocks.max((2, 4), keepdims=True).repeat(2, 2).repeat(2, 4).reshape(x.shape) == x
    )


def test_the_first_of_equal_elements_has_the_gradient() -> None:
    how = {"window": (2, 2), "strides": (2, 2), "padding": ((0, 0), (0, 0)), "dilations": (1, 1)}
    x = np.zeros((1, 2, 4, 1), np.float32)
    x[0, 1, 0, 0] = x[0, 1, 1, 0] = 5
    found = BACKEND.max_pool_input(np.ones((1, 1, 2, 1), np.float32), x, **how)
    assert found[0, :, :, 0].tolist() == [[0, 0, 1, 0], [1, 0, 0, 0]]


def test_nan_and_infinity() -> None:
    how = {"window": (1, 2), "strides": (1, 2), "padding": ((0, 0), (0, 0)), "dilations": (1, 1)}
    inf, nan = np.inf, np.nan
    x = np.array([nan, 1, 1, nan, -inf, -inf, inf, 3], np.float32).reshape(1, 1, 8, 1)
    np.testing.assert_array_equal(BACKEND.max_pool(x, **how).ravel(), [nan, nan, -inf, inf])
    found = BACKEND.max_pool_input(np.ones((1, 1, 4, 1), np.float32), x, **how)
    assert found.ravel().tolist() == [0, 0, 0, 0, 1, 0, 1, 0]


def test_nothing_to_pool() -> None:
    how = {"window": (2, 2), "strides": (2, 2), "padding": ((0, 0), (0, 0)), "dilations": (1, 1)}
    x, none = np.zeros((0, 4, 4, 3), np.float32), np.zeros((0, 2, 2, 3), np.float32)
    assert BACKEND.max_pool(x, **how).shape == BACKEND.average_pool(x, **how).shape == none.shape
    assert BACKEND.max_pool_input(none, x, **how).shape == x.shape
    assert BACKEND.average_pool_input(none, lengths=(4, 4), **how).shape == x.shape


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [0, (0, 1), (1, 0), (-3, 1), 2, (1, 2), None, (0, 1, 2), ()], ids=str)
def test_sums(axis: Any, keepdims: bool) -> None:
    for dtype in DTYPES:
        x = real(50, 30, 20, dtype=dtype)
        for given in (x, x.swapaxes(0, 2)):
            found = BACKEND.sum(given, axis=axis, keepdims=keepdims)
            exact = given.sum(axis=axis, keepdims=keepdims, dtype=np.longdouble)
            assert (found.shape, found.dtype) == (exact.shape, np.dtype(dtype))
            np.testing.assert_allclose(found, exact, rtol=0, atol=3e3 * np.finfo(dtype).eps)
