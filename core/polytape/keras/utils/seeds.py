"""One seed for every source of random numbers."""

from __future__ import annotations

import random

import numpy

from polytape.arguments import integer
from polytape.random import set_seed


def set_random_seed(seed: int) -> None:
    """Set the seeds of Python's random numbers, NumPy's and polytape's.

    >>> import polytape as tf
    >>> tf.keras.utils.set_random_seed(1)
    >>> a = tf.random.normal([2])
    >>> tf.keras.utils.set_random_seed(1)
    >>> bool(tf.reduce_all(tf.random.normal([2]) == a))
    True
    """
    number = integer(seed, "set_random_seed: seed")
    random.seed(number)
    numpy.random.seed(number % 2**32)
    set_seed(number)
