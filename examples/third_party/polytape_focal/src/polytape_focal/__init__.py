"""The hooks by which polytape finds what this package contributes.

They tell names, and import what stands behind a name when it is used. That keeps start-up short, and whoever imports
`polytape_focal.focal_loss` directly, which looks up `tf.keras.losses.Loss` and so asks all plugins, gets no circle.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

from polytape.plugins import hookimpl


class Imported(Mapping[str, Any]):
    """Objects by their names, imported from `module:object` or, without a colon, modules."""

    def __init__(self, **references: str) -> None:
        self.references = references

    def __getitem__(self, name: str) -> Any:
        module, _, attribute = self.references[name].partition(":")
        found = import_module(f"{__name__}.{module}")
        return getattr(found, attribute) if attribute else found

    def __iter__(self) -> Iterator[str]:
        return iter(self.references)

    def __len__(self) -> int:
        return len(self.references)


@hookimpl
def polytape_losses() -> Mapping[str, Any]:
    """The focal loss."""
    return Imported(Focal="focal_loss:Focal")


@hookimpl
def polytape_datasets() -> Mapping[str, Any]:
    """The spirals."""
    return Imported(spirals="spirals")


@hookimpl
def polytape_layers() -> Mapping[str, Any]:
    """The maxout layer."""
    return Imported(Maxout="maxout:Maxout")


@hookimpl
def polytape_commands() -> Mapping[str, Any]:
    """The command `polytape spirals`."""
    return Imported(spirals="command:train")
