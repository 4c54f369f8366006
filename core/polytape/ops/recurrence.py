"""A long short-term memory over all steps of a sequence, as one op.

Step by step it would be twenty ops, each recorded by a tape and walked back. Here the backward pass works on all steps
at once wherever it can: only what one step hands to the one before is a loop.
"""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING
from polytape.op import op
from polytape.primitive import formula


@formula
def back_through_time(
    backend: Any,
    of_outputs: Any,
    of_memories: Any,
    of_gates: Any,
    hidden: Any,
    memory: Any,
    kernel: Any,
    outputs: Any,
    memories: Any,
    gates: Any,
) -> tuple[Any, Any, Any, Any, Any]:
    """Gradients of the projected inputs, of the first output and memory, of the recurrent kernel and of a bias.

    Args:
        of_outputs, of_memories, of_gates: the gradients of what `long_short_term_memory` returned; `None` where nothing
            depends on it.
        hidden, memory, kernel: the first output, the first memory and the recurrent kernel.
        outputs, memories, gates: what `long_short_term_memory` returned.

    Source: A. Graves and J. Schmidhuber, "Framewise phoneme classification with bidirectional LSTM", 2005, appendix A.
    """
    (steps, batch), width = gates.shape[:2], kernel.shape[0]
    before, bent = _shifted(backend, memory, memories), backend.tanh(memories)
    written, forgotten, candidate, read = (_gate(backend, gates, part) for part in range(4))
    slopes = (
        written * (1 - written),
        forgotten * (1 - forgotten),
        1 - candidate * candidate,
        read * (1 - read),
    )
    of_each = (candidate * slopes[0], before * slopes[1], written * slopes[2])
    of_read, to_memory = bent * slopes[3], read * (1 - bent * bent)
    direct = None
    if of_gates is not None:
        direct = of_gates * backend.concat(slopes, axis=2)
    back = backend.permute_dims(kernel, axes=(1, 0))
    parts: list[Any] = [None] * steps
    carried = kept = None
    for step in reversed(range(steps)):
        at = (step,)
        of_output = _sum(None if of_outputs is None else backend.getitem(of_outputs, key=at), carried)
        of_memory = _sum(None if of_memories is None else backend.getitem(of_memories, key=at), kept)
        if of_output is None:
            of_output = backend.getitem(bent, key=at) * 0
        of_memory = _sum(of_memory, of_output * backend.getitem(to_memory, key=at))
        of_sums = [of_memory * backend.getitem(part, key=at) for part in of_each]
        joined = backend.concat((*of_sums, of_output * backend.getitem(of_read, key=at)), axis=1)
        parts[step] = _sum(joined, None if direct is None else backend.getitem(direct, key=at))
        carried = backend.matmul(parts[step], back)
        kept = of_memory * backend.getitem(forgotten, key=at)
    of_all = backend.concat(parts, axis=0)
    earlier = backend.reshape(_shifted(backend, hidden, outputs), shape=(steps * batch, width))
    of_kernel = backend.matmul(backend.permute_dims(earlier, axes=(1, 0)), of_all)
    of_bias = backend.sum(of_all, axis=(0,), keepdims=False)
    return backend.reshape(of_all, shape=(steps, batch, 4 * width)), carried, kept, of_kernel, of_bias


def _gate(backend: Any, gates: Any, part: int) -> Any:
    """The values of one of the four gates."""
    width = gates.shape[2] // 4
    return backend.getitem(gates, key=(Ellipsis, slice(part * width, (part + 1) * width)))


def _sum(x: Any, y: Any) -> Any:
    """The sum of two gradients, either of which may be missing."""
    return y if x is None else x if y is None else x + y


@op(
    lambda backend, gradient, xs, output: list(backend.back_through_time(*gradient, *xs[1:4], *output)[: len(xs)]),
    accepts=FLOATING,
    multiple=True,
    partial=True,
)
def long_short_term_memory(backend: Backend, *xs: Array) -> tuple[Array, Array, Array]:
    """Return the outputs and the memories of all steps, (steps, batch, units), and their gates, four times as wide.

    Args:
        xs: the projected inputs, (steps, batch, 4 · units), at least one step; the first output and the first memory,
            (batch, units); the recurrent kernel, (units, 4 · units); if there is one, a bias, (4 · units). The gates
            stand in the order input, forget, candidate, output.

    Source: F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", 2000.

    >>> import polytape as tf
    >>> zeros = tf.zeros((1, 1))
    >>> outputs, memories, gates = long_short_term_memory(tf.zeros((3, 1, 4)), zeros, zeros + 1.0, tf.zeros((1, 4)))
    >>> memories[:, 0, 0].numpy().tolist()
    [0.5, 0.25, 0.125]
    """
    projected, hidden, memory, kernel, *bias = xs
    width = hidden.shape[1]
    outputs, memories, gates = [], [], []
    for step in range(projected.shape[0]):
        sums = backend.add(backend.getitem(projected, key=(step,)), backend.matmul(hidden, kernel))
        sums = backend.add(sums, *bias) if bias else sums
        first = backend.sigmoid(backend.getitem(sums, key=(slice(None), slice(0, 2 * width))))
        candidate = backend.tanh(backend.getitem(sums, key=(slice(None), slice(2 * width, 3 * width))))
        read = backend.sigmoid(backend.getitem(sums, key=(slice(None), slice(3 * width, None))))
        written = backend.getitem(first, key=(slice(None), slice(0, width)))
        forgotten = backend.getitem(first, key=(slice(None), slice(width, None)))
        memory = forgotten * memory + written * candidate
        hidden = read * backend.tanh(memory)
        outputs.append(hidden)
        memories.append(memory)
        gates.append(backend.concat((first, candidate, read), axis=1))
    return _stacked(backend, outputs), _stacked(backend, memories), _stacked(backend, gates)


def _stacked(backend: Any, steps: list[Any]) -> Any:
    """Matrices of all steps, one behind the other."""
    return backend.concat([backend.reshape(step, shape=(1, *step.shape)) for step in steps], axis=0)


def _shifted(backend: Any, first: Any, later: Any) -> Any:
    """What each step begins with: `first`, then what the step before has left."""
    begun = backend.reshape(first, shape=(1, *first.shape))
    return backend.concat((begun, backend.getitem(later, key=(slice(0, -1),))), axis=0)
