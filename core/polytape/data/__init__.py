"""`tf.data`: input pipelines.

>>> import polytape as tf
>>> dataset = tf.data.Dataset.range(10).shuffle(10, seed=3).batch(4)
>>> [len(batch) for batch in dataset]
[4, 4, 2]
"""

from __future__ import annotations

from polytape.data import experimental as experimental
from polytape.data.dataset import AUTOTUNE as AUTOTUNE, Dataset as Dataset
from polytape.data.iterator import Iterator as Iterator
from polytape.data.specification import DatasetSpec as DatasetSpec
from polytape.data.stage import INFINITE as INFINITE_CARDINALITY, UNKNOWN as UNKNOWN_CARDINALITY

__all__ = [
    "AUTOTUNE",
    "INFINITE_CARDINALITY",
    "UNKNOWN_CARDINALITY",
    "Dataset",
    "DatasetSpec",
    "Iterator",
    "experimental",
]
