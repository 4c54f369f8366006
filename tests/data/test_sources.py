"""Where elements come from: arrays, structures, generators, ranges."""

from __future__ import annotations

from collections import namedtuple

import numpy as np
import pytest

import polytape as tf

Dataset = tf.data.Dataset
Point = namedtuple("Point", ["x", "y"])


def values(dataset):
    return [x.tolist() for x in dataset.as_numpy_iterator()]


@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8", "bool"])
def test_slices_keep_the_dtype_of_arrays(dtype) -> None:
    array = np.arange(6).reshape(3, 2).astype(dtype)
    found = list(Dataset.from_tensor_slices(array))
    assert [x.dtype.name for x in found] == [dtype] * 3
    np.testing.assert_array_equal(np.stack([x.numpy() for x in found]), array)


def test_a_list_is_one_component_and_takes_python_dtypes() -> None:
    assert values(Dataset.from_tensor_slices([1, 2])) == [1, 2]
    assert Dataset.from_tensor_slices([1, 2]).element_spec == tf.TensorSpec((), tf.int32)
    assert Dataset.from_tensor_slices([[1.0], [2.0]]).element_spec == tf.TensorSpec([1], tf.float32)


@pytest.mark.parametrize(
    "structure",
    [
        ([1, 2, 3], [4, 5, 6]),
        ([1, 2, 3],),
        {"b": [1, 2, 3], "a": [4, 5, 6]},
        Point([1, 2, 3], [[4], [5], [6]]),
        ({"x": [1, 2, 3]},),
        ({"x": [1, 2, 3]}, ([4, 5, 6], Point([7, 8, 9], [0, 0, 0]))),
    ],
    ids=["tuple", "single", "dictionary", "named tuple", "tuple of a dictionary", "nested"],
)
def test_slices_keep_the_structure(structure) -> None:
    def at(part, row):
        if isinstance(part, dict):
            return {key: at(child, row) for key, child in part.items()}
        if isinstance(part, tuple):
            children = [at(child, row) for child in part]
            return type(part)(*children) if hasattr(part, "_fields") else tuple(children)
        return part[row]

    def plain(part):
        if isinstance(part, dict):
            return {key: plain(child) for key, child in part.items()}
        if isinstance(part, tuple):
            children = [plain(child) for child in part]
            return type(part)(*children) if hasattr(part, "_fields") else tuple(children)
        return part.tolist()

    found = [plain(element) for element in Dataset.from_tensor_slices(structure).as_numpy_iterator()]
    assert found == [at(structure, row) for row in range(3)]
    assert [type(element) for element in found] == [type(structure)] * 3


def test_slices_of_tensors_and_views_are_independent_of_later_writes() -> None:
    array = np.arange(4.0)
    dataset = Dataset.from_tensor_slices((array[::2], tf.constant([1.0, 2.0])))
    array[:] = -1
    assert [(float(a), float(b)) for a, b in dataset] == [(0.0, 1.0), (2.0, 2.0)]


def test_slices_of_no_rows_are_an_empty_dataset() -> None:
    dataset = Dataset.from_tensor_slices(np.zeros((0, 3)))
    assert len(dataset) == 0 and list(dataset) == [] and list(dataset.batch(2)) == []
    assert dataset.element_spec == tf.TensorSpec([3], tf.float64)


@pytest.mark.parametrize(
    "data, pattern",
    [
        (([1, 2, 3], [1, 2]), r"3 in component \[0\] and 2 in component \[1\]"),
        ({"x": [1, 2], "y": ([3],)}, r"2 in component \['x'\] and 1 in component \['y'\]\[0\]"),
        ((), "at least one array"),
        ({}, "at least one array"),
        (3.0, "no axes"),
        (([1], 2), r"\[1\] has no axes"),
        ([[1, 2], [3]], "same lengths"),
    ],
)
def test_slices_refuse(data, pattern) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=pattern):
        Dataset.from_tensor_slices(data)


def test_from_tensors_is_one_element() -> None:
    dataset = Dataset.from_tensors(([1, 2], {"a": 3.0}))
    (element,) = list(dataset)
    assert element[0].numpy().tolist() == [1, 2] and float(element[1]["a"]) == 3.0
    assert len(dataset) == 1
    assert dataset.element_spec == (tf.TensorSpec([2], tf.int32), {"a": tf.TensorSpec([], tf.float32)})


@pytest.mark.parametrize("limits", [(5,), (2, 7), (2, 9, 3), (5, 0, -2), (3, 3), (0,)])
def test_range(limits) -> None:
    dataset = Dataset.range(*limits)
    assert values(dataset) == list(range(*limits))
    assert len(dataset) == len(range(*limits)) and dataset.element_spec == tf.TensorSpec([], tf.int64)


def test_range_takes_tensors_and_another_dtype() -> None:
    dataset = Dataset.range(tf.constant(3), output_type=tf.float32)
    assert values(dataset) == [0.0, 1.0, 2.0] and dataset.element_spec.dtype is tf.float32


def test_a_long_range_takes_no_memory() -> None:
    dataset = Dataset.range(10**15).skip(3).take(2)
    assert values(dataset) == [3, 4] and len(Dataset.range(10**15)) == 10**15


@pytest.mark.parametrize(
    "call, error",
    [
        (lambda: Dataset.range(), tf.errors.InvalidArgumentError),
        (lambda: Dataset.range(1, 2, 3, 4), tf.errors.InvalidArgumentError),
        (lambda: Dataset.range(0, 5, 0), tf.errors.InvalidArgumentError),
        (lambda: Dataset.range(1.5), TypeError),
        (lambda: Dataset.range(300, output_type="uint8"), tf.errors.InvalidArgumentError),
        (lambda: Dataset.range(3, output_type="bool"), TypeError),
    ],
)
def test_range_refuses(call, error) -> None:
    with pytest.raises(error):
        call()


def test_generator_starts_anew_for_each_run() -> None:
    calls = []

    def count(stop):
        calls.append(stop.item())
        yield from range(stop)

    dataset = Dataset.from_generator(count, args=(3,), output_signature=tf.TensorSpec([], tf.float32))
    assert values(dataset) == values(dataset) == [0.0, 1.0, 2.0]
    assert calls == [3, 3]
    with pytest.raises(TypeError, match="unknown"):
        len(dataset)


def test_generator_of_structures() -> None:
    signature = (tf.TensorSpec([None], tf.int64), {"label": tf.TensorSpec([], tf.int32)})
    dataset = Dataset.from_generator(lambda: (([i] * i, {"label": i}) for i in range(3)), output_signature=signature)
    assert [(x.numpy().tolist(), int(y["label"])) for x, y in dataset] == [([], 0), ([1], 1), ([2, 2], 2)]
    assert dataset.element_spec == signature


def test_generator_with_types_and_shapes() -> None:
    dataset = Dataset.from_generator(
        lambda: iter([([1, 2], 3)]), output_types=(tf.int32, tf.float32), output_shapes=([2], [])
    )
    assert dataset.element_spec == (tf.TensorSpec([2], tf.int32), tf.TensorSpec([], tf.float32))
    assert [(x.numpy().tolist(), float(y)) for x, y in dataset] == [([1, 2], 3.0)]


@pytest.mark.parametrize(
    "value, signature, pattern",
    [
        ((1, 2), tf.TensorSpec([], tf.int32), "structure"),
        (1, (tf.TensorSpec([], tf.int32),), "structure"),
        ([1, 2], tf.TensorSpec([3], tf.int32), r"shape \(2,\), where shape \(3,\)"),
        (1.5, tf.TensorSpec([], tf.int32), "int32 was promised"),
        ("text", tf.TensorSpec([], tf.int32), "'text'"),
        (
            {"a": 1, "b": 2.5},
            {"a": tf.TensorSpec([], tf.int32), "b": tf.TensorSpec([], tf.int32)},
            r"\['b'\]",
        ),
    ],
)
def test_generator_values_are_checked(value, signature, pattern) -> None:
    dataset = Dataset.from_generator(lambda: iter([value]), output_signature=signature)
    with pytest.raises(tf.errors.InvalidArgumentError, match=pattern):
        list(dataset)


def test_generator_refuses_bad_arguments() -> None:
    with pytest.raises(TypeError, match="without calling it"):
        Dataset.from_generator(iter([1]), output_signature=tf.TensorSpec([], tf.int32))
    with pytest.raises(TypeError, match="output_signature"):
        Dataset.from_generator(lambda: iter([1]))
    with pytest.raises(TypeError, match=r"tf\.TensorSpec"):
        Dataset.from_generator(lambda: iter([1]), output_signature=tf.int32)
