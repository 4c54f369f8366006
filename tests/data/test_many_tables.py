"""Rows of several tables, and elements of streams, taken many at once: the same as one after the other."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

Dataset = tf.data.Dataset
X = np.random.default_rng(1).standard_normal((53, 3)).astype(np.float32)
Y = np.arange(53) * 7 % 10


def rows():
    return Dataset.from_tensor_slices((X, Y))


def leaves(element):
    return [leaf.numpy() for leaf in tf.nest.flatten(element)]


def require_same(batches, elements, size):
    """Batches are those that NumPy stacks of the elements."""
    found = list(batches)
    assert len(found) == -(-len(elements) // size)
    for number, batch in enumerate(found):
        block = [leaves(element) for element in elements[size * number : size * number + size]]
        for array, column in zip(leaves(batch), zip(*block), strict=True):
            assert array.dtype == column[0].dtype
            np.testing.assert_array_equal(array, np.stack(column))


PIPELINES = {
    "unbatched": lambda: rows().batch(8).unbatch(),
    "unbatched after a function": lambda: rows().batch(8).map(lambda x, y: (x * 2, y)).unbatch(),
    "unbatched of another stream": lambda: rows().map(lambda x, y: (tf.exp(x), y)).batch(8).unbatch(),
    "unbatched and mapped": lambda: rows().batch(8).map(lambda x, y: {"b": x, "a": y}).unbatch().map(lambda r: r["b"]),
    "unbatched and shuffled": lambda: rows().batch(4).map(lambda x, y: (x, y)).unbatch().shuffle(20, seed=3),
    "large batches shuffled": lambda: rows().batch(30).map(lambda x, y: (x, y)).unbatch().shuffle(60, seed=3),
    "concatenated": lambda: rows().concatenate(rows().take(9)),
    "concatenated and shuffled": lambda: rows().concatenate(rows().shuffle(9, seed=2)).shuffle(40, seed=1),
    "concatenated of functions": lambda: rows().map(lambda x, y: (x + 1, y)).concatenate(rows()).map(lambda x, y: x),
    "thrice": lambda: rows().concatenate(rows()).concatenate(rows()).skip(50).take(60),
    "zipped": lambda: Dataset.zip(rows().concatenate(rows()), Dataset.range(1000)),
    "chosen": lambda: rows().filter(lambda x, y: y < 5),
    "chosen and shuffled": lambda: rows().filter(lambda x, y: x[0] > 0).shuffle(9, seed=5).repeat(2),
    "chosen of a function": lambda: rows().map(lambda x, y: {"x": x * x, "y": y}).filter(lambda r: r["y"] > 2),
    "chosen again": lambda: rows().shuffle(60, seed=2).filter(lambda x, y: y < 7).filter(lambda x, y: y > 2),
    "chosen of many": lambda: rows().repeat(20).filter(lambda x, y: x[1] < 0),
    "all": lambda: rows().filter(lambda x, y: True),
    "none": lambda: rows().filter(lambda x, y: y < 0),
    "chosen by a sum": lambda: rows().filter(lambda x, y: tf.reduce_sum(x) > 0),
    "a function of what another gives": lambda: rows().map(lambda x, y: tf.exp(x)).map(lambda x: x * 2 - 1),
    "windows": lambda: Dataset.from_tensor_slices(X).window(4, shift=1).flat_map(lambda w: w.batch(4)).unbatch(),
    "windows that are mapped": lambda: (
        Dataset.from_tensor_slices(X)
        .window(5, shift=2, stride=2, drop_remainder=True)
        .flat_map(lambda w: w.batch(5))
        .map(lambda w: (w[:-1], w[-1]))
    ),
}


@pytest.mark.parametrize("case", PIPELINES)
@pytest.mark.parametrize("size", [1, 6, 100])
def test_batches_are_those_of_the_elements(case, size):
    elements = list(PIPELINES[case]())  # the same seeds: a run of another dataset has the same order
    require_same(PIPELINES[case]().batch(size), elements, size)


@pytest.mark.parametrize("case", [case for case in PIPELINES if "sum" not in case and case != "windows"])
def test_they_are_taken_at_once(case):
    dataset = PIPELINES[case]()
    assert dataset._stage.as_rows() is not None


def test_what_is_chosen():
    found = [x.numpy() for x, _ in rows().filter(lambda x, y: y < 5)]
    np.testing.assert_array_equal(found, X[Y < 5])
    both = rows().concatenate(rows().take(2)).batch(40)
    np.testing.assert_array_equal(np.concatenate([x for x, _ in both]), np.concatenate([X, X[:2]]))
    halves = rows().batch(7).map(lambda x, y: (x / 2, y)).unbatch().batch(10)
    np.testing.assert_array_equal(np.concatenate([x for x, _ in halves]), X / 2)


def test_a_predicate_with_an_effect_is_asked_for_one_at_a_time():
    asked = []

    def predicate(x, y):
        asked.append(int(y))
        return y < 5

    batches = iter(rows().filter(predicate).batch(2))
    next(batches)
    assert asked == Y[: len(asked)].tolist()
    assert sum(number < 5 for number in asked) == 2


def test_a_predicate_s_error_comes_at_its_element():
    numbers = [8, 2, 1, 4, 0, 1] + [1] * 50
    found = iter(Dataset.from_tensor_slices(numbers).filter(lambda x: 8 // x < 5))
    assert [next(found).numpy().item() for _ in range(3)] == [8, 2, 4]
    with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
        next(found)


@pytest.mark.parametrize("predicate", [lambda x, y: x > 0, lambda x, y: y])
def test_a_predicate_says_yes_or_no(predicate):
    with pytest.raises(tf.errors.InvalidArgumentError, match="must return True or False"):
        list(rows().filter(predicate).batch(4))


def test_what_a_generator_does_is_seen_by_the_next_function():
    """A function that looks at a name is called as soon as its element is there, if others can change the name."""
    scale = 1

    def generator():
        nonlocal scale
        for number in range(8):
            scale = number
            yield 1

    dataset = Dataset.from_generator(generator, output_signature=tf.TensorSpec((), tf.int64))
    found = [batch.numpy().tolist() for batch in dataset.map(lambda x: x * scale).batch(4)]
    assert found == [[0, 1, 2, 3], [4, 5, 6, 7]]
    scale = 0
    again = dataset.batch(4).unbatch().map(lambda x: x * scale).batch(2)
    assert [batch.numpy().tolist() for batch in again] == [[3, 3], [3, 3], [7, 7], [7, 7]]


def test_the_first_error_is_the_one_that_is_raised():
    """An element's error comes before that of a batch which is only computed for later elements."""
    dataset = Dataset.from_tensor_slices([0, 5, 1, 2, 9, 9]).batch(2)
    stream = dataset.map(lambda x: 10 // (x - 2)).unbatch().map(lambda x: 7 // x)
    with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
        list(stream.batch(100))
    rows_in_pairs = Dataset.from_tensor_slices([[1, 2], [3, 4]]).map(lambda x: x // (x - 3)).unbatch()
    batches = iter(rows_in_pairs.batch(2))
    assert next(batches).numpy().tolist() == [-1, -2]
    with pytest.raises(tf.errors.InvalidArgumentError, match="division by zero"):
        next(batches)


def test_draws_come_in_the_order_of_the_elements():
    def pipeline():
        noisy = rows().batch(6).map(lambda x, y: (x + tf.random.normal(tf.shape(x)), y)).unbatch()
        return noisy.map(lambda x, y: x * 2)

    def at_each(element):
        return element.numpy(), tf.random.uniform([]).numpy()

    tf.random.set_seed(5)
    expected = [at_each(x) for x in pipeline()]
    tf.random.set_seed(5)
    found = [at_each(x) for x in pipeline().batch(1)]
    for (x, other), (y, another) in zip(expected, found, strict=True):
        np.testing.assert_array_equal(x, y[0])
        assert other == another


def test_concatenated_elements_that_differ_say_so_as_ever():
    dataset = Dataset.from_tensor_slices(X).concatenate(Dataset.from_tensor_slices(X[:, :2]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="same shape"):
        list(dataset.batch(10))
    batches = list(dataset.take(60).skip(50).batch(3, drop_remainder=True).take(1))
    assert batches[0].shape == (3, 3)


def test_unbatched_batches_that_differ_say_so_as_ever():
    lengths = Dataset.from_tensor_slices([2, 3]).map(lambda n: tf.ones([2, int(n)])).unbatch()
    with pytest.raises(tf.errors.InvalidArgumentError, match="same shape"):
        list(lengths.batch(4))
    assert lengths.padded_batch(4).get_single_element().shape == (4, 3)


@pytest.mark.parametrize("shape", [None, [6], [None]])
@pytest.mark.parametrize("lengths", [[4, 4, 4], [1, 5, 0], [0, 0, 0]])
def test_padded_batches(shape, lengths):
    parts = [np.arange(1.0, length + 1) for length in lengths]
    longest = max(lengths) if shape in (None, [None]) else 6
    expected = np.full((3, longest), -2.0)
    for row, part in zip(expected, parts):
        row[: len(part)] = part
    dataset = Dataset.from_tensor_slices(lengths).map(lambda n: tf.constant(np.arange(1.0, int(n) + 1)))
    batch = dataset.padded_batch(3, shape, tf.constant(-2.0, tf.float64)).get_single_element()
    np.testing.assert_array_equal(batch.numpy(), expected)
    if len(set(lengths)) == 1:
        table = Dataset.from_tensor_slices(np.array(parts)).padded_batch(3, shape, -2.0)
        np.testing.assert_array_equal(table.get_single_element().numpy(), expected)


def test_padded_matrices_of_different_heights():
    parts = [np.arange(2.0 * n).reshape(n, 2) for n in (3, 1, 2)]
    expected = np.full((3, 3, 2), 9.0)
    for block, part in zip(expected, parts):
        block[: len(part)] = part
    batch = Dataset.range(3).map(lambda n: parts[int(n)]).padded_batch(3, padding_values=9.0).get_single_element()
    np.testing.assert_array_equal(batch.numpy(), expected)


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(
        tf.errors.InvalidArgumentError, match=r"must fit into shape \[2\]; received lengths up to \[3\]"
    ):
        list(Dataset.from_tensor_slices(X).padded_batch(4, [2]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="must have 2 axes; received ranks 1"):
        list(Dataset.from_tensor_slices(X).padded_batch(4, [2, 2]))


def test_windows_of_rows():
    for shift, stride, whole in ((1, 1, True), (3, 2, False), (7, 1, False)):
        windows = rows().window(4, shift=shift, stride=stride, drop_remainder=whole)
        starts = range(0, 53, shift)
        expected = [Y[start : start + 3 * stride + 1 : stride] for start in starts]
        expected = [block for block in expected if len(block) == 4 or not whole]
        found = [[y.numpy().item() for y in second] for _, second in windows]
        assert found == [block.tolist() for block in expected]
        again = [second.batch(9).get_single_element().numpy().tolist() for _, second in windows]
        assert again == found
