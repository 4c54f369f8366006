"""Every row of the op table, on polytape and on TensorFlow: structure, shapes, dtypes, values, first gradients."""

from __future__ import annotations

from typing import Any

import accepted_rows as accepted
import pytest
from comparison import differences, gradients, in_dtype, results

import polytape as tf
from polytape_conformance.row import Row
from polytape_conformance.table import table

tensorflow: Any = pytest.importorskip("tensorflow", reason="TensorFlow, the peer, is not installed (tox -e peers)")

ROWS = {row.id: row for row in table()}


def _exists(name: str) -> bool:
    holder = tensorflow
    for part in name.split("."):
        if not hasattr(holder, part):
            return False
        holder = getattr(holder, part)
    return True


SHARED = [row for row in ROWS.values() if row.name not in accepted.OWN]


@pytest.mark.parametrize("row", SHARED, ids=[row.id for row in SHARED])
def test_row(row: Row) -> None:
    assert _exists(row.name), f"TensorFlow has no {row.name}; polytape's own additions belong in accepted_rows.OWN"
    found: dict[str, list[str]] = {"REFUSED": [], "NO_GRADIENT": [], "DIFFERENT": []}
    for dtype in row.dtypes:
        for case in row.cases:
            inputs = tuple(in_dtype(item, dtype) for item in case)
            for kind, words in _compared(row, inputs):
                found[kind].append(f"{dtype} {[item.shape for item in inputs]}: {words}")
    for kind, all_words in found.items():
        if row.id in getattr(accepted, kind):
            assert all_words, f"{row.id}: take it out of accepted_rows.{kind}, it is not so any more"
        else:
            assert not all_words, f"{row.id}, {kind}:\n" + "\n".join(all_words)


def _compared(row: Row, inputs: tuple[Any, ...]) -> list[tuple[str, str]]:
    """What differs for one case, as pairs of a list in `accepted_rows` and the difference in words."""
    try:
        theirs = results(tensorflow, row.call, inputs)
    except Exception as error:
        return [("REFUSED", f"{type(error).__name__}: {error}")]
    ours = results(tf, row.call, inputs)
    words = differences(ours, theirs, row.tolerance)
    if words:
        return [("DIFFERENT", "\n".join(words))]
    try:
        theirs = gradients(tensorflow, row.call, inputs)
    except Exception as error:
        return [("NO_GRADIENT", f"{type(error).__name__}: {error}")]
    ours = gradients(tf, row.call, inputs)
    return [("DIFFERENT", word) for word in differences(ours, theirs, row.tolerance)]


@pytest.mark.parametrize("kind", ["REFUSED", "NO_GRADIENT", "DIFFERENT"])
def test_accepted_differences_name_rows(kind: str) -> None:
    assert sorted(set(getattr(accepted, kind)) - set(ROWS)) == []


def test_own_additions_are_rows_that_tensorflow_does_not_have() -> None:
    names = {name for row in ROWS.values() for name in (row.name, *row.alias_of)}
    assert sorted(name for name in accepted.OWN if name not in names or _exists(name)) == []


def test_aliases_exist_in_tensorflow_too() -> None:
    aliases = {alias for row in SHARED for alias in row.alias_of} - set(accepted.OWN)
    assert sorted(alias for alias in aliases if not _exists(alias)) == []
