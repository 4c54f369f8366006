"""Numbers that kernels and their callers, who give them memory to work in, must agree on; imports nothing."""

ROWS = 12
"""Rows of the largest tile of a product, where there are registers for so many."""

DEPTH, PANELS = 512, 8
"""How much of a matrix is packed at once: terms, and panels side by side. Together they stay in a core's own cache."""

OUT, SIDE, PLANES = 4, 6, 36
"""Winograd's tiles: their sides in the output and in the image, and the number of places of the latter."""

STATE_SIZE = 64
"""Numbers of 64 bits that the crew shares: 128 bytes for each of POSIX's objects, which need 64 at most; the job."""

HANDLE = object.__basicsize__ // 8 + 1
"""Numbers of 64 bits with which an array object begins; the last one is the address of its elements."""
