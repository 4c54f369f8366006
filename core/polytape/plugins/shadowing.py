"""Shadow runs: a backend whose every op a plugin compares with a reference, where the environment asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polytape import environment
from polytape.errors import PluginError
from polytape.plugins.discovery import installed
from polytape.plugins.manager import call, implements, loaded_plugins

if TYPE_CHECKING:
    from collections.abc import Callable

    from polytape.backend import Backend

HOOK = "polytape_shadow"


def shadow(backend: Backend, make: Callable[[str, str], Backend]) -> None:
    """Have a plugin compare what `backend` computes with the reference that `POLYTAPE_SHADOW` names, if it names one.

    `make(name, source)` makes the reference: a new instance, of whatever backend, `backend`'s own class included.

    Raises:
        PluginError: if no plugin can do that, or the one that could fails.
    """
    asked = environment.shadow()
    if asked is None:
        return
    reference = make(asked.reference, "POLYTAPE_SHADOW")
    for record in loaded_plugins():
        if not implements(record, HOOK):
            continue
        answers = call(
            record, HOOK, backend=backend, reference=reference, listing=asked.record, directory=asked.directory
        )
        if answers is None:
            raise PluginError(f"POLYTAPE_SHADOW asks for a comparison, but the {record.complaint()}") from record.error
        if any(answers):
            return
    unusable = [record for record in installed("plugin") if record.state not in ("found", "ready")]
    missing = (
        "POLYTAPE_SHADOW asks to compare every op with a reference, but no plugin that is installed and not blocked "
        f"implements {HOOK}. polytape's own conformance kit does: reinstall polytape, or take the kit out of "
        "POLYTAPE_DISABLE_PLUGINS."
    )
    raise PluginError("\n".join([missing, *(f"The {record.complaint()}" for record in unusable)]))
