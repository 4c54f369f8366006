"""A training step in JAX: one function under `jax.jit`, which may use the old state's memory for the new one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from benchmarks.training import EPSILON


def jax(workload: Any) -> tuple[Callable[[], Any], Callable[[Any], float]]:
    """`value_and_grad`, and Adam written out."""
    import jax
    from jax import numpy as jnp

    x, y = map(jnp.asarray, workload.batch())
    parameters = [jnp.asarray(weight) for weight in workload.weights()]
    state = (parameters, *([jnp.zeros_like(p) for p in parameters] for _ in range(2)), jnp.zeros((), jnp.float32))

    def loss_of(parameters: Any, x: Any, y: Any) -> Any:
        outputs = workload.jax_model(parameters, x)
        if workload.LOSS == "mean_squared_error":
            return jnp.mean(jnp.square(outputs - y))
        probabilities = jax.nn.log_softmax(outputs)
        return -jnp.mean(jnp.take_along_axis(probabilities, y[..., None], axis=-1))

    def update(state: Any, x: Any, y: Any) -> Any:
        parameters, means, variances, count = state
        loss, gradients = jax.value_and_grad(loss_of)(parameters, x, y)
        count = count + 1
        rate = workload.RATE * jnp.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        means = [0.9 * mean + 0.1 * gradient for mean, gradient in zip(means, gradients)]
        variances = [0.999 * slot + 0.001 * jnp.square(gradient) for slot, gradient in zip(variances, gradients)]
        slots = zip(parameters, means, variances)
        parameters = [held - rate * mean / (jnp.sqrt(slot) + EPSILON) for held, mean, slot in slots]
        return (parameters, means, variances, count), loss

    compiled = jax.jit(update, donate_argnums=0)

    def step() -> Any:
        nonlocal state
        state, loss = compiled(state, x, y)
        return loss

    return step, float
