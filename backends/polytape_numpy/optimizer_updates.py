"""Optimizers' updates in place: the slots keep their memory, and one new array is made for the parameter.

The compositions make a new array at each operation. On 200,000 elements most of their time goes into getting that
memory: Adam takes 2.2 ms so, and 0.25 ms here. Parameters without axes are NumPy scalars, which can't be written to:
for them the composition runs, with NumPy itself as its backend.
"""

from __future__ import annotations

import numpy as np

from polytape.backend import COMPOSITIONS, Array
from polytape_numpy.indexing import add_rows
from polytape_numpy.quiet import quiet


class NumpyOptimizerUpdates:
    """The part of the NumPy backend that optimizers call."""

    @staticmethod
    @quiet
    def sgd_update(parameter: Array, gradient: Array, *, rate: float) -> Array:
        """Gradient descent."""
        if not parameter.shape:
            return parameter - gradient * rate
        step = np.multiply(gradient, rate)
        return np.subtract(parameter, step, out=step)

    @staticmethod
    @quiet
    def momentum_update(
        parameter: Array, gradient: Array, velocity: Array, *, rate: float, momentum: float, nesterov: bool
    ) -> tuple[Array, Array]:
        """Gradient descent with momentum."""
        if not parameter.shape:
            return COMPOSITIONS["momentum_update"](  # type: ignore[no-any-return]
                np, parameter, gradient, velocity, rate=rate, momentum=momentum, nesterov=nesterov
            )
        step = np.multiply(gradient, rate)
        velocity *= momentum
        velocity -= step
        if not nesterov:
            return np.add(parameter, velocity, out=step), velocity
        moved = np.multiply(velocity, momentum)
        moved -= step
        moved += parameter
        return moved, velocity

    @staticmethod
    @quiet
    def adam_update(
        parameter: Array,
        gradient: Array,
        mean: Array,
        variance: Array,
        *,
        rate: float,
        beta_1: float,
        beta_2: float,
        epsilon: float,
    ) -> tuple[Array, Array, Array]:
        """Adam."""
        if not parameter.shape:
            return COMPOSITIONS["adam_update"](  # type: ignore[no-any-return]
                np, parameter, gradient, mean, variance, rate=rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon
            )
        scratch = np.subtract(gradient, mean)
        scratch *= 1 - beta_1
        mean += scratch
        np.multiply(gradient, gradient, out=scratch)
        scratch -= variance
        scratch *= 1 - beta_2
        variance += scratch
        np.sqrt(variance, out=scratch)
        scratch += epsilon
        np.divide(mean, scratch, out=scratch)
        scratch *= rate
        return np.subtract(parameter, scratch, out=scratch), mean, variance

    @staticmethod
    @quiet
    def rmsprop_update(
        parameter: Array,
        gradient: Array,
        velocity: Array,
        last_step: Array | None,
        average_gradient: Array | None,
        *,
        rate: float,
        rho: float,
        momentum: float,
        epsilon: float,
    ) -> tuple[Array, Array, Array | None, Array | None]:
        """RMSprop."""
        if not parameter.shape or last_step is not None or average_gradient is not None:
            slots = (velocity, last_step, average_gradient)
            return COMPOSITIONS["rmsprop_update"](  # type: ignore[no-any-return]
                np, parameter, gradient, *slots, rate=rate, rho=rho, momentum=momentum, epsilon=epsilon
            )
        step = np.multiply(gradient, gradient)
        step *= 1 - rho
        velocity *= rho
        velocity += step
        root = np.add(velocity, epsilon)
        np.sqrt(root, out=root)
        np.multiply(gradient, rate, out=step)
        step /= root
        return np.subtract(parameter, step, out=step), velocity, None, None

    @staticmethod
    @quiet
    def adagrad_update(
        parameter: Array, gradient: Array, accumulator: Array, *, rate: float, epsilon: float
    ) -> tuple[Array, Array]:
        """Adagrad."""
        if not parameter.shape:
            return COMPOSITIONS["adagrad_update"](  # type: ignore[no-any-return]
                np, parameter, gradient, accumulator, rate=rate, epsilon=epsilon
            )
        step = np.multiply(gradient, gradient)
        accumulator += step
        root = np.add(accumulator, epsilon)
        np.sqrt(root, out=root)
        np.multiply(gradient, rate, out=step)
        step /= root
        return np.subtract(parameter, step, out=step), accumulator

    @staticmethod
    @quiet
    def sum_rows(indices: Array, values: Array) -> tuple[Array, Array]:
        """Sums by places that are counted off, where indices are small; else over runs of the sorted indices."""
        if indices.size and indices.min() >= 0 and indices.max() < 4 * indices.size:
            places = np.zeros(int(indices.max()) + 1, np.intp)
            places[indices] = 1
            rows = np.flatnonzero(places)
            places[rows] = np.arange(len(rows))
            sums = np.zeros((len(rows), *values.shape[1:]), values.dtype)
            add_rows(sums, places[indices], values)
            return rows.astype(indices.dtype), sums
        order = np.argsort(indices, kind="stable")
        indices = indices[order]
        begins = np.flatnonzero(np.concatenate(([True], indices[1:] != indices[:-1])))
        if len(begins) == len(indices):
            return indices, values[order]
        return indices[begins], np.add.reduceat(values[order], begins, axis=0)

    @staticmethod
    def put_rows(x: Array, rows: Array, values: Array) -> Array:
        """A copy, written to at the rows."""
        result = x.copy()
        result[rows] = values
        return result

    @staticmethod
    def put_slot_rows(slot: Array, rows: Array, values: Array) -> Array:
        """The slot itself, written to at the rows; a copy where it is a view of another array."""
        kept = slot if slot.base is None else slot.copy()
        kept[rows] = values
        return kept
