"""The conformance kit: does a backend compute what polytape promises?

It is a pytest plugin (`polytape_conformance.plugin`), and a plugin of polytape that contributes the command
`polytape conformance` and compares what a backend computes in shadow runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pluggy import HookimplMarker

if TYPE_CHECKING:
    from polytape.backend import Backend

# As `polytape.plugins.hookimpl`. pytest imports this package in every project, and shall not import polytape there.
hookimpl = HookimplMarker("polytape")


def _conformance(arguments: list[str]) -> int:
    from polytape_conformance.command import main

    return main(arguments)


@hookimpl
def polytape_commands() -> Mapping[str, Callable[[list[str]], int]]:
    """The command that shows and compares reports."""
    return {"conformance": _conformance}


@hookimpl
def polytape_shadow(backend: Backend, reference: Backend, listing: Path | None, directory: Path) -> bool:
    """Compare whatever `backend` computes with `reference`, op by op."""
    from polytape_conformance.shadow.shadow import Shadow

    Shadow(backend, reference, listing, directory).begin()
    return True
