"""Label smoothing: certainty of the labels given up by some amount.

Source: C. Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016.
"""

from __future__ import annotations

import polytape as tf
from polytape.errors import InvalidArgumentError


def smoothed_binary(label: tf.Tensor, amount: float, loss: str) -> tf.Tensor:
    """Labels from 0 to 1, moved towards 0.5."""
    return label if not _checked(amount, loss) else label * (1.0 - amount) + 0.5 * amount


def smoothed_categorical(label: tf.Tensor, amount: float, axis: int, loss: str) -> tf.Tensor:
    """Probabilities along an axis, moved towards the uniform distribution."""
    return label if not _checked(amount, loss) else label * (1.0 - amount) + amount / label.shape[axis]


def _checked(amount: float, loss: str) -> float:
    if not 0.0 <= amount <= 1.0:
        raise InvalidArgumentError(f"{loss}: label_smoothing must be from 0 to 1; received {amount!r}.")
    return amount
