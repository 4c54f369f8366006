"""A training step in PyTorch: eagerly, and with the model and its loss under `torch.compile`.

Adam is the fused one, which is the fastest that PyTorch has on CPUs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.training import EPSILON

Step = tuple[Callable[[], Any], Callable[[Any], float]]


def torch(workload: Any) -> Step:
    """`backward` and an optimizer."""
    return _step(workload, compiled=False)


def torch_compile(workload: Any) -> Step:
    """Forward and backward pass compiled, in the default mode."""
    return _step(workload, compiled=True)


def _step(workload: Any, *, compiled: bool) -> Step:
    import torch
    from torch.nn import functional

    x, y = map(torch.from_numpy, workload.batch())
    model = workload.torch_model([torch.from_numpy(weight) for weight in workload.weights()])
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=workload.RATE, eps=EPSILON, fused=True)
    if workload.LOSS == "cross_entropy":
        y = y.long()

    def loss_of(x: Any, y: Any) -> Any:
        outputs = model(x)
        if workload.LOSS == "mean_squared_error":
            return functional.mse_loss(outputs, y)
        return functional.cross_entropy(outputs.flatten(0, -2), y.flatten())

    if compiled:
        loss_of = torch.compile(loss_of)

    def step() -> Any:
        optimizer.zero_grad()
        loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step, float
