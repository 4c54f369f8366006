"""Functions of single elements in native code, against wider numbers over the whole range of a dtype."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.compiler import fusion
from polytape_numpy.native import elementwise
from polytape_numpy.native.elementwise import computed

DTYPES = ("float32", "float64")
EDGES = [0.0, -0.0, math.inf, -math.inf, math.nan, 1.0, -1.0, 1e-45, 5e-324, 88.72, 88.73, -87.4, -103.9, -104.0]
LARGE = [1e30, -1e30, 709.78, 709.79, -708.4, -745.13, -745.14, 710.0, -746.0, 20.0, -20.0, 19.99, 40.0]

_erf = np.vectorize(math.erf, otypes=[float])
_erfc = np.vectorize(math.erfc, otypes=[float])


def _sigmoid(x: Any) -> Any:
    part = np.exp(-np.abs(x))
    return np.where(x < 0, part, 1) / (1 + part)


FUNCTIONS: dict[str, tuple[Callable[[Any], Any], float]] = {
    "exp": (np.exp, 1.5),
    "expm1": (np.expm1, 2.5),
    "log": (np.log, 1.5),
    "log1p": (np.log1p, 1.5),
    "tanh": (np.tanh, 3),
    "sigmoid": (_sigmoid, 3),
    "log_sigmoid": (lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))), 3),
    "softplus": (lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))), 3),
    "erf": (lambda x: _erf(x.astype(np.float64)), 6),
    "elu": (lambda x: np.where(x < 0, np.expm1(x), x), 3),
    "selu": (lambda x: 1.0507009873554805 * np.where(x < 0, 1.6732632423543772 * np.expm1(x), x), 4),
}
"""What each function should be, of numbers wider than those tested, and how many units in the last place it is off."""


def numbers(dtype: str) -> Any:
    """Numbers of all sizes, and many of ordinary size."""
    rng = np.random.default_rng(3)
    integer = np.dtype(f"int{np.dtype(dtype).itemsize * 8}")
    limits = np.iinfo(integer)
    bits = rng.integers(limits.min, limits.max, 20_000, dtype=integer).view(dtype)
    wide = [rng.uniform(-size, size, 20_000) for size in (2, 10, 110, 800)]
    with np.errstate(all="ignore"):
        return np.concatenate([bits, *wide, rng.normal(size=2_000) * 1e-3, EDGES, LARGE]).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_size_of_number(name: str, dtype: str) -> None:
    function, most = FUNCTIONS[name]
    x = numbers(dtype)
    found = computed(name, x)
    with np.errstate(all="ignore"):
        exact = function(x.astype(np.float64 if dtype == "float32" else np.longdouble))
        rounded = exact.astype(dtype)
        same = (found == rounded) | (np.isnan(found) & np.isnan(rounded))
        off = np.where(same, 0, np.abs(found - exact) / np.spacing(np.maximum(np.abs(rounded), _tiny(dtype))))
    assert found.dtype == dtype
    assert np.nanmax(off) <= most, x[np.nanargmax(off)]
    assert not np.isnan(off).any(), x[np.isnan(off)]
    zero = rounded == 0
    if name not in ("exp", "log", "sigmoid", "softplus", "log_sigmoid"):
        np.testing.assert_array_equal(np.signbit(found[zero]), np.signbit(rounded[zero]))


def _tiny(dtype: str) -> Any:
    return np.finfo(dtype).smallest_normal


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("approximate", [False, True])
def test_gelu_and_its_gradient(approximate: bool, dtype: str) -> None:
    rng = np.random.default_rng(4)
    x, gradient = rng.normal(0, 3, 5_000).astype(dtype), rng.normal(size=5_000).astype(dtype)
    wide = x.astype(np.float64)
    if approximate:
        inner, slope = math.sqrt(2 / math.pi) * (wide + 0.044715 * wide**3), 1 + 3 * 0.044715 * wide**2
        below = 1 / (1 + np.exp(-2 * inner))  # (1 + tanh) / 2
        exact, slopes = wide * below, below + wide * 2 * below * (1 - below) * math.sqrt(2 / math.pi) * slope
    else:
        below = _erfc(-wide / math.sqrt(2)) / 2
        exact, slopes = wide * below, below + wide * np.exp(-wide * wide / 2) / math.sqrt(2 * math.pi)
    precision = 8 * np.finfo(dtype).eps
    found = computed("gelu", x, approximate=approximate)
    np.testing.assert_allclose(found, exact, rtol=0, atol=precision * np.abs(wide).max())
    found = computed("gelu_input", gradient, x, approximate=approximate)
    np.testing.assert_allclose(found, gradient * slopes, rtol=0, atol=precision * np.abs(gradient).max() * 4)


@pytest.mark.parametrize("shape", [(0,), (1,), (17,), (3, 0, 2), (5, 7), (300, 1001)], ids=str)
def test_shapes_and_memory(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(5).normal(size=shape).astype(np.float32)
    for given in (x, x.T, x[::-1], np.repeat(x, 2, axis=-1)[..., ::2]):
        found = computed("sigmoid", given)
        assert found.shape == given.shape
        np.testing.assert_allclose(found, 1 / (1 + np.exp(-given)), rtol=1e-6)


def test_large_arrays_take_native_code(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = []
    monkeypatch.setattr(elementwise, "computed", lambda name, *xs, **_: taken.append(name) or xs[0])
    for size in (3, 100_000):
        for dtype in ("float16", "float32"):
            x = tf.ones((size,), dtype)
            for function in (tf.exp, tf.math.log, tf.tanh, tf.sigmoid, tf.math.softplus, tf.math.erf, tf.nn.gelu):
                function(x)
    assert taken == ["exp", "log", "tanh", "sigmoid", "softplus", "erf", "gelu"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_functions_in_a_compiled_chain(dtype: str) -> None:
    x = np.random.default_rng(6).normal(size=(100, 60)).astype(dtype)
    functions = [tf.exp, tf.math.expm1, tf.tanh, tf.sigmoid, tf.math.softplus, tf.math.erf, tf.math.log_sigmoid]
    functions += [tf.nn.silu, tf.nn.elu, tf.nn.selu, tf.nn.gelu, lambda x: tf.nn.gelu(x, approximate=True)]
    functions += [lambda x: tf.math.log(x * x + 1), lambda x: tf.math.log1p(x * x)]

    def all_of(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            outputs = [2 * function(x + 0.25) for function in functions]
            total = tf.add_n([tf.reduce_sum(output) for output in outputs])
        return outputs, tape.gradient(total, x)

    outputs, gradient = tf.function(all_of)(tf.constant(x))
    expected, expected_gradient = all_of(tf.constant(x.astype(np.float64)))
    precision = 50 * np.finfo(dtype).eps
    for found, exact in zip([*outputs, gradient], [*expected, expected_gradient]):
        np.testing.assert_allclose(found.numpy(), exact.numpy(), rtol=precision, atol=precision)


def test_which_lone_calls_are_worth_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fusion, "part_count", lambda outer, elements: 2 if elements >= 60_000 else 1)
    small, large = tf.ones((90, 90)), tf.ones((300, 300))
    mask = tf.constant(np.tri(90, dtype=bool))

    def names(function: Callable[[Any], Any], x: Any) -> list[str]:
        compiled = tf.function(function)
        for _ in range(3):
            compiled(x)
        graph = fusion.fused(compiled.paths[0].graph)
        return [node.name for node in graph.nodes if node.function is not None and node.function.instead is None]

    assert names(lambda x: x + x, small) == []
    assert names(lambda x: tf.where(mask, x, 0.0), small) == ["where"]
    assert names(lambda x: x + x, large) == ["add"]
    assert names(lambda x: tf.transpose(x) + x, large) == []
    assert names(lambda x: (tf.transpose(x) + x) * x, large) == ["add+multiply"]
