"""A training step of a small convolutional net at batch 32: two 3x3 convolutions, 16 and 32 channels, of 28x28 images
(28 to 26 to 24), the mean over each channel, a dense layer; softmax cross-entropy, Adam.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from benchmarks.training import FRAMEWORK_NAMES

FRAMEWORKS = FRAMEWORK_NAMES
UNITS, REPEATS, TOLERANCE = 30, 3, 1e-3
LOSS, RATE = "cross_entropy", 0.001
SIDE, CHANNELS, CLASSES, BATCH = 28, (1, 16, 32), 10, 32
TINY = {"UNITS": 3, "REPEATS": 2, "SIDE": 8, "CHANNELS": (1, 3, 4), "BATCH": 2}


def batch() -> tuple[Any, Any]:
    """Random images with an axis for their one channel, and their classes."""
    import numpy as np

    rng = np.random.default_rng(21)
    images = rng.uniform(size=(BATCH, SIDE, SIDE, CHANNELS[0])).astype(np.float32)
    return images, rng.integers(0, CLASSES, BATCH).astype(np.int32)


def weights() -> list[Any]:
    """Kernels and biases in turn; those of convolutions are (3, 3, channels in, channels out)."""
    import numpy as np

    rng = np.random.default_rng(22)
    shapes: list[tuple[int, ...]] = [(3, 3, before, after) for before, after in pairwise(CHANNELS)]
    shapes.append((CHANNELS[-1], CLASSES))
    found = []
    for shape in shapes:
        found.append(rng.normal(0, np.prod(shape[:-1]) ** -0.5, shape).astype(np.float32))
        found.append(np.zeros(shape[-1], np.float32))
    return found


def keras_model(keras: Any) -> Any:
    """`Conv2D`, `GlobalAveragePooling2D`, `Dense`."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, CHANNELS[0])),
            *[layers.Conv2D(channels, 3, activation="relu") for channels in CHANNELS[1:]],
            layers.GlobalAveragePooling2D(),
            layers.Dense(CLASSES),
        ]
    )


def torch_model(weights: list[Any]) -> Any:
    """`Conv2d`, `AdaptiveAvgPool2d`, `Linear`, with the channels before the image's axes, as PyTorch has them."""
    import torch

    class ChannelsFirst(torch.nn.Module):
        """One channel: only the shape changes."""

        def forward(self, x: Any) -> Any:
            return x.reshape(x.shape[0], CHANNELS[0], SIDE, SIDE)

    modules: list[Any] = [ChannelsFirst()]
    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        convolution = torch.nn.Conv2d(*kernel.shape[2:], 3)
        convolution.load_state_dict({"weight": kernel.permute(3, 2, 0, 1), "bias": bias})
        modules += [convolution, torch.nn.ReLU()]
    linear = torch.nn.Linear(CHANNELS[-1], CLASSES)
    linear.load_state_dict({"weight": weights[-2].T, "bias": weights[-1]})
    return torch.nn.Sequential(*modules, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), linear)


def jax_model(weights: list[Any], x: Any) -> Any:
    """`conv_general_dilated`."""
    import jax

    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        layout = ("NHWC", "HWIO", "NHWC")
        x = jax.lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=layout) + bias
        x = jax.nn.relu(x)
    return x.mean(axis=(1, 2)) @ weights[-2] + weights[-1]
