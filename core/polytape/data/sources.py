"""Where elements come from: numbers, one structure of tensors, a generator."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from polytape.conversion import convert, to_numpy
from polytape.data import specification
from polytape.data.rows import Rows
from polytape.data.stage import UNKNOWN, Stage
from polytape.data.structure import as_tensors, flatten, form, pack, walk
from polytape.dtypes import DType
from polytape.errors import InvalidArgumentError, PolytapeError
from polytape.plugins import backends
from polytape.tensor import Tensor
from polytape.tensor_spec import TensorSpec


class RowNumbers(Stage):
    """The row numbers 0, 1, ... of a table, as Python integers."""

    def __init__(self, count: int) -> None:
        self.count = count

    def elements(self) -> Iterator[int]:
        return iter(range(self.count))

    def is_pure(self) -> bool:
        return True

    def cardinality(self) -> int:
        return self.count


class Numbers(Stage):
    """Evenly spaced numbers, each a tensor without axes; a table of them as well."""

    is_uniform = True
    draws = False

    def __init__(self, numbers: range, dtype: DType) -> None:
        self.numbers = numbers
        self.dtype = dtype

    def is_pure(self) -> bool:
        return True

    def elements(self) -> Iterator[Tensor]:
        backend, device = backends.placement()
        native = backend.native_dtype(self.dtype)
        for number in self.numbers:
            yield Tensor(backend.full((), number, dtype=native, device=device), backend)

    def row(self, place: int) -> Tensor:
        """The number at a place."""
        backend, device = backends.placement()
        native = backend.native_dtype(self.dtype)
        return Tensor(backend.full((), self.numbers[place], dtype=native, device=device), backend)

    def gather(self, places: Sequence[int]) -> Tensor:
        """The numbers at several places."""
        backend, device = backends.placement()
        chosen = np.array([*map(self.numbers.__getitem__, places)], self.dtype.as_numpy_dtype)
        return Tensor(backend.from_numpy(chosen, device), backend)

    @property
    def sample(self) -> Any:
        """The first row, gathered."""
        return None if self.first is None else self.gather([self.first])

    @property
    def first(self) -> int | None:
        """The first place, if there is one."""
        return 0 if self.numbers else None

    def as_rows(self) -> Rows:
        return Rows(self, RowNumbers(len(self.numbers)))

    def cardinality(self) -> int:
        return len(self.numbers)

    def specification(self) -> TensorSpec:
        return TensorSpec((), self.dtype)


class Single(Stage):
    """One element."""

    def __init__(self, structure: Any) -> None:
        self.element = as_tensors(structure, "from_tensors")

    def elements(self) -> Iterator[Any]:
        return iter((self.element,))

    def is_pure(self) -> bool:
        return True

    def cardinality(self) -> int:
        return 1

    def specification(self) -> Any:
        return specification.of_element(self.element)


class Listed(Stage):
    """Elements that are at hand already, at least one."""

    def __init__(self, elements: list[Any]) -> None:
        self.listed = elements

    def elements(self) -> Iterator[Any]:
        return iter(self.listed)

    def cardinality(self) -> int:
        return len(self.listed)

    def specification(self) -> Any:
        return specification.of_element(self.listed[0])


class Generated(Stage):
    """What a Python generator yields, checked against a specification.

    Args:
        generator: a function that returns an iterable; called anew for each run.
        signature: the structure of `TensorSpec`s that each value must fit.
        arguments: what to call `generator` with.
    """

    def __init__(self, generator: Callable[..., Any], signature: Any, arguments: tuple[Any, ...]) -> None:
        self.generator = generator
        self.signature = signature
        self.arguments = arguments

    def elements(self) -> Iterator[Any]:
        wanted = list(walk(self.signature))
        signature_form = form(self.signature)
        for value in self.generator(*self.arguments):
            value = tuple(value) if signature_form is not None and type(value) is list else value
            found = form(value)
            if found != signature_form:
                raise InvalidArgumentError(
                    f"from_generator: the generator yielded {value!r:.80}, which does not have the structure "
                    "of its "
                    f"signature {self.signature!r:.200}."
                )
            yield pack(self.signature, [_checked(leaf, *spec) for leaf, spec in zip(flatten(value), wanted)])

    def cardinality(self) -> int:
        return UNKNOWN

    def specification(self) -> Any:
        return self.signature


def _checked(value: Any, path: str, spec: TensorSpec) -> Tensor:
    """A value that a generator yielded as a tensor that fits `spec`."""
    where = f"from_generator: the generator yielded {value!r:.80}{f' in component {path}' if path else ''}"
    try:
        tensor = convert(value if type(value) is Tensor else to_numpy(value, spec.dtype), spec.dtype)
    except PolytapeError as error:
        raise type(error)(f"{where}, where {spec.dtype.name} was promised. {error}") from None
    if not spec.is_compatible_with(tensor):
        raise InvalidArgumentError(f"{where}, of shape {tensor.shape}, where shape {spec.shape} was promised.")
    return tensor
