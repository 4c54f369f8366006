"""`InputSpec`: what shape a layer's input must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from polytape.dtypes import DType, as_dtype
from polytape.errors import InvalidArgumentError
from polytape.shape import TensorShape
from polytape.tensor import Tensor


class InputSpec:
    """Conditions on an input's rank, axes and dtype; what is `None` is not checked.

    Args:
        dtype: the dtype.
        shape: the whole shape, `None` for axes of any length.
        ndim: the rank.
        max_ndim, min_ndim: limits of the rank.
        axes: lengths of single axes, by their number.

    >>> import polytape as tf
    >>> tf.keras.layers.InputSpec(min_ndim=2, axes={-1: 3})
    InputSpec(min_ndim=2, axes={-1: 3})
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: Mapping[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype: DType | None = None if dtype is None else as_dtype(dtype)
        self.shape = None if shape is None else TensorShape(shape)
        self.ndim = ndim if shape is None else len(self.shape)  # type: ignore[arg-type]
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = dict(axes or {})
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def check(self, tensor: Tensor, layer: Any) -> None:
        """Raise `InvalidArgumentError` unless `tensor`, an input of `layer`, fulfils the conditions."""
        if self.dtype is not None and tensor.dtype is not self.dtype:
            _refuse(layer, f"dtype {self.dtype.name}", f"dtype {tensor.dtype.name}")
        shape = tuple(tensor._array.shape)
        if self.allow_last_axis_squeeze and self.shape is not None and len(shape) == len(self.shape) + 1:
            shape = shape[:-1] if shape[-1] == 1 else shape
        self.check_shape(shape, layer)

    def check_shape(self, shape: tuple[int | None, ...], layer: Any) -> None:
        """Raise `InvalidArgumentError` unless an input of `shape` fulfils the conditions."""
        rank = len(shape)
        received = f"shape {_listed(shape)}"
        if self.shape is not None and not self.shape.is_compatible_with(shape):
            _refuse(layer, f"shape {_listed(self.shape)}", received)
        if self.ndim is not None and rank != self.ndim:
            _refuse(layer, f"{self.ndim} axes", f"{rank} ({received})")
        if self.max_ndim is not None and rank > self.max_ndim:
            _refuse(layer, f"at most {self.max_ndim} axes", f"{rank} ({received})")
        if self.min_ndim is not None and rank < self.min_ndim:
            _refuse(layer, f"at least {self.min_ndim} axes", f"{rank} ({received})")
        for axis, length in self.axes.items():
            if not -rank <= axis < rank or (length is not None and shape[axis] not in (length, None)):
                _refuse(layer, f"axis {axis} of length {length}", received)

    def __repr__(self) -> str:
        default = vars(InputSpec())
        given = [f"{name}={value!r}" for name, value in vars(self).items() if value != default[name]]
        return f"InputSpec({', '.join(given)})"


def _refuse(layer: Any, expected: str, received: str) -> NoReturn:
    raise InvalidArgumentError(
        f"Input of layer {layer.name!r} ({type(layer).__name__}) is incompatible with the layer: expected {expected}, "
        f"received {received}."
    )


def _listed(shape: Any) -> str:
    return str(list(shape))
