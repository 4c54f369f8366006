"""Every hook that a plugin may implement: signatures and what they promise, nothing else.

A hook that contributes returns a mapping from names to what bears them. The mapping is asked for its names
first, and for a value when somebody uses its name: a mapping of your own may import a value as late as that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from pathlib import Path

    from polytape.backend import Backend

hookspec = pluggy.HookspecMarker("polytape")
hookimpl = pluggy.HookimplMarker("polytape")


@hookspec
def polytape_losses() -> Mapping[str, object]:  # type: ignore[empty-body]
    """Loss classes, or functions of `(y_true, y_pred)`, that appear in `polytape.keras.losses`.

    Example::

        @hookimpl
        def polytape_losses():
            return {"Focal": Focal}
    """


@hookspec
def polytape_datasets() -> Mapping[str, object]:  # type: ignore[empty-body]
    """Datasets that appear in `polytape.keras.datasets`: modules or objects with a `load_data()`.

    Example::

        @hookimpl
        def polytape_datasets():
            from my_package import spirals

            return {"spirals": spirals}
    """


@hookspec
def polytape_layers() -> Mapping[str, object]:  # type: ignore[empty-body]
    """Layer classes that appear in `polytape.keras.layers`.

    Example::

        @hookimpl
        def polytape_layers():
            return {"Maxout": Maxout}
    """


@hookspec
def polytape_optimizers() -> Mapping[str, object]:  # type: ignore[empty-body]
    """Optimizer classes that appear in `polytape.keras.optimizers`: `create_slots`, `update`.

    Example::

        @hookimpl
        def polytape_optimizers():
            return {"Lion": Lion}
    """


@hookspec
def polytape_metrics() -> Mapping[str, object]:  # type: ignore[empty-body]
    """Metric classes that appear in `polytape.keras.metrics`: `update_state`, `result`, `reset_state`.

    Example::

        @hookimpl
        def polytape_metrics():
            return {"CohenKappa": CohenKappa}
    """


@hookspec
def polytape_callbacks() -> Mapping[str, object]:  # type: ignore[empty-body]
    """Callback classes that appear in `polytape.keras.callbacks`.

    Example::

        @hookimpl
        def polytape_callbacks():
            return {"SlackMessage": SlackMessage}
    """


@hookspec
def polytape_commands() -> Mapping[str, Callable[[list[str]], int | None]]:  # type: ignore[empty-body]
    """Commands of the program `polytape`: each takes the arguments after its name and returns the exit code.

    Example::

        def greet(arguments):
            print("hello", *arguments)

        @hookimpl
        def polytape_commands():
            return {"greet": greet}  # polytape greet world
    """


@hookspec
def polytape_backend_selected(backend: Backend) -> None:
    """A backend became the default: by `POLYTAPE_BACKEND`, by `polytape.use`, or as a `with` block ended.

    Plugins are loaded when something that they may contribute is first looked up; a plugin that is loaded
    after the default was settled is told of it then.

    Example::

        @hookimpl
        def polytape_backend_selected(backend):
            logging.info("computing on %s", ", ".join(backend.devices()))
    """


@hookspec
def polytape_shadow(backend: Backend, reference: Backend, listing: Path | None, directory: Path) -> bool | None:
    """Compare whatever `backend` computes from now on with `reference`, as `POLYTAPE_SHADOW` asks.

    Called once for each backend, before anything is computed on it. `reference` is an instance that nobody else
    uses. `listing` is the file in which to list what differs, or `None` to raise an error at the first difference;
    `directory` is where scripts go that reproduce one. Return true to take on the task: the first plugin that does
    is the only one. polytape's own conformance kit implements this hook.

    Example::

        @hookimpl
        def polytape_shadow(backend, reference, listing, directory):
            compare_all(backend, reference)
            return True
    """
