"""Initial values that are not random."""

from __future__ import annotations

from typing import Any

from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.floatx import default
from polytape.initializers.initializer import Initializer
from polytape.ops.creation import eye, lengths_of, ones, zeros
from polytape.ops.shape import broadcast_to, reshape
from polytape.tensor import Tensor


class Zeros(Initializer):
    """Zeros.

    >>> import polytape as tf
    >>> tf.keras.initializers.Zeros()((2,)).numpy().tolist()
    [0.0, 0.0]
    """

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return zeros of `shape` and `dtype`."""
        return zeros(shape, default(dtype))


class Ones(Initializer):
    """Ones.

    >>> import polytape as tf
    >>> tf.keras.initializers.Ones()((2,)).numpy().tolist()
    [1.0, 1.0]
    """

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return ones of `shape` and `dtype`."""
        return ones(shape, default(dtype))


class Constant(Initializer):
    """One value everywhere, or the values of an array.

    Args:
        value: a number, or what converts to a tensor of as many elements as the shape has.

    >>> import polytape as tf
    >>> tf.keras.initializers.Constant([1.0, 2.0])((2, 1)).numpy().tolist()
    [[1.0], [2.0]]
    """

    def __init__(self, value: Any = 0.0) -> None:
        self.value = value

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return the value or values in `shape` and `dtype`."""
        lengths = lengths_of(shape, "Constant")
        values = convert(self.value, default(dtype))
        if not values._array.shape:
            return broadcast_to(values, lengths)
        return reshape(values, lengths)


class Identity(Initializer):
    """The unit matrix, times `gain`; for variables of two axes.

    >>> import polytape as tf
    >>> tf.keras.initializers.Identity(gain=2.0)((2, 3)).numpy().tolist()
    [[2.0, 0.0, 0.0], [0.0, 2.0, 0.0]]
    """

    def __init__(self, gain: float = 1.0) -> None:
        self.gain = gain

    def __call__(self, shape: Any, dtype: Any = None, **options: Any) -> Tensor:
        """Return the scaled unit matrix of `shape` and `dtype`."""
        lengths = lengths_of(shape, "Identity")
        if len(lengths) != 2:
            raise InvalidArgumentError(
                f"The Identity initializer is for variables of two axes; received shape {list(lengths)}."
            )
        return eye(*lengths, dtype=default(dtype)) * self.gain
