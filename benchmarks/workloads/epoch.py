"""An epoch over 10,000 images of 28x28 bytes in memory: shuffled, in batches of 128, mapped to numbers from -1 to 1.

In the case "batch" batches are mapped, as TensorFlow's guide to performance recommends; in "element" single images, as
many programs do. The images are MNIST's where `../shared/data/mnist` is there, else random. A unit is an epoch.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

FRAMEWORKS = ("polytape", "torch", "tensorflow")
CASES = ("batch", "element")
IMAGES, BATCH = 10_000, 128
UNITS, REPEATS, TOLERANCE = 1, 3, 1e-4
TINY = {"IMAGES": 50, "BATCH": 16}
FOLDER = Path(__file__).parents[3] / "shared" / "data" / "mnist"
Prepared = tuple[Callable[[], None], Callable[[], Any]]


def data() -> tuple[Any, Any]:
    """Images and labels, bytes."""
    import numpy as np

    found = []
    for name, offset in (("images-idx3", 16), ("labels-idx1", 8)):
        file = FOLDER / f"t10k-{name}-ubyte.gz"
        if not file.exists():
            rng = np.random.default_rng(9)
            images = rng.integers(0, 256, (IMAGES, 28, 28)).astype(np.uint8)
            return images, rng.integers(0, 10, IMAGES).astype(np.uint8)
        found.append(np.frombuffer(gzip.decompress(file.read_bytes()), np.uint8, offset=offset))
    return found[0].reshape(-1, 28, 28)[:IMAGES].copy(), found[1][:IMAGES].copy()


def polytape(case: str) -> Prepared:
    """`tf.data`."""
    import polytape as tf

    return _of_dataset(tf, case, parallel=None)


def tensorflow(case: str) -> Prepared:
    """`tf.data`, with parallel calls and prefetching tuned by itself."""
    import tensorflow as tf

    return _of_dataset(tf, case, parallel=tf.data.AUTOTUNE)


def _of_dataset(tf: Any, case: str, parallel: Any) -> Prepared:
    def prepare(images: Any, labels: Any) -> Any:
        return 2 * tf.cast(images, tf.float32) / 255.0 - 1, tf.cast(labels, tf.int32)

    dataset = tf.data.Dataset.from_tensor_slices(data()).shuffle(IMAGES, seed=1)
    if case == "element":
        dataset = dataset.map(prepare, num_parallel_calls=parallel).batch(BATCH)
    else:
        dataset = dataset.batch(BATCH).map(prepare, num_parallel_calls=parallel)
    if parallel is not None:
        dataset = dataset.prefetch(parallel)
    return _epochs(dataset)


def torch(case: str) -> Prepared:
    """`DataLoader`; its batches are prepared by the function that collects them, or its elements by the dataset."""
    import torch
    from torch.utils.data import DataLoader, Dataset, default_collate

    images, labels = map(torch.from_numpy, data())

    def prepare(images: Any, labels: Any) -> Any:
        return 2 * images.to(torch.float32) / 255.0 - 1, labels.to(torch.int32)

    class Images(Dataset):  # type: ignore[misc,type-arg]
        def __len__(self) -> int:
            return len(images)

        def __getitem__(self, index: int) -> Any:
            one = images[index], labels[index]
            return prepare(*one) if case == "element" else one

        def __getitems__(self, indices: list[int]) -> Any:
            if case == "element":
                return [self[index] for index in indices]
            return images[indices], labels[indices]

    def collected(batch: Any) -> Any:
        return default_collate(batch) if case == "element" else prepare(*batch)

    return _epochs(DataLoader(Images(), batch_size=BATCH, shuffle=True, collate_fn=collected))


def _epochs(batches: Any) -> Prepared:
    """A run through the batches, and their sums: whatever the order of the images, they are the same."""

    def run() -> None:
        count = 0
        for images, _ in batches:
            count += images.shape[0]
        if count != IMAGES:
            raise AssertionError(f"An epoch has {count} images; there are {IMAGES}.")

    def sums() -> list[float]:
        import numpy as np

        arrays = [(np.asarray(images), np.asarray(labels)) for images, labels in batches]
        if {str(image.dtype) for image, _ in arrays} != {"float32"}:
            raise AssertionError("Images must be float32.")
        return [sum(float(a[part].sum(dtype=np.float64)) for a in arrays) for part in (0, 1)]

    return run, sums
