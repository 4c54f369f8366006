"""Datasets of labelled images in four IDX files, as MNIST came: finding, downloading and reading them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from polytape import environment
from polytape.errors import DatasetError, InvalidArgumentError
from polytape_datasets.download import download
from polytape_datasets.errors import MissingFilesError
from polytape_datasets.idx import read_idx

SPLITS = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}
Pair = tuple[Any, Any]


class ImageFiles(NamedTuple):
    """A dataset of labelled images in four IDX files.

    Attributes:
        name: its name, and that of its folder.
        url: the address that a file's name is put behind, to download it.
        algorithm: the hash function of the checksums.
        checksums: of the compressed files.
        flat: whether the files may lie in `POLYTAPE_DATA_DIR` itself, too. Only one dataset may: the names
            are the same.
    """

    name: str
    url: str
    algorithm: str
    checksums: Mapping[str, str]
    flat: bool

    def load(self, path: Any, split: str) -> Any:
        """The pairs of images and labels of one split, or of `"all"`; see `polytape_datasets.mnist.load_data`."""
        if split not in ("all", *SPLITS):
            raise InvalidArgumentError(
                f"{self.name}.load_data: split must be 'all', 'train' or 'test'; received {split!r}."
            )
        wanted = list(SPLITS) if split == "all" else [split]
        files = self._find(None if path is None else Path(path).expanduser(), wanted)
        pairs = [_pair(*[files[name] for name in SPLITS[part]]) for part in wanted]
        return tuple(pairs) if split == "all" else pairs[0]

    def _find(self, folder: Path | None, wanted: list[str]) -> dict[str, Path]:
        """Where each file is that the wanted splits need, downloaded if nothing at all is at hand."""
        names = [name for part in wanted for name in SPLITS[part]]
        if folder is not None and not folder.is_dir():
            raise MissingFilesError(
                f"{self.name}.load_data: path must be a folder of IDX files; {str(folder)!r} is none."
            )
        home = environment.data_directory()
        if folder is not None:
            places = [folder]
        elif home is not None:
            places = [home / self.name, *([home] if self.flat else [])]
        else:
            places = []
        found = _present(places)
        missing = [name for name in names if name not in found]
        if not missing:
            return found
        if folder is not None or found:
            raise MissingFilesError(self._incomplete(places, found, missing))
        return {name: self._download(name, home) for name in names}

    def _download(self, name: str, home: Path | None) -> Path:
        file = f"{name}.gz"
        checksum = f"{self.algorithm}:{self.checksums[file]}"
        return download(self.name, f"{self.url}{file}", file, checksum, home and home / self.name)

    def _incomplete(self, places: list[Path], found: dict[str, Path], missing: list[str]) -> str:
        readable = [part for part, names in SPLITS.items() if all(name in found for name in names)]
        remedy = f"load_data(split={readable[0]!r}) reads what is there." if readable else "Add them."
        return (
            f"{self.name}: {', '.join(missing)} (plain or .gz) not found in {' or '.join(map(str, places))}; "
            "found "
            f"there: {', '.join(path.name for path in found.values()) or 'none of its files'}. {remedy}"
        )


def _present(places: list[Path]) -> dict[str, Path]:
    """Which of the four files are in the first of the folders that has any."""
    for place in places:
        found = {}
        for name in (name for names in SPLITS.values() for name in names):
            for candidate in (place / name, place / f"{name}.gz"):
                if candidate.is_file():
                    found[name] = candidate
                    break
        if found:
            return found
    return {}


def _pair(images_path: Path, labels_path: Path) -> Pair:
    """The images of one file and the labels of the other."""
    images, labels = read_idx(images_path), read_idx(labels_path)
    for path, array, rank in ((images_path, images, 3), (labels_path, labels, 1)):
        if array.ndim != rank or array.dtype.name != "uint8":
            raise DatasetError(
                f"{path} should hold uint8 with {rank} axes; it holds {array.dtype.name} of shape {list(array.shape)}."
            )
    if len(images) != len(labels):
        raise DatasetError(
            f"{images_path} holds {len(images)} images and {labels_path} {len(labels)} labels; there must be "
            "one for each."
        )
    return images, labels
