"""Ops that have more than one right answer, or none that a second run could give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from polytape_conformance.shadow.call import Call

LEFT_OUT = {
    "host_function": "it calls a function of the user's, which may not be called twice",
    "user_function": "it calls a function of the user's, which may not be called twice; the ops in it are compared",
    "random_gamma": "it takes or rejects by comparing rounded numbers; what it calls is compared",
    "random_poisson": "it takes or rejects by comparing rounded numbers; what it calls is compared",
    "random_binomial": "it takes or rejects by comparing rounded numbers; what it calls is compared",
    "random_categorical": "it picks by comparing rounded numbers; what it calls is compared",
}
"""What is not compared as a whole, and why."""

WRITES_FROM = {"put_slot_rows": 0}
"""The position of the first argument that a function may write to; see `may_write`."""

Parts = list[tuple[str, Any, Any]]
"""`(what, found, expected)` for each thing that must hold."""


def may_write(name: str, position: int) -> bool:
    """Whether a function may write to its argument at a position: updates of optimizers may, to the slots."""
    first = WRITES_FROM.get(name, 2 if name.endswith("_update") and name != "scatter_update" else None)
    return first is not None and position >= first


def qr_parts(x: Any, outputs: list[Any]) -> Parts:
    """What must hold of the outputs of `qr`, whose signs are free."""
    q, r = outputs
    unit = np.broadcast_to(np.eye(q.shape[-1]), (*q.shape[:-2], *[q.shape[-1]] * 2))
    return [
        ("Q·R", q @ r, x),
        ("Qᴴ·Q", np.conj(np.swapaxes(q, -1, -2)) @ q, unit),
        ("R below its diagonal", np.tril(r, -1), np.zeros_like(r)),
    ]


def svd_parts(x: Any, outputs: list[Any]) -> Parts:
    """What must hold of the outputs of `svd`, where vectors of equal values may be any of their space."""
    u, s, vh = outputs
    count = s.shape[-1]
    unit_u = np.broadcast_to(np.eye(u.shape[-1]), (*u.shape[:-2], *[u.shape[-1]] * 2))
    unit_v = np.broadcast_to(np.eye(vh.shape[-2]), (*vh.shape[:-2], *[vh.shape[-2]] * 2))
    return [
        ("U·diag(s)·Vᴴ", (u[..., :count] * s[..., None, :]) @ vh[..., :count, :], x),
        ("Uᴴ·U", np.conj(np.swapaxes(u, -1, -2)) @ u, unit_u),
        ("Vᴴ·V", vh @ np.conj(np.swapaxes(vh, -1, -2)), unit_v),
    ]


def eigh_parts(x: Any, outputs: list[Any]) -> Parts:
    """What must hold of the outputs of `eigh`, where vectors of equal values may be any of their space."""
    w, v = outputs
    adjoint = np.conj(np.swapaxes(v, -1, -2))
    lower = np.tril(x, -1)
    diagonal = np.tril(x) - lower
    whole = lower + np.conj(np.swapaxes(lower, -1, -2)) + (diagonal + np.conj(np.swapaxes(diagonal, -1, -2))) / 2
    return [
        ("V·diag(w)·Vᴴ", (v * w[..., None, :]) @ adjoint, whole),
        ("Vᴴ·V", adjoint @ v, np.broadcast_to(np.eye(v.shape[-1]), v.shape)),
    ]


BY_PARTS: dict[str, tuple[Callable[[Any, list[Any]], Parts], tuple[int, ...]]] = {
    "qr": (qr_parts, ()),
    "svd": (svd_parts, (1,)),
    "eigh": (eigh_parts, (0,)),
}
"""Decompositions: what must hold of their outputs, and which outputs have one right answer after all."""


def undefined(call: Call) -> Any:
    """Where the contract says nothing of the result: a mask that broadcasts with it, or `None`."""
    if call.name in ("astype", "discretise"):
        x, target = call.arrays[0], call.options["dtype"].dtype
        if x.dtype.kind not in "fc" or not target.is_integer:
            return None
        real = x.real.astype(np.float64)
        return ~((real > target.min - 1.0) & (real < target.max + 1.0))
    if call.name in ("floor_divide", "remainder", "truncate_divide", "truncate_remainder"):
        divisor = np.asarray(call.arguments[1])
        return divisor == 0 if divisor.dtype.kind in "iu" else None
    return None
