"""What one can ask of a dataset: its elements, how many there are, and what they look like."""

from __future__ import annotations

from collections.abc import Callable, Iterator as PythonIterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from polytape.conversion import convert
from polytape.data.iterator import Iterator
from polytape.data.stage import INFINITE, UNKNOWN, Stage
from polytape.data.structure import as_element, form, map_leaves
from polytape.errors import InvalidArgumentError
from polytape.tensor import Tensor

if TYPE_CHECKING:
    from polytape.data.dataset import Dataset


class Readable:
    """What one can ask of a dataset.

    Args:
        stage: the last stage of the pipeline.
    """

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def __iter__(self: Dataset) -> Iterator:  # type: ignore[misc]
        return Iterator(self)

    def __len__(self) -> int:
        size = self._stage.cardinality()
        if size == INFINITE:
            raise TypeError("The dataset is infinite, and has no len(). Use take(count) to end it.")
        if size == UNKNOWN:
            raise TypeError("The dataset's length is unknown until it has been run through: it has no len().")
        return size

    def __bool__(self) -> bool:
        return True

    def cardinality(self) -> Tensor:
        """The number of elements, or `tf.data.INFINITE_CARDINALITY`, or `tf.data.UNKNOWN_CARDINALITY`.

        >>> import polytape as tf
        >>> int(tf.data.Dataset.range(10).batch(4).cardinality())
        3
        """
        return convert(self._stage.cardinality(), "int64")

    @property
    def element_spec(self) -> Any:
        """The structure of `TensorSpec`s that the elements fit.

        After `map` it is that of the first element, for which the function is called.

        >>> import polytape as tf
        >>> tf.data.Dataset.range(10).batch(4).element_spec
        TensorSpec(shape=(None,), dtype=tf.int64, name=None)
        """
        return self._stage.specification()

    def as_numpy_iterator(self) -> PythonIterator[Any]:
        """Run through the elements with NumPy arrays in place of tensors.

        >>> import polytape as tf
        >>> [x.item() for x in tf.data.Dataset.range(3).as_numpy_iterator()]
        [0, 1, 2]
        """
        return (map_leaves(_as_numpy, element) for element in self._stage.elements())

    def reduce(self, initial_state: Any, reduce_func: Callable[[Any, Any], Any], name: str | None = None) -> Any:
        """Fold all elements into one state.

        Args:
            initial_state: a tensor or a structure of tensors.
            reduce_func: `(state, element) -> state`; a new state has the structure of the old one.

        Returns:
            The last state.

        >>> import polytape as tf
        >>> int(tf.data.Dataset.range(5).reduce(tf.constant(0, tf.int64), lambda state, x: state + x))
        10
        """
        state = as_element(initial_state)
        expected = form(state)
        for element in self._stage.elements():
            state = as_element(reduce_func(state, element))
            if form(state) != expected:
                raise InvalidArgumentError(
                    f"reduce: a new state must have the structure of initial_state {initial_state!r:.100}; "
                    "received "
                    f"{state!r:.200}."
                )
        return state

    def get_single_element(self, name: str | None = None) -> Any:
        """The element of a dataset that has just one.

        Raises:
            InvalidArgumentError: if it has none or more.

        >>> import polytape as tf
        >>> tf.data.Dataset.range(3).batch(3).get_single_element().numpy().tolist()
        [0, 1, 2]
        """
        found = list(islice(self._stage.elements(), 2))
        if len(found) != 1:
            raise InvalidArgumentError(
                f"get_single_element: the dataset must have one element; it has {'more' if found else 'none'}."
            )
        return found[0]


def _as_numpy(leaf: Any) -> Any:
    return leaf.numpy() if type(leaf) is Tensor else leaf.as_numpy_iterator()
