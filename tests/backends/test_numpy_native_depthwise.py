"""Convolution of each channel on its own in native code, against sums over the positions of the window in float64."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from polytape.ops.spatial import output_lengths
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import depthwise
from polytape_numpy.native.depthwise import NativeDepthwise

RANDOM = np.random.default_rng(16)
DTYPES = {"float32": 1e-5, "float64": 1e-12}
PADDINGS = [((0, 0), (0, 0)), ((1, 1), (1, 1)), ((2, 1), (0, 3)), ((3, 3), (4, 4))]


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to native code as well."""
    monkeypatch.setattr(depthwise, "_WORTHWHILE", 0)


def real(*shape: int, dtype: str) -> Any:
    return RANDOM.normal(size=shape).astype(dtype)


def check(x: Any, kernel: Any, **how: Any) -> None:
    window, dtype = kernel.shape[:-2], x.dtype.name
    lengths = output_lengths(x.shape[1:-1], window, how["strides"], how["dilations"], how["padding"])
    padded = np.pad(x.astype(np.float64), ((0, 0), *how["padding"], (0, 0)))
    gradient = real(x.shape[0], *lengths, x.shape[-1], dtype=dtype)
    exact, of_x, of_kernel = np.zeros(gradient.shape), np.zeros(padded.shape), np.zeros(kernel.shape)
    for position in np.ndindex(*window):
        starts = [place * dilation for place, dilation in zip(position, how["dilations"])]
        ends = [start + (length - 1) * stride + 1 for start, length, stride in zip(starts, lengths, how["strides"])]
        key = (slice(None), *map(slice, starts, ends, how["strides"]))
        exact += padded[key] * kernel[position]
        of_x[key] += gradient * kernel[position].astype(np.float64)
        of_kernel[position] = (padded[key] * gradient).sum(tuple(range(x.ndim - 1)))
    inside = [slice(first, first + length) for (first, _), length in zip(how["padding"], x.shape[1:-1])]
    of_x = of_x[(slice(None), *inside)]
    how["groups"] = x.shape[-1]
    close = {"rtol": DTYPES[dtype], "atol": DTYPES[dtype] * 20}
    for turned in (np.ascontiguousarray, np.asfortranarray):
        given, of_given, factors = turned(x), turned(gradient), turned(kernel)
        for found, expected in (
            (NativeDepthwise.convolution(given, factors, **how), exact),
            (NativeDepthwise.convolution_input(of_given, factors, lengths=x.shape[1:-1], **how), of_x),
            (NativeDepthwise.convolution_kernel(given, of_given, window=window, **how), of_kernel),
        ):
            assert (found.shape, found.dtype) == (expected.shape, x.dtype)
            np.testing.assert_allclose(found, expected, **close)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("padding", PADDINGS, ids=str)
@pytest.mark.parametrize("window", [(1, 1), (3, 3), (2, 5)], ids=str)
def test_images(window: Any, padding: Any, dtype: str) -> None:
    for strides, dilations, depth in product(((1, 1), (2, 3)), ((1, 1), (2, 1)), (2, 17)):
        x, kernel = real(3, 9, 8, depth, dtype=dtype), real(*window, 1, depth, dtype=dtype)
        check(x, kernel, strides=strides, padding=padding, dilations=dilations)


@pytest.mark.parametrize("dtype", DTYPES)
def test_signals(dtype: str) -> None:
    x, kernel = real(3, 20, 5, dtype=dtype), real(3, 1, 5, dtype=dtype)
    check(x, kernel, strides=(2,), padding=((1, 2),), dilations=(1,))


def test_many_images_on_several_cores() -> None:
    x, kernel = real(9, 30, 20, 16, dtype="float32"), real(3, 3, 1, 16, dtype="float32")
    check(x, kernel, strides=(1, 1), padding=((1, 1), (1, 1)), dilations=(1, 1))


def test_several_filters_for_each_channel_are_not_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depthwise, "NativeConvolution", None)
    x, kernel = real(2, 6, 6, 3, dtype="float32"), real(2, 2, 1, 6, dtype="float32")
    found = NativeDepthwise.convolution(x, kernel, strides=(1, 1), padding=((0, 0), (0, 0)), dilations=(1, 1), groups=3)
    exact = sum(
        np.repeat(x[:, i : i + 5, j : j + 5], 2, axis=-1).astype(np.float64) * kernel[i, j]
        for i, j in product(range(2), repeat=2)
    )
    np.testing.assert_allclose(found, exact, rtol=1e-4, atol=1e-5)
