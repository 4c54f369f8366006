"""`Tensor`: an immutable array of one dtype, with its value at once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from math import prod
from typing import Any, NoReturn

from polytape.backend import Array, Backend
from polytape.dtypes import DType
from polytape.errors import ScalarError, UnimplementedError
from polytape.operand import Operand
from polytape.recorder import listening
from polytape.shape import TensorShape

new_key: Callable[[], int] = itertools.count(1).__next__
"""The next unused key; a key names a tensor or variable on tapes, and outlives it harmlessly."""


class Tensor(Operand):
    """An immutable array of one dtype on one device of one backend.

    Tensors come from `tf.constant`, `tf.convert_to_tensor` and ops. Operators and indexing are ops too; they are bound
    in `polytape.ops.operators`.

    >>> import polytape as tf
    >>> x = tf.constant([[1.0, 2.0]])
    >>> x.shape, x.dtype, (x + 1).numpy().tolist()
    (TensorShape([1, 2]), tf.float32, [[2.0, 3.0]])
    """

    __slots__ = ("__weakref__", "_array", "_backend", "_key")

    def __init__(self, array: Array, backend: Backend) -> None:
        self._array = array
        self._backend = backend
        self._key: int | None = None

    @property
    def shape(self) -> TensorShape:
        """The lengths of the axes."""
        return TensorShape(self._array.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._array.shape)

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._backend.dtype_of(self._array)

    @property
    def backend(self) -> str:
        """The name of the backend that holds the tensor."""
        return self._backend.name

    @property
    def device(self) -> str:
        """The device that holds the tensor, as TensorFlow prints it."""
        return f"/job:localhost/replica:0/task:0/device:{self._backend.device_of(self._array)}"

    @property
    def size(self) -> int:
        """The number of elements."""
        return prod(self._array.shape)

    @property
    def T(self) -> Tensor:
        """The axes in reverse order."""
        from polytape.ops.shape import transpose  # floors above, here and below

        return transpose(self)

    @property
    def mT(self) -> Tensor:
        """Matrices, along the last two axes, with rows and columns exchanged."""
        from polytape.ops.linear_algebra import matrix_transpose

        return matrix_transpose(self)

    def to_device(self, device: str, /, *, stream: Any = None) -> Tensor:
        """The tensor on another device: `to`, by the array API's name."""
        return self.to(device)

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """The module of the array API standard's functions, `polytape.array_api`."""
        from polytape import array_api

        if api_version is not None and api_version > array_api.__array_api_version__:
            raise UnimplementedError(
                f"The array API is there in version {array_api.__array_api_version__}; {api_version!r} was asked for."
            )
        return array_api

    def get_shape(self) -> TensorShape:
        """The lengths of the axes."""
        return self.shape

    def numpy(self) -> Any:
        """The value as a NumPy array of its own memory, or as a NumPy scalar if there are no axes."""
        self._leaves(".numpy()")
        value = self._backend.to_numpy(self._array)
        return value.copy() if value.ndim else value[()]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        self._leaves("a NumPy function")
        value = self._backend.to_numpy(self._array)
        if copy or (dtype is not None and dtype != value.dtype):
            if copy is False:
                raise ValueError(f"A {self.dtype.name} tensor can't be seen as {dtype} without a copy.")
            return value.astype(dtype or value.dtype)
        import numpy

        view = numpy.asarray(value).view()
        view.flags.writeable = False
        return view

    def __dlpack__(self, **options: Any) -> Any:
        return self._backend.to_dlpack(self._array, **options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._backend.dlpack_device(self._array)

    def __bool__(self) -> bool:
        return bool(self._element("bool()"))

    def __int__(self) -> int:
        return int(self._element("int()"))

    def __float__(self) -> float:
        element = self._element("float()")
        self._leaves("float()")
        return float(element)

    def __complex__(self) -> complex:
        element = self._element("complex()")
        self._leaves("complex()")
        return complex(self._backend.to_numpy(element).item())

    def __index__(self) -> int:
        if not self.dtype.is_integer or self.ndim:
            raise TypeError(f"Only an integer tensor without axes is an index; received {self._describe()}.")
        return int(self._array)

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("A tensor without axes has no len().")
        return int(self._array.shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        if not self.ndim:
            raise TypeError("A tensor without axes can't be iterated over.")
        return (self[index] for index in range(len(self)))

    def __contains__(self, value: Any) -> NoReturn:
        raise TypeError("`in` is not defined for tensors; use tf.reduce_any(tensor == value).")

    def __format__(self, specification: str) -> str:
        return format(self.numpy(), specification) if specification and not self.ndim else str(self)

    def __copy__(self) -> Tensor:
        return self

    def __deepcopy__(self, memo: Any) -> Tensor:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.numpy(), self._backend)

    def ref(self) -> Reference:
        """A hashable reference, for use as a key of dictionaries and sets; `ref().deref()` is the tensor."""
        return Reference(self)

    def _leaves(self, how: str) -> None:
        """Tell the tapes that listen that the value goes where they can't follow."""
        for recorder in listening():
            recorder.left(self, how)

    def _element(self, wanted: str) -> Array:
        """The only element, as an array without axes."""
        shape = self._array.shape
        if not shape:
            return self._array
        if any(length != 1 for length in shape):
            raise ScalarError(
                f"{wanted} takes a tensor of one element; received {self._describe()}. Reduce it first, for example "
                "with tf.reduce_sum, tf.reduce_any or tf.reduce_all."
            )
        return self._backend.reshape(self._array, shape=())

    def _describe(self) -> str:
        return f"a {self.dtype.name} tensor of shape {self.shape}"

    def __str__(self) -> str:
        return f"tf.Tensor({self._text(str)}, shape={self.shape}, dtype={self.dtype.name})"

    def __repr__(self) -> str:
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={self._text(repr)}>"

    def _text(self, show: Callable[[Any], str]) -> str:
        """The value as NumPy shows it, on lines of its own if it takes several."""
        value = self._backend.to_numpy(self._array)
        text = show(value) if value.ndim else str(value)
        return "\n" + text if "\n" in text else text

    def _repr_html_(self) -> str:
        from polytape.notebook import table

        return table("tf.Tensor", self)


class Reference:
    """A hashable stand-in for one tensor or variable: equal only to references of the very same object."""

    __slots__ = ("_object",)

    def __init__(self, referent: Any) -> None:
        self._object = referent

    def deref(self) -> Any:
        """The tensor or variable."""
        return self._object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._object is other._object

    def __hash__(self) -> int:
        return id(self._object)

    def __repr__(self) -> str:
        return f"<Reference to {self._object!r}>"


def key_of(tensor: Tensor) -> int:
    """The key under which tapes know `tensor`, given to it when first asked for."""
    key = tensor._key
    if key is None:
        key = tensor._key = new_key()
    return key


def _restore(value: Any, backend: Backend) -> Tensor:
    import numpy

    return Tensor(backend.from_numpy(numpy.asarray(value)), backend)
