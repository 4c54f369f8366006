"""`tf.print`: TensorFlow's format."""

from __future__ import annotations

import io
import sys

import numpy as np
import pytest

import polytape as tf


def printed(*inputs, **options) -> str:
    stream = io.StringIO()
    tf.print(*inputs, output_stream=stream, **options)
    return stream.getvalue()


@pytest.mark.parametrize(
    "value, text",
    [
        (tf.constant(1 / 3), "0.333333343"),
        (tf.constant(1 / 3, tf.float64), "0.33333333333333331"),
        (tf.constant(0.1, tf.float16), "0.0999755859"),
        (tf.constant([1.0, 2.5, 1e10, 1e-5, float("inf"), float("nan")]), "[1 2.5 1e+10 1e-05 inf nan]"),
        (tf.constant([True, False]), "[1 0]"),
        (tf.constant([1 + 2j]), "[(1,2)]"),
        (tf.constant([-3, 255], tf.int64), "[-3 255]"),
        (tf.zeros([0]), "[]"),
        (tf.Variable(2.0), "2"),
        (True, "True"),
        (None, "None"),
        ("text", "text"),
        (["text", tf.constant(1)], "['text', 1]"),
        ({"b": tf.constant([1, 2]), "a": (tf.constant(0.5), 3)}, "{'a': (0.5, 3), 'b': [1 2]}"),
        (np.arange(2), "array([0, 1])"),
    ],
)
def test_format(value, text) -> None:
    assert printed(value) == text + "\n"


def test_rows_stand_below_each_other() -> None:
    assert printed(tf.ones([2, 2], tf.int32)) == "[[1 1]\n [1 1]]\n"
    assert printed(tf.ones([2, 1, 1], tf.int32)) == "[[[1]]\n\n [[1]]]\n"


def test_summaries() -> None:
    assert printed(tf.range(7)) == "[0 1 2 ... 4 5 6]\n"
    assert printed(tf.range(6)) == "[0 1 2 3 4 5]\n"
    assert printed(tf.range(7), summarize=1) == "[0 ... 6]\n"
    assert printed(tf.range(7), summarize=-1) == "[0 1 2 3 4 5 6]\n"
    assert printed(tf.reshape(tf.range(8), [4, 2]), summarize=1) == "[[0 1]\n ...\n [6 7]]\n"


def test_several_inputs() -> None:
    assert printed("a", tf.constant(1), 2, sep="|", end="!") == "a|1|2!"


def test_long_tensors_do_not_break_lines() -> None:
    values = {"a": tf.fill([30], 1.0), "b": tf.fill([30], 1.0)}
    assert printed(values, summarize=-1).count("\n") == 1


def test_streams(capsys, tmp_path) -> None:
    tf.print("to error")
    tf.print("to output", output_stream=sys.stdout)
    captured = capsys.readouterr()
    assert (captured.err, captured.out) == ("to error\n", "to output\n")
    path = tmp_path / "log"
    tf.print("one", output_stream=f"file://{path}")
    tf.print("two", output_stream=f"file://{path}")
    assert path.read_text() == "one\ntwo\n"


def test_refusals() -> None:
    with pytest.raises(ValueError, match="output_stream must be"):
        tf.print(1, output_stream="log")
    with pytest.raises(ValueError, match="summarize must be positive, or -1 for all; received 0"):
        tf.print(1, summarize=0)
