"""Layers that make one tensor of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, ClassVar

from polytape import arguments
from polytape.errors import InvalidArgumentError
from polytape.layers.layer import Layer
from polytape.ops import arithmetic, joining, selection
from polytape.ops.linear_algebra import matmul
from polytape.ops.powers import rsqrt, square
from polytape.ops.reduction import reduce_sum
from polytape.ops.shape import expand_dims, squeeze, transpose
from polytape.tensor import Tensor


class Merge(Layer):
    """A layer that takes a list of tensors."""

    LEAST = 2

    def call(self, inputs: Any) -> Any:
        """Merge the inputs."""
        if not isinstance(inputs, (list, tuple)) or len(inputs) < self.LEAST:
            received = f"{len(inputs)} of them" if isinstance(inputs, (list, tuple)) else type(inputs).__name__
            raise InvalidArgumentError(
                f"The layer {self.name!r} ({type(self).__name__}) takes a list of at least {self.LEAST} tensors; "
                f"received {received}."
            )
        return self.merge(inputs)

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Return one tensor made of several."""
        raise NotImplementedError(f"{type(self).__name__} must define merge(inputs).")


class Elementwise(Merge):
    """A merge of tensors, whose shapes broadcast, by a function of two of them."""

    combine: ClassVar[Callable[[Any, Any], Any]]
    LEAST = 1

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Combine the first with the second, the result with the third, and so on."""
        return reduce(type(self).combine, inputs)


class Add(Elementwise):
    """The sum of tensors.

    >>> import polytape as tf
    >>> tf.keras.layers.Add()([tf.constant([1.0]), tf.constant([2.0])]).numpy().tolist()
    [3.0]
    """

    combine = staticmethod(arithmetic.add)


class Subtract(Elementwise):
    """The difference of two tensors.

    >>> import polytape as tf
    >>> tf.keras.layers.Subtract()([tf.constant([1.0]), tf.constant([2.0])]).numpy().tolist()
    [-1.0]
    """

    combine = staticmethod(arithmetic.subtract)

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Subtract."""
        if len(inputs) != 2:
            raise InvalidArgumentError(f"Subtract takes two tensors; received {len(inputs)}.")
        return super().merge(inputs)


class Multiply(Elementwise):
    """The element-wise product of tensors.

    >>> import polytape as tf
    >>> tf.keras.layers.Multiply()([tf.constant([3.0]), tf.constant([2.0])]).numpy().tolist()
    [6.0]
    """

    combine = staticmethod(arithmetic.multiply)


class Average(Elementwise):
    """The mean of tensors.

    >>> import polytape as tf
    >>> tf.keras.layers.Average()([tf.constant([3.0]), tf.constant([2.0])]).numpy().tolist()
    [2.5]
    """

    combine = staticmethod(arithmetic.add)

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Add up and divide."""
        return super().merge(inputs) / len(inputs)


class Maximum(Elementwise):
    """The largest of tensors, element by element.

    >>> import polytape as tf
    >>> tf.keras.layers.Maximum()([tf.constant([3.0]), tf.constant([2.0])]).numpy().tolist()
    [3.0]
    """

    combine = staticmethod(selection.maximum)


class Minimum(Elementwise):
    """The smallest of tensors, element by element.

    >>> import polytape as tf
    >>> tf.keras.layers.Minimum()([tf.constant([3.0]), tf.constant([2.0])]).numpy().tolist()
    [2.0]
    """

    combine = staticmethod(selection.minimum)


class Concatenate(Merge):
    """Tensors joined along an axis.

    >>> import polytape as tf
    >>> tf.keras.layers.Concatenate()([tf.zeros((2, 3)), tf.zeros((2, 4))]).shape
    TensorShape([2, 7])
    """

    LEAST = 1

    def __init__(self, axis: int = -1, **options: Any) -> None:
        super().__init__(**options)
        self.axis = axis

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Join."""
        return joining.concat(list(inputs), self.axis)


class Dot(Merge):
    """The products of two tensors, example by example, summed along one axis of each.

    Args:
        axes: the axis of both, or a pair of axes; the batch axis counts, and is not among them.
        normalize: whether to scale both to unit length along that axis, which gives cosines.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> a = tf.constant([[1.0, 2.0]])
    >>> tf.keras.layers.Dot(axes=1)([a, a]).numpy().tolist()
    [[5.0]]
    """

    def __init__(self, axes: Any, normalize: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.axes = axes
        self.normalize = normalize

    def merge(self, inputs: Sequence[Tensor]) -> Tensor:
        """Multiply and sum."""
        if len(inputs) != 2:
            raise InvalidArgumentError(f"Dot takes two tensors; received {len(inputs)}.")
        pair = (self.axes, self.axes) if isinstance(self.axes, int) else tuple(self.axes)
        x, y = inputs
        along = [arguments.axis(a, t.ndim, "Dot", "axes") for a, t in zip(pair, inputs)]
        if 0 in along:
            raise InvalidArgumentError(f"Dot: axes must not hold the batch axis, 0; received {self.axes!r}.")
        if self.normalize:
            x, y = (t * rsqrt(reduce_sum(square(t), axis=a, keepdims=True)) for a, t in zip(along, (x, y)))
        x = transpose(x, (0, *[a for a in range(1, x.ndim) if a != along[0]], along[0]))
        y = transpose(y, (0, along[1], *[a for a in range(1, y.ndim) if a != along[1]]))
        if x.ndim > 3 or y.ndim > 3:
            raise InvalidArgumentError(f"Dot takes tensors of rank 2 or 3; received {x.shape} and {y.shape}.")
        flat_x, flat_y = x.ndim == 2, y.ndim == 2
        product = matmul(expand_dims(x, 1) if flat_x else x, expand_dims(y, 2) if flat_y else y)
        if flat_x and flat_y:
            return squeeze(product, 2)
        return squeeze(product, 1 if flat_x else 2) if flat_x or flat_y else product
