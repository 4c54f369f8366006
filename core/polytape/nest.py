"""Nested structures: lists, tuples, named tuples and dictionaries of things, as TensorFlow takes them everywhere.

Dictionaries are walked in the order of their sorted keys, and keep their own order in what is built.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from polytape.errors import InvalidArgumentError

_nested: dict[type, bool] = {}


def is_nested(seq: Any) -> bool:
    """Whether `seq` is a sequence or mapping of the kinds that are walked into."""
    kind = type(seq)
    known = _nested.get(kind)
    if known is None:  # asking an abstract class is slow, and this is asked for every tensor
        known = _nested[kind] = issubclass(kind, (list, tuple, Mapping))
    return known


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """Return the leaves of `structure`, in order.

    Args:
        expand_composites: TensorFlow's; there is nothing composite here.

    >>> flatten({"b": 1, "a": [2, (3, 4)]})
    [2, 3, 4, 1]
    """
    if not is_nested(structure):
        return [structure]
    leaves: list[Any] = []
    for child in _children(structure):
        if is_nested(child):
            leaves.extend(flatten(child))
        else:
            leaves.append(child)
    return leaves


def flatten_up_to(shallow: Any, structure: Any) -> list[Any]:
    """Return what stands in `structure` at the places of `shallow`'s leaves, be it nested further or not.

    >>> flatten_up_to((0, 0), (1, [2, 3]))
    [1, [2, 3]]
    """
    if not is_nested(shallow):
        return [structure]
    if not is_nested(structure) or len(shallow) != len(structure):
        raise InvalidArgumentError(
            f"Structures differ: {structure!r:.200} should begin with the form of {shallow!r:.200}."
        )
    return [leaf for pair in zip(_children(shallow), _children(structure)) for leaf in flatten_up_to(*pair)]


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """Return the items of `flat_sequence` in the shape of `structure`.

    Args:
        expand_composites: TensorFlow's; there is nothing composite here.

    >>> pack_sequence_as({"b": 0, "a": [0, 0]}, [1, 2, 3])
    {'b': 3, 'a': [1, 2]}
    """
    leaves = list(flat_sequence)
    count = len(flatten(structure))
    if len(leaves) != count:
        raise InvalidArgumentError(f"The structure has {count} leaves; received {len(leaves)}.")
    return _pack(structure, iter(leaves))


def map_structure(func: Callable[..., Any], *structure: Any, **options: Any) -> Any:
    """Apply `func` to the leaves at the same place of each structure; the result has the first one's shape.

    Args:
        options: TensorFlow's `check_types` and `expand_composites`; see `assert_same_structure`.

    >>> map_structure(lambda a, b: a + b, (1, [2]), (10, [20]))
    (11, [22])
    """
    unknown = set(options) - {"check_types", "expand_composites"}
    if unknown or not structure:
        raise TypeError(f"map_structure takes a function and at least one structure, and no {sorted(unknown)}.")
    first = structure[0]
    for other in structure[1:]:
        assert_same_structure(first, other, options.get("check_types", True))
    return pack_sequence_as(first, [func(*leaves) for leaves in zip(*map(flatten, structure))])


def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False) -> None:
    """Raise an error unless both structures have the same form.

    Args:
        nest1, nest2: structures.
        check_types: whether sequences must be of one type: no list beside a tuple.
        expand_composites: TensorFlow's; there is nothing composite here.

    Raises:
        InvalidArgumentError: if lengths, keys or nesting differ.
        TypeError: if types of sequences differ.

    >>> assert_same_structure((1, [2]), (10, [20]))
    """
    first, second = nest1, nest2
    nested = is_nested(first), is_nested(second)
    if nested == (False, False):
        return
    if nested[0] != nested[1] or len(first) != len(second) or isinstance(first, Mapping) != isinstance(second, Mapping):
        raise InvalidArgumentError(f"Structures differ: {first!r} and {second!r} should have the same form.")
    if isinstance(first, Mapping) and set(first) != set(second):
        raise InvalidArgumentError(f"Structures differ in their keys: {sorted(first)} and {sorted(second)}.")
    if check_types and not isinstance(first, Mapping) and type(first) is not type(second):
        raise TypeError(
            f"Structures differ: {first!r} is a {type(first).__name__}, {second!r} a {type(second).__name__}."
        )
    for left, right in zip(_children(first), _children(second)):
        assert_same_structure(left, right, check_types)


def _children(structure: Any) -> list[Any]:
    if type(structure) in (list, tuple) or not isinstance(structure, Mapping):
        return list(structure)
    return [structure[key] for key in _sorted_keys(structure)]


def _sorted_keys(mapping: Mapping[Any, Any]) -> list[Any]:
    try:
        return sorted(mapping)
    except TypeError:
        raise InvalidArgumentError(f"The keys of a dictionary must be sortable; received {list(mapping)}.") from None


def _pack(structure: Any, leaves: Iterator[Any]) -> Any:
    if not is_nested(structure):
        return next(leaves)
    children = [_pack(child, leaves) for child in _children(structure)]
    if type(structure) is list:
        return children
    if isinstance(structure, Mapping):
        filled = dict(zip(_sorted_keys(structure), children))
        ordered = {key: filled[key] for key in structure}
        return ordered if type(structure) is dict else type(structure)(ordered)  # type: ignore[call-arg]
    if hasattr(structure, "_fields"):
        return type(structure)(*children)
    return type(structure)(children)
