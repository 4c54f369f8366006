"""Each way to convolve in native code, against float64 sums over the positions of the window."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest

from polytape.ops.spatial import output_lengths
from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import algorithm, convolution, depthwise, direct, threads, winograd
from polytape_numpy.native.processor import processor

RANDOM = np.random.default_rng(5)
DTYPES = {"float32": 2e-5, "float64": 4e-14}
"""What results may be off by, relative to the largest of them."""
SHAPES = [(9, 8, 3, 5, 3, 3), (7, 7, 1, 16, 3, 3), (12, 13, 4, 32, 2, 5), (6, 6, 16, 40, 1, 1), (10, 9, 2, 17, 5, 4)]
"""Height, width, channels, outputs, and the window."""
PADDINGS = [((0, 0), (0, 0)), ((1, 1), (1, 1)), ((2, 0), (0, 3)), ((4, 5), (3, 4))]


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to native code as well, in as many parts as large ones."""
    monkeypatch.setattr(convolution, "_WORTHWHILE", 0)
    monkeypatch.setattr(threads, "_SHARE", 1)


def real(*shape: int, dtype: str) -> Any:
    return RANDOM.normal(size=shape).astype(dtype)


def assert_close(found: Any, exact: Any, dtype: str) -> None:
    assert (found.shape, found.dtype) == (exact.shape, np.dtype(dtype))
    scale = np.abs(exact).max(initial=1e-6)
    np.testing.assert_allclose(found / scale, exact / scale, rtol=0, atol=DTYPES[dtype])


def exact(x: Any, kernel: Any, y: Any, strides: Any, padding: Any, dilations: Any, groups: int = 1) -> tuple[Any, ...]:
    """The output, and the gradients of input and kernel where `y` is the output's."""
    x, kernel, y = (array.astype(np.float64) for array in (x, kernel, y))
    *window, depth, outputs = kernel.shape
    padded = np.pad(x, ((0, 0), *padding, (0, 0)))
    output, of_x, of_kernel = np.zeros(y.shape), np.zeros(padded.shape), np.zeros(kernel.shape)
    for position in product(*map(range, window)):
        starts = [place * dilation for place, dilation in zip(position, dilations)]
        places = tuple(
            slice(start, start + (length - 1) * stride + 1, stride)
            for start, length, stride in zip(starts, y.shape[1:-1], strides)
        )
        for group in range(groups):
            inside = slice(group * depth, (group + 1) * depth)
            outside = slice(group * outputs // groups, (group + 1) * outputs // groups)
            key, factors = (slice(None), *places, inside), kernel[position][:, outside]
            output[..., outside] += padded[key] @ factors
            of_x[key] += y[..., outside] @ factors.T
            of_kernel[position][:, outside] = np.tensordot(padded[key], y[..., outside], (range(x.ndim - 1),) * 2)
    inside = tuple(slice(before, before + length) for (before, _), length in zip(padding, x.shape[1:-1]))
    return output, of_x[(slice(None), *inside)], of_kernel


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("padding", PADDINGS, ids=str)
@pytest.mark.parametrize("channels", [(1, 1), (3, 5), (16, 16), (8, 17), (20, 40), (37, 32), (64, 15)], ids=str)
def test_winograd(channels: Any, padding: Any, dtype: str) -> None:
    depth, outputs = channels
    for height, width in ((9, 8), (3, 14), (6, 5), (13, 3)):
        x, kernel = real(3, height, width, depth, dtype=dtype), real(3, 3, depth, outputs, dtype=dtype)
        lengths = output_lengths((height, width), (3, 3), (1, 1), (1, 1), padding)
        y, before = real(3, *lengths, outputs, dtype=dtype), (padding[0][0], padding[1][0])
        output, of_x, of_kernel = exact(x, kernel, y, (1, 1), padding, (1, 1))
        found, turned = np.empty_like(y), np.ascontiguousarray(kernel[::-1, ::-1].transpose(0, 1, 3, 2))
        winograd.forward(x, kernel, found, before)
        assert_close(found, output, dtype)
        found = np.empty_like(x)
        winograd.forward(y, turned, found, (2 - before[0], 2 - before[1]))
        assert_close(found, of_x, dtype)
        assert_close(winograd.kernel_gradient(x, y, before), of_kernel, dtype)


@pytest.mark.parametrize("depth", [16, 64])
def test_what_winograd_rounds_off_stays_far_below_the_budget_of_products(depth: int) -> None:
    budgets = pytest.importorskip("polytape_conformance.budgets")
    from polytape_conformance.op_class import OpClass

    for draw in (RANDOM.normal, RANDOM.uniform):
        x, kernel = (draw(size=shape).astype("float32") for shape in ((4, 18, 18, depth), (3, 3, depth, 32)))
        found = np.empty((4, 16, 16, 32), "float32")
        winograd.forward(x, kernel, found, (0, 0))
        how = ((1, 1), ((0, 0), (0, 0)), (1, 1))
        output, size = (exact(*arrays, found, *how)[0] for arrays in ((x, kernel), (np.abs(x), np.abs(kernel))))
        allowed = budgets.budget(OpClass.PRODUCT, "float32", terms=9 * depth).allowed(output, size)
        assert (np.abs(found - output) / allowed).max() < 0.6


@pytest.mark.parametrize("channels", [(16, 16), (32, 64)], ids=str)
def test_large_convolutions_go_to_winograd(channels: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def noted(name: str) -> Any:
        inner = getattr(winograd, name)
        return lambda *arguments: calls.append(name) or inner(*arguments)

    monkeypatch.setattr(convolution, "winograd", type("Noted", (), {name: staticmethod(noted(name)) for name in NAMES}))
    check(real(16, 12, 12, channels[0], dtype="float32"), real(3, 3, *channels, dtype="float32"), padding=((1, 1),) * 2)
    assert calls == ["forward", "kernel_gradient", "forward"]


NAMES = ("forward", "kernel_gradient")


def test_the_choice_follows_the_shapes() -> None:
    def chosen(out: Any, kernel: Any, strides: Any = (1, 1), dilations: Any = (1, 1)) -> str:
        return algorithm.for_output(out, kernel, strides, dilations)

    assert chosen((32, 24, 24, 32), (3, 3, 16, 32)) == "winograd"
    assert chosen((32, 24, 24, 32), (3, 3, 16, 32), strides=(2, 2)) == "direct"
    assert chosen((32, 24, 24, 32), (3, 3, 16, 32), dilations=(1, 2)) == "direct"
    assert chosen((32, 24, 24, 32), (3, 3, 3, 32)) == "direct"
    assert chosen((32, 24, 24, 32), (3, 1, 16, 32)) == "direct"
    assert chosen((1, 7, 7, 512), (3, 3, 512, 512)) == "direct"
    assert algorithm.for_kernel_gradient((32, 5, 5, 16), (3, 3), 16, (1, 1), (1, 1)) == "direct"
    assert chosen((0, 4, 4, 16), (3, 3, 16, 16)) == "direct"


def check(
    x: Any, kernel: Any, padding: Any, strides: Any = (1, 1), dilations: Any = (1, 1), groups: int = 1, by: Any = None
) -> None:
    """Output and both gradients, by whatever way is chosen."""
    window, dtype = kernel.shape[:-2], x.dtype.name
    lengths = output_lengths(x.shape[1:-1], window, strides, dilations, padding)
    y = real(x.shape[0], *lengths, kernel.shape[-1], dtype=dtype)
    how = {"strides": strides, "padding": padding, "dilations": dilations, "groups": groups}
    output, of_x, of_kernel = exact(x, kernel, y, **how)
    by = by or convolution.NativeConvolution
    assert_close(by.convolution(x, kernel, **how), output, dtype)
    assert_close(by.convolution_kernel(x, y, window=window, **how), of_kernel, dtype)
    assert_close(by.convolution_input(y, kernel, lengths=x.shape[1:-1], **how), of_x, dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("padding", [*PADDINGS, ((2, 1), (0, 3)), ((0, 1), (1, 0)), ((4, 4), (5, 5))], ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_images(shape: Any, padding: Any, dtype: str) -> None:
    height, width, depth, outputs, *window = shape
    x, kernel = real(3, height, width, depth, dtype=dtype), real(*window, depth, outputs, dtype=dtype)
    for strides, dilations in product(((1, 1), (2, 2), (3, 1), (2, 3)), ((1, 1), (2, 1), (1, 2))):
        if min(output_lengths((height, width), tuple(window), strides, dilations, padding)) > 0:
            check(x, kernel, padding, strides, dilations)


@pytest.mark.parametrize("stride", [1, 2])
def test_signals(stride: int) -> None:
    x, kernel = real(2, 50, 3, dtype="float32"), real(5, 3, 7, dtype="float32")
    check(x, kernel, ((1, 2),), (stride,), (1,))


@pytest.mark.parametrize("strides", [(1, 1), (2, 1)], ids=str)
def test_groups_of_several_channels(strides: Any) -> None:
    x, kernel = real(2, 8, 9, 12, dtype="float32"), real(3, 3, 4, 6, dtype="float32")
    check(x, kernel, ((1, 1), (0, 1)), strides, groups=3)


@pytest.mark.parametrize("strides", [(1, 1), (2, 1)], ids=str)
@pytest.mark.parametrize("channels", [(2, 1), (3, 2), (17, 4)], ids=str)
def test_several_filters_for_each_channel(channels: Any, strides: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depthwise, "_WORTHWHILE", 0)
    monkeypatch.setattr(depthwise, "NativeConvolution", None)  # the way around is closed
    depth, several = channels
    x, kernel = real(3, 8, 9, depth, dtype="float32"), real(3, 2, 1, depth * several, dtype="float32")
    check(x, kernel, ((1, 1), (0, 1)), strides, groups=depth, by=depthwise.NativeDepthwise)


def test_the_direct_way_takes_windows_of_three_by_three() -> None:
    x, kernel = real(3, 9, 8, 16, dtype="float32"), real(3, 3, 16, 24, dtype="float32")
    y = real(3, 9, 8, 24, dtype="float32")
    output, _, of_kernel = exact(x, kernel, y, (1, 1), ((1, 1), (1, 1)), (1, 1))
    found = np.empty_like(y)
    direct.forward(x, kernel, found, (0, 0), (1, 1), (1, 1), (1, 1), (1, 1))
    assert_close(found, output, "float32")
    assert_close(direct.kernel_gradient(x, y, (3, 3), (1, 1), (1, 1), (1, 1)), of_kernel, "float32")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("outputs", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("strides", [(1, 1), (2, 2), (1, 3)], ids=str)
def test_few_outputs(strides: Any, outputs: int, dtype: str) -> None:
    for (height, width), window, padding in product(((5, 40), (7, 31)), ((3, 3), (2, 9), (1, 17)), PADDINGS[:3]):
        x, kernel = real(3, height, width, 2, dtype=dtype), real(*window, 2, outputs, dtype=dtype)
        check(x, kernel, padding, strides)


@pytest.mark.parametrize("outputs", [1, 2])
def test_several_places_at_once_add_up_in_the_same_order(outputs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    x, kernel = real(2, 6, 50, 3, dtype="float32"), real(3, 5, 3, outputs, dtype="float32")

    def found() -> Any:
        out = np.empty((2, 4, 46, outputs), "float32")
        direct.forward(x, kernel, out, (0, 0), (0, 0), (1, 1), (1, 1), (1, 1))
        return out

    assert algorithm.places_at_once(46, outputs, 5, 1, 4) > 1
    together = found()
    monkeypatch.setattr(direct, "places_at_once", lambda *_: 1)
    np.testing.assert_array_equal(together, found())


def test_places_at_once_are_for_few_outputs() -> None:
    lanes = processor().lanes(4)
    assert algorithm.places_at_once(1000, 1, 64, 1, 4) == lanes
    assert algorithm.places_at_once(1000, lanes, 64, 1, 4) == 1
    assert algorithm.places_at_once(1000, 1, 1, 1, 4) == 1
    assert algorithm.places_at_once(1, 1, 64, 1, 4) == 1
