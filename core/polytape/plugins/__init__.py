"""How packages that polytape knows nothing of offer backends, losses, datasets and more.

A plugin imports its marker from here::

    from polytape.plugins import hookimpl

Everything is gathered when it is asked for: importing polytape does not import pluggy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

_HOMES = {
    "Contributions": "polytape.plugins.contributions",
    "hookimpl": "polytape.plugins.hookspecs",
    "hookspec": "polytape.plugins.hookspecs",
    "installed": "polytape.plugins.discovery",
}

if TYPE_CHECKING:
    from polytape.plugins.contributions import Contributions
    from polytape.plugins.discovery import installed
    from polytape.plugins.hookspecs import hookimpl, hookspec
else:
    # Hidden from type checkers: they would take every submodule for what this function returns.
    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module(home), name)


__all__ = ["Contributions", "hookimpl", "hookspec", "installed"]


def __dir__() -> list[str]:
    return sorted(__all__)
