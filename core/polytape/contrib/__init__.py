"""`tf.contrib`: what TensorFlow 1 kept apart while it was new; here, early eager mode (`contrib.eager`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from polytape.contrib import eager as eager
else:
    # Hidden from type checkers: they would take every submodule for what this function returns.
    def __getattr__(name: str) -> Any:
        from importlib import import_module

        if name == "eager":
            return import_module("polytape.contrib.eager")
        raise AttributeError(f"module 'polytape.contrib' has no attribute {name!r}; there is eager.")


def __dir__() -> list[str]:
    return ["eager"]
