"""Connectionist temporal classification against the sum over every path through the frames."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from polytape_conformance.row import Row, real


def _read(path: tuple[int, ...], blank: int) -> list[int]:
    """A path without repetitions, and then without blanks."""
    return [label for label, _ in itertools.groupby(path) if label != blank]


def _loss(labels: Any, logits: Any, label_length: Any, logit_length: Any, blank: int = 0) -> Any:
    losses = []
    for index, (wanted, frames) in enumerate(zip(label_length, logit_length)):
        probabilities = np.exp(logits[:frames, index])
        probabilities /= probabilities.sum(axis=-1, keepdims=True)
        total = 0.0
        for path in itertools.product(range(logits.shape[-1]), repeat=int(frames)):
            if _read(path, blank) == list(labels[index][:wanted]):
                total += float(np.prod([row[label] for row, label in zip(probabilities, path)]))
        losses.append(-np.log(total) if total else np.inf)
    return np.array(losses)


def _row(
    variant: str,
    labels: Any,
    label_length: Any,
    logit_length: Any,
    shape: tuple[int, int, int],
    blank: int | None = None,
    **options: Any,
) -> Row:
    labels = np.array(labels, "int32").reshape(shape[1], -1)
    return Row(
        "nn.ctc_loss",
        lambda tf, x: tf.nn.ctc_loss(labels, x, label_length, logit_length, blank_index=blank),
        lambda x: _loss(labels, x, label_length, logit_length, (blank or 0) % shape[2]),
        ((real(*shape),), (10 * real(*shape, seed=1),)),
        variant=variant,
        **options,
    )


def _bad(tf: Any, **options: Any) -> Any:
    arguments = {"labels": [[1, 2]], "logits": np.zeros((4, 1, 3)), "label_length": [2], "logit_length": [4]}
    return tf.nn.ctc_loss(**(arguments | options))


_REJECTS = (
    (lambda tf: _bad(tf, labels=[1, 2]), ValueError, "labels must be .batch, labels."),
    (lambda tf: _bad(tf, logits=np.zeros((4, 2, 3))), ValueError, "received shapes"),
    (lambda tf: _bad(tf, label_length=[[2]]), ValueError, "received shapes"),
    (lambda tf: _bad(tf, label_length=[3]), ValueError, "label_length must be from 0 to 2; received 3"),
    (lambda tf: _bad(tf, logit_length=[5]), ValueError, "logit_length must be from 1 to 4; received 5"),
    (lambda tf: _bad(tf, labels=[[1, 3]]), ValueError, "labels must be from 0 to 2; received 3"),
    (lambda tf: _bad(tf, blank_index=3), ValueError, "blank_index 3 is out of range"),
    (lambda tf: _bad(tf, labels=[[1.0, 2.0]]), TypeError, "labels must be integers; received float32"),
)

ROWS = [
    _row("different labels", [[1, 2], [2, 1]], [2, 2], [4, 3], (4, 2, 3), rejects=_REJECTS),
    _row("a repeated label", [[1, 1, 2]], [3], [4], (4, 1, 3)),
    _row("no labels, padding of any value", [[-1, 99], [2, 50]], [0, 1], [2, 3], (3, 2, 3)),
    _row("the last class is the blank", [[0, 1], [1, 1]], [2, 2], [3, 3], (3, 2, 3), -1),
    _row("too few frames", [[1, 1], [1, 2]], [2, 2], [2, 2], (2, 2, 3), differentiable=()),
    _row("one frame", [[2], [1]], [1, 0], [1, 1], (1, 2, 3)),
    _row("no room for labels", [[], []], [0, 0], [2, 1], (2, 2, 2)),
    Row(
        "nn.ctc_loss",
        lambda tf, x: tf.nn.ctc_loss(np.array([[1, 2]]), x, [2], [3], logits_time_major=False),
        lambda x: _loss([[1, 2]], x.transpose(1, 0, 2), [2], [3]),
        ((real(1, 3, 4),),),
        variant="batch first",
        dtypes=("float16", "float32", "float64"),
    ),
]
