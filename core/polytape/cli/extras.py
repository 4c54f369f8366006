"""The optional extras of the distribution, and whether what they bring is there."""

from __future__ import annotations

from typing import Any

MODULES: dict[str, tuple[str, ...]] = {
    "datasets": ("sklearn", "pooch"),
    "plot": ("matplotlib",),
    "jit": ("numba",),
    "cuda12": ("cupy",),
    "cuda13": ("cupy",),
    "mlx": ("mlx",),
}
"""The modules that each extra of `pyproject.toml` brings."""


def extra_rows() -> list[dict[str, Any]]:
    """Each extra, whether all its modules can be found (they are not imported), and how to install it."""
    from importlib.util import find_spec

    return [
        {
            "name": name,
            "present": all(find_spec(module) is not None for module in modules),
            "install": f'pip install "polytape[{name}]"',
        }
        for name, modules in MODULES.items()
    ]
