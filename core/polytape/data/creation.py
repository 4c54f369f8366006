"""How a dataset comes to be: from arrays, a generator, a range, or from other datasets side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from polytape import arguments
from polytape.conversion import convert
from polytape.data.combination import Zipped
from polytape.data.mapping import stage_of
from polytape.data.reading import Readable
from polytape.data.rows import Rows, Table
from polytape.data.sources import Generated, Numbers, RowNumbers, Single
from polytape.data.stage import Stage
from polytape.data.structure import flatten, map_leaves, pack
from polytape.dtypes import as_dtype
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.tensor_spec import TensorSpec


class Creation(Readable):
    """The class methods that make a dataset."""

    @classmethod
    def from_tensor_slices(cls, tensors: Any, name: str | None = None) -> Any:
        """The slices of arrays along their first axis, each an element.

        Args:
            tensors: an array or tensor, or a structure (tuple, named tuple, dictionary) of them, all of one
                length.

        Raises:
            InvalidArgumentError: if the lengths differ, an array has no axes, or there is no array.

        >>> import polytape as tf
        >>> dataset = tf.data.Dataset.from_tensor_slices({"x": [1, 2], "y": [[3, 4], [5, 6]]})
        >>> [(int(row["x"]), row["y"].numpy().tolist()) for row in dataset]
        [(1, [3, 4]), (2, [5, 6])]
        """
        table = Table(tensors)
        return cls(Rows(table, RowNumbers(table.length)))

    @classmethod
    def from_tensors(cls, tensors: Any, name: str | None = None) -> Any:
        """All of `tensors`, a tensor or a structure of tensors, as the only element.

        >>> import polytape as tf
        >>> len(tf.data.Dataset.from_tensors([1, 2, 3]))
        1
        """
        return cls(Single(tensors))

    @classmethod
    def from_generator(
        cls,
        generator: Callable[..., Any],
        output_types: Any = None,
        output_shapes: Any = None,
        args: Any = None,
        output_signature: Any = None,
        name: str | None = None,
    ) -> Any:
        """What a generator yields.

        Args:
            generator: a function that returns an iterable; it is called for each run through the dataset.
            output_types: the older way to say what it yields: a structure of dtypes, and
            output_shapes: the shapes that belong to them, by default of any rank.
            args: tensors or structures of them to call `generator` with, as NumPy arrays.
            output_signature: a structure of `tf.TensorSpec`s that each value fits.

        Raises:
            InvalidArgumentError: while iterating, if a value does not fit.

        >>> import polytape as tf
        >>> squares = tf.data.Dataset.from_generator(
        ...     lambda: (i * i for i in range(4)), output_signature=tf.TensorSpec((), tf.int32))
        >>> [int(x) for x in squares]
        [0, 1, 4, 9]
        """
        if not callable(generator):
            raise DTypeError(
                "from_generator: generator must be a function that returns an iterable; received "
                f"{generator!r:.80}. "
                "Pass the generator function itself, without calling it."
            )
        if output_signature is None:
            if output_types is None:
                raise DTypeError("from_generator needs output_signature: a structure of tf.TensorSpec.")
            types = flatten(output_types)
            shapes = [None] * len(types) if output_shapes is None else _shapes(output_shapes, len(types))
            output_signature = pack(output_types, [TensorSpec(shape, dtype) for shape, dtype in zip(shapes, types)])
        for spec in flatten(output_signature):
            if not isinstance(spec, TensorSpec):
                raise DTypeError(
                    f"from_generator: output_signature must be a structure of tf.TensorSpec; received {spec!r:.80}."
                )
        arguments_given = tuple([map_leaves(_as_numpy, value) for value in args or ()])
        return cls(Generated(generator, output_signature, arguments_given))

    @classmethod
    def range(cls, *args: Any, output_type: Any = "int64", name: str | None = None) -> Any:
        """Evenly spaced numbers: `range(stop)`, `range(start, stop)` or `range(start, stop, step)`.

        Args:
            output_type: their dtype, by default int64.

        >>> import polytape as tf
        >>> [int(x) for x in tf.data.Dataset.range(1, 10, 3)]
        [1, 4, 7]
        """
        if not 1 <= len(args) <= 3:
            raise InvalidArgumentError(
                f"range takes stop, or start, stop and perhaps step; received {len(args)} numbers."
            )
        limits = [arguments.integer(value, "range: each number") for value in args]
        if limits[2:] == [0]:
            raise InvalidArgumentError("range: step must not be 0.")
        numbers, dtype = range(*limits), as_dtype(output_type)
        if not (dtype.is_integer or dtype.is_floating):
            raise DTypeError(f"range: output_type must be an integer or floating-point dtype; received {dtype.name}.")
        if dtype.is_integer and not all(dtype.min <= limit <= dtype.max for limit in (*numbers[:1], *numbers[-1:])):
            raise InvalidArgumentError(f"range: {numbers} does not fit {dtype.name} ({dtype.min} to {dtype.max}).")
        return cls(Numbers(numbers, dtype))

    @classmethod
    def zip(cls, *args: Any, datasets: Any = None, name: str | None = None) -> Any:
        """Elements of several datasets side by side; as many as the shortest has.

        Args:
            args: datasets, or one structure of datasets: the elements have the same structure.

        >>> import polytape as tf
        >>> numbers = tf.data.Dataset.range(3)
        >>> [(int(a), int(b)) for a, b in tf.data.Dataset.zip(numbers, numbers.skip(1))]
        [(0, 1), (1, 2)]
        """
        if (datasets is None) == (not args):
            raise InvalidArgumentError("zip takes datasets, or one structure of datasets.")
        structure = datasets if datasets is not None else args[0] if len(args) == 1 else args
        if isinstance(structure, list):
            raise DTypeError("zip: put several datasets in a tuple or a dictionary; received a list.")
        stages = [stage_of(dataset, "zip: every component") for dataset in flatten(structure)]
        return cls(_side_by_side(structure, stages))


def _side_by_side(structure: Any, stages: list[Stage]) -> Stage:
    """The stages zipped; whole tables of one length become one table, so that rows are still gathered at once."""
    tables = [stage.table for stage in stages if type(stage) is Rows and type(stage.order) is RowNumbers]
    if tables and len(tables) == len(stages) and len({table.length for table in tables}) == 1:
        table = Table(pack(structure, [table.structure for table in tables]))
        return Rows(table, RowNumbers(table.length))
    return Zipped(structure, stages)


def _shapes(shapes: Any, count: int) -> list[Any]:
    """The shapes of a structure in which a shape may itself be a tuple or a list."""
    if count == 1 and not (isinstance(shapes, Mapping) or (shapes and not isinstance(shapes[0], (int, type(None))))):
        return [shapes]
    found = [shapes[key] for key in sorted(shapes)] if isinstance(shapes, Mapping) else list(shapes)
    if len(found) != count:
        raise InvalidArgumentError(
            f"from_generator: {count} output_types need as many output_shapes; received {shapes!r}."
        )
    return found


def _as_numpy(value: Any) -> Any:
    return convert(value).numpy()
