"""A training step of a dense net, 784-256-128-10, at batch 512: mean squared error of one-hot targets, Adam."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from benchmarks.training import FRAMEWORK_NAMES

FRAMEWORKS = (*FRAMEWORK_NAMES, "autograd")
UNITS, REPEATS, TOLERANCE = 60, 3, 1e-3
LOSS, RATE = "mean_squared_error", 0.001
SIZES, BATCH = (784, 256, 128, 10), 512
TINY = {"UNITS": 3, "REPEATS": 2, "SIZES": (12, 8, 6, 4), "BATCH": 5}


def batch() -> tuple[Any, Any]:
    """Random images, flattened, and their classes as one-hot vectors."""
    import numpy as np

    rng = np.random.default_rng(11)
    images = rng.normal(size=(BATCH, SIZES[0])).astype(np.float32)
    return images, np.eye(SIZES[-1], dtype=np.float32)[rng.integers(0, SIZES[-1], BATCH)]


def weights() -> list[Any]:
    """Kernels and biases in turn."""
    import numpy as np

    rng = np.random.default_rng(12)
    found = []
    for rows, columns in pairwise(SIZES):
        found.append(rng.normal(0, rows**-0.5, (rows, columns)).astype(np.float32))
        found.append(np.zeros(columns, np.float32))
    return found


def keras_model(keras: Any) -> Any:
    """`Dense` layers."""
    hidden = [keras.layers.Dense(units, activation="relu") for units in SIZES[1:-1]]
    return keras.Sequential([keras.Input((SIZES[0],)), *hidden, keras.layers.Dense(SIZES[-1])])


def torch_model(weights: list[Any]) -> Any:
    """`Linear` and `ReLU` modules."""
    import torch

    modules: list[Any] = []
    for kernel, bias in zip(weights[::2], weights[1::2]):
        linear = torch.nn.Linear(*kernel.shape)
        linear.load_state_dict({"weight": kernel.T, "bias": bias})
        modules += [linear, torch.nn.ReLU()]
    return torch.nn.Sequential(*modules[:-1])


def jax_model(weights: list[Any], x: Any) -> Any:
    """Products of matrices."""
    import jax

    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        x = jax.nn.relu(x @ kernel + bias)
    return x @ weights[-2] + weights[-1]


def autograd_model(weights: list[Any], x: Any) -> Any:
    """Products of matrices."""
    from autograd import numpy as np

    for kernel, bias in zip(weights[:-2:2], weights[1:-2:2]):
        x = np.maximum(np.dot(x, kernel) + bias, np.float32(0))
    return np.dot(x, weights[-2]) + weights[-1]
