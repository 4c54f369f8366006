"""Small IDX files."""

from __future__ import annotations

import gzip
import struct

import numpy as np
import pytest

CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}


def encode(array) -> bytes:
    """An array in the IDX format."""
    array = np.asarray(array)
    header = struct.pack(">HBB", 0, CODES[array.dtype.name], array.ndim) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def idx():
    """The encoder."""
    return encode


@pytest.fixture
def folder(tmp_path):
    """A folder with the four files of a small dataset, some of them compressed."""
    place = tmp_path / "small"
    place.mkdir()
    random = np.random.default_rng(0)
    for name, count in (("train", 5), ("t10k", 3)):
        images = encode(random.integers(0, 256, (count, 4, 6)).astype("uint8"))
        labels = encode(np.arange(count).astype("uint8"))
        (place / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (place / f"{name}-labels-idx1-ubyte").write_bytes(labels)
    return place


@pytest.fixture(autouse=True)
def no_data_directory(monkeypatch):
    """Tests begin without POLYTAPE_DATA_DIR."""
    monkeypatch.delenv("POLYTAPE_DATA_DIR", raising=False)
