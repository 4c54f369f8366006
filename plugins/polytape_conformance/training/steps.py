"""How far values may drift from their float64 oracle over ten steps."""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape_conformance.figures import Figures

STEPS = 10
DRIFT = {"float32": 2e-6, "float64": 2e-9}
"""Relative to the largest value. In float64 it is the oracle's: central differences with a step of 1e-5 are good to
about 1e-10, and ten steps add them up."""


def drift(found: Any, expected: Any, dtype: str, what: str) -> Figures:
    """The difference of values after some steps from those expected.

    Raises:
        AssertionError: if shapes or dtypes differ, or if the difference is larger than `DRIFT` allows.
    """
    found, expected = np.asarray(found), np.asarray(expected, np.float64)
    assert found.dtype == dtype, f"{what}: dtype {found.dtype}, expected {dtype}"
    assert found.shape == expected.shape, f"{what}: shape {found.shape}, expected {expected.shape}"
    scale = float(np.max(np.abs(expected), initial=1e-3))
    error = float(np.max(np.abs(found.astype(np.float64) - expected), initial=0.0))
    assert np.all(np.isfinite(found)), f"{what}: not finite: {found}"
    share = error / scale / DRIFT[dtype]
    assert share <= 1, f"{what}: off by {error:.2g} of {scale:.2g}; {DRIFT[dtype]:.0e} of that is allowed"
    return Figures(error / float(np.spacing(np.asarray(scale, dtype))), error / scale, share)
