"""`tf.compat`: the names of TensorFlow 1 (`compat.v1`), and polytape itself (`compat.v2`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polytape.compat import v1 as v1
else:
    # Hidden from type checkers: they would take every submodule for what this function returns.
    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name == "v1":
            return import_module("polytape.compat.v1")
        if name == "v2":
            return import_module("polytape")
        raise AttributeError(f"module 'polytape.compat' has no attribute {name!r}; there are v1 and v2.")


def __dir__() -> list[str]:
    return ["v1", "v2"]
