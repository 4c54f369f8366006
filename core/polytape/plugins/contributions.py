"""The names that plugins contribute, kind by kind: losses, datasets, layers and so on.

A facade shows them where users look::

    contributions = Contributions("losses", __name__)
    __getattr__ = contributions.attribute
    __dir__ = contributions.directory
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from polytape.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError, PluginError
from polytape.plugins.discovery import installed, normalise
from polytape.plugins.manager import call, implements, load_plugin, loaded_plugins
from polytape.plugins.record import Installed
from polytape.spelling import did_you_mean

KINDS = ("losses", "datasets", "layers", "optimizers", "metrics", "callbacks", "commands")


class UnknownContributionError(NotFoundError, AttributeError):
    """Nothing of this name was contributed; an `AttributeError`, so that `hasattr` works on facades."""


class Offer(NamedTuple):
    """What one plugin contributes of one kind."""

    record: Installed
    values: Mapping[str, object]
    names: frozenset[str]


_NOTHING: Mapping[str, object] = {}
_offers: dict[tuple[Installed, str], Offer] = {}


class Contributions:
    """What all plugins contribute of one kind; `module` is the facade that shows it, if there is one.

    Plugins are loaded when something is first looked up. Raises `InvalidArgumentError` for a kind that no
    hook contributes.

    >>> Contributions("losses").kind
    'losses'
    """

    def __init__(self, kind: str, module: str | None = None) -> None:
        if kind not in KINDS:
            raise InvalidArgumentError(f"Plugins contribute no {kind!r}; the kinds are {', '.join(KINDS)}.")
        self.kind = kind
        self.module = module

    def names(self) -> list[str]:
        """Every contributed name that means one thing, sorted."""
        claims = [name for offer in self._all() for name in offer.names]
        return sorted(name for name in set(claims) if claims.count(name) == 1)

    def get(self, name: str) -> Any:
        """What was contributed as `name`, or as `distribution:name`.

        Raises `AmbiguousNameError` where several plugins contribute the name, `NotFoundError` (which is an
        `AttributeError` and a `LookupError`, too) where none does, `PluginError` where it can't be had.
        """
        distribution, _, plain = name.rpartition(":")
        offers = self._of(normalise(distribution)) if distribution else self._all()
        matches = [offer for offer in offers if plain in offer.names]
        if not matches:
            raise UnknownContributionError(self._unknown(name))
        if len(matches) > 1:
            raise AmbiguousNameError(self._ambiguous(name, [offer.record for offer in matches]))
        record, values, _ = matches[0]
        value = record.attempt(lambda: (values[plain],), f"reading {plain!r} of polytape_{self.kind}")
        if value is None:
            raise PluginError(f"{name!r} can't be had: the {record.complaint()}") from record.error
        return value[0]

    def attribute(self, name: str) -> Any:
        """`get`, as a module's `__getattr__` needs it: private names are refused without loading plugins."""
        if name.startswith("_"):
            raise AttributeError(f"module {self.module!r} has no attribute {name!r}")
        return self.get(name)

    def directory(self) -> list[str]:
        """The names of the facade itself and the contributed ones, as a module's `__dir__` needs them."""
        return sorted({*self._own_names(), *self.names()})

    def offered_by(self, record: Installed) -> list[str]:
        """The names that one loaded plugin contributes; none if its hook fails, which the record notes."""
        offer = _offer(record, self.kind)
        return sorted(offer.names)

    def contested(self, record: Installed) -> list[str]:
        """The names that one loaded plugin contributes and another one, too."""
        others = [name for offer in self._all() if offer.record is not record for name in offer.names]
        return [name for name in self.offered_by(record) if name in others]

    def _all(self) -> list[Offer]:
        return [_offer(record, self.kind) for record in loaded_plugins()]

    def _of(self, distribution: str) -> list[Offer]:
        records = [record for record in installed("plugin") if record.distribution == distribution]
        return [_offer(record, self.kind) for record in records if load_plugin(record)]

    def _own_names(self) -> list[str]:
        module = sys.modules.get(self.module or "")
        return list(vars(module)) if module else []

    def _unknown(self, name: str) -> str:
        offered = self.names()
        known = [*offered, *(own for own in self._own_names() if not own.startswith("_"))]
        where = f"in {self.module}, and no plugin contributes it" if self.module else "among the contributions"
        complaints = [
            f"The {record.complaint().rstrip().rstrip('.')}; see `polytape doctor`."
            for record in installed("plugin")
            if record.state not in ("found", "ready")
        ]
        listed = f"Contributed {self.kind}: {', '.join(offered) or 'none'}."
        return "\n".join([f"There is no {name!r} {where}.{did_you_mean(name, known)} {listed}", *complaints])

    def _ambiguous(self, name: str, records: list[Installed]) -> str:
        plain = name.rpartition(":")[2]
        offered = " and by ".join(f"the {record}" for record in records)
        picks = sorted({f"{record.distribution}:{plain}" for record in records})
        if len(picks) == 1:
            remedy = "Block one of them by POLYTAPE_DISABLE_PLUGINS."
        else:
            remedy = f"Ask for {' or '.join(map(repr, picks))}, or block one by POLYTAPE_DISABLE_PLUGINS."
        return f"{name!r} is contributed to {self.kind} by {offered}. {remedy}"


def _offer(record: Installed, kind: str) -> Offer:
    """What a loaded plugin contributes; asked once, and nothing from a plugin whose hook fails."""
    with record.lock:
        offer = _offers.get((record, kind))
        if offer is None:
            values = _ask(record, f"polytape_{kind}")
            names = record.attempt(lambda: _names(values), f"reading the names of polytape_{kind}")
            offer = Offer(record, values, names or frozenset())
            _offers[record, kind] = offer
        return offer


def _ask(record: Installed, hook: str) -> Mapping[str, object]:
    if not implements(record, hook):
        return _NOTHING
    results = call(record, hook)
    if results is None:
        return _NOTHING
    returned = results[0] if results else None
    if not isinstance(returned, Mapping):
        record.fail("broken", f"{hook} returned {returned!r:.200}; it must return a mapping from names to objects.")
        return _NOTHING
    return returned


def _names(values: Mapping[str, object]) -> frozenset[str]:
    for name in values:
        if not isinstance(name, str) or not name or ":" in name:
            raise TypeError(f"{name!r} is no name; names are strings without a colon")
    return frozenset(values)
