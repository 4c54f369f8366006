"""The 1,797 handwritten digits of 8×8 pixels that scikit-learn brings along: nothing is downloaded.

Source: E. Alpaydin, C. Kaynak, "Optical recognition of handwritten digits", UCI Machine Learning Repository
(1998), https://doi.org/10.24432/C50P49; scikit-learn holds its test set.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from polytape.errors import InvalidArgumentError
from polytape.random.host import Stream
from polytape_datasets.errors import MissingPackageError


def load_data(test_fraction: float = 0.2, seed: int = 0) -> Any:
    """Load the digits as NumPy arrays: `((x_train, y_train), (x_test, y_test))`.

    The split is stratified: of each digit the same fraction, rounded, is drawn at random for the test set. A
    seed gives the same split everywhere. Both sets keep the order of the original.

    Args:
        test_fraction: how much to hold out, from 0 to 1; at 0.2 1,438 digits are for training and 359 for the
            test.
        seed: a number that fixes which.

    Returns:
        Images of shape (n, 8, 8) in uint8 from 0 to 16, and labels of shape (n,) in uint8.

    Raises:
        MissingPackageError: if scikit-learn is not installed; it is an `ImportError`.

    >>> (x_train, y_train), (x_test, y_test) = load_data()
    >>> x_train.shape, x_test.shape, x_train.dtype, int(x_train.max())
    ((1438, 8, 8), (359, 8, 8), dtype('uint8'), 16)
    """
    if not 0 <= test_fraction <= 1:
        raise InvalidArgumentError(f"digits.load_data: test_fraction must be from 0 to 1; received {test_fraction!r}.")
    images, labels = _bundled()
    stream = Stream(seed)
    held_out = np.zeros(len(labels), dtype=bool)
    for digit in range(10):
        rows = np.flatnonzero(labels == digit).tolist()
        count = round(test_fraction * len(rows))
        stream.shuffle(rows)
        held_out[rows[:count]] = True
    return (images[~held_out], labels[~held_out]), (images[held_out], labels[held_out])


def _bundled() -> tuple[Any, Any]:
    try:
        from sklearn.datasets import load_digits
    except ImportError as error:
        raise MissingPackageError(
            'The digits come with scikit-learn, which is not installed. Run `pip install "polytape[datasets]"`.'
        ) from error
    images, labels = load_digits(return_X_y=True)
    return images.reshape(-1, 8, 8).astype(np.uint8), labels.astype(np.uint8)
