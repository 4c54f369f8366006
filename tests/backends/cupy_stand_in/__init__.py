"""A stand-in for CuPy, for tests: its spelling, restrictions and differences, over NumPy on the CPU. Not CuPy.

It tells whether the backend's code asks CuPy for what CuPy has, in the way in which CuPy wants to be asked, and whether
the formulas are right. It tells nothing about CUDA: no kernel is compiled, nothing runs on a GPU, no speed and no
rounding of a GPU can be seen here. What it does otherwise than NumPy was read in the source of CuPy 14; where that is
installed, test_cupy_kernels holds the backend against CuPy itself.

It is stricter than CuPy in this: arrays of two devices never meet, and an array is only computed with on its device.
"""

from __future__ import annotations

from cupy_stand_in.installation import installed

__all__ = ["installed"]
