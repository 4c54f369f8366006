"""Kernels in native code, against float64 NumPy by another route."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from polytape_numpy import native

if not native.is_available():
    pytest.skip("needs Numba: tox -e jit", allow_module_level=True)

from polytape_numpy.native import library, products, storage

RANDOM = np.random.default_rng(11)
DTYPES = {"float32": 2e-5, "float64": 1e-13}
"""What results may be off by, relative to the largest of them."""


@pytest.fixture(autouse=True)
def everything_is_worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small arrays go to native code as well, in as many parts as large ones."""
    monkeypatch.setattr(products, "_WORTHWHILE", 0)
    monkeypatch.setattr(products, "_SHARE", 1)


def real(*shape: int, dtype: str) -> Any:
    return RANDOM.normal(size=shape).astype(dtype)


def assert_close(found: Any, exact: Any, dtype: str) -> None:
    assert (found.shape, found.dtype) == (exact.shape, np.dtype(dtype))
    scale = np.abs(exact).max(initial=1e-6)
    np.testing.assert_allclose(found / scale, exact / scale, rtol=0, atol=DTYPES[dtype])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("columns", [1, 16, 17, 40, 300])
@pytest.mark.parametrize("rows", [1, 5, 13, 100])
def test_products(rows: int, columns: int, dtype: str) -> None:
    for depth, turned, batch in product((1, 7, 600), ("", "x", "y", "xy"), ((), (3,))):
        x, y = real(*batch, rows, depth, dtype=dtype), real(*batch, depth, columns, dtype=dtype)
        exact = np.einsum("...ik,...kj->...ij", x, y, dtype=np.float64)
        if "x" in turned:
            x = np.ascontiguousarray(x.swapaxes(-1, -2)).swapaxes(-1, -2)
        if "y" in turned:
            y = np.ascontiguousarray(y.swapaxes(-1, -2)).swapaxes(-1, -2)
        assert_close(products.matmul(x, y), exact, dtype)


def test_a_matrix_for_all_of_a_batch() -> None:
    x, y = real(4, 5, 6, dtype="float32"), real(6, 7, dtype="float32")
    assert_close(products.matmul(x, y), np.einsum("nik,kj->nij", x, y, dtype=np.float64), "float32")


@pytest.mark.parametrize("dtype", DTYPES)
def test_batches_whose_axes_do_not_follow_each_other_in_memory(dtype: str) -> None:
    x, y = real(3, 21, 4, 9, dtype=dtype), real(3, 19, 4, 9, dtype=dtype)
    exact = np.einsum("nqhd,nkhd->nhqk", x, y, dtype=np.float64)
    assert_close(products.matmul(x.transpose(0, 2, 1, 3), y.transpose(0, 2, 3, 1)), exact, dtype)
    turned = np.einsum("nqhd,nkhd->hnqk", x, y, dtype=np.float64)
    assert_close(products.matmul(x.transpose(2, 0, 1, 3), y.transpose(2, 0, 3, 1)), turned, dtype)
    once = real(2, 3, 4, 5, 6, dtype=dtype)
    whole = np.einsum("abcij,abckj->abcik", once, once, dtype=np.float64)
    assert_close(products.matmul(once, once.swapaxes(-1, -2)), whole, dtype)


def test_a_file_that_was_cut_off_is_compiled_anew(tmp_path: Path) -> None:
    source = """
import numpy as np
from polytape_numpy.native import library
kernel = library.written_kernel("def loop(n, x):\\n    for i in range(n):\\n        x[i] += 1\\n", ("int", "float64"))
x = np.zeros(4)
kernel(3, x)
print(x)
"""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}

    def run() -> str:
        command = [sys.executable, "-c", source]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert run() == "[1. 1. 1. 0.]\n"
    (file,) = (tmp_path / "polytape").rglob("*.o")
    whole = file.read_bytes()
    file.write_bytes(whole[:-100])
    assert run() == "[1. 1. 1. 0.]\n"
    assert file.read_bytes() == whole


def test_where_nothing_can_be_kept_kernels_compute_and_there_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "_folders", lambda: iter([Path(os.devnull) / "kernels"]))
    source = "def loop(n, x):\n    for i in range(n):\n        x[i] = x[i] * 3 + 1\n"
    with pytest.warns(RuntimeWarning, match="each process compiles them again"):
        kernel = library.written_kernel(source, ("int", "float64"))
    x = np.arange(4.0)
    kernel(4, x)
    assert x.tolist() == [1.0, 4.0, 7.0, 10.0]


def test_a_numba_that_cannot_be_imported_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "numba.py").write_text("raise ImportError('Numba needs another NumPy.')")
    source = """
import numpy as np, polytape as tf
try:
    tf.matmul(tf.ones((200, 200)), tf.ones((200, 200)))
except ImportError as error:
    print(type(error).__name__, error)
"""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-c", source]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    assert printed.startswith("BackendUnavailableError Numba is installed, but can't be imported: Numba needs another")
    assert 'pip install --upgrade "polytape[jit]"' in printed


COUNTS = """
import numpy as np
from polytape_numpy.native import library, threads
loop = library.written_kernel(
    "def loop(first, last, part, x, y):\\n    for i in range(first, last):\\n        y[i] = x[i] + 1.0\\n",
    ("int", "int", "int", "float64", "float64"),
)

def counted():
    x, y = np.arange(1000.0), np.zeros(1000)
    threads.in_parts(loop, 1000, 7, (x, y))
    return bool((y == x + 1).all())
"""


def printed_by(source: str) -> str:
    command = [sys.executable, "-c", COUNTS + source]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_has_threads_of_its_own() -> None:
    source = """
import os
before = counted()
child = os.fork()
after = counted()
if child == 0:
    os._exit(0 if after else 1)
print(before, after, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert printed_by(source) == "True True 0\n"


def test_several_threads_of_the_user_share_the_cores() -> None:
    source = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    print(all(pool.map(lambda _: counted(), range(400))))
"""
    assert printed_by(source) == "True\n"


def test_kernels_are_kept_by_source_and_signature() -> None:
    source = "def loop(n, x, y):\n    for i in range(n):\n        y[i] = x[i] * 2\n"
    narrow = library.written_kernel(source, ("int", "float32", "float32"))
    wide = library.written_kernel(source, ("int", "float64", "float64"))
    assert narrow is library.written_kernel(source, ("int", "float32", "float32")) and narrow is not wide
    for kernel, dtype in ((narrow, np.float32), (wide, np.float64)):
        x, y = np.arange(5, dtype=dtype), np.zeros(5, dtype)
        kernel(5, x, y)
        assert y.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_functions_that_the_user_compiles_with_numba_are_as_ever() -> None:
    import numba

    def counted(words: list[str], x: Any) -> tuple[dict[str, int], float]:
        found = {}
        for word in words:
            found[word.upper()] = len(word)
        return found, np.sqrt(x).sum() + min(3.0, x.mean())

    compiled = numba.njit(counted)
    library.written_kernel("def loop(n, x):\n    for i in range(n):\n        x[i] = min(x[i], 2)\n", ("int", "float32"))
    words, x = numba.typed.List(["a", "bc"]), np.arange(9.0)
    for function in (compiled, numba.njit(counted)):
        found, total = function(words, x)
        assert dict(found) == {"A": 1, "BC": 2} and abs(total - np.sqrt(x).sum() - 3) < 1e-12
