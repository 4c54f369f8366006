"""Reports as files: JSON by a schema, pages, badges; and files that are no reports."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from small_reports import case, outcomes, report

from polytape_conformance.level import Level
from polytape_conformance.report.badge import write_badge
from polytape_conformance.report.files import ReportError, dumps, load, schema
from polytape_conformance.report.matrix import matrix
from polytape_conformance.report.page import page
from polytape_conformance.report.validation import problem
from polytape_conformance.run import Outcome, State


def written(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "report.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    made = report()
    text = dumps(made)
    assert json.loads(text) == made == load(written(tmp_path, text))
    assert len([line for line in text.splitlines() if line.startswith('    "exp": ')]) == 1, "an op is a line"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is no JSON"),
        ("[]", "has no key 'schema'"),
        ({"version": 1}, "has no key 'schema'"),
        ({"schema": 2, "polytape": "9.0"}, r"version 2 of the schema, .* reads version 1.*\(9.0\)"),
        ({"schema": 1}, "the file has no 'polytape', 'date'"),
        (report(extra=1), "has 'extra', which the schema does not know"),
        (report(seconds="long"), "seconds is 'long', and has to be of type number"),
        (report(seconds=True), "seconds is True, and has to be of type number"),
        (report(seconds=-1), "seconds is -1, and has to be at least 0"),
        (report(date="yesterday"), "date is 'yesterday', which does not have the form"),
        (report(reached="moon"), "reached is 'moon', and has to be 'arrays' or"),
        (report(left_out={"float64": 0.5}), "left_out.float64 is 0.5, and has to be of type integer"),
        (report(not_passed=[{"case": "x"}]), r"not_passed\[0\] has no 'level', 'op'"),
    ],
)
def test_files_that_are_no_reports(tmp_path: Path, content: Any, message: str) -> None:
    with pytest.raises(ReportError, match=message):
        load(written(tmp_path, content))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="can't be read: No such file"):
        load(tmp_path / "none.json")


def test_a_keyword_that_the_validation_does_not_know_is_not_passed_over() -> None:
    with pytest.raises(NotImplementedError, match="maxLength"):
        problem("text", {"maxLength": 2})


def test_every_key_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs/reference/conformance-report.md").read_text(encoding="utf-8")
    keys = {*schema()["properties"], *schema()["$defs"]["cell"]["properties"]}
    for name in ("backend", "capabilities", "options", "platform", "declarations"):
        keys |= set(schema()["properties"][name]["properties"])
    keys |= set(schema()["properties"]["levels"]["additionalProperties"]["properties"])
    keys |= set(schema()["properties"]["not_passed"]["items"]["properties"])
    assert not {key for key in keys if f"`{key}`" not in text}


class Tags(HTMLParser):
    """The tags of a page, with what they refer to, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attributes if name in ("src", "href", "action")]
        if tag not in ("meta", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_alone() -> None:
    text = page(report())
    tags = Tags(text)
    assert tags.open == [] and tags.addresses == ["data:,"]
    assert not re.search(r"https?://|@import|url\(", text)
    for words in (
        "Training",
        "not there yet in polytape 0.1",
        "26 %",
        "75 %",
        "lacks",
        "≠ known",
        "3 cases in complex128",
    ):
        assert words in tags.text
    assert "its kernels are for 32 bits &lt;and&gt; more" in text and "<and>" not in text
    assert "prefers-color-scheme" in text or "light-dark(" in text


def test_cells() -> None:
    failed = Outcome(case(Level.TRAINING, "exp", "value"), State.FAILED, "off by one", error=AssertionError())
    found = matrix(report([*outcomes(), failed]))
    assert found.columns == ["float16", "float32", "float64", "complex128", "none"]
    shown = {op: [cell.text for cell in cells] for op, cells in found.rows.items()}
    assert shown == {
        "exp": ["", "✗ fails", "75 %", "–", ""],
        "qr": ["", "", "≠ known", "–", ""],
        "sort": ["lacks", "exact", "", "–", ""],
        "threads": ["", "", "", "", "✓"],
    }
    assert [cell.style for cell in found.rows["exp"]] == ["not-tried", "failed", "b4", "not-had", "not-tried"]
    assert "  failed: off by one" in found.rows["exp"][1].notes


def test_dtypes_that_the_device_does_not_have_are_columns() -> None:
    found = matrix(report(left_out={"float64": 2}))
    column = found.columns.index("float64")
    assert found.rows["sort"][column].state == "not had" and found.rows["threads"][column].state == "not tried"


def test_badges(tmp_path: Path) -> None:
    write_badge(report(), tmp_path / "badge.svg")
    drawn = ElementTree.parse(tmp_path / "badge.svg").getroot()
    assert drawn.get("aria-label") == "polytape: Training"
    write_badge(report(reached=None), tmp_path / "badge.json")
    found = json.loads((tmp_path / "badge.json").read_text(encoding="utf-8"))
    assert (found["schemaVersion"], found["label"], found["message"]) == (1, "polytape", "no level")
