"""Functions of elements that are replayed: the same bits, the same calls as far as anybody can tell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polytape as tf
from polytape.data import replaying
from polytape.data.bindings import Bindings
from polytape.data.replaying import Replayed
from polytape.plugins import backends

scale = 2.0
shift = tf.constant(1.0)
table = [1.0]


@pytest.fixture(autouse=True)
def replays_pay(monkeypatch: pytest.MonkeyPatch) -> None:
    """However long they take, and whether the backend compiles or not."""
    monkeypatch.setattr(replaying, "_GAIN", float("inf"))
    monkeypatch.setattr(type(backends.placement()[0]), "compiles", lambda self: True)


def images(dtype: str = "uint8", count: int = 6) -> Any:
    return np.random.default_rng(3).integers(0, 200, (count, 9, 8)).astype(dtype)


def by_calls(function: Any, elements: list[Any]) -> tuple[Replayed, list[Any]]:
    """What comes of many calls."""
    replayed = Replayed(function)
    return replayed, [replayed(*map(tf.constant, element)) for element in elements]


def is_replayed(replayed: Replayed) -> bool:
    return replayed._replay is not None and not replayed._gave_up


@pytest.mark.parametrize("dtype", ["uint8", "int32", "float32"])
def test_results_are_the_same_bits(dtype: str) -> None:
    def prepare(x: Any) -> Any:
        return scale * tf.cast(x, tf.float32) / 255.0 - shift

    elements = [(images(dtype) + number,) for number in range(60)]
    replayed, found = by_calls(prepare, elements)
    assert is_replayed(replayed)
    for (x,), result in zip(elements, found):
        expected = np.float32(2) * x.astype(np.float32) / np.float32(255) - np.float32(1)
        np.testing.assert_array_equal(result.numpy(), expected)


def test_elements_may_have_several_parts_and_shapes() -> None:
    def prepare(x: Any, label: Any) -> Any:
        return {"image": tf.reshape(x, [-1]), "label": (label + 1, label)}

    elements = [(images(count=5 if number % 3 else 2), np.int32(number)) for number in range(60)]
    replayed, found = by_calls(prepare, elements)
    assert is_replayed(replayed)
    for (x, label), result in zip(elements, found):
        np.testing.assert_array_equal(result["image"].numpy(), x.ravel())
        assert [int(part) for part in result["label"]] == [label + 1, label]


def test_what_a_name_means_later_counts_from_the_next_call_on(monkeypatch: pytest.MonkeyPatch) -> None:
    replayed, _ = by_calls(lambda x: x * scale, [(np.ones(3, np.float32),)] * 60)
    assert is_replayed(replayed)
    monkeypatch.setitem(globals(), "scale", 5.0)
    assert replayed(tf.ones(3)).numpy().tolist() == [5, 5, 5]


def test_a_variable_of_an_enclosing_function_counts_too() -> None:
    factor = 2.0
    replayed, _ = by_calls(lambda x: x * factor, [(np.ones(3, np.float32),)] * 60)
    assert is_replayed(replayed)
    factor = 7.0
    assert replayed(tf.ones(3)).numpy().tolist() == [7, 7, 7]


def counted(x: Any) -> Any:
    table.append(1.0)
    return x


@pytest.mark.parametrize(
    "function",
    [
        counted,
        lambda x: x * table[0],
        lambda x: tf.exp(x),
        lambda x: tf.reduce_sum(x),
        lambda x: x + tf.random.uniform([3]),
        lambda x: x if float(x[0]) > 0 else -x,
        lambda x: x + tf.Variable(1.0),
    ],
    ids=["effect", "list", "inexact", "sum", "draw", "look", "variable"],
)
def test_what_somebody_could_tell_is_called_as_it_is(function: Any) -> None:
    replayed, found = by_calls(function, [(np.full(3, number + 1, np.float32),) for number in range(60)])
    assert not is_replayed(replayed)
    assert len(found) == 60


def test_too_many_shapes_are_not_recorded() -> None:
    replayed, found = by_calls(lambda x: x + 1.0, [(np.zeros(number, np.float32),) for number in range(1, 61)])
    assert not is_replayed(replayed)
    assert [len(result) for result in found] == list(range(1, 61))


def test_a_replay_that_does_not_gain_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "_GAIN", 0.0)
    replayed, found = by_calls(lambda x: x + 1.0, [(np.zeros(4, np.float32),)] * 60)
    assert not is_replayed(replayed)
    assert all(result.numpy().tolist() == [1, 1, 1, 1] for result in found)


def test_an_error_comes_where_the_function_raises_it() -> None:
    replayed, _ = by_calls(lambda x: tf.reshape(x, [2, 2]), [(np.zeros(4, np.float32),)] * 60)
    with pytest.raises(tf.errors.InvalidArgumentError):
        replayed(tf.zeros(5))


def test_bindings_know_lists_in_tuples_and_defaults() -> None:
    assert Bindings(lambda x, by=(1, 2.0): x * by[0]).are_fixed
    assert not Bindings(lambda x, by=([1],): x * by[0][0]).are_fixed
    array = np.zeros(2)
    assert not Bindings(lambda x: x + array).are_fixed


def test_a_dataset_gives_the_same_elements_in_each_epoch() -> None:
    x = images(count=50)
    dataset = tf.data.Dataset.from_tensor_slices(x).batch(4).map(lambda batch: tf.cast(batch, tf.float32) * scale)
    for _ in range(4):
        found = np.concatenate([batch.numpy() for batch in dataset])
        np.testing.assert_array_equal(found, x.astype(np.float32) * 2)
