"""CuPy as a polytape backend: NVIDIA's GPUs, by CUDA.

Importing this module does not import CuPy; constructing the backend does.
"""

from __future__ import annotations

from polytape_cupy.backend import CupyBackend

__all__ = ["CupyBackend"]
