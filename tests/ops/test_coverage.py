"""Every public op has a row in the op table, and every name that a row claims exists and is the same function."""

from __future__ import annotations

import inspect
from typing import Any

import polytape as tf
from polytape_conformance.table import table

NAMESPACES = ("", "math", "linalg", "nn", "bitwise")

ELSEWHERE = {
    "Assert": "tests/test_debugging.py",
    "assert_equal": "tests/test_debugging.py",
    "assert_greater": "tests/test_debugging.py",
    "assert_less": "tests/test_debugging.py",
    "assert_rank": "tests/test_debugging.py",
    "case": "tests/ops/test_control_flow.py",
    "cond": "tests/ops/test_control_flow.py",
    "foldl": "tests/ops/test_control_flow.py",
    "foldr": "tests/ops/test_control_flow.py",
    "is_tensor": "tests/test_tensor.py: it tells tensors from all else",
    "map_fn": "tests/ops/test_control_flow.py",
    "nn.dropout": "tests/ops/test_dropout.py: it is random",
    "numpy_function": "tests/ops/test_control_flow.py",
    "print": "tests/ops/test_printing.py",
    "py_function": "tests/ops/test_control_flow.py",
    "scan": "tests/ops/test_control_flow.py",
    "switch_case": "tests/ops/test_control_flow.py",
    "vectorized_map": "tests/ops/test_control_flow.py",
    "while_loop": "tests/ops/test_control_flow.py",
}
"""Ops without a row, and where they are tested instead."""


def _ops() -> dict[str, Any]:
    """Every function of a family that is public, by its path."""
    found = {}
    for place in NAMESPACES:
        holder = getattr(tf, place) if place else tf
        for name in dir(holder):
            value = getattr(holder, name)
            if inspect.isfunction(value) and value.__module__.startswith("polytape.ops.") and name[0] != "_":
                found[f"{place}.{name}".lstrip(".")] = value
    return found


def _at(path: str) -> Any:
    holder: Any = tf
    for part in path.split("."):
        holder = getattr(holder, part)
    return holder


def test_every_op_has_a_row() -> None:
    covered = {name for row in table() for name in (row.name, *row.alias_of)}
    assert sorted(set(_ops()) - covered - set(ELSEWHERE)) == []


def test_exceptions_are_ops_without_a_row() -> None:
    covered = {name for row in table() for name in (row.name, *row.alias_of)}
    assert sorted(name for name in ELSEWHERE if name not in _ops() or name in covered) == []


def test_there_are_ops_in_each_namespace() -> None:
    counts = {place: sum(path.rpartition(".")[0] == place for path in _ops()) for place in NAMESPACES}
    assert all(count >= 6 for count in counts.values()), counts


def test_aliases_are_the_same_function() -> None:
    different = [(row.name, alias) for row in table() for alias in row.alias_of if _at(alias) is not _at(row.name)]
    assert different == []
