"""What is batched at once though it is no array in memory: the same as one element after the other."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

Dataset = tf.data.Dataset
X = np.arange(46.0, dtype=np.float32).reshape(23, 2)
Y = np.arange(23) * 7 % 10


def rows():
    return Dataset.from_tensor_slices((X, Y))


def doubled(x, y):
    return 2 * x, y


def cached(dataset):
    made = dataset.cache()
    assert len(list(made)) == len(dataset)
    return made


AS_ROWS = {
    "numbers": lambda: Dataset.range(5, 60, 3),
    "numbers backwards": lambda: Dataset.range(9, -4, -1, output_type=tf.int32),
    "floating-point numbers": lambda: Dataset.range(23, output_type=tf.float32),
    "numbers of a function": lambda: Dataset.range(20).map(lambda x: x * x - 1),
    "shuffled numbers": lambda: Dataset.range(20).shuffle(6, seed=3, reshuffle_each_iteration=False),
    "enumerated": lambda: rows().enumerate(5),
    "enumerated and mapped": lambda: rows().enumerate().map(lambda i, row: {"at": i, "x": row[0] * 2}),
    "zipped": lambda: Dataset.zip(rows().map(doubled), Dataset.range(9)),
    "zipped in a dictionary": lambda: Dataset.zip({"b": rows(), "a": Dataset.range(4).repeat()}),
    "zipped and shuffled": lambda: Dataset.zip(rows().skip(3), rows()).shuffle(
        9, seed=1, reshuffle_each_iteration=False
    ),
    "cached": lambda: cached(rows().map(doubled)),
    "cached and shuffled": lambda: cached(rows().map(doubled)).shuffle(99, 1, reshuffle_each_iteration=False),
    "cached and mapped": lambda: cached(rows().map(lambda x, y: {"x": x, "y": y})).map(lambda row: row["x"] + 1),
    "cached of a generator": lambda: cached(
        Dataset.range(9).map(lambda n: tf.fill([2], int(n))).take(8),
    ),
}


def leaves(element):
    return [leaf.numpy() for leaf in tf.nest.flatten(element)]


@pytest.mark.parametrize("case", AS_ROWS)
def test_batches_are_those_of_the_elements(case):
    dataset = AS_ROWS[case]()
    assert dataset._stage.as_rows() is not None
    elements = list(dataset)
    batches = list(dataset.batch(6))
    for number, batch in enumerate(batches):
        tf.nest.assert_same_structure(batch, elements[0])
        block = [leaves(element) for element in elements[6 * number : 6 * number + 6]]
        for array, column in zip(leaves(batch), zip(*block), strict=True):
            assert array.dtype == column[0].dtype
            np.testing.assert_array_equal(array, np.stack(column))
    assert sum(len(leaves(batch)[0]) for batch in batches) == len(elements)


def test_a_cache_is_filled_by_the_first_complete_run():
    calls = []

    def noted(x, y):
        calls.append(1)
        return x, y

    dataset = rows().map(noted).cache()
    batches = dataset.shuffle(99, seed=1).batch(4)
    assert sorted(int(y) for _, ys in batches for y in ys) == sorted(Y)
    assert len(list(batches)) == 6
    assert len(calls) == 23


def test_a_cache_filled_by_blocks_holds_every_element():
    many = np.arange(1000)
    dataset = Dataset.from_tensor_slices(many).map(lambda x: x * 3).shuffle(100, seed=2).cache()
    first = [int(x) for x in dataset]
    assert sorted(first) == sorted((many * 3).tolist())
    assert [int(x) for batch in dataset.batch(64) for x in batch] == first


def test_a_cache_of_unequal_elements_says_so_as_ever():
    dataset = cached(Dataset.range(1, 4).map(lambda n: tf.fill([int(n)], n)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="same shape"):
        list(dataset.batch(3))
    assert dataset.padded_batch(3).get_single_element().shape == (3, 3)


def test_elements_of_different_structure():
    dataset = Dataset.range(4).map(lambda n: (n, n) if int(n) % 2 else n)
    with pytest.raises(tf.errors.InvalidArgumentError, match="same structure"):
        list(dataset.batch(2))


def test_windows_are_no_rows():
    dataset = Dataset.range(6).window(2).enumerate()
    assert dataset._stage.as_rows() is None
    assert [int(i) for i, _ in dataset] == [0, 1, 2]
