"""Overrides of composed ops, of optimizers' updates and of random numbers that are wrong."""

from __future__ import annotations

import numpy as np
from fault import Fault, function

_CONVOLUTIONS = ("nn.conv1d", "nn.conv2d", "nn.convolution", "layers.Conv2D", "layers.Conv1D")


def _shifted_padding(original, *arguments, padding, **options):
    """A row of zeros more before and one less after."""
    moved = tuple((before + 1, after - 1) if after > before else (before, after) for before, after in padding)
    return original(*arguments, padding=moved, **options)


def _swapped(name):
    def faulty(original, *arguments, **options):
        options[name] = tuple(reversed(options[name]))
        return original(*arguments, **options)

    return faulty


def _flipped_kernel(original, x, kernel, **options):
    return original(x, kernel[::-1], **options)


def _no_largest(original, x, *, axis):
    exponential = np.exp(x)
    return exponential / np.sum(exponential, axis=axis, keepdims=True)


def _zeros_at_the_border(original, x, *, padding, **options):
    before = ((0, 0), *padding, (0, 0))
    return original(np.pad(x, before), padding=((0, 0),) * len(padding), **options)


def _last_axis(original, x, *, axis):
    return original(x, axis=-1)


def _dropping_last_bit(original, state, **options):
    found = original(state, **options)
    return found & np.array(~np.array(1, found.dtype)) if found.dtype.kind == "u" else found


def _without(name, value):
    def faulty(original, *arguments, **options):
        return original(*arguments, **{**options, name: value})

    return faulty


def _first_bent(original, *arguments, **options):
    first, *others = original(*arguments, **options)
    return (first + (first - arguments[0]) * arguments[0].dtype.type(1e-4), *others)


def _stale_slots(original, parameter, gradient, *slots, **options):
    kept = [np.array(slot) for slot in slots]
    found = original(parameter, gradient, *slots, **options)
    return (found[0], *kept)


FAULTS: tuple[Fault, ...] = (
    function("convolution", "the kernel flipped", _flipped_kernel, *_CONVOLUTIONS),
    function("convolution", "padding off by one", _shifted_padding, *_CONVOLUTIONS),
    function("convolution", "strides exchanged", _swapped("strides"), *_CONVOLUTIONS),
    function(
        "convolution",
        "dilation left out",
        lambda f, x, k, *, dilations, **o: (
            f(x, k, dilations=dilations, **o) if set(dilations) == {1} else f(x, k, dilations=dilations, **o) * 0.5
        ),
        *_CONVOLUTIONS,
    ),
    function("convolution_kernel", "padding off by one", _shifted_padding, *_CONVOLUTIONS),
    function(
        "max_pool", "zeros at the border", _zeros_at_the_border, "nn.max_pool2d", "nn.max_pool", "layers.MaxPooling2D"
    ),
    function(
        "average_pool",
        "the border counted",
        lambda f, x, **o: f(x, **o) * x.dtype.type(0.9 if any(map(any, o["padding"])) else 1),
        "nn.avg_pool2d",
        "nn.avg_pool",
        "nn.pool",
    ),
    function("softmax", "without taking off the largest", _no_largest, "nn.softmax"),
    function("softmax", "always along the last axis", _last_axis, "nn.softmax"),
    function(
        "log_softmax",
        "log of softmax",
        lambda f, x, axis: np.log(
            np.exp(x - x.max(axis=axis, keepdims=True))
            / np.exp(x - x.max(axis=axis, keepdims=True)).sum(axis=axis, keepdims=True)
        ),
        "nn.log_softmax",
    ),
    function(
        "logsumexp",
        "without taking off the largest",
        lambda f, x, axis=None, keepdims=False: np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims)),
        "reduce_logsumexp",
    ),
    function(
        "sigmoid",
        "of large negative numbers NaN",
        lambda f, x: np.exp(x) / (1 + np.exp(x)) * np.where(x < -80, np.nan, 1).astype(x.dtype),
        "math.sigmoid",
        "nn.sigmoid",
    ),
    function("softplus", "log(1 + exp(x))", lambda f, x: np.log1p(np.exp(x)), "nn.softplus", "math.softplus"),
    function("gelu", "tanh in place of erf", lambda f, x, approximate: f(x, approximate=True), "nn.gelu"),
    function("one_hot", "the next place", lambda f, x, **o: f(x + 1, **o)),
    function(
        "random_bits",
        "the last bit always 0",
        _dropping_last_bit,
        "random.stateless_uniform",
        "random.uniform",
        "random",
    ),
    function(
        "random_uniform",
        "1 - u",
        lambda f, state, **o: 1 - f(state, **o) if np.dtype(o["dtype"]).kind == "f" else f(state, **o),
        "random.stateless_uniform",
        "random",
    ),
    function("adam_update", "one part in ten thousand", _first_bent, "optimizers.Adam"),
    function("adam_update", "slots never change", _stale_slots, "optimizers.Adam"),
)
