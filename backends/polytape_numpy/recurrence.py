"""A long short-term memory on NumPy: each step works in the memory of its results.

The composition makes fifteen arrays a step; at 32 rows of 128 units it takes twice the time.
"""

from __future__ import annotations

import numpy as np

from polytape.backend import COMPOSITIONS, Array
from polytape_numpy.quiet import quiet


class NumpyRecurrence:
    """The part of the NumPy backend that runs recurrent layers."""

    @quiet
    def long_short_term_memory(self, *xs: Array) -> tuple[Array, Array, Array]:
        """The outputs, memories and gates of all steps."""
        projected, hidden, memory, kernel, *bias = xs
        if projected.dtype == np.float16:
            return COMPOSITIONS["long_short_term_memory"](self, *xs)  # type: ignore[no-any-return]
        steps, batch, _ = projected.shape
        width = hidden.shape[1]
        outputs = np.empty((steps, batch, width), projected.dtype)
        memories = np.empty_like(outputs)
        gates = np.empty_like(projected, order="C")
        scratch = np.empty((batch, width), projected.dtype)
        one = np.array(1, projected.dtype)
        for step in range(steps):
            sums = gates[step]
            np.matmul(hidden, kernel, out=sums)
            sums += projected[step]
            if bias:
                sums += bias[0]
            candidate = np.tanh(sums[:, 2 * width : 3 * width])
            np.negative(sums, out=sums)  # all of it: one run over a whole array is quicker than one over its parts
            np.exp(sums, out=sums)
            sums += one
            np.divide(one, sums, out=sums)
            sums[:, 2 * width : 3 * width] = candidate
            new = memories[step]
            np.multiply(sums[:, width : 2 * width], memory, out=new)
            np.multiply(sums[:, :width], candidate, out=scratch)
            new += scratch
            np.tanh(new, out=scratch)
            hidden = np.multiply(sums[:, 3 * width :], scratch, out=outputs[step])
            memory = new
        return outputs, memories, gates

    @quiet
    def back_through_time(
        self,
        of_outputs: Array | None,
        of_memories: Array | None,
        of_gates: Array | None,
        hidden: Array,
        memory: Array,
        kernel: Array,
        outputs: Array,
        memories: Array,
        gates: Array,
    ) -> tuple[Array, Array, Array, Array, Array]:
        """The gradients of the projected inputs, of the first states, of the kernel and of a bias."""
        if gates.dtype == np.float16 or of_outputs is None or of_memories is not None or of_gates is not None:
            return COMPOSITIONS["back_through_time"](  # type: ignore[no-any-return]
                self, of_outputs, of_memories, of_gates, hidden, memory, kernel, outputs, memories, gates
            )
        steps, batch, width = memories.shape
        before, bent = np.concatenate((memory[None], memories[:-1])), np.tanh(memories)
        written, forgotten, candidate, read = (gates[..., part * width : (part + 1) * width] for part in range(4))
        slopes = np.empty((steps, batch, 4, width), gates.dtype)
        np.multiply(candidate * written, 1 - written, out=slopes[:, :, 0])
        np.multiply(before * forgotten, 1 - forgotten, out=slopes[:, :, 1])
        np.multiply(written, 1 - candidate * candidate, out=slopes[:, :, 2])
        np.multiply(bent * read, 1 - read, out=slopes[:, :, 3])
        to_memory = read * (1 - bent * bent)
        back = np.ascontiguousarray(kernel.T)
        carried, kept, scratch = (np.zeros((batch, width), gates.dtype) for _ in range(3))
        for step in reversed(range(steps)):
            carried += of_outputs[step]
            np.multiply(carried, to_memory[step], out=scratch)
            kept += scratch
            sums = slopes[step]  # overwritten by the gradients that it is a factor of
            sums[:, :3] *= kept[:, None]
            sums[:, 3] *= carried
            np.matmul(sums.reshape(batch, 4 * width), back, out=carried)
            kept *= forgotten[step]
        of_sums = slopes.reshape(steps * batch, 4 * width)
        earlier = np.concatenate((hidden[None], outputs[:-1])).reshape(-1, width)
        of_projected = of_sums.reshape(steps, batch, 4 * width)
        return of_projected, carried, kept, earlier.T @ of_sums, of_sums.sum(0)
