"""`IndexedSlices`: the gradient of rows that were looked up, without the rows that were not."""

from __future__ import annotations

from typing import Any

from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.tensor import Tensor


class IndexedSlices:
    """Slices of a larger tensor at some of its rows: `dense[indices[i]] += values[i]`, and zero elsewhere.

    `tf.gather` along the first axis and embeddings have gradients of this kind. Optimizers apply them to the rows
    alone; anything else converts them to a dense tensor when it uses them.

    Attributes:
        values: shape `(n, *dense_shape[1:])`.
        indices: shape `(n,)`, integers; rows may repeat, and then add up.
        dense_shape: the shape of the tensor that they stand for, `None` if it is not known.

    >>> import polytape as tf
    >>> slices = tf.IndexedSlices([[1.0], [2.0], [3.0]], indices=[0, 2, 0], dense_shape=[3, 1])
    >>> tf.convert_to_tensor(slices).numpy().tolist()
    [[4.0], [0.0], [2.0]]
    """

    __slots__ = ("_backend", "dense_shape", "indices", "values")
    __array_ufunc__ = None  # so that `ndarray + slices` asks the slices

    def __init__(self, values: Any, indices: Any, dense_shape: Any = None, backend: Any = None) -> None:
        self.values = convert(values) if backend is None else values
        self.indices = convert(indices) if backend is None else indices
        self.dense_shape = None if dense_shape is None else tuple([int(length) for length in dense_shape])
        self._backend = self.values._backend if backend is None else backend

    @property
    def shape(self) -> tuple[int, ...] | None:
        """The shape of the tensor that the slices stand for."""
        return self.dense_shape

    @property
    def dtype(self) -> Any:
        """The dtype of the values."""
        return self.values.dtype

    def dense(self) -> Any:
        """What the slices stand for, in full: a tensor if the values are one, else an array."""
        if self.dense_shape is None:
            raise InvalidArgumentError(
                "These IndexedSlices don't know the shape of the tensor that they stand for; make them with "
                "dense_shape=..."
            )
        return self._functions().scatter_rows(self.values, self.indices, shape=self.dense_shape)

    def _functions(self) -> Any:
        """What computes with the values: the ops if they are tensors, else the backend."""
        if not isinstance(self.values, Tensor):
            return self._backend
        from polytape.tensor_backend import TensorBackend  # a floor above: ops of tensors give slices as gradients

        return TensorBackend(self.values._backend)

    def __polytape_tensor__(self) -> Tensor:
        dense = self.dense()
        return dense if isinstance(dense, Tensor) else Tensor(dense, self._backend)

    def numpy(self) -> Any:
        """What the slices stand for, as a NumPy array."""
        return self.__polytape_tensor__().numpy()

    def __add__(self, other: Any) -> Any:
        if type(other) is not IndexedSlices:
            return self.dense() + other
        functions = self._functions()
        values = functions.concat((self.values, other.values), axis=0)
        indices = functions.concat((self.indices, other.indices), axis=0)
        return IndexedSlices(values, indices, self.dense_shape or other.dense_shape, self._backend)

    def __radd__(self, other: Any) -> Any:
        return other + self.dense()

    def __repr__(self) -> str:
        return f"IndexedSlices(values={self.values!r}, indices={self.indices!r}, dense_shape={self.dense_shape})"
