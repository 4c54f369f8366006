"""A report as one HTML page: no other file, no address on the net, readable without a script."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from polytape_conformance.level import Level
from polytape_conformance.report.building import Report
from polytape_conformance.report.matrix import legend, table
from polytape_conformance.report.summary import COUNTS, grouped_reasons
from polytape_conformance.report.words import counted, headline, share, state_of_level, title, verdict

_FOLDER = Path(__file__).parent


def part(name: str) -> str:
    """A file that pages are made of: `page.html`, `page.css`, `page.js`."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def page(report: Report) -> str:
    """The page of a report."""
    backend = report["backend"]
    return Template(part("page.html")).substitute(
        title=escape(headline(report)),
        heading=escape(f"{backend['name']} on {backend['device']}"),
        verdict=escape(verdict(report)),
        verdict_style="passed" if report["reached"] else "none",
        facts=_facts(report),
        notices=_notices(report),
        levels=_levels(report),
        failures=_failures(report),
        skipped=_reasons(report, "skipped", "Left out, as the backend declares"),
        deviations=_reasons(report, "deviates", "Failing, as the backend declares"),
        legend=legend(),
        matrix=table(report, "The largest error of each op in each dtype, as a share of what it may have"),
        report=json.dumps({key: report[key] for key in ("ops", "not_passed")}).replace("<", "\\u003c"),
        style=part("page.css"),
        script=part("page.js"),
    )


def _facts(report: Report) -> str:
    backend, platform, options = report["backend"], report["platform"], report["options"]
    count = sum(entry[state] for entry in report["levels"].values() for state in COUNTS)
    versions = {**backend["libraries"], "polytape": report["polytape"], "Python": platform["python"]}
    facts = {
        "Backend": f"{backend['name']}, from {backend['distribution']} {backend['version']}"
        if backend["distribution"]
        else backend["name"],
        "Device": backend["device"] + (f" of {', '.join(backend['devices'])}" if len(backend["devices"]) > 1 else ""),
        "Versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "Machine": f"{platform['system']}, {platform['machine']}",
        "Run": f"{'quick' if options['quick'] else 'full'}, {counted(count, 'case')} in {report['seconds']:.1f} s",
        "Date": report["date"].replace("T", " ").replace("Z", " UTC"),
    }
    return "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())


def _notices(report: Report) -> str:
    notices = []
    if report["partial"] is not None:
        notices.append(f"This run is partial and reaches no level: {report['partial']}.")
    if report["left_out"]:
        counts = ", ".join(f"{counted(count, 'case')} in {dtype}" for dtype, count in report["left_out"].items())
        notices.append(f"Not tried: {counts}, which {report['backend']['device']} does not have.")
    notices.extend(f"A declaration does not hold: {each}" for each in report["declarations"]["complaints"])
    return "".join(f'<p class="notice">{escape(notice)}</p>' for notice in notices)


def _levels(report: Report) -> str:
    rows = []
    for level in Level:
        entry = report["levels"][level.slug]
        state, said = entry["state"], escape(state_of_level(report, level.slug))
        if state in ("empty", "not asked"):
            cells = f'<td colspan="6">{said}</td>'
        else:
            counts = "".join(f"<td>{entry[each]}</td>" for each in COUNTS)
            cells = f'<td class="{state}">{said}</td>{counts}<td>{_worst(entry["worst"])}</td>'
        rows.append(f'<tr><th scope="row">{level.title}</th>{cells}</tr>')
    return "\n".join(rows)


def _worst(worst: dict[str, Any] | None) -> str:
    if worst is None:
        return ""
    where = ", ".join(filter(None, (worst["op"], worst["check"], worst["dtype"])))
    return escape(f"{share(worst['budget'])}: {where}")


def _reasons(report: Report, state: str, heading: str) -> str:
    groups = grouped_reasons(report, state)
    if not groups:
        return ""
    items = "".join(
        f"<li><b>{counted(count, 'case')}</b>, {title(level)}: {escape(reason)}</li>" for level, reason, count in groups
    )
    total = sum(count for _, _, count in groups)
    return f"<details><summary>{heading}: {counted(total, 'case')}</summary><ul>{items}</ul></details>"


def _failures(report: Report) -> str:
    failed = [entry for entry in report["not_passed"] if entry["state"] == "failed"]
    if not failed:
        return ""
    items = "".join(
        f"<li><b>{escape(each['case'])}</b> ({title(each['level'])})<pre>{escape(each['reason'])}</pre></li>"
        for each in failed
    )
    heading = f"Failed: {counted(len(failed), 'case')}"
    return f'<details open><summary>{heading}</summary><ul class="failures">{items}</ul></details>'
