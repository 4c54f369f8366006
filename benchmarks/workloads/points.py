"""Linear regression by the gradient of each point: 100 points, whose gradients are added before the line moves, as
programs for learners have it; 10 such iterations, and a unit is the gradient of a point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FRAMEWORKS = (
    *("polytape", "polytape_function", "torch", "torch_compile"),
    *("tensorflow", "tensorflow_function", "jax", "autograd"),
)
ITERATIONS, POINTS, RATE = 10, 100, 0.01
UNITS, REPEATS, TOLERANCE = ITERATIONS * POINTS, 2, 1e-4
TINY = {"ITERATIONS": 2, "POINTS": 4, "UNITS": 8}
Prepared = tuple[Callable[[], None], Callable[[], Any]]


def data() -> tuple[Any, Any]:
    """Points near y = 1.477 x + 0.089."""
    import numpy as np

    rng = np.random.default_rng(7)
    x = rng.uniform(-10.0, 10.0, POINTS)
    return x.astype(np.float32), (1.477 * x + 0.089 + rng.normal(0.0, 0.1, POINTS)).astype(np.float32)


def _of_variables(tf: Any, *, compiled: bool) -> Prepared:
    """The same program in polytape and TensorFlow."""
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    x, y = data()
    points = [(tf.constant(one), tf.constant(wanted)) for one, wanted in zip(x, y)]

    def gradients(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = (y - (w * x + b)) ** 2
        return tape.gradient(loss, [w, b])

    if compiled:
        gradients = tf.function(gradients)

    def run() -> None:
        w.assign(0.0)
        b.assign(0.0)
        for _ in range(ITERATIONS):
            slope, shift = 0.0, 0.0
            for x, y in points:
                found = gradients(x, y)
                slope, shift = slope + found[0], shift + found[1]
            w.assign_sub(RATE / POINTS * slope)
            b.assign_sub(RATE / POINTS * shift)

    return run, lambda: [float(w), float(b)]


def polytape() -> Prepared:
    """With a tape."""
    import polytape as tf

    return _of_variables(tf, compiled=False)


def polytape_function() -> Prepared:
    """The gradient of a point under `function`."""
    import polytape as tf

    return _of_variables(tf, compiled=True)


def tensorflow() -> Prepared:
    """With a tape."""
    import tensorflow as tf

    return _of_variables(tf, compiled=False)


def tensorflow_function() -> Prepared:
    """The gradient of a point under `tf.function`."""
    import tensorflow as tf

    return _of_variables(tf, compiled=True)


def torch() -> Prepared:
    """With `backward`, which adds the gradients itself."""
    return _torch(compiled=False)


def torch_compile() -> Prepared:
    """The loss under `torch.compile`."""
    return _torch(compiled=True)


def _torch(*, compiled: bool) -> Prepared:
    import torch

    x, y = map(torch.from_numpy, data())
    points = list(zip(x, y))
    w, b = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)

    def loss_of(x: Any, y: Any) -> Any:
        return (y - (w * x + b)) ** 2

    if compiled:
        loss_of = torch.compile(loss_of)

    def run() -> None:
        with torch.no_grad():
            w.zero_()
            b.zero_()
        for _ in range(ITERATIONS):
            w.grad = b.grad = None
            for x, y in points:
                loss_of(x, y).backward()
            with torch.no_grad():
                w.sub_(RATE / POINTS * w.grad)
                b.sub_(RATE / POINTS * b.grad)

    return run, lambda: [w.item(), b.item()]


def jax() -> Prepared:
    """The gradient of a point under `jax.jit`."""
    import jax

    return _functional(jax.jit(jax.grad(_loss)), jax.numpy.float32)


def autograd() -> Prepared:
    """With `grad`."""
    import numpy as np
    from autograd import grad

    return _functional(grad(_loss), np.float32)


def _loss(parameters: Any, x: Any, y: Any) -> Any:
    return (y - (parameters[0] * x + parameters[1])) ** 2


def _functional(gradient: Callable[..., Any], number: Callable[[float], Any]) -> Prepared:
    points = list(zip(*data()))
    parameters = (number(0), number(0))

    def run() -> None:
        nonlocal parameters
        parameters = (number(0), number(0))
        for _ in range(ITERATIONS):
            slope, shift = 0.0, 0.0
            for x, y in points:
                found = gradient(parameters, x, y)
                slope, shift = slope + found[0], shift + found[1]
            rate = number(RATE / POINTS)
            parameters = (parameters[0] - rate * slope, parameters[1] - rate * shift)

    return run, lambda: [float(parameter) for parameter in parameters]
