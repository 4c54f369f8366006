"""Connectionist temporal classification: how unlikely a sequence of labels is, however it is aligned with the
frames.

An alignment gives each frame a label or the blank; reading it without repetitions and then without blanks
gives the labels. Their probability is the sum over all alignments, found by a forward recursion over a
lattice of states: the labels with a blank before each and one after the last. A backward recursion gives how
likely each state is at each frame, and the gradient is the difference between the logits' probabilities and
those.

Source: A. Graves et al., "Connectionist temporal classification: labelling unsegmented sequence data with
recurrent neural networks", 2006; sections 4.1 and 4.2, here with logarithms.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from polytape import arguments
from polytape.backend import Array, Backend
from polytape.conversion import convert
from polytape.dtypes import FLOATING, INTEGER, float16, float32, int32
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import op
from polytape.ops.casting import cast
from polytape.ops.shape import permute_dims
from polytape.tensor import Tensor

_NEVER = -1e30
"""The logarithm of a probability of nothing; finite, so that differences of it are numbers."""


class _Lattice(NamedTuple):
    """What both recursions read: arrays of (batch, states), one for each frame where there are several."""

    emissions: list[Array]
    """The log probability of each state's label at each frame."""
    start: Array
    """0 for the states at which an alignment may start, else `_NEVER`; the same for the next two."""
    skip: Array
    final: Array
    running: list[Array]
    """Whether the frame is one of the sequence's, (batch, 1)."""
    rows: Array
    """The row of each state's label in an array of (batch · classes, frames)."""


def _lattice(
    backend: Any,
    labels: Array,
    label_length: Array,
    logit_length: Array,
    logits: Array,
    blank: int,
    integers: Any,
    dtype: Any,
) -> _Lattice:
    frames, batch, classes = logits.shape
    count = labels.shape[1]
    states_count = 2 * count + 1
    device = backend.device_of(labels)

    def whole(value: int, *shape: int) -> Array:
        return backend.full(shape, value, dtype=integers, device=device)

    def counting(stop: int) -> Array:
        return backend.arange(0, stop, 1, dtype=integers, device=device)

    def penalty(allowed: Array) -> Array:
        never, zero = (backend.full((), value, dtype=dtype, device=device) for value in (_NEVER, 0))
        return backend.where(allowed, zero, never)

    ends = backend.reshape(label_length, shape=(batch, 1))
    labels = backend.where(backend.less(counting(count), ends), labels, blank)
    pairs = backend.concat((whole(blank, batch, count, 1), backend.reshape(labels, shape=(batch, count, 1))), axis=2)
    states = backend.concat((backend.reshape(pairs, shape=(batch, 2 * count)), whole(blank, batch, 1)), axis=1)
    before = backend.getitem(
        backend.concat((whole(blank, batch, 2), states), axis=1), key=(slice(None), slice(0, states_count))
    )
    places = counting(states_count)
    last = ends * 2
    offsets = backend.reshape(counting(batch), shape=(batch, 1)) * classes
    rows = backend.reshape(states + offsets, shape=(batch * states_count,))
    log_probabilities = backend.maximum(backend.log_softmax(logits, axis=2), _NEVER)
    by_class = backend.reshape(backend.permute_dims(log_probabilities, axes=(1, 2, 0)), shape=(batch * classes, frames))
    by_state = backend.reshape(backend.take(by_class, rows, axis=0), shape=(batch, states_count, frames))
    lengths = backend.reshape(logit_length, shape=(batch, 1))
    return _Lattice(
        emissions=[backend.getitem(by_state, key=(slice(None), slice(None), t)) for t in range(frames)],
        start=penalty(backend.less(places, 2)),
        skip=penalty(backend.logical_and(backend.not_equal(states, blank), backend.not_equal(states, before))),
        final=penalty(backend.logical_or(backend.equal(places, last), backend.equal(places, last - 1))),
        running=[backend.greater(lengths, t) for t in range(frames)],
        rows=rows,
    )


def _moved(backend: Any, x: Array, places: int, dtype: Any) -> Array:
    """`x` with its states moved up some places, or down if negative; what comes in is impossible."""
    batch, count = x.shape
    distance = min(abs(places), count)
    nothing = backend.full((batch, distance), _NEVER, dtype=dtype, device=backend.device_of(x))
    if places > 0:
        return backend.concat((nothing, backend.getitem(x, key=(slice(None), slice(0, count - distance)))), axis=1)
    return backend.concat((backend.getitem(x, key=(slice(None), slice(distance, None))), nothing), axis=1)


def _either(backend: Any, x: Array, y: Array, z: Array) -> Array:
    """log(exp(x) + exp(y) + exp(z))."""
    largest = backend.maximum(backend.maximum(x, y), z)
    total = backend.exp(x - largest) + backend.exp(y - largest) + backend.exp(z - largest)
    return largest + backend.log(total)


def _forward(backend: Any, lattice: _Lattice, dtype: Any) -> list[Array]:
    """For each frame, the log probability of all ways to be in a state after it."""
    found = [lattice.emissions[0] + lattice.start]
    for emission, running in zip(lattice.emissions[1:], lattice.running[1:]):
        state = found[-1]
        ways = _either(
            backend,
            state,
            _moved(backend, state, 1, dtype),
            _moved(backend, state, 2, dtype) + lattice.skip,
        )
        found.append(backend.where(running, ways + emission, state))
    return found


def _backward(backend: Any, lattice: _Lattice, dtype: Any) -> list[Array]:
    """For each frame, the log probability of all ways to the end from a state after it."""
    found = [lattice.final + lattice.emissions[0] * 0]
    for emission, running in zip(lattice.emissions[:0:-1], lattice.running[:0:-1]):
        ahead = found[-1] + emission
        ways = _either(
            backend,
            ahead,
            _moved(backend, ahead, -1, dtype),
            _moved(backend, ahead + lattice.skip, -2, dtype),
        )
        found.append(backend.where(running, ways, lattice.final))
    return found[::-1]


def _of_loss(
    backend: Any,
    gradient: Array,
    labels: Array,
    label_length: Array,
    logit_length: Array,
    logits: Array,
    labels_dtype: Any,
    logits_dtype: Any,
    blank: int,
) -> Array:
    frames, batch, classes = logits.shape
    lattice = _lattice(backend, labels, label_length, logit_length, logits, blank, labels_dtype, logits_dtype)
    forward = _forward(backend, lattice, logits_dtype)
    backward = _backward(backend, lattice, logits_dtype)
    total = backend.logsumexp(forward[-1] + lattice.final, axis=1, keepdims=True)
    possible = backend.greater(total, 0.1 * _NEVER)
    # Σ exp(before + after) over the states is exp(total) at each frame. Dividing by the frame's own sum, as
    # softmax does, rids the quotient of the rounding errors that the recursions have gathered.
    occupied = [
        backend.reshape(
            backend.where(backend.logical_and(running, possible), backend.softmax(before + after, axis=1), 0),
            shape=(*before.shape, 1),
        )
        for before, after, running in zip(forward, backward, lattice.running)
    ]
    by_state = backend.reshape(backend.concat(occupied, axis=2), shape=(-1, frames))
    by_class = backend.reshape(
        backend.scatter_rows(by_state, lattice.rows, shape=(batch * classes, frames)),
        shape=(batch, classes, frames),
    )
    counted = backend.concat(
        [backend.reshape(backend.logical_and(running, possible), shape=(1, batch, 1)) for running in lattice.running],
        axis=0,
    )
    probabilities = backend.where(counted, backend.softmax(logits, axis=2), 0)
    excess = probabilities - backend.permute_dims(by_class, axes=(2, 0, 1))
    return backend.reshape(gradient, shape=(1, batch, 1)) * excess


@op(None, None, None, _of_loss, accepts=(INTEGER, INTEGER, INTEGER, FLOATING))
def connectionist_loss(
    backend: Backend, labels: Array, label_length: Array, logit_length: Array, logits: Array, *, blank: int
) -> Array:
    """Return the negative log probability of each sequence of labels; see `ctc_loss`."""
    frames, _, classes = logits.shape
    device = backend.device_of(labels)
    if device.startswith("CPU"):
        _check_range(backend, label_length, 0, labels.shape[1], "label_length")
        _check_range(backend, logit_length, 1, frames, "logit_length")
        used = backend.less(
            backend.arange(0, labels.shape[1], 1, dtype=labels.dtype, device=device),
            backend.reshape(label_length, shape=(-1, 1)),
        )
        _check_range(backend, backend.where(used, labels, 0), 0, classes - 1, "labels")
    lattice = _lattice(backend, labels, label_length, logit_length, logits, blank, labels.dtype, logits.dtype)
    forward = _forward(backend, lattice, logits.dtype)
    total = backend.logsumexp(backend.add(forward[-1], lattice.final), axis=1)
    return backend.where(backend.less(total, 0.1 * _NEVER), math.inf, backend.negative(total))


def ctc_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: Any = None,
    name: str | None = None,
) -> Tensor:
    """Return the negative log probability of sequences of labels, summed over their alignments with the
    frames.

    Args:
        labels: integers, (batch, longest sequence of labels); what lies beyond `label_length` does not count.
        logits: floating-point, (frames, batch, classes); (batch, frames, classes) if not `logits_time_major`.
        label_length: the number of labels of each sequence, (batch,).
        logit_length: the number of frames of each sequence, (batch,); at least 1.
        logits_time_major: which of the first two axes of the logits is which.
        unique: not used; for compatibility.
        blank_index: the class of the blank; negative ones count from the last. 0 by default.

    Returns:
        (batch,). Infinity, with a gradient of zero, if there are too few frames for the labels.

    Raises:
        InvalidArgumentError: if the shapes don't fit, or lengths, labels or the blank are out of range.
        DTypeError: if labels or lengths are not integers.

    >>> import polytape as tf
    >>> logits = tf.zeros([2, 1, 3])  # two frames of three equally likely classes
    >>> loss = tf.nn.ctc_loss([[1]], logits, label_length=[1], logit_length=[2])
    >>> tf.exp(-loss).numpy().round(4)  # the alignments 11, 1-, -1 out of 9
    array([0.3333], dtype=float32)
    """
    logits = logits if type(logits) is Tensor else convert(logits)
    given = {"labels": labels, "label_length": label_length, "logit_length": logit_length}
    whole = [_integers(value, name, logits) for name, value in given.items()]
    if logits.ndim == 3 and not logits_time_major:
        logits = permute_dims(logits, axes=(1, 0, 2))
    shapes = [tuple(tensor._array.shape) for tensor in (*whole, logits)]
    batch = shapes[3][1] if len(shapes[3]) == 3 else -1
    if len(shapes[0]) != 2 or [shape[:1] for shape in shapes[:3]] != [(batch,)] * 3 or shapes[1] != shapes[2]:
        raise InvalidArgumentError(
            "ctc_loss: labels must be (batch, labels), logits (frames, batch, classes), or (batch, frames, "
            "classes) with logits_time_major=False, label_length and logit_length (batch,); received shapes "
            f"{', '.join(str(list(shape)) for shape in (shapes[0], shapes[3], *shapes[1:3]))}, the logits' "
            "as time-major."
        )
    if 0 in shapes[3]:
        raise InvalidArgumentError(f"ctc_loss: logits must not be empty; received shape {list(shapes[3])}.")
    blank = arguments.axis(0 if blank_index is None else blank_index, shapes[3][2], "ctc_loss", "blank_index")
    if logits.dtype is float16:
        return cast(connectionist_loss(*whole, cast(logits, float32), blank=blank), float16)
    return connectionist_loss(*whole, logits, blank=blank)  # type: ignore[no-any-return]


def _integers(value: Any, name: str, logits: Tensor) -> Tensor:
    """A tensor of int32, made where the logits are."""
    backend = logits._backend
    tensor = convert(value, backend=backend, device=backend.device_of(logits._array))
    if tensor.dtype not in INTEGER:
        raise DTypeError(f"ctc_loss: {name} must be integers; received {tensor.dtype.name}.")
    return tensor if tensor.dtype is int32 else cast(tensor, int32)


def _check_range(backend: Backend, values: Array, low: int, high: int, name: str) -> None:
    """Raise `InvalidArgumentError` unless all values are from `low` to `high`."""
    if 0 in values.shape:
        return
    smallest, largest = int(backend.min(values)), int(backend.max(values))
    if smallest < low or largest > high:
        raise InvalidArgumentError(
            f"ctc_loss: {name} must be from {low} to {high}; received {smallest if smallest < low else largest}."
        )
