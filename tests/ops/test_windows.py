"""Convolution and pooling: what a backend overrides agrees with the composition that stands in core."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from polytape.backend import COMPOSITIONS
from polytape.ops import convolution, pooling  # noqa: F401  (they fill COMPOSITIONS)
from polytape.ops.spatial import output_lengths, padding_amounts
from polytape_numpy import NumpyBackend

GEOMETRIES = [
    # spatial lengths, window, strides, dilations, padding
    ((9,), (3,), (2,), (1,), "SAME"),
    ((9,), (2,), (1,), (3,), "VALID"),
    ((7, 6), (3, 2), (1, 1), (1, 1), "VALID"),
    ((7, 6), (3, 3), (2, 3), (1, 1), "SAME"),
    ((7, 8), (2, 3), (2, 1), (3, 2), ((4, 0), (1, 3))),
    ((5, 6), (1, 1), (1, 1), (1, 1), "VALID"),
    ((5, 6), (1, 1), (2, 2), (1, 1), "SAME"),
    ((5, 4, 4), (2, 3, 2), (1, 2, 1), (1, 1, 2), "SAME"),
]
CHANNELS = [(1, 3, 1), (5, 4, 1), (4, 6, 2), (3, 6, 3), (3, 3, 3)]


def _metadata(geometry):
    lengths, window, strides, dilations, padding = geometry
    amounts = padding_amounts(padding, lengths, window, strides, dilations, "test")
    return {"strides": strides, "dilations": dilations, "padding": amounts}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
@pytest.mark.parametrize(("channels", "outputs", "groups"), CHANNELS)
def test_convolution_of_numpy_agrees_with_the_composition(geometry, channels, outputs, groups, dtype) -> None:
    backend, random = NumpyBackend(), np.random.default_rng(0)
    lengths, window, *_ = geometry
    metadata = _metadata(geometry)
    x = random.normal(size=(3, *lengths, channels)).astype(dtype)
    kernel = random.normal(size=(*window, channels // groups, outputs)).astype(dtype)
    places = output_lengths(lengths, window, **metadata)
    y = random.normal(size=(3, *places, outputs)).astype(dtype)
    calls = {
        "convolution": ((x, kernel), {}),
        "convolution_input": ((y, kernel), {"lengths": lengths}),
        "convolution_kernel": ((x, y), {"window": window}),
    }
    for name, (arrays, extra) in calls.items():
        found = getattr(backend, name)(*arrays, **metadata, **extra, groups=groups)
        composed = COMPOSITIONS[name](backend, *arrays, **metadata, **extra, groups=groups)
        assert found.dtype == dtype
        tolerance = 1e-4 if dtype == "float32" else 1e-12
        np.testing.assert_allclose(found, composed, rtol=tolerance, atol=tolerance, err_msg=name)


def test_convolution_works_in_parts(monkeypatch) -> None:
    from polytape_numpy import convolution as numpy_convolution

    random = np.random.default_rng(0)
    for channels in (1, 5):
        x, kernel = random.normal(size=(5, 6, 7, channels)), random.normal(size=(3, 2, channels, 4))
        metadata = {"strides": (1, 2), "dilations": (1, 1), "padding": ((1, 1), (0, 1)), "groups": 1}
        y = numpy_convolution.convolution(x, kernel, **metadata)
        gradient = numpy_convolution.convolution_kernel(x, y, window=(3, 2), **metadata)
        monkeypatch.setattr(numpy_convolution, "_PART", 500)
        np.testing.assert_allclose(numpy_convolution.convolution(x, kernel, **metadata), y)
        in_parts = numpy_convolution.convolution_kernel(x, y, window=(3, 2), **metadata)
        np.testing.assert_allclose(in_parts, gradient)


@pytest.mark.parametrize("geometry", GEOMETRIES, ids=str)
@pytest.mark.parametrize("ties", [False, True])
def test_pooling_of_numpy_agrees_with_the_composition(geometry, ties) -> None:
    backend, random = NumpyBackend(), np.random.default_rng(0)
    lengths, window, *_ = geometry
    metadata = _metadata(geometry)
    if any(max(pair) >= size for pair, size in zip(metadata["padding"], window)):
        metadata["padding"] = ((1, 0),) * len(window)
    x = random.integers(0, 3, (2, *lengths, 3)).astype("float64") if ties else random.normal(size=(2, *lengths, 3))
    places = output_lengths(lengths, window, **metadata)
    y = random.normal(size=(2, *places, 3))
    calls = {
        "max_pool": ((x,), {}),
        "max_pool_input": ((y, x), {}),
        "max_pool_selection": ((random.normal(size=x.shape), x), {}),
        "average_pool": ((x,), {}),
        "average_pool_input": ((y,), {"lengths": lengths}),
    }
    for name, (arrays, extra) in calls.items():
        found = getattr(backend, name)(*arrays, window=window, **metadata, **extra)
        composed = COMPOSITIONS[name](backend, *arrays, window=window, **metadata, **extra)
        np.testing.assert_allclose(found, composed, rtol=1e-12, atol=1e-12, err_msg=name)


def test_gradient_of_max_pool_goes_to_the_first_maximum() -> None:
    import polytape as tf

    x = tf.constant([[1.0, 2.0, 0.0], [2.0, 2.0, 1.0], [0.0, 1.0, 2.0]])[None, :, :, None]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.max_pool2d(x, 2, 1, "VALID")
    gradient = tape.gradient(y, x)
    expected = [[0, 2, 0], [1, 1, 0], [0, 0, 0]]  # windows in order: (0, 1), (0, 1), (1, 0), (1, 1)
    assert gradient[0, :, :, 0].numpy().tolist() == expected


def test_same_padding_puts_the_odd_element_after() -> None:
    for length, size, stride in itertools.product(range(1, 9), range(1, 5), range(1, 5)):
        ((before, after),) = padding_amounts("SAME", (length,), (size,), (stride,), (1,), "test")
        assert after - before in (0, 1)
        padding = ((before, after),)
        assert output_lengths((length,), (size,), (stride,), (1,), padding) == (-(-length // stride),)
