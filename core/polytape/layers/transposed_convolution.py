"""The transposes of convolutions: from small images to larger ones."""

from __future__ import annotations

from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.layers import spatial
from polytape.layers.convolution import Convolution
from polytape.ops.transposed_convolution import conv_transpose
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class TransposedConvolution(Convolution):
    """What the layers `Conv1DTranspose` to `Conv3DTranspose` have in common; see `Conv2DTranspose`."""

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
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
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            1,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **options,
        )
        kind = type(self).__name__
        self.output_padding = (
            None if output_padding is None else spatial.per_axis(output_padding, self.RANK, kind, "output_padding", 0)
        )
        for extra, stride in zip(self.output_padding or (), self.strides):
            if extra >= stride:
                raise InvalidArgumentError(
                    f"{kind}: output_padding must be smaller than the strides; received {output_padding!r} and "
                    f"{strides!r}."
                )

    def kernel_shape(self, channels: int) -> tuple[int, ...]:
        """The shape of the kernel for inputs of so many channels: outputs before inputs."""
        return (*self.kernel_size, self.filters, channels)

    def call(self, inputs: Tensor) -> Any:
        """Convolve, add, activate."""
        outputs = conv_transpose(
            inputs,
            self.kernel.read_value(),
            tuple(self.compute_output_shape(inputs._array.shape)),
            self.strides,
            padding=self.padding.upper(),
            data_format=spatial.op_format(self.data_format, self.RANK),
            dilations=self.dilation_rate,
        )
        return self.activation(self.biased(outputs))

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        """The shape for inputs of a shape; axes of unknown length stay unknown."""
        extra = self.output_padding or (None,) * self.RANK
        lengths = spatial.space_of(input_shape, self.data_format)
        along = zip(lengths, self.kernel_size, self.strides, self.dilation_rate, extra)
        space = [_enlarged(*lengths, self.padding) for lengths in along]
        return spatial.with_space(input_shape, self.data_format, space, self.filters)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make a layer like this one."""
        return {name: value for name, value in super().get_config().items() if name != "groups"}


class Conv1DTranspose(TransposedConvolution):
    """The transpose of a convolution over one axis. See `Conv2DTranspose`.

    >>> import polytape as tf
    >>> tf.keras.layers.Conv1DTranspose(4, 3, strides=2, padding="same")(tf.ones((1, 5, 2))).shape
    TensorShape([1, 10, 4])
    """

    RANK = 1


class Conv2DTranspose(TransposedConvolution):
    """The transpose of a 2-D convolution: where strides make that smaller, this makes larger.

    Args:
        filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias: see `Conv2D`.
        output_padding: which of the possible output sizes is meant, less than the strides.
        options: the initializers, regularizers and constraints of `Conv2D`, and what `Layer` takes.

    >>> import polytape as tf
    >>> tf.keras.layers.Conv2DTranspose(4, 3, strides=2)(tf.ones((1, 5, 5, 2))).shape
    TensorShape([1, 11, 11, 4])
    """

    RANK = 2


class Conv3DTranspose(TransposedConvolution):
    """The transpose of a convolution over three axes. See `Conv2DTranspose`.

    >>> import polytape as tf
    >>> tf.keras.layers.Conv3DTranspose(4, 2)(tf.ones((1, 3, 3, 3, 2))).shape
    TensorShape([1, 4, 4, 4, 4])
    """

    RANK = 3


def _enlarged(
    length: int | None, window: int, stride: int, dilation: int, extra: int | None, padding: str
) -> int | None:
    """The length of an axis after the transpose of a convolution."""
    if length is None:
        return None
    reach = (window - 1) * dilation + 1
    if extra is None:
        return length * stride if padding == "same" else length * stride + max(reach - stride, 0)
    return (length - 1) * stride + reach - (2 * (reach // 2) if padding == "same" else 0) + extra
