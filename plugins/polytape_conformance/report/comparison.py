"""What has changed from one report to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from polytape_conformance.level import Level
from polytape_conformance.report.building import Report
from polytape_conformance.report.matrix import leaves
from polytape_conformance.report.words import counted, share, title, verdict

FACTOR = 2.0
"""A figure has moved if it is more than so many times what it was."""
NEGLIGIBLE = 0.01
"""Below this share of a budget, figures are alike."""
VERDICTS = WORSE, BETTER, OTHER = "worse", "better", "other"
KINDS = ("run", "level", "case", "declaration", "figure", "version")


@dataclass(frozen=True)
class Change:
    """One thing that is not as it was.

    Attributes:
        verdict: one of `VERDICTS`.
        kind: what changed, one of `KINDS`.
        text: what it was and what it is.
    """

    verdict: str
    kind: str
    text: str


def compare(before: Report, after: Report) -> list[Change]:
    """What has changed, in words; what got worse first."""
    changes = [
        *_runs(before, after),
        *_versions(before, after),
        *_levels(before, after),
        *_declarations(before, after),
        *_cells(before, after),
    ]
    return sorted(changes, key=lambda change: (VERDICTS.index(change.verdict), KINDS.index(change.kind)))


def _runs(before: Report, after: Report) -> Iterator[Change]:
    for key, name in (("quick", "quick run"), ("level", "level asked for"), ("selection", "selection")):
        if before["options"][key] != after["options"][key]:
            yield _moved("run", name, before["options"][key], after["options"][key])
    for name, report in (("the first report", before), ("the second report", after)):
        if report["partial"] is not None:
            yield Change(OTHER, "run", f"{name} is partial: {report['partial']}; only what both have is compared")


def _versions(before: Report, after: Report) -> Iterator[Change]:
    was, now = before["backend"], after["backend"]
    for key in ("name", "distribution", "version", "device", "devices"):
        if was[key] != now[key]:
            yield _moved("version", f"backend's {key}", was[key], now[key])
    for name in sorted({*was["libraries"], *now["libraries"]}):
        if was["libraries"].get(name) != now["libraries"].get(name):
            yield _moved("version", name, was["libraries"].get(name), now["libraries"].get(name))
    if before["polytape"] != after["polytape"]:
        yield _moved("version", "polytape", before["polytape"], after["polytape"])
    for key in before["platform"]:
        if before["platform"][key] != after["platform"][key]:
            yield _moved("version", key, before["platform"][key], after["platform"][key])


def _moved(kind: str, name: str, was: Any, now: Any) -> Change:
    return Change(OTHER, kind, f"{name}: {_said(was)} → {_said(now)}")


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, list) else "none" if value is None else str(value)


def _levels(before: Report, after: Report) -> Iterator[Change]:
    comparable = before["partial"] is None and after["partial"] is None and before["options"] == after["options"]
    if comparable and before["reached"] != after["reached"]:
        worse = _rank(after["reached"]) < _rank(before["reached"])
        yield Change(WORSE if worse else BETTER, "level", f"level reached: {verdict(before)} → {verdict(after)}")
    for level in Level:
        was, now = before["levels"][level.slug]["state"], after["levels"][level.slug]["state"]
        if was != now:
            lost = was == "passed" and now in ("failed", "skipped")
            won = was in ("failed", "skipped") and now == "passed"
            yield Change(WORSE if lost else BETTER if won else OTHER, "level", f"{level.title}: {was} → {now}")


def _rank(slug: str | None) -> int:
    return 0 if slug is None else Level.named(slug).value


def _declarations(before: Report, after: Report) -> Iterator[Change]:
    was, now = before["capabilities"], after["capabilities"]
    for kind in sorted({*was["dtypes"], *now["dtypes"]}):
        had, has = set(was["dtypes"].get(kind, ())), set(now["dtypes"].get(kind, ()))
        for names, verdict_, word in ((had - has, WORSE, "lost"), (has - had, BETTER, "new")):
            if names:
                yield Change(verdict_, "declaration", f"dtypes on {kind}: {word}: {', '.join(sorted(names))}")
    for table in ("lacks", "on_host", "deviations"):
        for entry in sorted({*was[table], *now[table]}):
            if entry not in was[table]:
                yield Change(WORSE, "declaration", f"{table}: new: {entry}: {now[table][entry]}")
            elif entry not in now[table]:
                yield Change(BETTER, "declaration", f"{table}: gone: {entry}")
            elif was[table][entry] != now[table][entry]:
                yield Change(OTHER, "declaration", f"{table}: {entry}: another reason: {now[table][entry]}")
    if was["deterministic"] != now["deterministic"]:
        found = BETTER if now["deterministic"] else WORSE
        yield Change(
            found, "declaration", f"deterministic: {_said(was['deterministic'])} → {_said(now['deterministic'])}"
        )
    states = before["declarations"]["state"], after["declarations"]["state"]
    if states[0] != states[1] and "not run" not in states:
        said = "; ".join(after["declarations"]["complaints"]) or "they hold"
        yield Change(WORSE if states[1] == "failed" else BETTER, "declaration", f"declarations: {said}")


def _cells(before: Report, after: Report) -> Iterator[Change]:
    was, now = _by_place(before), _by_place(after)
    for place, counts in was.items():
        if place in now:
            yield from _cell(place, counts, now[place])
    for missing, word in ((was.keys() - now.keys(), "no longer tried"), (now.keys() - was.keys(), "newly tried")):
        if missing:
            names = sorted({op for op, *_ in missing})
            listed = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
            yield Change(OTHER, "case", f"{word}: {counted(len(missing), 'figure')} of {listed}")


def _by_place(report: Report) -> dict[tuple[str, ...], dict[str, Any]]:
    return {
        (op, title(level), check, *([] if dtype == "none" else [dtype])): counts
        for op, entry in sorted(report["ops"].items())
        for level, check, dtype, counts in leaves(entry)
    }


def _cell(place: tuple[str, ...], was: dict[str, Any], now: dict[str, Any]) -> Iterator[Change]:
    name = ", ".join(place)
    for state, more, fewer in (
        ("failed", "newly failing", "fails no longer"),
        ("deviates", "newly failing as declared", "fails as declared no longer"),
        ("skipped", "newly left out as declared", "left out no longer"),
    ):
        before, after = was.get(state, 0), now.get(state, 0)
        if before != after:
            counts = "" if {before, after} == {0, 1} else f" ({before} → {after})"
            yield Change(
                WORSE if after > before else BETTER, "case", f"{more if after > before else fewer}: {name}{counts}"
            )
    if "budget" in was and "budget" in now:
        ratio = max(now["budget"], NEGLIGIBLE) / max(was["budget"], NEGLIGIBLE)
        if ratio > FACTOR or ratio < 1 / FACTOR:
            ulp = f", {was['ulp']:.3g} → {now['ulp']:.3g} ulp" if "ulp" in was and "ulp" in now else ""
            text = f"{name}: {share(was['budget'])} → {share(now['budget'])} of the budget{ulp}"
            yield Change(WORSE if ratio > 1 else BETTER, "figure", text)
