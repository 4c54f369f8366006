"""Points on spirals that turn around each other: easy to make, and not to be told apart by straight lines."""

from __future__ import annotations

from typing import Any

import numpy as np


def load_data(points: int = 200, classes: int = 3, noise: float = 0.03, seed: int = 0) -> Any:
    """Make the points: `((x_train, y_train), (x_test, y_test))`, as NumPy arrays.

    Args:
        points: how many there are on each spiral; a quarter of them is for the test.
        classes: how many spirals there are.
        noise: the standard deviation of the distance from the spiral, whose radius is 1.
        seed: a number that fixes noise and split.

    Returns:
        Positions of shape (n, 2) in float32, and the spirals' numbers of shape (n,) in int32.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape, x_train.dtype, sorted(set(y_test.tolist()))
    ((450, 2), (150, 2), dtype('float32'), [0, 1, 2])
    """
    generator = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes, dtype=np.int32), points)
    radius = np.tile(np.linspace(0.05, 1.0, points), classes)
    angle = 5.0 * radius + 2.0 * np.pi * labels / classes
    positions = radius[:, np.newaxis] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    positions = (positions + noise * generator.standard_normal(positions.shape)).astype(np.float32)
    order = generator.permutation(len(labels))
    test, train = np.split(order, [len(labels) // 4])
    return (positions[train], labels[train]), (positions[test], labels[test])
