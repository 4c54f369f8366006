"""A long short-term memory over all steps of a sequence, as one op.

Step by step it would be twenty ops, each recorded by a tape and walked back. Here the backward pass works on all steps
at once wherever it can: only what one step hands to the one before is a loop.
"""

from __future__ import annotations

from typing import Any

from polytape.backend import Array, Backend
from polytape.dtypes import FLOATING
from polytape.op import op


def _backwards(backend: Any, gradient: Any, xs: Any, output: Any) -> list[Any]:
    """Gradients of the projected inputs, the two first states and the kernel: backpropagation through time.

    Source: A. Graves and J. Schmidhuber, "Framewise phoneme classification with bidirectional LSTM", 2005, appendix A.
    """
    projected, hidden, memory, kernel = xs
    of_hidden, of_memory = gradient
    steps, batch, width = projected.shape[0], projected.shape[1], hidden.shape[1]
    before = _shifted(backend, hidden, output[0])
    written, forgotten, candidate, read = _gates(backend, projected + backend.matmul(before, kernel), width)
    bent = backend.tanh(output[1])
    of_read = bent * read * (1 - read)
    to_memory = read * (1 - bent * bent)
    of_write = candidate * written * (1 - written)
    of_forget = _shifted(backend, memory, output[1]) * forgotten * (1 - forgotten)
    of_candidate = written * (1 - candidate * candidate)
    back = backend.permute_dims(kernel, axes=(1, 0))
    parts: list[Any] = [None] * steps
    carried, kept = None, None
    for step in reversed(range(steps)):
        at = {"key": (step,)}
        of_output, of_state = backend.getitem(of_hidden, **at), backend.getitem(of_memory, **at)
        if carried is not None:
            of_output, of_state = of_output + carried, of_state + kept
        of_state = of_state + of_output * backend.getitem(to_memory, **at)
        gates = (
            of_state * backend.getitem(of_write, **at),
            of_state * backend.getitem(of_forget, **at),
            of_state * backend.getitem(of_candidate, **at),
            of_output * backend.getitem(of_read, **at),
        )
        parts[step] = backend.concat(gates, axis=1)
        carried = backend.matmul(parts[step], back)
        kept = of_state * backend.getitem(forgotten, **at)
    flat = backend.concat(parts, axis=0)
    earlier = backend.permute_dims(backend.reshape(before, shape=(steps * batch, width)), axes=(1, 0))
    return [
        backend.reshape(flat, shape=(steps, batch, 4 * width)),
        carried,
        kept,
        backend.matmul(earlier, flat),
    ]


@op(
    lambda backend, gradient, xs, output: _backwards(backend, gradient, xs, output),
    accepts=FLOATING,
    multiple=True,
)
def long_short_term_memory(backend: Backend, *xs: Array) -> tuple[Array, Array]:
    """Return the outputs and the memories of all steps, each (steps, batch, units).

    Args:
        xs: the projected inputs, (steps, batch, 4 · units), at least one step; the first output and the first memory,
            (batch, units); the recurrent kernel, (units, 4 · units). The gates stand in the order input, forget,
            candidate, output.

    Source: F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget", 2000.

    >>> import polytape as tf
    >>> zeros = tf.zeros((1, 1))
    >>> outputs, memories = long_short_term_memory(tf.zeros((3, 1, 4)), zeros, zeros + 1.0, tf.zeros((1, 4)))
    >>> memories[:, 0, 0].numpy().tolist()
    [0.5, 0.25, 0.125]
    """
    projected, hidden, memory, kernel = xs
    width = hidden.shape[1]
    outputs, memories = [], []
    for step in range(projected.shape[0]):
        sums = backend.add(backend.getitem(projected, key=(step,)), backend.matmul(hidden, kernel))
        written, forgotten, candidate, read = _gates(backend, sums, width)
        memory = forgotten * memory + written * candidate
        hidden = read * backend.tanh(memory)
        outputs.append(backend.reshape(hidden, shape=(1, *hidden.shape)))
        memories.append(backend.reshape(memory, shape=(1, *memory.shape)))
    return backend.concat(outputs, axis=0), backend.concat(memories, axis=0)


def _gates(backend: Any, sums: Any, width: int) -> tuple[Any, Any, Any, Any]:
    """The values of the gates of sums whose last axis holds all four."""
    first = backend.sigmoid(backend.getitem(sums, key=(Ellipsis, slice(0, 2 * width))))
    candidate = backend.tanh(backend.getitem(sums, key=(Ellipsis, slice(2 * width, 3 * width))))
    read = backend.sigmoid(backend.getitem(sums, key=(Ellipsis, slice(3 * width, None))))
    written = backend.getitem(first, key=(Ellipsis, slice(0, width)))
    return written, backend.getitem(first, key=(Ellipsis, slice(width, None))), candidate, read


def _shifted(backend: Any, first: Any, later: Any) -> Any:
    """What each step begins with: `first`, then what the step before has left."""
    begun = backend.reshape(first, shape=(1, *first.shape))
    return backend.concat((begun, backend.getitem(later, key=(slice(0, -1),))), axis=0)
