"""Elements repeated, reversed and moved round."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from polytape_conformance.linear import linear
from polytape_conformance.row import Row, booleans, integers, real


def _made(shape: Any, x: Any, source: Any) -> Any:
    """An array whose element at each place is that of `x` at `source(place)`."""
    result = np.empty(tuple(shape), x.dtype)
    for place in itertools.product(*map(range, shape)):
        result[place] = x[tuple(source(place))]
    return result


def _repeated(x: Any, counts: Any) -> Any:
    return np.array([row for row, count in zip(x, counts) for _ in range(count)]).reshape(-1, *x.shape[1:])


ROWS: list[Row] = [
    linear(
        "tile",
        lambda tf, x: tf.tile(x, [2, 3]),
        lambda x: _made((2 * len(x), 3 * x.shape[1]), x, lambda p: (p[0] % len(x), p[1] % x.shape[1])),
        ((real(2, 3),), (real(1, 2),), (integers(2, 2),), (real(0, 2),)),
        rejects=((lambda tf: tf.tile([1], [1, 2]), ValueError, "each of the 1 axes"),),
    ),
    linear("tile", lambda tf, x: tf.tile(x, []), lambda x: x, ((real(),),), variant="no axes"),
    linear(
        "repeat",
        lambda tf, x: [tf.repeat(x, 2), tf.repeat(x, 3, axis=-1)],
        lambda x: [
            _repeated(x.ravel(), [2] * x.size),
            _made((*x.shape[:-1], 3 * x.shape[-1]), x, lambda p: (*p[:-1], p[-1] // 3)),
        ],
        ((real(2, 3),), (real(2),), (booleans(2, 2),)),
    ),
    linear(
        "repeat",
        lambda tf, x: tf.repeat(x, [2, 0, 3], axis=0),
        lambda x: _repeated(x, [2, 0, 3]),
        ((real(3, 2),), (real(3),)),
        variant="repeats",
        rejects=((lambda tf: tf.repeat([1, 2, 3], [1, 2], axis=0), ValueError, "one for each of the 3 indices"),),
    ),
    linear(
        "repeat",
        lambda tf, x: tf.repeat(x, [1, 2], axis=1),
        lambda x: _repeated(x.T, [1, 2]).T,
        ((real(3, 2),),),
        variant="repeats, second axis",
    ),
    linear(
        "reverse",
        lambda tf, x: [tf.reverse(x, [0]), tf.reverse(x, axis=[0, -1])],
        lambda x: [
            np.array(x.tolist()[::-1]).reshape(x.shape),
            _made(x.shape, x, lambda p: (len(x) - 1 - p[0], *p[1:-1], x.shape[-1] - 1 - p[-1])),
        ],
        ((real(2, 3),), (real(3, 2, 2),), (integers(2, 3),)),
        rejects=((lambda tf: tf.reverse([1], [0, 0]), ValueError, "names an axis twice"),),
    ),
    linear(
        "reverse_sequence",
        lambda tf, x, lengths: [
            tf.reverse_sequence(x, lengths, seq_axis=1),
            tf.reverse_sequence(tf.transpose(x, [2, 1, 0]), lengths, seq_axis=1, batch_axis=2),
        ],
        lambda x, lengths: [
            _made(x.shape, x, lambda p: (p[0], lengths[p[0]] - 1 - p[1] if p[1] < lengths[p[0]] else p[1], p[2])),
            _made(x.shape, x, lambda p: (p[0], lengths[p[0]] - 1 - p[1] if p[1] < lengths[p[0]] else p[1], p[2])).T,
        ],
        ((real(3, 4, 2), np.array([1, 2, 0], "int64")), (integers(2, 2, 2), np.array([2, 1], "int32"))),
        rejects=(
            (
                lambda tf: tf.reverse_sequence([[1, 2]], [1, 2], 1),
                ValueError,
                "a number for each of the 1 sequences",
            ),
            (lambda tf: tf.reverse_sequence([[1, 2]], [3], 1), IndexError, "not in"),
        ),
    ),
    linear(
        "roll",
        lambda tf, x: [tf.roll(x, 1, 0), tf.roll(x, shift=[-1, 5, 3], axis=[0, 1, 0])],
        lambda x: [
            _made(x.shape, x, lambda p: ((p[0] - 1) % len(x), p[1])),
            _made(x.shape, x, lambda p: ((p[0] - 2) % len(x), (p[1] - 5) % x.shape[1])),
        ],
        ((real(3, 4),), (real(1, 2),), (integers(4, 3),), (real(0, 2),)),
        rejects=((lambda tf: tf.roll([1, 2], [1, 1], [0]), ValueError, "one shift for each axis"),),
    ),
]
