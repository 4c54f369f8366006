"""Functions of arrays that broadcast in native code, against loops over elements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import broadcasting
from polytape_numpy.native.broadcasting import NativeSelection, broadcast

RANDOM = np.random.default_rng(14)
SHAPES = [
    ((7,), (7,), (7,)),
    ((4, 5), (3, 4, 5), ()),
    ((3, 4, 5), (), (3, 4, 5)),
    ((3, 1, 5), (4, 5), (3, 4, 1)),
    ((1,), (6, 7), (7,)),
    ((2, 1, 3, 1), (1, 4, 1, 5), (2, 4, 3, 5)),
    ((0, 3), (3,), (1, 3)),
    ((300, 1), (300, 301), (301,)),
]
"""Of the condition and both choices; () stands for a number."""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
def test_selection(shapes: Any, dtype: str) -> None:
    condition = RANDOM.random(shapes[0]) < 0.5
    x, y = (RANDOM.normal(size=shape).astype(dtype) if shape else -1e9 for shape in shapes[1:])
    shape = np.broadcast_shapes(*shapes)
    expected = np.empty(shape, dtype)
    whole = [np.broadcast_to(operand, shape) for operand in (condition, x, y)]
    for place in np.ndindex(shape):
        expected[place] = whole[1][place] if whole[0][place] else whole[2][place]
    found = broadcast("where", np.dtype(dtype), condition, x, y)
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, expected)
    turned = [operand if np.ndim(operand) < 2 else np.asfortranarray(operand) for operand in (condition, x, y)]
    np.testing.assert_array_equal(broadcast("where", np.dtype(dtype), *turned), expected)


def test_what_is_selected_keeps_its_bits() -> None:
    x = np.array([np.nan, -0.0, np.inf, 1e-45] * 2, np.float32)
    condition = np.array([True] * 4 + [False] * 4)
    found = broadcast("where", x.dtype, condition, x, np.float32(np.nan))
    np.testing.assert_array_equal(found[:4].view(np.int32), x[:4].view(np.int32))
    assert np.isnan(found[4:]).all()


def test_which_selections_take_native_code(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    monkeypatch.setattr(broadcasting, "broadcast", lambda name, dtype, *_: taken.append(str(dtype)))
    condition = np.zeros(10_000, bool)
    for dtype in ("float16", "int32", "float32", "float64"):
        for size in (10, 10_000):
            x = np.zeros(size, dtype)
            NativeSelection.where(condition[:size], x, x)
            NativeSelection.where(condition[:size], x, 0)
    NativeSelection.where(condition, np.float32(1), np.float64(0))
    assert taken == ["float32", "float32", "float64", "float64"]


def test_a_masked_softmax_and_its_gradient() -> None:
    x = RANDOM.normal(size=(8, 32, 32))
    mask = np.tri(32, dtype=bool)
    given = tf.constant(x.astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(given)
        weights = tf.nn.softmax(tf.where(mask, given, -1e9))
        loss = tf.reduce_sum(weights * weights)
    exponentials = np.exp(x) * mask
    exact = exponentials / exponentials.sum(-1, keepdims=True)
    np.testing.assert_allclose(weights.numpy(), exact, rtol=2e-6)
    of_weights = 2 * exact
    of_x = exact * (of_weights - (of_weights * exact).sum(-1, keepdims=True))
    np.testing.assert_allclose(tape.gradient(loss, given).numpy(), of_x, atol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_halves_of_large_arrays(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcasting, "_LARGE", 0)
    x, y = RANDOM.normal(size=(2, 300, 301)).astype(dtype)
    y[0, :4] = np.nan, np.inf, -np.inf, 0
    x[1, :3] = np.nan, np.inf, -np.inf
    expected = np.where(y > 0, y, np.where(np.isnan(y), np.nan, 0))
    np.testing.assert_array_equal(NativeSelection.relu(y), expected.astype(dtype))
    with np.errstate(invalid="ignore"):
        np.testing.assert_array_equal(NativeSelection.where_positive(x, y), np.where(y > 0, x, x * 0))
    np.testing.assert_array_equal(NativeSelection.where_positive(x.T, y.T), NativeSelection.where_positive(x, y).T)
