"""A training step of a character model: an embedding of 64 characters in 32 numbers, an LSTM 128 wide over 64 steps, a
dense layer for the next character; batch 32, softmax cross-entropy, Adam.
"""

from __future__ import annotations

from typing import Any

from benchmarks.training import FRAMEWORK_NAMES

FRAMEWORKS = FRAMEWORK_NAMES
UNITS, REPEATS, TOLERANCE = 10, 3, 2e-3
TOLERANCES = {"keras_tensorflow": 0.05}  # squares the gradients of an embedding's repeated rows one by one
LOSS, RATE = "cross_entropy", 0.001
VOCABULARY, EMBEDDING, WIDTH, LENGTH, BATCH = 64, 32, 128, 64, 32
TINY = {"UNITS": 3, "REPEATS": 2, "VOCABULARY": 7, "EMBEDDING": 3, "WIDTH": 5, "LENGTH": 4, "BATCH": 2}


def batch() -> tuple[Any, Any]:
    """Random characters, and at each place the next one."""
    import numpy as np

    text = np.random.default_rng(31).integers(0, VOCABULARY, (BATCH, LENGTH + 1)).astype(np.int32)
    return text[:, :-1].copy(), text[:, 1:].copy()


def weights() -> list[Any]:
    """The embedding; the LSTM's two kernels and bias, gates in the order input, forget, cell, output; the layer's."""
    import numpy as np

    rng = np.random.default_rng(32)

    def kernel(rows: int, columns: int) -> Any:
        return rng.normal(0, rows**-0.5, (rows, columns)).astype(np.float32)

    bias = np.zeros(4 * WIDTH, np.float32)
    bias[WIDTH : 2 * WIDTH] = 1
    lstm = [kernel(EMBEDDING, 4 * WIDTH), kernel(WIDTH, 4 * WIDTH), bias]
    return [kernel(VOCABULARY, EMBEDDING), *lstm, kernel(WIDTH, VOCABULARY), np.zeros(VOCABULARY, np.float32)]


def keras_model(keras: Any) -> Any:
    """`Embedding`, `LSTM`, `Dense`."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(VOCABULARY, EMBEDDING),
            layers.LSTM(WIDTH, return_sequences=True),
            layers.Dense(VOCABULARY),
        ]
    )


def torch_model(weights: list[Any]) -> Any:
    """`Embedding`, `LSTM`, `Linear`; of PyTorch's two biases of an LSTM one stays zero."""
    import torch

    table, kernel, recurrent, bias, out_kernel, out_bias = weights

    class Model(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embedding = torch.nn.Embedding.from_pretrained(table, freeze=False)
            self.lstm = torch.nn.LSTM(EMBEDDING, WIDTH, batch_first=True)
            names = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")
            values = (kernel.T, recurrent.T, bias, torch.zeros_like(bias))
            self.lstm.load_state_dict(dict(zip(names, values)))
            self.lstm.bias_hh_l0.requires_grad_(False)
            self.linear = torch.nn.Linear(WIDTH, VOCABULARY)
            self.linear.load_state_dict({"weight": out_kernel.T, "bias": out_bias})

        def forward(self, x: Any) -> Any:
            return self.linear(self.lstm(self.embedding(x))[0])

    return Model()


def jax_model(weights: list[Any], x: Any) -> Any:
    """`lax.scan`; the inputs' product with the kernel is taken for all steps at once."""
    import jax
    from jax import numpy as jnp

    table, kernel, recurrent, bias, out_kernel, out_bias = weights
    projected = table[x].swapaxes(0, 1) @ kernel + bias

    def advance(states: Any, projected: Any) -> Any:
        hidden, memory = states
        write, forget, cell, read = jnp.split(projected + hidden @ recurrent, 4, axis=-1)
        memory = jax.nn.sigmoid(forget) * memory + jax.nn.sigmoid(write) * jnp.tanh(cell)
        hidden = jax.nn.sigmoid(read) * jnp.tanh(memory)
        return (hidden, memory), hidden

    start = jnp.zeros((x.shape[0], WIDTH))
    outputs = jax.lax.scan(advance, (start, start), projected)[1]
    return outputs.swapaxes(0, 1) @ out_kernel + out_bias
