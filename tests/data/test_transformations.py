"""Transformations against the same on Python lists."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import polytape as tf

Dataset = tf.data.Dataset
ROWS = list(range(10, 17))
"""The elements of the datasets below."""

MAKERS = {
    "rows": lambda: Dataset.from_tensor_slices(np.array(ROWS)),
    "elements": lambda: Dataset.from_tensor_slices(np.array(ROWS)).map(lambda x: x),
    "range": lambda: Dataset.range(10, 17),
}


@pytest.fixture(params=MAKERS)
def dataset(request):
    return MAKERS[request.param]()


def values(dataset):
    return [x.tolist() for x in dataset.as_numpy_iterator()]


def batches(items, size, drop=False):
    cut = [items[i : i + size] for i in range(0, len(items), size)]
    return [batch for batch in cut if len(batch) == size or not drop]


SELECTIONS = {
    "take": (lambda d: d.take(3), lambda x: x[:3]),
    "take more than there are": (lambda d: d.take(99), lambda x: x),
    "take all": (lambda d: d.take(-1), lambda x: x),
    "take none": (lambda d: d.take(0), lambda x: []),
    "skip": (lambda d: d.skip(3), lambda x: x[3:]),
    "skip more than there are": (lambda d: d.skip(99), lambda x: []),
    "skip all": (lambda d: d.skip(-1), lambda x: []),
    "skip and take": (lambda d: d.skip(2).take(3), lambda x: x[2:5]),
    "shard": (lambda d: d.shard(3, 1), lambda x: x[1::3]),
    "repeat": (lambda d: d.repeat(2), lambda x: x * 2),
    "repeat never": (lambda d: d.repeat(0), lambda x: []),
    "repeat without end": (lambda d: d.repeat().take(20), lambda x: (x * 3)[:20]),
    "repeat nothing without end": (lambda d: d.take(0).repeat(), lambda x: []),
    "take and repeat": (lambda d: d.take(2).repeat(3).skip(1), lambda x: (x[:2] * 3)[1:]),
    "cache": (lambda d: d.cache(), lambda x: x),
    "prefetch": (lambda d: d.prefetch(2), lambda x: x),
    "prefetch nothing": (lambda d: d.prefetch(0), lambda x: x),
    "prefetch at will": (lambda d: d.prefetch(tf.data.AUTOTUNE), lambda x: x),
    "batch": (lambda d: d.batch(3), lambda x: batches(x, 3)),
    "batch of all": (lambda d: d.batch(99), lambda x: [x]),
    "batch without remainder": (lambda d: d.batch(3, drop_remainder=True), lambda x: batches(x, 3, True)),
    "batch across repetitions": (lambda d: d.repeat(2).batch(4), lambda x: batches(x * 2, 4)),
    "batch of a part": (lambda d: d.skip(1).take(5).batch(2), lambda x: batches(x[1:6], 2)),
    "batch of every second": (lambda d: d.shard(2, 0).batch(3), lambda x: batches(x[::2], 3)),
    "batches of batches": (lambda d: d.batch(2, True).batch(2), lambda x: batches(batches(x, 2, True), 2)),
    "unbatch": (lambda d: d.batch(3).unbatch(), lambda x: x),
    "map": (lambda d: d.map(lambda v: v * 2), lambda x: [2 * v for v in x]),
    "filter": (lambda d: d.filter(lambda v: v % 2 == 0), lambda x: [v for v in x if v % 2 == 0]),
    "take while": (lambda d: d.take_while(lambda v: v < 13), lambda x: [v for v in x if v < 13]),
    "concatenate": (lambda d: d.concatenate(Dataset.range(3)), lambda x: [*x, 0, 1, 2]),
    "flat map": (
        lambda d: d.flat_map(lambda v: Dataset.from_tensor_slices([v, -v])),
        lambda x: [w for v in x for w in (v, -v)],
    ),
    "apply": (lambda d: d.apply(lambda e: e.take(1)), lambda x: x[:1]),
    "window": (lambda d: d.window(2).flat_map(lambda w: w.batch(2)), lambda x: batches(x, 2)),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_like_a_list(dataset, name) -> None:
    transformation, oracle = SELECTIONS[name]
    made = transformation(dataset)
    expected = oracle(ROWS)
    assert values(made) == expected
    assert values(made) == expected, "the second run differs"
    size = int(made.cardinality())
    assert size in (len(expected), tf.data.UNKNOWN_CARDINALITY)
    if size >= 0:
        assert len(made) == len(expected)


@pytest.mark.parametrize("seed", range(20))
def test_random_chains_on_rows_and_on_elements_agree(seed) -> None:
    """Row numbers are only a shortcut: any chain of transformations gives the same elements without it."""
    random = np.random.default_rng(seed)
    steps = [
        lambda d: d.take(6),
        lambda d: d.skip(1),
        lambda d: d.repeat(2),
        lambda d: d.shard(2, 1),
        lambda d: d.cache(),
        lambda d: d.shuffle(3, seed=5),
        lambda d: d.shuffle(100, seed=6),
    ]
    chain = [steps[i] for i in random.integers(0, len(steps), 5)]
    results = []
    for make in (MAKERS["rows"], MAKERS["elements"]):
        dataset = make()
        for step in chain:
            dataset = step(dataset)
        results.append((values(dataset), values(dataset), values(dataset.batch(3))))
    assert results[0] == results[1]


def test_batches_of_structures_and_of_matrices() -> None:
    x, y = np.random.default_rng(0).normal(size=(7, 2, 3)), np.arange(7)
    for start in (Dataset.from_tensor_slices, lambda data: Dataset.from_tensor_slices(data).map(lambda e: e)):
        found = list(start({"x": x, "y": y}).batch(3))
        np.testing.assert_array_equal(np.concatenate([b["x"].numpy() for b in found]), x)
        np.testing.assert_array_equal(np.concatenate([b["y"].numpy() for b in found]), y)
        assert [b["x"].shape for b in found] == [(3, 2, 3), (3, 2, 3), (1, 2, 3)]


def test_map_unpacks_tuples_and_converts_what_it_gets() -> None:
    pairs = Dataset.from_tensor_slices(([1, 2], [3, 4]))
    assert [tuple(map(int, e)) for e in pairs.map(lambda a, b: (a + b, a * b))] == [(4, 3), (6, 8)]
    assert [tuple(map(int, e)) for e in pairs.map(lambda a, b: [b, a])] == [(3, 1), (4, 2)]
    rows = Dataset.from_tensor_slices({"a": [1, 2]})
    assert [float(x) for x in rows.map(lambda row: row["a"].numpy() / 4)] == [0.25, 0.5]


def test_map_is_not_recorded() -> None:
    weight = tf.Variable(3.0)
    dataset = Dataset.from_tensor_slices([1.0, 2.0]).map(lambda x: x * weight)
    with tf.GradientTape() as tape:
        total = sum(dataset, start=tf.constant(0.0))
    assert float(total) == 9.0 and tape.gradient(total, weight) is None


def test_enumerate_and_zip() -> None:
    letters = Dataset.from_tensor_slices([7, 8, 9])
    assert [(int(i), int(x)) for i, x in letters.enumerate(start=5)] == [(5, 7), (6, 8), (7, 9)]
    assert len(letters.enumerate()) == 3
    together = Dataset.zip((letters, {"n": Dataset.range(2)}))
    assert [(int(x), int(y["n"])) for x, y in together] == [(7, 0), (8, 1)]
    assert len(together) == 2
    assert len(Dataset.zip(letters, letters.repeat())) == 3


def test_zip_of_tables_batches_alike() -> None:
    x, y = np.arange(10.0), np.arange(10)
    zipped = Dataset.zip((Dataset.from_tensor_slices(x), Dataset.from_tensor_slices({"y": y})))
    direct = Dataset.from_tensor_slices((x, {"y": y}))
    zipped, direct = (dataset.shuffle(9, seed=1).batch(4) for dataset in (zipped, direct))
    for left, right in itertools.zip_longest(zipped, direct):
        np.testing.assert_array_equal(left[0], right[0])
        np.testing.assert_array_equal(left[1]["y"], right[1]["y"])


def test_interleave_follows_the_documented_example() -> None:
    dataset = Dataset.range(1, 6).interleave(
        lambda x: Dataset.from_tensors(x).repeat(6), cycle_length=2, block_length=4
    )
    expected = [1] * 4 + [2] * 4 + [1] * 2 + [2] * 2 + [3] * 4 + [4] * 4 + [3] * 2 + [4] * 2 + [5] * 6
    assert values(dataset) == expected


@pytest.mark.parametrize("size, shift, stride", [(3, None, 1), (3, 1, 1), (2, 3, 1), (2, 1, 3), (3, 5, 2)])
@pytest.mark.parametrize("drop", [True, False])
def test_windows(size, shift, stride, drop) -> None:
    windows = Dataset.range(10).window(size, shift, stride, drop)
    found = [[int(x) for x in window] for window in windows]
    step = size if shift is None else shift
    expected = [[i for i in range(s, s + size * stride, stride) if i < 10] for s in range(0, 10, step)]
    expected = [window for window in expected if not drop or len(window) == size]
    assert found == expected and len(windows) == len(expected)


def test_reduce_and_single_element() -> None:
    pairs = Dataset.from_tensor_slices(([1, 2], [3, 4]))
    total, count = pairs.reduce((0, 0), lambda state, e: (state[0] + e[0] * e[1], state[1] + 1))
    assert (int(total), int(count)) == (11, 2)
    assert int(Dataset.range(1).get_single_element()) == 0
    for other in (0, 2):
        with pytest.raises(tf.errors.InvalidArgumentError, match="one element"):
            Dataset.range(other).get_single_element()


def test_padded_batches() -> None:
    rows = Dataset.range(1, 4).map(lambda n: (tf.fill([int(n), 2], n), n))
    (matrices, numbers) = rows.padded_batch(3, padding_values=-1).get_single_element()
    expected = np.full((3, 3, 2), -1)
    for n in (1, 2, 3):
        expected[n - 1, :n] = n
    np.testing.assert_array_equal(matrices, expected)
    assert numbers.numpy().tolist() == [1, 2, 3]
    fixed = rows.padded_batch(2, padded_shapes=([4, None], []))
    assert [batch[0].shape for batch in fixed] == [(2, 4, 2), (1, 4, 2)]
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"shape \[2, 2\]"):
        list(rows.padded_batch(3, padded_shapes=([2, None], [])))


def test_cache_computes_once_after_a_complete_run() -> None:
    calls = []
    dataset = Dataset.range(3).map(lambda x: calls.append(int(x)) or x).cache()
    next(iter(dataset))
    assert calls == [0]
    assert values(dataset) == values(dataset) == [0, 1, 2]
    assert calls == [0, 0, 1, 2]


def test_cache_freezes_an_order() -> None:
    dataset = Dataset.range(50).shuffle(50).cache()
    assert values(dataset) == values(dataset)


def test_runs_are_independent() -> None:
    dataset = Dataset.from_tensor_slices([1, 2, 3])
    first, second = iter(dataset), iter(dataset)
    assert [int(next(first)), int(next(first)), int(next(second))] == [1, 2, 1]
    assert int(first.get_next()) == 3
    with pytest.raises(tf.errors.OutOfRangeError):
        first.get_next()
    with pytest.raises(StopIteration):
        next(first)


def test_specifications() -> None:
    pairs = Dataset.from_tensor_slices((np.zeros((4, 2)), [1, 2, 3, 4]))
    x, y = tf.TensorSpec([2], tf.float64), tf.TensorSpec([], tf.int32)
    assert pairs.element_spec == pairs.shuffle(2).repeat().cache().prefetch(1).element_spec == (x, y)
    assert pairs.batch(3).element_spec[0] == tf.TensorSpec([None, 2], tf.float64)
    assert pairs.batch(3, drop_remainder=True).element_spec[0] == tf.TensorSpec([3, 2], tf.float64)
    assert pairs.batch(3).unbatch().element_spec == (x, y)
    assert pairs.enumerate().element_spec == (tf.TensorSpec([], tf.int64), (x, y))
    assert pairs.map(lambda a, b: {"b": b}).element_spec == {"b": y}
    assert pairs.window(2).element_spec == (tf.data.DatasetSpec(x), tf.data.DatasetSpec(y))
    longer = Dataset.from_tensors(np.zeros(3)).concatenate(Dataset.from_tensors(np.zeros(2)))
    assert longer.element_spec == tf.TensorSpec([None], tf.float64)
    with pytest.raises(RuntimeError, match="empty"):
        _ = Dataset.range(0).map(lambda v: v).element_spec


def test_asking_for_the_specification_uses_up_no_order() -> None:
    tf.random.set_seed(1)
    orders = values(Dataset.range(20).shuffle(20).map(lambda v: v))
    tf.random.set_seed(1)
    dataset = Dataset.range(20).shuffle(20).map(lambda v: v)
    assert dataset.element_spec.dtype is tf.int64
    assert values(dataset) == orders


def test_lengths_that_are_none() -> None:
    with pytest.raises(TypeError, match="infinite"):
        len(Dataset.range(3).repeat())
    with pytest.raises(TypeError, match="unknown"):
        len(Dataset.range(3).filter(lambda v: True))
    assert bool(Dataset.range(0))
    assert int(tf.data.experimental.cardinality(Dataset.range(3).repeat())) == tf.data.INFINITE_CARDINALITY


REFUSALS = {
    "batch of zero": (lambda d: d.batch(0), "batch_size must be at least 1"),
    "batch of half": (lambda d: d.batch(1.5), "batch_size must be an integer"),
    "shuffle without a buffer": (lambda d: d.shuffle(0), "buffer_size must be at least 1"),
    "shard out of range": (lambda d: d.shard(2, 2), "index must be from 0 to 1"),
    "prefetch": (lambda d: d.prefetch(-2), "must not be negative"),
    "map of no function": (lambda d: d.map(3), "map takes a function"),
    "apply": (lambda d: d.apply(lambda e: 3), "must be a Dataset"),
    "concatenate with a list": (lambda d: d.concatenate([1]), "must be a Dataset"),
    "concatenate other dtypes": (lambda d: list(d.concatenate(Dataset.from_tensors(1.0))), "same dtypes"),
    "concatenate other structures": (lambda d: list(d.concatenate(d.batch(2).enumerate())), "one structure"),
    "flat_map to a tensor": (lambda d: list(d.flat_map(lambda v: v)), "must be a Dataset"),
    "filter by a number": (lambda d: list(d.filter(lambda v: v)), "True or False"),
    "filter by a vector": (lambda d: list(d.batch(2).filter(lambda v: v > 0)), "True or False"),
    "unbatch numbers": (lambda d: list(d.unbatch()), "taken apart"),
    "batch of different shapes": (
        lambda d: list(d.map(lambda v: tf.fill([int(v)], v)).batch(2)),
        r"first has shape \(10,\) and number 1 has \(11,\)",
    ),
    "batch of different dtypes": (
        lambda d: list(d.map(lambda v: v if int(v) % 2 else tf.cast(v, tf.int32)).batch(2)),
        "number 1 has int64",
    ),
    "cache in a file": (lambda d: d.cache("file"), "in memory"),
    "zip of a list": (lambda d: Dataset.zip([d, d]), "tuple"),
    "zip of nothing": (lambda d: Dataset.zip(), "zip takes datasets"),
    "map to None": (lambda d: list(d.map(lambda v: None)), "None"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(dataset, name) -> None:
    call, pattern = REFUSALS[name]
    with pytest.raises(tf.errors.PolytapeError, match=pattern):
        call(dataset)


def test_errors_of_the_user_arrive_as_they_are() -> None:
    def fail(v):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        list(Dataset.range(3).map(fail))
