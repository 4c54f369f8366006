"""The IDX parser: what it reads, and what it says of damaged files."""

from __future__ import annotations

import gzip

import numpy as np
import pytest

from polytape.errors import DatasetError
from polytape_datasets.idx import read_idx


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int16", "int32", "float32", "float64"])
@pytest.mark.parametrize("shape", [(4,), (2, 3), (2, 3, 4), (0, 5), ()])
@pytest.mark.parametrize("compressed", [True, False])
def test_reads_every_type(tmp_path, idx, dtype, shape, compressed) -> None:
    array = np.random.default_rng(1).integers(-100, 100, shape).astype(dtype)
    path = tmp_path / ("file.gz" if compressed else "file")
    path.write_bytes(gzip.compress(idx(array)) if compressed else idx(array))
    found = read_idx(path)
    assert found.dtype == array.dtype and found.dtype.isnative and found.flags.writeable
    np.testing.assert_array_equal(found, array)


def test_compression_is_seen_by_the_content(tmp_path, idx) -> None:
    path = tmp_path / "without-suffix"
    path.write_bytes(gzip.compress(idx(np.arange(3, dtype="uint8"))))
    assert read_idx(path).tolist() == [0, 1, 2]


WHOLE = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3]) + bytes(6)
DAMAGED = {
    "empty": (b"", "header of 4 bytes is cut off after 0"),
    "three bytes": (WHOLE[:3], "cut off after 3"),
    "not IDX": (b"\x89PNG" + WHOLE, "two zero bytes, and begins with 0x89504e47"),
    "unknown type": (b"\0\0\x0a" + WHOLE[3:], "element type 0x0a is none"),
    "header cut off": (WHOLE[:9], "2 axes and should be 12 bytes long; it is cut off after 9"),
    "truncated": (WHOLE[:-1], r"is cut off: .*shape \[2, 3\] in uint8 makes 18 bytes, and the file holds 17"),
    "overlong": (WHOLE + b"\0", r"is too long: .*makes 18 bytes, and the file holds 19"),
    "absurd lengths": (bytes([0, 0, 8, 2]) + b"\xff" * 8 + bytes(5), "holds 17"),
}


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("compressed", [True, False])
def test_damaged_files(tmp_path, name, compressed) -> None:
    content, pattern = DAMAGED[name]
    path = tmp_path / ("digits.gz" if compressed else "digits")
    path.write_bytes(gzip.compress(content) if compressed else content)
    with pytest.raises(DatasetError, match=pattern) as caught:
        read_idx(path)
    assert str(path) in str(caught.value)


def test_what_is_called_gz_but_is_not(tmp_path) -> None:
    path = tmp_path / "digits.gz"
    path.write_bytes(WHOLE)
    with pytest.raises(DatasetError, match=r"called \.gz but not compressed by gzip: it begins with 0x00000802"):
        read_idx(path)


@pytest.mark.parametrize("damage", [lambda c: c[:-9], lambda c: c[:12] + b"\xff" * 4 + c[16:], lambda c: c[:5]])
def test_damaged_compression(tmp_path, damage) -> None:
    path = tmp_path / "digits.gz"
    path.write_bytes(damage(gzip.compress(WHOLE + bytes(range(200)))))
    with pytest.raises(DatasetError, match=r"digits\.gz is damaged: gzip can't decompress it"):
        read_idx(path)
