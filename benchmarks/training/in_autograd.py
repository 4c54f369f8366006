"""A training step in Autograd (HIPS), and Adam written out as in its examples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.training import EPSILON


def autograd(workload: Any) -> tuple[Callable[[], Any], Callable[[Any], float]]:
    """`value_and_grad` of a function of lists of arrays."""
    import math

    from autograd import numpy as np, value_and_grad

    x, y = workload.batch()
    parameters = workload.weights()
    means, variances = ([np.zeros_like(parameter) for parameter in parameters] for _ in range(2))
    count = 0

    def loss_of(parameters: Any) -> Any:
        return np.mean((workload.autograd_model(parameters, x) - y) ** 2)  # of the dense net only

    gradient = value_and_grad(loss_of)

    def step() -> Any:
        nonlocal count
        loss, gradients = gradient(parameters)
        count += 1
        rate = workload.RATE * math.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        for index, found in enumerate(gradients):
            means[index] = 0.9 * means[index] + 0.1 * found
            variances[index] = 0.999 * variances[index] + 0.001 * found**2
            parameters[index] = parameters[index] - rate * means[index] / (np.sqrt(variances[index]) + EPSILON)
        return loss

    return step, float
