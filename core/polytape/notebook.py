"""How tensors and variables look in notebooks: a small table."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from polytape.tensor import Tensor

_LONGEST = 1000
"""The number of characters of values that are shown."""


def table(title: str, tensor: Tensor) -> str:
    """Return HTML that shows a tensor's shape, dtype, device and the first of its values."""
    import numpy

    values = numpy.array2string(tensor._backend.to_numpy(tensor._array), threshold=100, edgeitems=3)
    if len(values) > _LONGEST:
        values = values[:_LONGEST] + " ..."
    facts = {
        "shape": str(tensor.shape),
        "dtype": tensor.dtype.name,
        "device": tensor._backend.device_of(tensor._array),
    }
    rows = "".join(f"<tr><th>{name}</th><td>{escape(fact)}</td></tr>" for name, fact in facts.items())
    return (
        f"<table><thead><tr><th colspan=2>{escape(title)}</th></tr></thead>"
        f"<tbody>{rows}<tr><th>values</th><td><pre>{escape(values)}</pre></td></tr></tbody></table>"
    )
