"""Training steps: a workload states its data and its model, and each framework trains it in a file here.

A workload of this kind is a module with

- `LOSS`: `"mean_squared_error"` or `"cross_entropy"` (of integer labels, from logits), and `RATE`, Adam's;
- `batch()`: the inputs and targets of a step, NumPy arrays;
- `weights()`: the initial weights, a list in the order and the layouts of Keras;
- `keras_model(keras)`: the model, built, written with `tf.keras` or Keras; polytape's own is the same program;
- `torch_model(weights)`, a `torch.nn.Module` with these weights;
- `jax_model(weights, x)`: the outputs, as a function of the weights; and `autograd_model`, where there is one.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any

from benchmarks.frameworks import FRAMEWORKS

EPSILON = 1e-8
"""Adam's, in all frameworks."""

FRAMEWORK_NAMES = (
    *("polytape", "polytape_function", "torch", "torch_compile"),
    *("tensorflow", "tensorflow_function", "tensorflow_xla", "jax"),
    *("keras_tensorflow", "keras_torch", "keras_jax"),
)


def prepared(workload: Any, framework: str) -> tuple[Callable[[], None], Callable[[], Any]]:
    """`(run, result)` of a workload of this kind: `run` does `workload.UNITS` steps, `result` gives all losses."""
    step, number = _step(workload, framework)
    found: list[float] = []

    def run() -> None:
        losses = [step() for _ in range(workload.UNITS)]
        found.extend(number(loss) for loss in losses)  # which waits for those that are computed in the background

    return run, lambda: found


def first_call(name: str, framework: str) -> dict[str, float]:
    """The time of the first step of the workload of this name, from the moment when its model is there."""
    step, number = _step(importlib.import_module(f"benchmarks.workloads.{name}"), framework)
    start = time.perf_counter()
    number(step())
    return {"first_seconds": time.perf_counter() - start}


def _step(workload: Any, framework: str) -> tuple[Callable[[], Any], Callable[[Any], float]]:
    module = importlib.import_module(f"benchmarks.training.in_{FRAMEWORKS[framework].family}")
    return getattr(module, framework)(workload)  # type: ignore[no-any-return]
