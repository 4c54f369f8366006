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
    backend: Any, of_outputs: Any, of_memories: Any, kernel: Any, gates: Any, before: Any, bent: Any, direct: Any
) -> tuple[Any, Any, Any]:
    """Gradients of the gates' sums of all steps, (steps · batch, 4 · units), of the first output and the first memory.

    Args:
        of_outputs, of_memories: the gradients of all outputs and memories; `None` where nothing depends on them.
        kernel: the recurrent kernel.
        gates: the values of the gates.
        before: the memories before each step.
        bent: the hyperbolic tangents of the memories after each step.
        direct: what else is added to the gradients of the sums, or `None`.

    Source: A. Graves and J. Schmidhuber, "Framewise phoneme classification with bidirectional LSTM", 2005, appendix A.
    """
    steps, width = gates.shape[0], kernel.shape[0]
    written, forgotten, candidate, read = [
        backend.getitem(gates, key=(Ellipsis, slice(part * width, (part + 1) * width))) for part in range(4)
    ]
    of_each = (
        candidate * written * (1 - written),
        before * forgotten * (1 - forgotten),
        written * (1 - candidate * candidate),
    )
    of_read, to_memory = bent * read * (1 - read), read * (1 - bent * bent)
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
        of_gates = [of_memory * backend.getitem(part, key=at) for part in of_each]
        of_sums = backend.concat((*of_gates, of_output * backend.getitem(of_read, key=at)), axis=1)
        parts[step] = _sum(of_sums, None if direct is None else backend.getitem(direct, key=at))
        carried = backend.matmul(parts[step], back)
        kept = of_memory * backend.getitem(forgotten, key=at)
    return backend.concat(parts, axis=0), carried, kept


def _backwards(backend: Any, gradient: Any, xs: Any, output: Any) -> list[Any]:
    """Gradients of the projected inputs, the two first states and the kernel."""
    projected, hidden, memory, kernel = xs
    outputs, memories, gates = output
    of_outputs, of_memories, of_gates = gradient
    direct = None
    if of_gates is not None:
        width = kernel.shape[0]
        candidate = backend.getitem(gates, key=(Ellipsis, slice(2 * width, 3 * width)))
        slopes = gates * (1 - gates)
        first = backend.getitem(slopes, key=(Ellipsis, slice(0, 2 * width)))
        last = backend.getitem(slopes, key=(Ellipsis, slice(3 * width, None)))
        direct = of_gates * backend.concat((first, 1 - candidate * candidate, last), axis=2)
    before, bent = _shifted(backend, memory, memories), backend.tanh(memories)
    of_sums, of_hidden, of_memory = backend.back_through_time(
        of_outputs, of_memories, kernel, gates, before, bent, direct
    )
    earlier = backend.reshape(_shifted(backend, hidden, outputs), shape=(of_sums.shape[0], kernel.shape[0]))
    of_kernel = backend.matmul(backend.permute_dims(earlier, axes=(1, 0)), of_sums)
    return [backend.reshape(of_sums, shape=tuple(projected.shape)), of_hidden, of_memory, of_kernel]


def _sum(x: Any, y: Any) -> Any:
    """The sum of two gradients, either of which may be missing."""
    return y if x is None else x if y is None else x + y


@op(
    lambda backend, gradient, xs, output: _backwards(backend, gradient, xs, output),
    accepts=FLOATING,
    multiple=True,
    partial=True,
)
def long_short_term_memory(backend: Backend, *xs: Array) -> tuple[Array, Array, Array]:
    """Return the outputs and the memories of all steps, (steps, batch, units), and their gates, four times as wide.

    Args:
        xs: the projected inputs, (steps, batch, 4 · units), at least one step; the first output and the first memory,
            (batch, units); the recurrent kernel, (units, 4 · units). The gates stand in the order input, forget,
            candidate, output.

    Source: F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", 2000.

    >>> import polytape as tf
    >>> zeros = tf.zeros((1, 1))
    >>> outputs, memories, gates = long_short_term_memory(tf.zeros((3, 1, 4)), zeros, zeros + 1.0, tf.zeros((1, 4)))
    >>> memories[:, 0, 0].numpy().tolist()
    [0.5, 0.25, 0.125]
    """
    projected, hidden, memory, kernel = xs
    width = hidden.shape[1]
    outputs, memories, gates = [], [], []
    for step in range(projected.shape[0]):
        sums = backend.add(backend.getitem(projected, key=(step,)), backend.matmul(hidden, kernel))
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
