"""MNIST and its kin: where files are looked for, what is said when some are missing, and downloads."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import numpy as np
import pytest

import polytape as tf
from polytape.errors import DatasetError
from polytape_datasets import download as downloading, fashion_mnist, mnist

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "mnist"


def no_network(*arguments):
    raise AssertionError("nothing should be downloaded here")


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    monkeypatch.setattr("polytape_datasets.image_files.download", no_network)


def test_all_and_single_splits(folder) -> None:
    (x_train, y_train), (x_test, y_test) = mnist.load_data(folder)
    assert (x_train.shape, x_train.dtype, y_train.tolist()) == ((5, 4, 6), np.uint8, [0, 1, 2, 3, 4])
    assert (x_test.shape, y_test.tolist()) == ((3, 4, 6), [0, 1, 2])
    for split, images, labels in (("train", x_train, y_train), ("test", x_test, y_test)):
        pair = tf.keras.datasets.mnist.load_data(path=str(folder), split=split)
        np.testing.assert_array_equal(pair[0], images)
        np.testing.assert_array_equal(pair[1], labels)


@pytest.mark.parametrize("inner", ["", "mnist"])
def test_the_environment_names_the_folder(folder, tmp_path, monkeypatch, inner) -> None:
    home = tmp_path / "home"
    shutil.copytree(folder, home / inner)
    monkeypatch.setenv("POLYTAPE_DATA_DIR", str(home))
    assert len(mnist.load_data(split="test")[0]) == 3


def test_fashion_is_never_taken_from_the_folder_of_the_digits(folder, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("POLYTAPE_DATA_DIR", str(folder))
    with pytest.raises(AssertionError, match="downloaded"):
        fashion_mnist.load_data()
    shutil.copytree(folder, folder / "fashion_mnist")
    assert len(fashion_mnist.load_data(split="train")[1]) == 5
    assert len(fashion_mnist.CLASSES) == 10


@pytest.mark.parametrize("by_environment", [True, False])
def test_missing_files_are_named(folder, monkeypatch, by_environment) -> None:
    (folder / "train-images-idx3-ubyte.gz").unlink()
    if by_environment:
        monkeypatch.setenv("POLYTAPE_DATA_DIR", str(folder))
    path = None if by_environment else folder
    with pytest.raises(DatasetError) as caught:
        mnist.load_data(path)
    message = str(caught.value)
    assert isinstance(caught.value, FileNotFoundError) and isinstance(caught.value, ValueError)
    missing, found = message.split("found there:")
    assert "train-images-idx3-ubyte" in missing and "t10k" not in missing and str(folder) in missing
    assert "t10k-images-idx3-ubyte.gz, t10k-labels-idx1-ubyte" in found
    assert "load_data(split='test') reads what is there" in found
    assert len(mnist.load_data(path, split="test")[0]) == 3


def test_a_folder_without_any(tmp_path) -> None:
    with pytest.raises(DatasetError, match="none of its files"):
        mnist.load_data(tmp_path)
    with pytest.raises(DatasetError, match="must be a folder"):
        mnist.load_data(tmp_path / "absent")


def test_counts_must_agree(folder, idx) -> None:
    (folder / "t10k-labels-idx1-ubyte").write_bytes(idx(np.zeros(4, "uint8")))
    with pytest.raises(DatasetError, match=r"holds 3 images and .*t10k-labels-idx1-ubyte 4 labels"):
        mnist.load_data(folder)


@pytest.mark.parametrize("labels", [np.zeros(3, "int32"), np.zeros((3, 1), "uint8")])
def test_arrays_must_be_what_the_names_say(folder, idx, labels) -> None:
    (folder / "t10k-labels-idx1-ubyte").write_bytes(idx(labels))
    with pytest.raises(DatasetError, match="should hold uint8 with 1 axes; it holds"):
        mnist.load_data(folder)


def test_splits_that_are_none(folder) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match="'train' or 'test'; received 'validation'"):
        mnist.load_data(folder, split="validation")


@pytest.mark.parametrize("named", [True, False])
def test_downloads_what_is_needed_and_checks_it(folder, tmp_path, monkeypatch, named) -> None:
    asked = []

    def fetch(dataset, url, file, checksum, target):
        asked.append((dataset, url, checksum, target))
        candidates = [folder / file, folder / file.removesuffix(".gz")]
        return next(path for path in candidates if path.exists())

    monkeypatch.setattr("polytape_datasets.image_files.download", fetch)
    if named:
        monkeypatch.setenv("POLYTAPE_DATA_DIR", str(tmp_path / "new"))
    assert len(mnist.load_data(split="train")[0]) == 5
    assert [url.rpartition("/")[2] for _, url, _, _ in asked] == [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
    ]
    assert asked[0][0] == "mnist" and asked[0][2].startswith("sha256:440fcabf73cc")
    assert asked[0][3] == (tmp_path / "new" / "mnist" if named else None)


def test_a_download_that_fails_says_why_and_what_to_do(tmp_path) -> None:
    pytest.importorskip("pooch", reason="downloads need pooch")
    with pytest.raises(DatasetError) as caught:  # a port on which nobody listens
        downloading.download("mnist", "http://127.0.0.1:9/file.gz", "file.gz", "md5:0", tmp_path)
    assert isinstance(caught.value, FileNotFoundError)
    assert "http://127.0.0.1:9/file.gz could not be downloaded" in str(caught.value)
    assert "POLYTAPE_DATA_DIR" in str(caught.value) and "refused" in str(caught.value)


def test_a_download_of_something_else_is_refused(tmp_path) -> None:
    pytest.importorskip("pooch", reason="downloads need pooch")
    (tmp_path / "source").write_bytes(b"something else")
    checksum = "sha256:" + hashlib.sha256(b"what was published").hexdigest()
    with pytest.raises(DatasetError, match="not the published file"):
        _serve(tmp_path, lambda url: downloading.download("mnist", url, "file", checksum, tmp_path / "kept"))
    assert not (tmp_path / "kept" / "file").exists()
    right = "sha256:" + hashlib.sha256(b"something else").hexdigest()
    path = _serve(tmp_path, lambda url: downloading.download("mnist", url, "file", right, tmp_path / "kept"))
    assert path.read_bytes() == b"something else" and path.parent == tmp_path / "kept"


def _serve(directory, call):
    """Call with the address of a file that a server on this machine offers."""
    import threading
    from functools import partial
    from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(directory)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        return call(f"http://127.0.0.1:{server.server_port}/source")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_without_pooch_the_remedy_is_named(tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pooch", None)
    with pytest.raises(ImportError, match=r'pip install "polytape\[datasets\]"'):
        downloading.download("mnist", "http://127.0.0.1:9/file.gz", "file.gz", "md5:0", tmp_path)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the folder of the real MNIST test files is not there")
def test_the_real_test_files(monkeypatch) -> None:
    monkeypatch.setenv("POLYTAPE_DATA_DIR", str(SHARED))
    images, labels = mnist.load_data(split="test")
    assert images.shape == (10_000, 28, 28) and labels[:6].tolist() == [7, 2, 1, 0, 4, 1]
    assert images.max() == 255 and np.bincount(labels).tolist()[:2] == [980, 1135]
    for path in SHARED.glob("t10k-*.gz"):
        assert hashlib.sha256(path.read_bytes()).hexdigest() == mnist.FILES.checksums[path.name]
    if not any(SHARED.glob("train-*")):
        with pytest.raises(DatasetError, match="train-images-idx3-ubyte, train-labels-idx1-ubyte"):
            mnist.load_data()
