"""`Initializer`: what makes the first value of a variable."""

from __future__ import annotations

from typing import Any

from polytape import configuration
from polytape.arguments import integer
from polytape.random.keys import key_of, state_tensor
from polytape.random.streams import Draw, drawing
from polytape.tensor import Tensor


class Initializer:
    """Base class of initializers. A subclass defines `__call__(shape, dtype=None)`.

    >>> import polytape as tf
    >>> class Sevens(tf.keras.initializers.Initializer):
    ...     def __call__(self, shape, dtype=None):
    ...         return tf.fill(shape, 7.0)
    >>> tf.keras.layers.Dense(2, bias_initializer=Sevens())(tf.zeros((1, 3))).numpy().tolist()
    [[7.0, 7.0]]
    """

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return a tensor of `shape` and `dtype`."""
        raise NotImplementedError(f"{type(self).__name__} must define __call__(shape, dtype=None).")

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an initializer like this one."""
        return configuration.of(self, Initializer)

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """An initializer of the arguments that `get_config` returned."""
        return cls(**config)


class RandomInitializer(Initializer):
    """An initializer that draws random numbers.

    Args:
        seed: with a seed, every call gives the same numbers; without one, other numbers at each call, which
            `tf.random.set_seed` makes repeatable.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = None if seed is None else integer(seed, f"{type(self).__name__}: seed")

    def draw(self) -> Draw:
        """Where this call takes its random numbers from."""
        if self.seed is None:
            return drawing("initializers", None)
        state = state_tensor(key_of(self.seed, 0))
        return lambda count: state
