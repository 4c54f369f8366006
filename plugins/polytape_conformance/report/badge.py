"""A badge: the level that was reached, as a small SVG or as the JSON that badge servers read."""

from __future__ import annotations

import json
from pathlib import Path
from xml.sax.saxutils import escape

from polytape_conformance.report.building import Report
from polytape_conformance.report.words import verdict

LABEL = "polytape"
COLOURS = {
    "arrays": "#7a5c00",
    "inference": "#5a6b00",
    "training": "#1f7a33",
    "higher-order": "#14703f",
    "graph": "#14703f",
}
NEUTRAL = "#666666"
"""Where no level was reached. White text on all of these has a contrast of 4.5 or more."""


def write_badge(report: Report, path: Path) -> None:
    """Write the badge: JSON of the form that shields.io calls an endpoint if the file's name ends so, else SVG."""
    colour = COLOURS.get(report["reached"], NEUTRAL)
    message = verdict(report)
    if path.suffix == ".json":
        content = json.dumps({"schemaVersion": 1, "label": LABEL, "message": message, "color": colour}) + "\n"
    else:
        content = _svg(LABEL, message, colour)
    path.write_text(content, encoding="utf-8")


def _svg(label: str, message: str, colour: str) -> str:
    left, right = _width(label), _width(message)
    name = escape(f"{label}: {message}")
    size = f'width="{left + right}" height="20"'
    return f"""<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{name}">
<title>{name}</title>
<clipPath id="round"><rect {size} rx="3"/></clipPath>
<g clip-path="url(#round)"><rect width="{left}" height="20" fill="#444"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{left / 2}" y="14">{escape(label)}</text><text x="{left + right / 2}" y="14">{escape(message)}</text></g>
</svg>
"""


def _width(text: str) -> int:
    """About the width of a text in pixels, with room around it."""
    return round(6.8 * len(text)) + 12
