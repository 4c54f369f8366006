"""How frameworks are asked for the gradient of a long chain of small ops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Prepared = tuple[Callable[[], None], Callable[[], Any]]
Link = Callable[[Any, Any], Any]


class Chain:
    """A chain that begins with `start` and has `links` links, each of them with the number `factor`.

    Args:
        units: how often a measurement takes its gradient.
    """

    def __init__(self, start: list[float], links: int, factor: float, units: int) -> None:
        self.start = start
        self.links = links
        self.factor = factor
        self.units = units

    def taped(self, tf: Any, link: Link, *, compiled: bool = False) -> Prepared:
        """With the tape of polytape or TensorFlow."""
        x, factor = tf.constant(self.start), tf.constant([self.factor] * len(self.start))

        def gradient(x: Any, factor: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                z = x
                for _ in range(self.links):
                    z = link(z, factor)
            return tape.gradient(z, x)

        if compiled:
            gradient = tf.function(gradient)
        return self.repeated(lambda: gradient(x, factor)), lambda: gradient(x, factor).numpy()

    def by_torch(self, link: Link, *, compiled: bool = False) -> Prepared:
        """With tensors that require gradients."""
        import torch

        x, factor = torch.tensor(self.start, requires_grad=True), torch.full((len(self.start),), self.factor)
        ones = torch.ones(len(self.start))

        def chain(z: Any, factor: Any) -> Any:
            for _ in range(self.links):
                z = link(z, factor)
            return z

        if compiled:
            chain = torch.compile(chain)

        def gradient() -> Any:
            return torch.autograd.grad(chain(x, factor), x, ones)[0]

        return self.repeated(gradient), lambda: gradient().numpy()

    def by_jax(self, link: Link) -> Prepared:
        """With `jax.jit`, the factor an argument, so that nothing is computed in advance."""
        import jax
        from jax import numpy as jnp

        def chain(z: Any, factor: Any) -> Any:
            for _ in range(self.links):
                z = link(z, factor)
            return z.sum()

        x, factor = jnp.array(self.start), jnp.full(len(self.start), self.factor)
        gradient = jax.jit(jax.grad(chain))
        return self.repeated(lambda: gradient(x, factor).block_until_ready()), lambda: gradient(x, factor)

    def by_autograd(self, link: Link) -> Prepared:
        """With `elementwise_grad`."""
        import numpy as np
        from autograd import elementwise_grad

        x, factor = np.array(self.start, np.float32), np.full(len(self.start), self.factor, np.float32)

        def chain(z: Any) -> Any:
            for _ in range(self.links):
                z = link(z, factor)
            return z

        gradient = elementwise_grad(chain)
        return self.repeated(lambda: gradient(x)), lambda: gradient(x)

    def repeated(self, gradient: Callable[[], Any]) -> Callable[[], None]:
        """`gradient`, as often as a measurement takes."""

        def run() -> None:
            for _ in range(self.units):
                gradient()

        return run
