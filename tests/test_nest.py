"""Nested structures, against `jax`-like laws: pack inverts flatten, order is that of sorted keys."""

from __future__ import annotations

from collections import OrderedDict, namedtuple

import pytest

from polytape import nest

Point = namedtuple("Point", "x y")
STRUCTURES = [
    1,
    [],
    (1, [2, (3,)], {"b": 4, "a": [5, 6]}),
    Point(1, (2, 3)),
    OrderedDict([("z", 1), ("a", {"k": 2})]),
    [None, (None, 1)],
]


@pytest.mark.parametrize("structure", STRUCTURES, ids=str)
def test_pack_inverts_flatten(structure: object) -> None:
    packed = nest.pack_sequence_as(structure, nest.flatten(structure))
    assert packed == structure
    assert type(packed) is type(structure)


def test_dictionaries_are_walked_by_sorted_keys_and_keep_their_order() -> None:
    structure = {"b": 1, "a": 2}
    assert nest.flatten(structure) == [2, 1]
    assert list(nest.pack_sequence_as(structure, [20, 10]).items()) == [("b", 10), ("a", 20)]


def test_map_structure() -> None:
    assert nest.map_structure(lambda a, b: a * b, Point(2, [3]), Point(10, [100])) == Point(20, [300])


def test_mismatches_are_told() -> None:
    with pytest.raises(ValueError, match="has 2 leaves; received 3"):
        nest.pack_sequence_as([0, 0], [1, 2, 3])
    with pytest.raises(ValueError, match="should have the same form"):
        nest.map_structure(lambda a, b: a, [1, 2], [1, [2]])
    with pytest.raises(ValueError, match="differ in their keys"):
        nest.map_structure(lambda a, b: a, {"a": 1}, {"b": 1})
    with pytest.raises(ValueError, match="keys of a dictionary must be sortable"):
        nest.flatten({1: 0, "a": 0})


def test_flatten_up_to() -> None:
    assert nest.flatten_up_to({"a": 0, "b": 0}, {"a": [1, 2], "b": 3}) == [[1, 2], 3]
    with pytest.raises(ValueError, match="should begin with the form of"):
        nest.flatten_up_to([0, 0], [1])
