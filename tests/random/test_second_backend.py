"""The same numbers on a second backend, which computes by core's own compositions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from loopback_backend import LoopbackBackend

import polytape as tf
from polytape.plugins import backends

random = tf.random
FLOATS = ("float16", "float32", "float64")
EXACT = (
    *(lambda dtype=dtype: random.stateless_uniform([301], [1, 2], dtype=dtype) for dtype in FLOATS),
    *(lambda dtype=dtype: random.stateless_uniform([7, 43], [3, 2**40], 1, 5, dtype) for dtype in FLOATS),
    *(
        lambda dtype=dtype: random.stateless_uniform([301], [1, 2], None, None, dtype)
        for dtype in ("int32", "int64", "uint32", "uint64")
    ),
    *(lambda dtype=dtype: random.stateless_uniform([301], [1, 2], 5, 77, dtype) for dtype in ("int32", "int64")),
    lambda: random.stateless_shuffle(range(100), [1, 2]),
    lambda: random.Generator.from_key_counter(3, 2**32 - 5).uniform_full_int([40]),
    lambda: random.split([1, 2], 4),
)
NEAR = (
    *(lambda dtype=dtype: random.stateless_normal([4001], [1, 2], dtype=dtype) for dtype in FLOATS),
    *(lambda dtype=dtype: random.stateless_truncated_normal([4001], [1, 2], dtype=dtype) for dtype in FLOATS),
)
TRIED = (
    lambda: random.stateless_gamma([301], [1, 2], [0.5] * 300 + [10.0]),
    lambda: random.stateless_poisson([301], [1, 2], [0.5] * 300 + [30.0]),
    lambda: random.stateless_binomial([301], [1, 2], 100.0, [0.5] * 300 + [0.01]),
    lambda: random.stateless_categorical([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]], 100, [1, 2]),
)


def on_both(function: Callable[[], Any]) -> tuple[Any, Any]:
    with backends.use("numpy"):
        expected = np.asarray(function())
    with backends.use(LoopbackBackend()):
        found = function()
        assert found.backend == "loopback"
        return np.asarray(found), expected


@pytest.mark.parametrize("function", EXACT)
def test_uniform_numbers_and_integers_bit_for_bit(function: Callable[[], Any]) -> None:
    np.testing.assert_array_equal(*on_both(function))


@pytest.mark.parametrize("function", NEAR)
def test_normal_numbers_to_four_units_in_the_last_place(function: Callable[[], Any]) -> None:
    found, expected = on_both(function)
    assert found.dtype == expected.dtype
    np.testing.assert_array_max_ulp(found, expected, maxulp=4)


@pytest.mark.parametrize("function", TRIED)
def test_what_is_tried(function: Callable[[], Any]) -> None:
    np.testing.assert_allclose(*on_both(function), rtol=1e-5)
