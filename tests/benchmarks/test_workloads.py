"""The benchmarks' workloads: polytape's variants run and agree with each other; nothing is timed here."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import polytape as tf

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "benchmarks" / "workloads").glob("[a-z]*.py"))


@pytest.fixture(autouse=True)
def benchmarks_importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The folder of the benchmarks is importable, as it is for `python -m benchmarks`."""
    monkeypatch.syspath_prepend(str(ROOT))
    yield
    tf.use("numpy")


def _results(name: str, framework: str) -> Any:
    from benchmarks.training import prepared

    module = importlib.import_module(f"benchmarks.workloads.{name}")
    function = getattr(module, framework, None)
    cases = getattr(module, "CASES", ())
    prepare = function or (lambda: prepared(module, framework))
    found = [prepare(case) for case in cases] or [prepare()]
    for run, _ in found:
        run()
    return [[float(value) for value in result()] for _, result in found]


@pytest.mark.parametrize("name", NAMES)
def test_variants_agree(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.frameworks import FRAMEWORKS, Unavailable

    module = importlib.import_module(f"benchmarks.workloads.{name}")
    for constant, value in module.TINY.items():
        assert hasattr(module, constant)
        monkeypatch.setattr(module, constant, value)
    monkeypatch.setattr(module, "CASES", getattr(module, "CASES", ())[:2], raising=False)
    assert set(module.FRAMEWORKS) <= set(FRAMEWORKS)
    own = [name for name in module.FRAMEWORKS if name in ("polytape", "polytape_function", "numpy")]
    try:
        found = {framework: _results(name, framework) for framework in own}
    except Unavailable as reason:
        pytest.skip(str(reason))
    assert all(np.isfinite(result).all() and len(result) > 0 for results in found.values() for result in results)
    for framework in own[1:]:
        for ours, theirs in zip(found[own[0]], found[framework], strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_every_framework_has_its_function() -> None:
    from benchmarks.frameworks import FRAMEWORKS

    for name in NAMES:
        module = importlib.import_module(f"benchmarks.workloads.{name}")
        for framework in module.FRAMEWORKS:
            training = (
                importlib.import_module(f"benchmarks.training.in_{FRAMEWORKS[framework].family}")
                if hasattr(module, "LOSS")
                else module
            )
            assert callable(getattr(training, framework)), (name, framework)


def test_command_knows_every_workload() -> None:
    command = importlib.import_module("benchmarks.__main__")
    assert sorted(command.WORKLOADS) == NAMES


def test_rows_and_ratios() -> None:
    from benchmarks import quantity

    rows = quantity.rows("import", "ms", {"polytape": [1.0, 3.0, 2.0], "torch": [4.0, 4.0, 4.0]}, "polytape")
    assert [row["value"] for row in rows] == [2.0, 4.0]
    assert "ratio" not in rows[0] and rows[1]["ratio"] == 0.5


def test_sizes_count_what_is_required() -> None:
    from benchmarks import installation

    rows = installation.size_rows(["none"], 1)
    assert [row["framework"] for row in rows][:1] == ["polytape"]
    assert rows[0]["value"] > 1


def test_plot_is_written(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from benchmarks import plot

    rows = [
        {"workload": "dense", "framework": "torch", "polytape_ratio": 0.9, "polytape_function_ratio": 0.5},
        {"workload": "dense", "framework": "polytape"},
        {"workload": "add", "framework": "numpy", "polytape_ratio": 3.0},
    ]
    plot.write(rows, tmp_path / "ratios.png")
    assert (tmp_path / "ratios.png").read_bytes()[:4] == b"\x89PNG"
