"""What `polytape conformance` shows and compares."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_reports import case, outcomes, report

from polytape_conformance.command import main
from polytape_conformance.level import Level
from polytape_conformance.report.building import Report
from polytape_conformance.report.comparison import compare
from polytape_conformance.report.files import dumps
from polytape_conformance.run import Outcome, State


def changed(change: Callable[[Report], Any]) -> list[tuple[str, str]]:
    after = report()
    change(after)
    return [(found.verdict, found.text) for found in compare(report(), after)]


def cell(made: Report, op: str = "exp", level: str = "inference", check: str = "value") -> Any:
    return made["ops"][op]["levels"][level][check]


def test_nothing_has_changed() -> None:
    assert compare(report(), report(date="2031-01-01T00:00:00Z", seconds=1.0)) == []


def test_levels_are_compared() -> None:
    failure = Outcome(case(Level.INFERENCE, "exp", "value"), State.FAILED, "off", error=AssertionError())
    after = report([failure if each.case.id == failure.case.id else each for each in outcomes()])
    found = {(each.verdict, each.text) for each in compare(report(), after)}
    assert {
        ("worse", "level reached: Training → Arrays"),
        ("worse", "Inference: passed → failed"),
        ("worse", "newly failing: exp, Inference, value, float32"),
    } <= found
    back = {(each.verdict, each.text) for each in compare(after, report())}
    assert ("better", "level reached: Arrays → Training") in back
    assert ("better", "fails no longer: exp, Inference, value, float32") in back


def test_what_was_not_asked_for_is_not_worse() -> None:
    def quick(made: Report) -> None:
        made["options"]["quick"] = True
        made["reached"] = "arrays"

    assert changed(quick) == [("other", "quick run: no → yes")]


def test_partial_runs_say_so() -> None:
    def partial(made: Report) -> None:
        made.update(partial="3 of 7 cases ran (-x)", reached=None)
        del made["ops"]["exp"]

    found = changed(partial)
    assert {verdict for verdict, _ in found} == {"other"}
    assert "the second report is partial: 3 of 7 cases ran (-x)" in found[0][1]
    assert ("other", "no longer tried: 2 figures of exp") in found


@pytest.mark.parametrize(
    ("budget", "expected"),
    [
        (0.5, []),
        (0.6, [("worse", "exp, Inference, value, float32: 26 % → 60 % of the budget, 1 → 1 ulp")]),
        (0.13, []),
        (0.12, [("better", "exp, Inference, value, float32: 26 % → 12 % of the budget, 1 → 1 ulp")]),
    ],
)
def test_figures_that_moved_by_more_than_twice(budget: float, expected: list[Any]) -> None:
    assert changed(lambda made: cell(made)["float32"].update(budget=budget)) == expected


def test_figures_that_are_next_to_nothing_are_alike() -> None:
    assert changed(lambda made: cell(made, "sort", "arrays")["float32"].update(budget=0.019)) == []


def test_declarations_are_compared() -> None:
    def other(made: Report) -> None:
        capabilities = made["capabilities"]
        capabilities["lacks"]["sort"] = "no kernel"
        capabilities["dtypes"]["CPU"].remove("float64")
        capabilities["deterministic"] = False
        made["declarations"] = {"state": "failed", "complaints": ["no such op"]}

    assert set(changed(other)) == {
        ("worse", "lacks: new: sort: no kernel"),
        ("worse", "dtypes on CPU: lost: float64"),
        ("worse", "deterministic: yes → no"),
        ("worse", "declarations: no such op"),
    }


def test_versions_are_compared() -> None:
    def other(made: Report) -> None:
        made["backend"]["libraries"] = {"numpy": "9.0"}
        made["backend"]["device"] = "GPU:0"
        made["polytape"] = "7.0"
        made["platform"]["machine"] = "arm64"

    found = changed(other)
    assert len(found) == 4 and {verdict for verdict, _ in found} == {"other"}
    assert any(text.endswith("→ 9.0") for _, text in found) and any("CPU:0 → GPU:0" in text for _, text in found)


def test_skips_that_come_and_go() -> None:
    assert changed(lambda made: cell(made, "sort", "arrays").update(float16={"passed": 1})) == [
        ("better", "left out no longer: sort, Arrays, value, float16")
    ]
    assert changed(lambda made: cell(made)["float32"].update(skipped=2)) == [
        ("worse", "newly left out as declared: exp, Inference, value, float32 (0 → 2)")
    ]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    """Two reports on disk, the second of which is worse."""
    after = report()
    cell(after)["float32"]["budget"] = 0.9
    for name, made in (("a.json", report()), ("b.json", after)):
        (tmp_path / name).write_text(dumps(made), encoding="utf-8")
    return str(tmp_path / "a.json"), str(tmp_path / "b.json")


def test_the_command_compares(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    first, second = files
    assert main(["--compare", first, second]) == 1
    assert "worse:\n  exp, Inference, value, float32: 26 % → 90 %" in capsys.readouterr().out
    assert main(["--compare", second, first]) == 0
    assert "better:" in capsys.readouterr().out
    assert main(["--compare", first, first]) == 0
    assert "nothing has changed" in capsys.readouterr().out
    assert main(["--compare", first, second, "--json"]) == 1
    (change,) = json.loads(capsys.readouterr().out)
    assert (change["verdict"], change["kind"]) == ("worse", "figure")


def test_the_command_shows(files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([files[0]]) == 0
    assert "polytape conformance: Training (numpy" in capsys.readouterr().out
    assert main([files[0], "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["reached"] == "training" and "ops" not in shown
    assert main([files[0], "--html", str(tmp_path / "page.html"), "--badge", str(tmp_path / "badge.svg")]) == 0
    assert "<svg" in (tmp_path / "badge.svg").read_text(encoding="utf-8")
    assert "exp" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_bad_files_and_bad_command_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.json").write_text("no JSON", encoding="utf-8")
    assert main([str(tmp_path / "bad.json")]) == 2
    assert capsys.readouterr().err.startswith(f"polytape: {tmp_path / 'bad.json'} is no conformance report")
    assert main(["--compare", str(tmp_path / "bad.json"), str(tmp_path / "none.json")]) == 2
    assert main(["run"]) == 2
    assert "say which backend" in capsys.readouterr().err
    with pytest.raises(SystemExit) as exit_:
        main([])
    assert exit_.value.code == 2
