"""Datasets to learn and to test with; they appear as `tf.keras.datasets.digits` and so on."""

from __future__ import annotations

from collections.abc import Mapping

from polytape.plugins import hookimpl


@hookimpl
def polytape_datasets() -> Mapping[str, object]:
    """The datasets that come with polytape."""
    from polytape_datasets import digits, fashion_mnist, mnist

    return {"digits": digits, "fashion_mnist": fashion_mnist, "mnist": mnist}
