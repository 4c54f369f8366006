"""The conformance kit: does a backend compute what polytape promises?

It is a pytest plugin (`polytape_conformance.plugin`), and a plugin of polytape that contributes the command
`polytape conformance`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pluggy import HookimplMarker

# What `polytape.plugins.hookimpl` is. pytest imports this package in every project, and shall not import polytape there.
hookimpl = HookimplMarker("polytape")


def _conformance(arguments: list[str]) -> int:
    from polytape_conformance.command import main

    return main(arguments)


@hookimpl
def polytape_commands() -> Mapping[str, Callable[[list[str]], int]]:
    """The command that shows and compares reports."""
    return {"conformance": _conformance}
