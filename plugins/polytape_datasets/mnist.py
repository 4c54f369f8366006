"""MNIST: 60,000 + 10,000 handwritten digits of 28×28 pixels.

Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
recognition", Proceedings of the IEEE 86 (1998).
"""

from __future__ import annotations

from typing import Any

from polytape_datasets.image_files import ImageFiles

FILES = ImageFiles(
    name="mnist",
    url="https://ossci-datasets.s3.amazonaws.com/mnist/",
    algorithm="sha256",
    checksums={
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
    flat=True,
)


def load_data(path: Any = None, split: str = "all") -> Any:
    """Load MNIST as NumPy arrays: images (n, 28, 28) and labels (n,), both of dtype uint8.

    The four IDX files, compressed by gzip or not, are looked for in the folders `$POLYTAPE_DATA_DIR/mnist`
    and `$POLYTAPE_DATA_DIR`. If there are none they are downloaded: into the former, or into the user's
    cache folder where the variable is not set.

    Args:
        path: a folder that holds the files, in place of those.
        split: `"all"` for `((x_train, y_train), (x_test, y_test))`, `"train"` or `"test"` for one pair.

    Raises:
        MissingFilesError: if a folder holds some of the files but not all, or they can't be downloaded; it
            is a `DatasetError` and a `FileNotFoundError`.
        DatasetError: if a file is damaged.
    """
    return FILES.load(path, split)
