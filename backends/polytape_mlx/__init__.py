"""MLX as a polytape backend: Apple GPUs, and the CPU through MLX's own build for it.

Importing this module does not import MLX; constructing the backend does.
"""

from __future__ import annotations

from polytape_mlx.backend import MlxBackend

__all__ = ["MlxBackend"]
