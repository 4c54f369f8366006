"""A profile as a table in the terminal."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

from polytape.errors import InvalidArgumentError

if TYPE_CHECKING:
    from polytape.profiling.profile import Profile

_GROUPS = {"line": ("label", "backend", "line"), "op": ("label", "backend")}


def table(profile: Profile, by: str, limit: int | None) -> str:
    """The groups of a profile's events, a row each."""
    if by not in _GROUPS:
        raise InvalidArgumentError(f"table: by must be 'line' or 'op'; received {by!r}.")
    from rich import box
    from rich.console import Console
    from rich.table import Table

    found = profile.totals(_GROUPS[by])
    rows = found if limit is None else found[:limit]
    everything = sum(total.self_time for total in found)
    shown = Table(box=box.SIMPLE_HEAD)
    for title, justify in (
        ("Op", "left"),
        ("Calls", "right"),
        ("Self", "right"),
        ("%", "right"),
        ("Total", "right"),
        ("Output", "right"),
        ("Backend", "left"),
        ("Line", "left"),
    ):
        shown.add_column(title, justify=justify, no_wrap=True)  # type: ignore[arg-type]
    for total in rows:
        share = f"{100 * total.self_time / everything:.1f}" if everything else ""
        shown.add_row(
            total.name,
            str(total.calls),
            duration_text(total.self_time),
            share,
            duration_text(total.time),
            size_text(total.output_bytes),
            total.backend,
            short_line(total.line) + (f" +{len(total.lines) - 1}" if len(total.lines) > 1 else ""),
        )
    text = StringIO()
    console = Console(file=text, width=160, color_system=None, highlight=False, markup=False)
    console.print(shown)
    if len(rows) < len(found):
        console.print(f"  … and {len(found) - len(rows)} rows more")
    console.print(
        f"  {len(profile.events)} events, {duration_text(everything)} together; the block took "
        f"{duration_text(profile.duration)}; arrays made in it held {size_text(profile.peak_bytes)} at most"
    )
    return "\n".join(line.rstrip() for line in text.getvalue().strip("\n").splitlines())


def duration_text(nanoseconds: int) -> str:
    """A time in the unit in which it is easy to read."""
    if nanoseconds >= 10**9:
        return f"{nanoseconds / 10**9:.2f} s"
    return f"{nanoseconds / 10**6:.2f} ms" if nanoseconds >= 10**6 else f"{nanoseconds / 1000:.1f} µs"


def size_text(size: int) -> str:
    """A number of bytes in the unit in which it is easy to read."""
    for unit, bytes_of_unit in (("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if size >= bytes_of_unit:
            return f"{size / bytes_of_unit:.1f} {unit}"
    return f"{size} B"


def short_line(line: str) -> str:
    """A line with the last two parts of its path."""
    return "/".join(line.replace("\\", "/").split("/")[-2:])
