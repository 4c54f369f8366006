"""The structure of a dataset's elements: tuples, named tuples and dictionaries of tensors.

Unlike elsewhere a list is no structure here but the value of one tensor, as in TensorFlow:
`from_tensor_slices([1, 2])` has two elements without axes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from polytape.conversion import convert
from polytape.errors import InvalidArgumentError
from polytape.tensor import Tensor


def flatten(structure: Any) -> list[Any]:
    """Return the leaves of `structure`; dictionaries are walked in the order of their sorted keys.

    >>> flatten(({"b": [1, 2], "a": 3}, 4))
    [3, [1, 2], 4]
    """
    if type(structure) is Tensor:  # quick: this runs for every element
        return [structure]
    leaves: list[Any] = []
    _collect(structure, leaves)
    return leaves


def walk(structure: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each leaf with the index by which it is reached, such as `"[0]['label']"`."""
    if isinstance(structure, Mapping):
        for key in sorted(structure):
            yield from walk(structure[key], f"{path}[{key!r}]")
    elif isinstance(structure, tuple):
        for position, child in enumerate(structure):
            yield from walk(child, f"{path}[{position}]")
    else:
        yield path, structure


def pack(structure: Any, leaves: Iterable[Any]) -> Any:
    """Return `leaves` in the form of `structure`.

    >>> pack({"b": 0, "a": (0, 0)}, [1, 2, 3])
    {'b': 3, 'a': (1, 2)}
    """
    return _pack(structure, iter(leaves))


def map_leaves(function: Callable[[Any], Any], structure: Any) -> Any:
    """Apply `function` to each leaf."""
    if type(structure) is tuple:  # by far the most frequent: this runs for every element
        return tuple([map_leaves(function, child) for child in structure])
    if isinstance(structure, (tuple, Mapping)):
        return pack(structure, map(function, flatten(structure)))
    return function(structure)


def is_flat_tuple(structure: Any) -> bool:
    """Whether `structure` is a plain tuple of leaves, so that leaves need no packing."""
    return type(structure) is tuple and not any(isinstance(child, (tuple, Mapping)) for child in structure)


def form(structure: Any) -> Any:
    """What two structures of the same form have in common, comparable by `==`."""
    if type(structure) is Tensor:
        return None
    if isinstance(structure, Mapping):
        return {key: form(child) for key, child in structure.items()}
    if isinstance(structure, tuple):
        return [form(child) for child in structure]
    return None


def as_element(value: Any) -> Any:
    """Return what a function or generator of the user's gave, with each leaf turned into a tensor.

    A list at the top counts as a tuple: functions that return several tensors often return them so.
    """
    if type(value) is tuple:  # quick for tuples of tensors: this runs for every element
        return tuple([child if type(child) is Tensor else map_leaves(_as_leaf, child) for child in value])
    return value if type(value) is Tensor else map_leaves(_as_leaf, tuple(value) if type(value) is list else value)


def as_tensors(value: Any, call: str) -> Any:
    """Return the data that a dataset is made of, with each leaf turned into a tensor."""
    if not flatten(value):
        raise InvalidArgumentError(f"{call} needs at least one array; received {value!r}.")
    return map_leaves(convert, value)


def _collect(structure: Any, leaves: list[Any]) -> None:
    """Append the leaves; by far the most frequent ones first, since a look for a `Mapping` takes long."""
    kind = type(structure)
    if kind is Tensor:
        leaves.append(structure)
    elif kind is tuple or isinstance(structure, tuple):
        for child in structure:
            _collect(child, leaves)
    elif kind is dict or isinstance(structure, Mapping):
        for key in sorted(structure):
            _collect(structure[key], leaves)
    else:
        leaves.append(structure)


def _as_leaf(value: Any) -> Any:
    if type(value) is Tensor or hasattr(value, "_stage"):  # a dataset within a dataset: a window
        return value
    return convert(value)


def _pack(structure: Any, leaves: Iterator[Any]) -> Any:
    if type(structure) is Tensor:
        return next(leaves)
    if type(structure) is tuple:
        return tuple([_pack(child, leaves) for child in structure])
    if isinstance(structure, Mapping):
        filled = {key: _pack(structure[key], leaves) for key in sorted(structure)}
        ordered = {key: filled[key] for key in structure}
        return ordered if type(structure) is dict else type(structure)(ordered)  # type: ignore[call-arg]
    if isinstance(structure, tuple):
        children = [_pack(child, leaves) for child in structure]
        return type(structure)(*children) if hasattr(structure, "_fields") else tuple(children)
    return next(leaves)
