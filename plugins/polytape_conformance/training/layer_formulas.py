"""Layers over again in float64 NumPy, by loops and by the formulas of their papers.

Each function takes the input and the layer's trainable weights and returns the output, as while training.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

Formula = Callable[..., Any]


def sigmoid(x: Any) -> Any:
    """1 / (1 + e⁻ˣ)."""
    return 1 / (1 + np.exp(-x))


def dense(x: Any, kernel: Any, bias: Any) -> Any:
    """tanh(x·W + b), along the last axis."""
    return np.tanh(np.einsum("...i,iu->...u", x, kernel) + bias)


def convolution(*, strides: Any, dilation: Any, pads: Any, groups: int = 1) -> Formula:
    """A convolution by loops over the places of the output; `pads` are zeros before and after each spatial axis."""

    def of(x: Any, kernel: Any, bias: Any = 0.0) -> Any:
        rank = len(strides)
        padded = np.pad(x, ((0, 0), *pads, (0, 0)))
        sizes = [
            (padded.shape[1 + axis] - (kernel.shape[axis] - 1) * dilation[axis] - 1) // strides[axis] + 1
            for axis in range(rank)
        ]
        filters = kernel.shape[-1] // groups
        found = np.zeros((len(x), *sizes, kernel.shape[-1]))
        for place in np.ndindex(*sizes):
            for tap in np.ndindex(*kernel.shape[:rank]):
                at = tuple(place[axis] * strides[axis] + tap[axis] * dilation[axis] for axis in range(rank))
                for group in range(groups):
                    channels = slice(group * kernel.shape[-2], (group + 1) * kernel.shape[-2])
                    out = slice(group * filters, (group + 1) * filters)
                    found[(slice(None), *place, out)] += (
                        padded[(slice(None), *at, channels)] @ kernel[(*tap, slice(None), out)]
                    )
        return found + bias

    return of


def transposed_convolution(*, strides: Any, sizes: Any, pads: Any) -> Formula:
    """Every input place adds its multiple of the kernel to the output, from which `pads` are cut off at the front."""

    def of(x: Any, kernel: Any, bias: Any) -> Any:
        rank = len(strides)
        whole = [(x.shape[1 + axis] - 1) * strides[axis] + kernel.shape[axis] for axis in range(rank)]
        found = np.zeros((len(x), *whole, kernel.shape[-2]))
        for place in np.ndindex(*x.shape[1 : 1 + rank]):
            for tap in np.ndindex(*kernel.shape[:rank]):
                at = tuple(place[axis] * strides[axis] + tap[axis] for axis in range(rank))
                found[(slice(None), *at)] += x[(slice(None), *place)] @ kernel[tap].T
        cut = tuple(slice(pads[axis], pads[axis] + sizes[axis]) for axis in range(rank))
        return found[(slice(None), *cut)] + bias

    return of


def depthwise(x: Any, kernel: Any, bias: Any) -> Any:
    """A kernel for each channel, without borders; of channel c, filter m goes to channel c·M + m."""
    height, width, channels, multiplier = kernel.shape
    found = np.zeros((len(x), x.shape[1] - height + 1, x.shape[2] - width + 1, channels * multiplier))
    for i, j, p, q in np.ndindex(*found.shape[1:3], height, width):
        found[:, i, j] += (x[:, i + p, j + q, :, None] * kernel[p, q]).reshape(len(x), -1)
    return found + bias


def separable(x: Any, kernel: Any, pointwise: Any, bias: Any) -> Any:
    """A kernel for each channel, then a product along the channels."""
    return depthwise(x, kernel, 0.0) @ pointwise[0, 0] + bias


def batch_normalization(x: Any, gamma: Any, beta: Any) -> Any:
    """Ioffe and Szegedy 2015, algorithm 1, with ε = 0.01."""
    flat = x.reshape(-1, x.shape[-1])
    mean = sum(flat) / len(flat)
    variance = sum((row - mean) ** 2 for row in flat) / len(flat)
    return (x - mean) / np.sqrt(variance + 1e-2) * gamma + beta


def layer_normalization(x: Any, gamma: Any, beta: Any) -> Any:
    """Ba, Kiros and Hinton 2016, equation 3, with ε = 0.001."""
    found = np.empty_like(x)
    for at in np.ndindex(*x.shape[:-1]):
        mean = math.fsum(x[at]) / x.shape[-1]
        variance = math.fsum((x[at] - mean) ** 2) / x.shape[-1]
        found[at] = (x[at] - mean) / math.sqrt(variance + 1e-3) * gamma + beta
    return found


def group_normalization(x: Any, gamma: Any, beta: Any) -> Any:
    """Wu and He 2018, equation 7, two groups of channels, with ε = 0.001."""
    found = np.empty_like(x)
    width = x.shape[-1] // 2
    for n in range(len(x)):
        for group in (slice(0, width), slice(width, None)):
            part = x[n, ..., group]
            variance = np.mean((part - np.mean(part)) ** 2)
            found[n, ..., group] = (part - np.mean(part)) / math.sqrt(variance + 1e-3)
    return found * gamma + beta


def prelu(x: Any, alpha: Any) -> Any:
    """He et al. 2015, equation 1."""
    return np.where(x > 0, x, alpha * x)


def embedding(indices: Any, table: Any) -> Any:
    """Rows of a table."""
    return np.array([[table[int(index)] for index in row] for row in indices])


def pooling(choose: Callable[[Any], Any]) -> Formula:
    """Windows of 2 x 2, side by side."""

    def of(x: Any) -> Any:
        found = np.empty((len(x), x.shape[1] // 2, x.shape[2] // 2, x.shape[3]))
        for n, i, j, c in np.ndindex(*found.shape):
            found[n, i, j, c] = choose(x[n, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, c])
        return found

    return of


def simple_recurrent(x: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
    """Elman 1990: h ← tanh(x·W + h·U + b)."""
    state = np.zeros((len(x), recurrent.shape[0]))
    for t in range(x.shape[1]):
        state = np.tanh(x[:, t] @ kernel + state @ recurrent + bias)
    return state


def long_short_term_memory(x: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
    """Gers, Schmidhuber and Cummins 2000; the gates in the order input, forget, candidate, output. All states."""
    units = recurrent.shape[0]
    state = memory = np.zeros((len(x), units))
    states = []
    for t in range(x.shape[1]):
        z = x[:, t] @ kernel + state @ recurrent + bias
        enter, forget, candidate, leave = (z[:, gate * units : (gate + 1) * units] for gate in range(4))
        memory = sigmoid(forget) * memory + sigmoid(enter) * np.tanh(candidate)
        state = sigmoid(leave) * np.tanh(memory)
        states.append(state)
    return np.stack(states, 1)


def gated_recurrent(*, reset_after: bool) -> Formula:
    """Cho et al. 2014, equations 5 to 8; with the reset after the product as in its second version."""

    def of(x: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
        units = recurrent.shape[0]
        inner, outer = bias if reset_after else (bias, np.zeros_like(bias))
        parts = [slice(gate * units, (gate + 1) * units) for gate in range(3)]
        state = np.zeros((len(x), units))
        for t in range(x.shape[1]):
            given, held = x[:, t] @ kernel + inner, state @ recurrent + outer
            update, reset = (sigmoid(given[:, part] + held[:, part]) for part in parts[:2])
            if reset_after:
                candidate = np.tanh(given[:, parts[2]] + reset * held[:, parts[2]])
            else:
                candidate = np.tanh(given[:, parts[2]] + (reset * state) @ recurrent[:, parts[2]])
            state = update * state + (1 - update) * candidate
        return state

    return of


def attention(x: Any, *weights: Any) -> Any:
    """Vaswani et al. 2017, section 3.2.2: each head by itself, on one sequence that attends to itself."""
    query, query_bias, key, key_bias, value, value_bias, output, output_bias = weights
    found = np.zeros((*x.shape[:-1], output.shape[-1]))
    for head in range(query.shape[1]):
        q, k, v = (
            x @ kernel[:, head] + bias[head]
            for kernel, bias in ((query, query_bias), (key, key_bias), (value, value_bias))
        )
        scores = np.exp(q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1]))
        found += scores / scores.sum(-1, keepdims=True) @ v @ output[head]
    return found + output_bias
