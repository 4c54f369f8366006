"""Losses, as classes and as functions; they appear in `tf.keras.losses`."""

from __future__ import annotations

from collections.abc import Mapping

from polytape.plugins import hookimpl


@hookimpl
def polytape_losses() -> Mapping[str, object]:
    """The losses that come with polytape, under Keras' names."""
    from polytape_losses.names import LOSSES

    return LOSSES
