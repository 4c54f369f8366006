"""The IDX format of the MNIST files: a header with element type and lengths, then the elements.

A file begins with two zero bytes, a byte for the element type, a byte for the number of axes, and for each
axis its length as a big-endian 32-bit integer; the elements follow in row-major order. Source: Y. LeCun, C.
Cortes, C. Burges, "The MNIST database of handwritten digits".
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from polytape.errors import DatasetError

_GZIP = b"\x1f\x8b"
_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}


def read_idx(path: Path) -> Any:
    """Read an IDX file, compressed by gzip or not, as a NumPy array.

    Raises:
        DatasetError: if the file is damaged: what is wrong, and the numbers that disagree.
    """
    return parse(_content(path), path)


def parse(content: bytes, path: Path) -> Any:
    """Turn the content of an IDX file into a NumPy array; `path` is for error messages."""
    if len(content) < 4:
        raise DatasetError(f"{path} is no IDX file: its header of 4 bytes is cut off after {len(content)}.")
    zeros, code, rank = struct.unpack(">HBB", content[:4])
    if zeros:
        raise DatasetError(
            f"{path} is no IDX file: it should begin with two zero bytes, and begins with 0x{content[:4].hex()}."
        )
    if code not in _TYPES:
        known = ", ".join(f"0x{known:02x}" for known in _TYPES)
        raise DatasetError(f"{path}: the element type 0x{code:02x} is none of the IDX format, which has {known}.")
    start = 4 + 4 * rank
    if len(content) < start:
        raise DatasetError(
            f"{path}: the header says {rank} axes and should be {start} bytes long; it is cut off after {len(content)}."
        )
    shape = struct.unpack(f">{rank}I", content[4:start])
    dtype = np.dtype(_TYPES[code])
    expected = start + math.prod(shape) * dtype.itemsize
    if len(content) != expected:
        problem = "is cut off" if len(content) < expected else "is too long"
        raise DatasetError(
            f"{path} {problem}: a header that says shape {list(shape)} in {dtype.name} makes {expected} "
            "bytes, and the file "
            f"holds {len(content)}."
        )
    elements = np.frombuffer(content, dtype, offset=start).reshape(shape)
    return elements.astype(dtype.newbyteorder("="))


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    if not content.startswith(_GZIP):
        if path.suffix == ".gz":
            raise DatasetError(
                f"{path} is called .gz but not compressed by gzip: it begins with 0x{content[:4].hex()}. "
                "Load it anew, or "
                "rename it if it is not compressed."
            )
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetError(f"{path} is damaged: gzip can't decompress it ({error}). Load it anew.") from error
