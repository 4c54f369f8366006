"""Convolutions over one, two and three axes of space."""

from __future__ import annotations

from typing import Any

from polytape import activations, constraints, initializers, regularizers
from polytape.arguments import integer
from polytape.errors import InvalidArgumentError
from polytape.layers import spatial
from polytape.layers.input_spec import InputSpec
from polytape.layers.layer import Layer
from polytape.ops.arithmetic import add
from polytape.ops.convolution_functions import convolution
from polytape.ops.padding import pad
from polytape.ops.shape import reshape_
from polytape.shape import TensorShape
from polytape.tensor import Tensor
from polytape.variable import Variable


class Convolution(Layer):
    """What the layers `Conv1D`, `Conv2D` and `Conv3D` have in common; see `Conv2D`."""

    RANK = 2
    converts_integers = True

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        groups: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **options)
        kind, rank = type(self).__name__, self.RANK
        self.filters = integer(filters, f"{kind}: filters")
        self.groups = integer(groups, f"{kind}: groups")
        if self.filters < 1 or self.groups < 1 or self.filters % self.groups:
            raise InvalidArgumentError(
                f"{kind}: filters must be positive and a multiple of groups; received filters={filters!r} and "
                f"groups={groups!r}."
            )
        self.kernel_size = spatial.per_axis(kernel_size, rank, kind, "kernel_size")
        self.strides = spatial.per_axis(strides, rank, kind, "strides")
        self.dilation_rate = spatial.per_axis(dilation_rate, rank, kind, "dilation_rate")
        self.padding = spatial.padding_of(
            padding, kind, ("valid", "same", "causal") if rank == 1 else ("valid", "same")
        )
        self.data_format = spatial.format_of(data_format, kind)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(ndim=rank + 2)

    def build(self, input_shape: Any) -> None:
        """Make the kernel, and the bias if there is one."""
        axis = spatial.channel_axis(self.data_format)
        channels = tuple(input_shape)[axis]
        if channels is None or channels % self.groups:
            raise InvalidArgumentError(
                f"The inputs of {self.name!r} ({type(self).__name__}) must have a known number of channels along axis "
                f"{axis}, a multiple of groups={self.groups}; received shape {tuple(input_shape)}."
            )
        self.kernel = self.add_weight(
            name="kernel",
            shape=self.kernel_shape(channels),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias: Variable | None = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.filters,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.input_spec = InputSpec(ndim=self.RANK + 2, axes={axis: channels})

    def kernel_shape(self, channels: int) -> tuple[int, ...]:
        """The shape of the kernel for inputs of so many channels."""
        return (*self.kernel_size, channels // self.groups, self.filters)

    def call(self, inputs: Tensor) -> Any:
        """Convolve, add, activate."""
        padding = self.padding
        if padding == "causal":
            left = (self.kernel_size[0] - 1) * self.dilation_rate[0]
            along = [0, 0], [left, 0], [0, 0]
            inputs = pad(inputs, along if self.data_format == "channels_last" else (along[0], along[2], along[1]))
            padding = "valid"
        outputs = convolution(
            inputs,
            self.filters_now(),
            strides=self.strides,
            padding=padding.upper(),
            data_format=spatial.op_format(self.data_format, self.RANK),
            dilations=self.dilation_rate,
        )
        return self.activation(self.biased(outputs))

    def filters_now(self) -> Tensor:
        """The kernel's value in the shape that the op takes."""
        return self.kernel.read_value()

    def biased(self, outputs: Tensor) -> Tensor:
        """`outputs` with the bias added along the axis of channels."""
        if self.bias is None:
            return outputs
        bias = self.bias.read_value()
        if self.data_format == "channels_first":
            bias = reshape_(bias, shape=(self.filters, *(1,) * self.RANK))
        return add(outputs, bias)  # type: ignore[no-any-return]

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape; axes of unknown length stay unknown."""
        lengths = spatial.space_of(input_shape, self.data_format)
        along = zip(lengths, self.kernel_size, self.strides, self.dilation_rate)
        space = [spatial.windowed(n, window, stride, self.padding, gap) for n, window, stride, gap in along]
        return spatial.with_space(input_shape, self.data_format, space, self.filters)


class Conv1D(Convolution):
    """A convolution over one axis, such as time; `padding` may be `"causal"`. See `Conv2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.Conv1D(4, 3)(tf.ones((2, 10, 5))).shape
    TensorShape([2, 8, 4])
    """

    RANK = 1


class Conv2D(Convolution):
    """activation(inputs ∗ kernel + bias) for images of shape (batch, height, width, channels).

    Args:
        filters: the number of output channels.
        kernel_size: height and width of the window, or one integer for both.
        strides: by how much the window moves.
        padding: `"valid"` (none) or `"same"` (zeros, so that strides of 1 keep the size).
        data_format: `"channels_last"`, or `"channels_first"` for (batch, channels, height, width).
        dilation_rate: the distance of the window's elements.
        groups: into how many groups the channels fall that are convolved on their own.
        activation: a function of a tensor or its name.
        use_bias: whether to add a bias.
        kernel_initializer, bias_initializer: what makes the first values.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties added to `losses`.
        kernel_constraint, bias_constraint: what the values are made to fulfil after each step.
        options: what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.Conv2D(16, (3, 3), activation="relu")(tf.ones((2, 28, 28, 1))).shape
    TensorShape([2, 26, 26, 16])
    """

    RANK = 2


class Conv3D(Convolution):
    """A convolution over three axes: (batch, depth, height, width, channels). See `Conv2D`.

    >>> import polytape as tf
    >>> tf.keras.layers.Conv3D(2, 3, padding="same")(tf.ones((1, 4, 4, 4, 1))).shape
    TensorShape([1, 4, 4, 4, 2])
    """

    RANK = 3
