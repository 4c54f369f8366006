"""Linear regression with a Huber loss, one example a step: 10 epochs over 190 countries; a unit is a step.

The data are those of a published program where `../shared/data/birth_life` is there, else some like them. Eager code
branches on the loss as the program does; what is compiled chooses with `where`, except polytape and TensorFlow, which
compile the branch itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

FRAMEWORKS = (
    *("polytape", "polytape_function", "torch", "torch_compile"),
    *("tensorflow", "tensorflow_function", "jax", "autograd"),
)
EPOCHS, EXAMPLES, RATE = 10, 190, 0.01
UNITS, REPEATS, TOLERANCE = EPOCHS * EXAMPLES, 2, 1e-3
TINY = {"EPOCHS": 1, "EXAMPLES": 5, "UNITS": 5}
FILE = Path(__file__).parents[3] / "shared" / "data" / "birth_life" / "birth_life_2010.txt"
Prepared = tuple[Callable[[], None], Callable[[], Any]]


def data() -> Any:
    """Birth rates and life expectancies."""
    import numpy as np

    if FILE.exists():
        lines = FILE.read_text(encoding="utf-8").splitlines()[1 : EXAMPLES + 1]
        columns = zip(*[map(float, line.split("\t")[1:3]) for line in lines])
        return tuple(np.array(column, np.float32) for column in columns)
    rng = np.random.default_rng(3)
    birth_rate = rng.uniform(1.0, 7.0, EXAMPLES)
    life_expectancy = 89.0 - 6.1 * birth_rate + rng.normal(0.0, 3.0, EXAMPLES)
    return birth_rate.astype(np.float32), life_expectancy.astype(np.float32)


def polytape() -> Prepared:
    """Through the functional interface of early eager mode."""
    return _polytape(compiled=False)


def polytape_function() -> Prepared:
    """The step under `function`."""
    return _polytape(compiled=True)


def _polytape(*, compiled: bool) -> Prepared:
    import polytape as tf

    w, b = tf.Variable(0.0), tf.Variable(0.0)
    optimizer = tf.train.GradientDescentOptimizer(learning_rate=RATE)
    dataset = tf.data.Dataset.from_tensor_slices(data())

    def loss(x: Any, y: Any) -> Any:
        t = y - (x * w + b)
        return 0.5 * t**2 if tf.abs(t) <= 1.0 else tf.abs(t) - 0.5

    value_and_gradients = tf.contrib.eager.implicit_value_and_gradients(loss)

    def step(x: Any, y: Any) -> Any:
        value, gradients = value_and_gradients(x, y)
        optimizer.apply_gradients(gradients)
        return value

    return _epochs(tf.function(step) if compiled else step, dataset, (w, b))


def tensorflow() -> Prepared:
    """With a tape and the optimizer of Keras."""
    return _tensorflow(compiled=False)


def tensorflow_function() -> Prepared:
    """The step under `tf.function`."""
    return _tensorflow(compiled=True)


def _tensorflow(*, compiled: bool) -> Prepared:
    import tensorflow as tf

    w, b = tf.Variable(0.0), tf.Variable(0.0)
    optimizer = tf.keras.optimizers.SGD(learning_rate=RATE)
    optimizer.build([w, b])
    dataset = tf.data.Dataset.from_tensor_slices(data())

    def loss(x: Any, y: Any) -> Any:
        t = y - (x * w + b)
        if tf.abs(t) <= 1.0:
            return 0.5 * t**2
        return tf.abs(t) - 0.5

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            value = loss(x, y)
        optimizer.apply_gradients(zip(tape.gradient(value, [w, b]), [w, b]))
        return value

    return _epochs(tf.function(step) if compiled else step, dataset, (w, b))


def _epochs(step: Callable[[Any, Any], Any], dataset: Any, variables: tuple[Any, ...]) -> Prepared:
    def run() -> None:
        for variable in variables:
            variable.assign(0.0)
        for _ in range(EPOCHS):
            total = 0.0
            for x, y in dataset:
                total += step(x, y)

    return run, lambda: [float(variable) for variable in variables]


def torch() -> Prepared:
    """With `backward` and an optimizer."""
    return _torch(compiled=False)


def torch_compile() -> Prepared:
    """The loss under `torch.compile`, with `where` in the place of the branch."""
    return _torch(compiled=True)


def _torch(*, compiled: bool) -> Prepared:
    import torch

    x, y = map(torch.from_numpy, data())
    w, b = torch.zeros((), requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.SGD([w, b], lr=RATE)

    def branching(x: Any, y: Any) -> Any:
        t = y - (x * w + b)
        return 0.5 * t**2 if torch.abs(t) <= 1.0 else torch.abs(t) - 0.5

    def choosing(x: Any, y: Any) -> Any:
        t = y - (x * w + b)
        return torch.where(torch.abs(t) <= 1.0, 0.5 * t**2, torch.abs(t) - 0.5)

    loss = torch.compile(choosing) if compiled else branching

    def run() -> None:
        with torch.no_grad():
            w.zero_()
            b.zero_()
        for _ in range(EPOCHS):
            total = 0.0
            for one, wanted in zip(x, y):
                optimizer.zero_grad()
                value = loss(one, wanted)
                value.backward()
                optimizer.step()
                total += value.detach()

    return run, lambda: [w.item(), b.item()]


def jax() -> Prepared:
    """The step under `jax.jit`, with `where` in the place of the branch."""
    import jax
    from jax import numpy as jnp

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        t = y - (x * parameters[0] + parameters[1])
        return jnp.where(jnp.abs(t) <= 1.0, 0.5 * t**2, jnp.abs(t) - 0.5)

    def update(parameters: Any, x: Any, y: Any) -> Any:
        value, gradients = jax.value_and_grad(loss)(parameters, x, y)
        return tuple(held - RATE * found for held, found in zip(parameters, gradients)), value

    return _functional(jax.jit(update, donate_argnums=0), lambda: (jnp.float32(0), jnp.float32(0)))


def autograd() -> Prepared:
    """With `value_and_grad`."""
    from autograd import numpy as np, value_and_grad

    def loss(parameters: Any, x: Any, y: Any) -> Any:
        t = y - (x * parameters[0] + parameters[1])
        return 0.5 * t**2 if np.abs(t) <= 1.0 else np.abs(t) - 0.5

    gradient = value_and_grad(loss)

    def update(parameters: Any, x: Any, y: Any) -> Any:
        value, gradients = gradient(parameters, x, y)
        return tuple(held - RATE * found for held, found in zip(parameters, gradients)), value

    return _functional(update, lambda: (np.float32(0), np.float32(0)))


def _functional(update: Callable[..., Any], start: Callable[[], Any]) -> Prepared:
    x, y = data()
    parameters = start()

    def run() -> None:
        nonlocal parameters
        parameters = start()
        for _ in range(EPOCHS):
            total = 0.0
            for one, wanted in zip(x, y):
                parameters, value = update(parameters, one, wanted)
                total += value

    return run, lambda: [float(parameter) for parameter in parameters]
