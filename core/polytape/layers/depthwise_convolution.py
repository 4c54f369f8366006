"""Convolutions of each channel on its own."""

from __future__ import annotations

from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.layers import spatial
from polytape.layers.convolution import Convolution
from polytape.ops.shape import reshape_
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class DepthwiseConvolution(Convolution):
    """What the layers `DepthwiseConv1D` and `DepthwiseConv2D` have in common; see `DepthwiseConv2D`."""

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(
            depth_multiplier,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=depthwise_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=depthwise_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=depthwise_constraint,
            bias_constraint=bias_constraint,
            **options,
        )
        self.depth_multiplier = depth_multiplier

    def build(self, input_shape: Any) -> None:
        """Make the kernel, filters for each channel, and the bias if there is one."""
        axis = spatial.channel_axis(self.data_format)
        channels = tuple(input_shape)[axis]
        if channels is None:
            raise InvalidArgumentError(
                f"The inputs of {self.name!r} ({type(self).__name__}) must have a known number of channels along axis "
                f"{axis}; received shape {tuple(input_shape)}."
            )
        self.groups = channels
        self.filters = channels * self.depth_multiplier
        super().build(input_shape)

    def kernel_shape(self, channels: int) -> tuple[int, ...]:
        """The shape of the kernel for inputs of so many channels."""
        return (*self.kernel_size, channels, self.depth_multiplier)

    def filters_now(self) -> Tensor:
        """The kernel as that of a convolution with as many groups as channels."""
        return reshape_(self.kernel.read_value(), shape=(*self.kernel_size, 1, self.filters))  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape; axes of unknown length stay unknown."""
        axis = spatial.channel_axis(self.data_format)
        lengths = list(super().compute_output_shape(input_shape))
        lengths[axis] = tuple(input_shape)[axis] * self.depth_multiplier
        return TensorShape(lengths)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        found = super().get_config()
        for part in ("initializer", "regularizer", "constraint"):
            found[f"depthwise_{part}"] = found.pop(f"kernel_{part}")
        return {name: value for name, value in found.items() if name not in ("filters", "groups")}


class DepthwiseConv1D(DepthwiseConvolution):
    """A convolution of each channel on its own over one axis. See `DepthwiseConv2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.DepthwiseConv1D(3)(tf.ones((1, 8, 3))).shape
    TensorShape([1, 6, 3])
    """

    RANK = 1


class DepthwiseConv2D(DepthwiseConvolution):
    """A convolution of each channel with filters of its own; `depth_multiplier` outputs for each.

    Args:
        kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias: see `Conv2D`.
        depth_multiplier: the number of filters for each channel.
        depthwise_initializer, depthwise_regularizer, depthwise_constraint: as `kernel_...` of `Conv2D`.
        options: the bias's initializer, regularizer and constraint, and what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.DepthwiseConv2D(3, depth_multiplier=2)(tf.ones((1, 8, 8, 3))).shape
    TensorShape([1, 6, 6, 6])
    """

    RANK = 2
