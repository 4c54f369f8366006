"""Convolution, pooling and normalisation where PyTorch has them in one piece; all else is composed, as by default.

Arrays have their channels last here and second in PyTorch. The axes are exchanged by a view, which PyTorch knows as
its memory format `channels_last`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from torch.nn import functional

from polytape.backend import COMPOSITIONS, Backend
from polytape.ops.spatial import Lengths, Padding

aten = torch.ops.aten
_CONVOLUTION = {1: torch.conv1d, 2: torch.conv2d, 3: torch.conv3d}
_MAXIMA = {
    1: functional.max_pool1d_with_indices,
    2: functional.max_pool2d_with_indices,
    3: functional.max_pool3d_with_indices,
}
_MEANS = {2: functional.avg_pool2d, 3: functional.avg_pool3d}
_MEANS_BACKWARD = {2: aten.avg_pool2d_backward, 3: aten.avg_pool3d_backward}


def _in(x: Any) -> Any:
    """The channels second."""
    return x.movedim(-1, 1)


def _out(x: Any) -> Any:
    """The channels last."""
    return x.movedim(1, -1)


def _padded(x: Any, padding: Padding, value: float = 0.0) -> Any:
    """Elements added around, or taken away where amounts are negative; PyTorch wants them from the last axis on."""
    amounts = [amount for pair in reversed(padding) for amount in pair]
    return functional.pad(x, amounts, value=value) if any(amounts) else x


def _cropped(x: Any, padding: Padding) -> Any:
    """What `_padded` has added is taken away, and the other way round."""
    return _padded(x, tuple((-before, -after) for before, after in padding))


def _split(padding: Padding) -> tuple[list[int], Padding]:
    """The amounts that PyTorch can pad with by itself, the same on both sides, and what is left to be done before."""
    befores, nothing = [before for before, _ in padding], [0] * len(padding)
    if all(before == after >= 0 for before, after in padding):
        return befores, tuple(zip(nothing, nothing))
    return nothing, padding


# Convolution.


def convolution(x: Any, kernel: Any, *, strides: Lengths, padding: Padding, dilations: Lengths, groups: int) -> Any:
    """The products of the windows with the kernel."""
    amounts, left = _split(padding)
    apply = _CONVOLUTION[len(padding)]
    return _out(apply(_padded(_in(x), left), _outputs_first(kernel), None, strides, amounts, dilations, groups))


def convolution_input(x: Any, kernel: Any, *, lengths: Lengths, padding: Padding, groups: int, **metadata: Any) -> Any:
    """Its gradient with respect to its input."""
    amounts, left = _split(padding)
    padded = [length + before + after for length, (before, after) in zip(lengths, left)]
    like = x.new_empty(1).expand(x.shape[0], groups * kernel.shape[-2], *padded)
    found = _backward(0, _in(x), like, _outputs_first(kernel), amounts, groups=groups, **metadata)
    return _out(_cropped(found, left))


def convolution_kernel(x: Any, y: Any, *, window: Lengths, padding: Padding, groups: int, **metadata: Any) -> Any:
    """Its gradient with respect to its kernel."""
    amounts, left = _split(padding)
    like = x.new_empty(1).expand(y.shape[-1], x.shape[-1] // groups, *window)
    found = _backward(1, _in(y), _padded(_in(x), left), like, amounts, groups=groups, **metadata)
    return found.movedim((0, 1), (-1, -2))


def _outputs_first(kernel: Any) -> Any:
    """The outputs first, then the channels, then the window."""
    return kernel.movedim((-1, -2), (0, 1))


def _backward(
    wanted: int, y: Any, x: Any, kernel: Any, amounts: list[int], strides: Lengths, dilations: Lengths, groups: int
) -> Any:
    """The gradient with respect to the input, if 0 is wanted, or the kernel, if 1, of which only the shape counts."""
    mask, zeros = [wanted == 0, wanted == 1, False], [0] * len(strides)
    return aten.convolution_backward(y, x, kernel, None, strides, amounts, dilations, False, zeros, groups, mask)[
        wanted
    ]


# Pooling.


def max_pool(x: Any, **metadata: Any) -> Any:
    """The largest element under each window."""
    return _out(_maxima(x, **metadata)[0])


def max_pool_input(values: Any, x: Any, *, padding: Padding, **metadata: Any) -> Any:
    """Zeros, with each of `values` added where its window in `x` has its largest element."""
    _, indices, lengths = _maxima(x, padding=padding, **metadata)
    zeros = values.new_zeros((*indices.shape[:2], math.prod(lengths)))
    found = zeros.scatter_add_(2, indices.flatten(2), _in(values).flatten(2)).unflatten(2, lengths)
    return _out(_cropped(found, padding))


def max_pool_selection(values: Any, x: Any, *, padding: Padding, **metadata: Any) -> Any:
    """For each window the one of `values` that stands where `x` has its largest element."""
    _, indices, _ = _maxima(x, padding=padding, **metadata)
    return _out(_padded(_in(values), padding).flatten(2).gather(2, indices.flatten(2)).view(indices.shape))


def _maxima(x: Any, *, window: Lengths, strides: Lengths, padding: Padding, dilations: Lengths) -> tuple[Any, ...]:
    """The largest elements, their places in the axes of `x` with its padding, and the lengths of these."""
    x = _padded(_in(x), padding, -math.inf)
    return *_MAXIMA[len(window)](x, window, strides, 0, dilations), x.shape[2:]


def average_pool(x: Any, *, window: Lengths, strides: Lengths, padding: Padding, dilations: Lengths) -> Any:
    """The mean under each window, of which padding is no part."""
    return _out(_MEANS[len(window)](_in(x), window, strides, _split(padding)[0], False, False))


def average_pool_input(
    x: Any, *, lengths: Lengths, window: Lengths, strides: Lengths, padding: Padding, dilations: Lengths
) -> Any:
    """Its gradient."""
    like = x.new_empty(1).expand(x.shape[0], x.shape[-1], *lengths)
    found = _MEANS_BACKWARD[len(window)](_in(x), like, window, strides, _split(padding)[0], False, False, None)
    return _out(found)


# Normalisation.


def standardize(x: Any, *, axes: Sequence[int], epsilon: float) -> tuple[Any, Any, Any]:
    """(x - mean) / √(variance + epsilon), mean and variance."""
    variance, mean = torch.var_mean(x, axes, correction=0, keepdim=True)
    return (x - mean) * torch.rsqrt(variance + epsilon), mean, variance


# Which of these takes which arguments.


def _has_convolution(x: Any, y: Any, *, padding: Padding, **_: Any) -> bool:
    """Whether there are elements, and no more axes than PyTorch has windows for."""
    return len(padding) in _CONVOLUTION and x.numel() > 0 < y.numel()


def _has_maxima(values: Any, x: Any = None, *, window: Lengths, **_: Any) -> bool:
    x = values if x is None else x
    return len(window) in _MAXIMA and x.numel() > 0 and x.is_floating_point()


def _has_means(x: Any, *, window: Lengths, padding: Padding, dilations: Lengths, **_: Any) -> bool:
    """Whether windows have no holes, and their padding is the same on both sides and at most half of them."""
    fits = all(2 * before <= length for (before, _), length in zip(padding, window))
    return (
        len(window) in _MEANS
        and x.numel() > 0
        and max(dilations) == 1
        and fits
        and not any(map(any, _split(padding)[1]))
    )


def _has_statistics(x: Any, **_: Any) -> bool:
    """Whether sums are exact enough: half precision is summed in single precision by the composition."""
    return x.dtype in (torch.float32, torch.float64) and x.numel() > 0


def _in_one_piece(function: Callable[..., Any], has: Callable[..., bool], backend: Backend, *x: Any, **y: Any) -> Any:
    """The function where PyTorch has it for these arguments, else the composition."""
    return function(*x, **y) if has(*x, **y) else COMPOSITIONS[function.__name__](backend, *x, **y)


METHODS: dict[str, Callable[..., Any]] = {
    function.__name__: partial(_in_one_piece, function, has)
    for has, functions in (
        (_has_convolution, (convolution, convolution_input, convolution_kernel)),
        (_has_maxima, (max_pool, max_pool_input, max_pool_selection)),
        (_has_means, (average_pool, average_pool_input)),
        (_has_statistics, (standardize,)),
    )
    for function in functions
}
"""What takes the backend as its first argument, for what it composes."""
