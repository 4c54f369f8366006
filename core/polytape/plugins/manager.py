"""The one pluggy manager: plugins are loaded into it one by one, and asked one by one.

Pluggy's own loader imports every plugin and dies of the first broken one, and so would a call of a hook.
"""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any

from polytape.plugins.discovery import installed
from polytape.plugins.loading import load
from polytape.plugins.record import Installed

if TYPE_CHECKING:
    from pluggy import PluginManager

    from polytape.backend import Backend

PREFIX = "polytape_"


class _Registry:
    """The manager, once something has been looked up, and the backend that was selected last."""

    def __init__(self) -> None:
        self.lock = RLock()
        self.manager: PluginManager | None = None
        self.selected: Backend | None = None


_registry = _Registry()


def plugin_manager() -> PluginManager:
    """The process's one `pluggy.PluginManager`; it holds the hookspecs and the plugins loaded so far."""
    with _registry.lock:
        if _registry.manager is None:
            from pluggy import PluginManager

            from polytape.plugins import hookspecs

            manager = PluginManager("polytape")
            manager.add_hookspecs(hookspecs)
            _registry.manager = manager
        return _registry.manager


def loaded_plugins() -> list[Installed]:
    """Every plugin that can be had; each is loaded by the first call in a process."""
    return [record for record in installed("plugin") if load_plugin(record)]


def load_plugin(record: Installed) -> bool:
    """Import and register one plugin, unless that was done before; is it there?"""
    if record.loaded is not None:
        return True
    with record.lock:
        if not load(record, _register):
            return False
        record.state, record.cause = "ready", None
    if _registry.selected is not None:
        _tell(record, _registry.selected)
    return True


def call(record: Installed, hook: str, **arguments: Any) -> list[Any] | None:
    """What one loaded plugin returns from a hook, in a list; `None` if it raised, which the record notes.

    The list is empty where the plugin returned `None` or does not implement the hook.
    """
    manager = plugin_manager()
    others = [plugin for plugin in manager.get_plugins() if plugin is not record.loaded]
    caller = manager.subset_hook_caller(hook, others)
    return record.attempt(lambda: list(caller(**arguments)), f"calling {hook}")


def implements(record: Installed, hook: str) -> bool:
    """Whether a loaded plugin implements a hook."""
    caller = getattr(plugin_manager().hook, hook)
    return any(implementation.plugin is record.loaded for implementation in caller.get_hookimpls())


def announce(backend: Backend) -> None:
    """Tell the loaded plugins which backend is the default now; those loaded later are told then."""
    _registry.selected = backend
    if _registry.manager is None:
        return
    for record in installed("plugin"):
        if record.loaded is not None:
            _tell(record, backend)


def _tell(record: Installed, backend: Backend) -> None:
    if implements(record, "polytape_backend_selected"):
        call(record, "polytape_backend_selected", backend=backend)


def _register(record: Installed, plugin: Any) -> Any:
    """Check what a plugin implements and register it; `None`, with the cause noted, if that is wrong."""
    if isinstance(plugin, type):
        plugin = plugin()
    with _registry.lock:
        manager = plugin_manager()
        mistake = _mistake(manager, plugin)
        if mistake is not None:
            record.fail("broken", mistake)
            return None
        try:
            manager.register(plugin, record.qualified_name)
        except BaseException:
            # Some versions of pluggy register half of a plugin before they find that a signature is wrong.
            if manager.has_plugin(record.qualified_name):
                manager.unregister(name=record.qualified_name)
            raise
        return plugin


def _mistake(manager: PluginManager, plugin: Any) -> str | None:
    from inspect import isroutine

    from polytape.spelling import did_you_mean

    known = [name for name in vars(manager.hook) if name.startswith(PREFIX)]
    for name in dir(plugin):
        options = manager.parse_hookimpl_opts(plugin, name)
        if options is None:
            if name in known and isroutine(getattr(plugin, name)):
                return f"its function {name} is not marked as a hook. Write `@hookimpl` above it."
            continue
        hook = options.get("specname") or name
        if hook not in known and not options.get("optionalhook"):
            return (
                f"it implements {hook!r}, a hook that polytape does not have.{did_you_mean(hook, known)} "
                f"The hooks are {', '.join(sorted(known))}."
            )
    return None
