"""Fashion-MNIST: 60,000 + 10,000 pictures of clothing of 28×28 pixels, in ten classes.

Source: H. Xiao, K. Rasul, R. Vollgraf, "Fashion-MNIST: a novel image dataset for benchmarking machine
learning algorithms", arXiv:1708.07747 (2017).
"""

from __future__ import annotations

from typing import Any

from polytape_datasets.image_files import ImageFiles

FILES = ImageFiles(
    name="fashion_mnist",
    url="https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    algorithm="md5",
    checksums={
        "train-images-idx3-ubyte.gz": "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "train-labels-idx1-ubyte.gz": "25c81989df183df01b3e8a0aad5dffbe",
        "t10k-images-idx3-ubyte.gz": "bef4ecab320f06d8554ea6380940ec79",
        "t10k-labels-idx1-ubyte.gz": "bb300cfdad3c16e7a12a480ee83cd310",
    },
    flat=False,
)

CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
"""What the labels 0 to 9 stand for."""


def load_data(path: Any = None, split: str = "all") -> Any:
    """Load Fashion-MNIST as NumPy arrays, of the shapes and dtypes of MNIST; see
    `polytape_datasets.mnist.load_data`.

    The files are looked for in the folder `$POLYTAPE_DATA_DIR/fashion_mnist`, since they bear the names of
    MNIST's.
    """
    return FILES.load(path, split)
