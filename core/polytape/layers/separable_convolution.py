"""Convolutions of each channel on its own, followed by one that mixes the channels."""

from __future__ import annotations

from typing import Any

from polytape import constraints, initializers, regularizers
from polytape.errors import InvalidArgumentError
from polytape.layers import spatial
from polytape.layers.convolution import Convolution
from polytape.layers.input_spec import InputSpec
from polytape.ops.convolution_functions import convolution
from polytape.ops.shape import reshape_
from polytape.tensor import Tensor


class SeparableConvolution(Convolution):
    """What the layers `SeparableConv1D` and `SeparableConv2D` have in common; see `SeparableConv2D`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            bias_constraint=bias_constraint,
            **options,
        )
        self.depth_multiplier = depth_multiplier
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.pointwise_initializer = initializers.get(pointwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self.pointwise_constraint = constraints.get(pointwise_constraint)

    def build(self, input_shape: Any) -> None:
        """Make both kernels, and the bias if there is one."""
        axis = spatial.channel_axis(self.data_format)
        channels = tuple(input_shape)[axis]
        if channels is None:
            raise InvalidArgumentError(
                f"The inputs of {self.name!r} ({type(self).__name__}) must have a known number of channels along axis "
                f"{axis}; received shape {tuple(input_shape)}."
            )
        self.depthwise_kernel = self.add_weight(
            name="depthwise_kernel",
            shape=(*self.kernel_size, channels, self.depth_multiplier),
            initializer=self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
        )
        self.pointwise_kernel = self.add_weight(
            name="pointwise_kernel",
            shape=(*(1,) * self.RANK, channels * self.depth_multiplier, self.filters),
            initializer=self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = InputSpec(ndim=self.RANK + 2, axes={axis: channels})

    def call(self, inputs: Tensor) -> Any:
        """Convolve channel by channel, mix the channels, add, activate."""
        kernel = self.depthwise_kernel.read_value()
        flat = (*self.kernel_size, 1, kernel._array.shape[-2] * self.depth_multiplier)
        letters = spatial.op_format(self.data_format, self.RANK)
        between = convolution(
            inputs,
            reshape_(kernel, shape=flat),
            strides=self.strides,
            padding=self.padding.upper(),
            data_format=letters,
            dilations=self.dilation_rate,
        )
        outputs = convolution(between, self.pointwise_kernel.read_value(), data_format=letters)
        return self.activation(self.biased(outputs))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        unused = ("groups", "kernel_initializer", "kernel_regularizer", "kernel_constraint")
        return {name: value for name, value in super().get_config().items() if name not in unused}


class SeparableConv1D(SeparableConvolution):
    """A depthwise convolution over one axis, followed by one that mixes the channels. See `SeparableConv2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.SeparableConv1D(5, 3)(tf.ones((1, 8, 3))).shape
    TensorShape([1, 6, 5])
    """

    RANK = 1


class SeparableConv2D(SeparableConvolution):
    """A depthwise convolution, followed by one of windows of size one that mixes the channels.

    Args:
        filters: the number of output channels.
        kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias: see `Conv2D`.
        depth_multiplier: the number of filters for each channel in the first convolution.
        options: the initializers, regularizers and constraints of `depthwise_...`, `pointwise_...` and `bias_...`, and
            what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.SeparableConv2D(5, 3)(tf.ones((1, 8, 8, 3))).shape
    TensorShape([1, 6, 6, 5])
    """

    RANK = 2
