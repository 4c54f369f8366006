"""Layers that add to the borders of space, cut them off, or repeat what is in it."""

from __future__ import annotations

from typing import Any

from polytape.arguments import choice, integer
from polytape.errors import InvalidArgumentError
from polytape.layers import spatial
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.padding import pad
from polytape.ops.repetition import repeat
from polytape.ops.slicing import getitem
from polytape.shape import TensorShape
from polytape.tensor import Tensor

Borders = tuple[tuple[int, int], ...]


class Bordered(Layer):
    """What the layers of padding and cropping have in common: numbers of elements before and after each axis."""

    RANK = 2

    def __init__(self, borders: Any, what: str, data_format: str | None, **options: Any) -> None:
        super().__init__(**options)
        self.data_format = spatial.format_of(data_format, type(self).__name__)
        self._borders = _borders(borders, self.RANK, type(self).__name__, what)
        self.input_spec = InputSpec(ndim=self.RANK + 2)

    def of_all_axes(self) -> Borders:
        """The numbers for every axis, batch and channels included."""
        none = (0, 0)
        last = self.data_format == "channels_last"
        return (none, *self._borders, none) if last else (none, none, *self._borders)


class ZeroPadding(Bordered):
    """What `ZeroPadding1D` to `ZeroPadding3D` have in common; see `ZeroPadding2D`."""

    def __init__(self, padding: Any = 1, data_format: str | None = None, **options: Any) -> None:
        super().__init__(padding, "padding", data_format, **options)
        self.padding = self._borders

    def call(self, inputs: Tensor) -> Tensor:
        """Pad."""
        return pad(inputs, self.of_all_axes())

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape."""
        along = zip(input_shape, self.of_all_axes())
        return TensorShape([None if length is None else length + sum(borders) for length, borders in along])


class ZeroPadding1D(ZeroPadding):
    """Zeros before and after one axis: `padding` of both, or (before, after). See `ZeroPadding2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.ZeroPadding1D(2)(tf.ones((1, 3, 1))).shape
    TensorShape([1, 7, 1])
    """

    RANK = 1


class ZeroPadding2D(ZeroPadding):
    """Zeros around images.

    Args:
        padding: an integer; or one for each axis; or a pair (before, after) for each axis.
        data_format: `"channels_last"` or `"channels_first"`.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.ZeroPadding2D(((1, 0), (2, 2)))(tf.ones((1, 3, 3, 1))).shape
    TensorShape([1, 4, 7, 1])
    """

    RANK = 2


class ZeroPadding3D(ZeroPadding):
    """Zeros around three axes. See `ZeroPadding2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.ZeroPadding3D(1)(tf.ones((1, 3, 3, 3, 1))).shape
    TensorShape([1, 5, 5, 5, 1])
    """

    RANK = 3


class Cropping(Bordered):
    """What `Cropping1D` to `Cropping3D` have in common; see `Cropping2D`."""

    def __init__(self, cropping: Any = 0, data_format: str | None = None, **options: Any) -> None:
        super().__init__(cropping, "cropping", data_format, **options)
        self.cropping = self._borders

    def call(self, inputs: Tensor) -> Tensor:
        """Cut."""
        shape = inputs._array.shape
        along = list(zip(shape, self.of_all_axes()))
        if any(length and before + after >= length for length, (before, after) in along):
            raise InvalidArgumentError(
                f"The layer {self.name!r} ({type(self).__name__}) would leave nothing of a shape {list(shape)}: "
                f"it cuts off {self._borders}."
            )
        key = tuple([slice(before, length - after) for length, (before, after) in along])
        return getitem(inputs, key=key)  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape."""
        along = zip(input_shape, self.of_all_axes())
        return TensorShape([None if length is None else length - sum(borders) for length, borders in along])


class Cropping1D(Cropping):
    """Cuts off (before, after) along one axis. See `Cropping2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.Cropping1D((1, 2))(tf.ones((1, 5, 1))).shape
    TensorShape([1, 2, 1])
    """

    RANK = 1

    def __init__(self, cropping: Any = (1, 1), data_format: str | None = None, **options: Any) -> None:
        super().__init__(cropping, data_format, **options)


class Cropping2D(Cropping):
    """Cuts off the borders of images.

    Args:
        cropping: an integer; or one for each axis; or a pair (before, after) for each axis.
        data_format: `"channels_last"` or `"channels_first"`.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.Cropping2D(1)(tf.ones((1, 5, 6, 1))).shape
    TensorShape([1, 3, 4, 1])
    """

    RANK = 2


class Cropping3D(Cropping):
    """Cuts off the borders of three axes. See `Cropping2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.Cropping3D()(tf.ones((1, 5, 5, 5, 1))).shape
    TensorShape([1, 3, 3, 3, 1])
    """

    RANK = 3

    def __init__(self, cropping: Any = 1, data_format: str | None = None, **options: Any) -> None:
        super().__init__(cropping, data_format, **options)


class UpSampling(Layer):
    """What `UpSampling1D` to `UpSampling3D` have in common; see `UpSampling2D`."""

    RANK = 2

    def __init__(
        self, size: Any = 2, data_format: str | None = None, interpolation: str = "nearest", **options: Any
    ) -> None:
        super().__init__(**options)
        kind = type(self).__name__
        self.size = spatial.per_axis(size, self.RANK, kind, "size")
        self.data_format = spatial.format_of(data_format, kind)
        self.interpolation = choice(interpolation, ("nearest",), kind, "interpolation")
        self.input_spec = InputSpec(ndim=self.RANK + 2)

    def call(self, inputs: Tensor) -> Tensor:
        """Repeat."""
        first = 1 if self.data_format == "channels_last" else 2
        for axis, times in enumerate(self.size, first):
            inputs = repeat(inputs, times, axis=axis)
        return inputs

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape."""
        along = zip(spatial.space_of(input_shape, self.data_format), self.size)
        space = [None if length is None else length * times for length, times in along]
        channels = tuple(input_shape)[spatial.channel_axis(self.data_format)]
        return spatial.with_space(input_shape, self.data_format, space, channels)


class UpSampling1D(UpSampling):
    """Repeats each element along one axis. See `UpSampling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.UpSampling1D(2)(tf.constant([[[1.0], [2.0]]])).numpy().ravel().tolist()
    [1.0, 1.0, 2.0, 2.0]
    """

    RANK = 1


class UpSampling2D(UpSampling):
    """Repeats the rows and columns of images.

    Args:
        size: how often: an integer, or one for rows and one for columns.
        data_format: `"channels_last"` or `"channels_first"`.
        interpolation: `"nearest"`.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.UpSampling2D((2, 3))(tf.ones((1, 4, 4, 1))).shape
    TensorShape([1, 8, 12, 1])
    """

    RANK = 2


class UpSampling3D(UpSampling):
    """Repeats along three axes. See `UpSampling2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.UpSampling3D(2)(tf.ones((1, 2, 2, 2, 1))).shape
    TensorShape([1, 4, 4, 4, 1])
    """

    RANK = 3


def _borders(value: Any, rank: int, layer: str, name: str) -> Borders:
    """Pairs (before, after) for each axis of space."""
    if isinstance(value, int):
        pairs: list[Any] = [(value, value)] * rank
    elif rank == 1 and len(value) == 2:
        pairs = [tuple(value)]
    else:
        pairs = [(item, item) if isinstance(item, int) else tuple(item) for item in value]
    counts = tuple(tuple(integer(number, f"{layer}: {name}") for number in pair) for pair in pairs)
    if len(counts) != rank or any(len(pair) != 2 or min(pair) < 0 for pair in counts):
        raise InvalidArgumentError(
            f"{layer}: {name} must be an integer of at least 0, {rank} of them, or {rank} pairs (before, after); "
            f"received {value!r}."
        )
    return counts  # type: ignore[return-value]
