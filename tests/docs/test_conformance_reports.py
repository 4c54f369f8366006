"""The reports from which the matrix of backends is made are whole, and are those of this polytape."""

from __future__ import annotations

from pathlib import Path

import pytest

import polytape
from polytape_conformance.report.files import dumps, load

FILES = sorted((Path(__file__).parents[2] / "docs" / "conformance").glob("*.json"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_report(path: Path) -> None:
    report = load(path)  # by the schema
    assert report["backend"]["name"] == path.stem
    assert report["polytape"] == polytape.__version__, (
        "run the kit again: docs/reference/conformance-matrix.md says how"
    )
    assert report["partial"] is None and report["options"]["level"] == "graph" and not report["options"]["quick"]
    assert path.read_text(encoding="utf-8") == dumps(report), "it is not as the kit writes it"
    assert path.stat().st_size < 1_000_000


def test_the_backends_of_the_matrix() -> None:
    assert {"numpy", "mlx", "strict"} <= {path.stem for path in FILES}
