"""What `padded_batch` was told of shapes and values to fill up with, component by component."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from polytape import arguments
from polytape.errors import InvalidArgumentError


def shapes_for(structure: Any, given: Any) -> list[Any]:
    """For each component of an element its shape, in which `None` stands for the longest."""
    return [None if shape is None else _shape(shape) for shape in _along(structure, given, "padded_shapes")]


def values_for(structure: Any, given: Any) -> list[Any]:
    """For each component of an element the number to fill up with."""
    if not isinstance(given, (tuple, Mapping)):
        given = None if given is None else _broadcast(structure, given)
    values = _along(structure, given, "padding_values")
    return [0 if value is None else value.numpy().item() if hasattr(value, "numpy") else value for value in values]


def _along(structure: Any, given: Any, name: str) -> list[Any]:
    """The parts of `given` for the leaves of `structure`."""
    if isinstance(structure, Mapping):
        keys = sorted(structure)
        if given is not None and (not isinstance(given, Mapping) or sorted(given) != keys):
            raise InvalidArgumentError(
                f"padded_batch: {name} must be a dictionary with the keys {keys}; received {given!r:.100}."
            )
        return [part for key in keys for part in _along(structure[key], given and given[key], name)]
    if isinstance(structure, tuple):
        if given is not None and (not isinstance(given, tuple) or len(given) != len(structure)):
            raise InvalidArgumentError(
                f"padded_batch: {name} must be a tuple of {len(structure)} components; received {given!r:.100}."
            )
        parts = [None] * len(structure) if given is None else given
        return [leaf for child, part in zip(structure, parts) for leaf in _along(child, part, name)]
    return [given]


def _broadcast(structure: Any, value: Any) -> Any:
    """A structure with the same value in each place."""
    if isinstance(structure, Mapping):
        return {key: _broadcast(child, value) for key, child in structure.items()}
    if isinstance(structure, tuple):
        return tuple(_broadcast(child, value) for child in structure)
    return value


def _shape(shape: Any) -> tuple[int | None, ...]:
    lengths = [shape] if isinstance(shape, int) else shape
    if hasattr(lengths, "numpy"):
        lengths = lengths.numpy().tolist()
    return tuple(
        None if length in (None, -1) else arguments.integer(length, "padded_batch: padded_shapes") for length in lengths
    )
