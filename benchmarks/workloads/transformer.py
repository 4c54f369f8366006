"""A training step of a small causal Transformer: two blocks, 128 wide, of 4 heads and a GELU layer of 512, normalized
before each part; 64 characters of a vocabulary of 64, batch 16, softmax cross-entropy, Adam.
"""

from __future__ import annotations

from typing import Any

from benchmarks.training import FRAMEWORK_NAMES

FRAMEWORKS = FRAMEWORK_NAMES
UNITS, REPEATS, TOLERANCE = 10, 3, 2e-3
TOLERANCES = {"keras_tensorflow": 0.05}  # squares the gradients of an embedding's repeated rows one by one
LOSS, RATE = "cross_entropy", 0.001
VOCABULARY, WIDTH, HEADS, HIDDEN, BLOCKS, LENGTH, BATCH = 64, 128, 4, 512, 2, 64, 16
NORM_EPSILON = 1e-5
TINY = {"UNITS": 3, "REPEATS": 2, "VOCABULARY": 7, "WIDTH": 8, "HEADS": 2, "HIDDEN": 12, "LENGTH": 5, "BATCH": 2}


def batch() -> tuple[Any, Any]:
    """Random characters, and at each place the next one."""
    import numpy as np

    text = np.random.default_rng(41).integers(0, VOCABULARY, (BATCH, LENGTH + 1)).astype(np.int32)
    return text[:, :-1].copy(), text[:, 1:].copy()


def weights() -> list[Any]:
    """Two embeddings; for each block 2 of a norm, 8 of the attention, 2 of a norm, 4 of its layers; norm and layer."""
    import numpy as np

    rng = np.random.default_rng(42)

    def dense(rows: int, *columns: int) -> list[Any]:
        return [rng.normal(0, rows**-0.5, (rows, *columns)).astype(np.float32), np.zeros(columns, np.float32)]

    def norm() -> list[Any]:
        return [np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)]

    def block() -> list[Any]:
        projections = [array for _ in range(3) for array in dense(WIDTH, HEADS, WIDTH // HEADS)]
        kernel, bias = dense(WIDTH, WIDTH)
        attention = [*projections, kernel.reshape(HEADS, WIDTH // HEADS, WIDTH), bias]
        return [*norm(), *attention, *norm(), *dense(WIDTH, HIDDEN), *dense(HIDDEN, WIDTH)]

    embeddings = [rng.normal(0, 0.1, (rows, WIDTH)).astype(np.float32) for rows in (VOCABULARY, LENGTH)]
    blocks = [array for _ in range(BLOCKS) for array in block()]
    return [*embeddings, *blocks, *norm(), *dense(WIDTH, VOCABULARY)]


def keras_model(keras: Any) -> Any:
    """`MultiHeadAttention`, `LayerNormalization`, `Dense`."""
    import numpy as np

    layers = keras.layers
    places = np.arange(LENGTH, dtype=np.int32)[None]

    class Block(layers.Layer):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.norm = layers.LayerNormalization(epsilon=NORM_EPSILON)
            self.attention = layers.MultiHeadAttention(HEADS, WIDTH // HEADS)
            self.second_norm = layers.LayerNormalization(epsilon=NORM_EPSILON)
            self.widen = layers.Dense(HIDDEN, activation="gelu")
            self.narrow = layers.Dense(WIDTH)

        def call(self, x: Any) -> Any:
            normalized = self.norm(x)
            x = x + self.attention(normalized, normalized, use_causal_mask=True)
            return x + self.narrow(self.widen(self.second_norm(x)))

    class Model(keras.Model):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.tokens = layers.Embedding(VOCABULARY, WIDTH)
            self.places = layers.Embedding(LENGTH, WIDTH)
            self.blocks = [Block() for _ in range(BLOCKS)]
            self.norm = layers.LayerNormalization(epsilon=NORM_EPSILON)
            self.head = layers.Dense(VOCABULARY)

        def call(self, x: Any, training: Any = None) -> Any:
            x = self.tokens(x) + self.places(places)
            for block in self.blocks:
                x = block(x)
            return self.head(self.norm(x))

    model = Model()
    model(np.zeros((1, LENGTH), np.int32))
    return model


def torch_model(weights: list[Any]) -> Any:
    """`TransformerEncoderLayer`, which is one such block."""
    import torch

    nn = torch.nn

    def block(weights: list[Any]) -> Any:
        norm, attention, second_norm, layers = weights[:2], weights[2:10], weights[10:12], weights[12:]
        made = nn.TransformerEncoderLayer(
            WIDTH, HEADS, HIDDEN, 0.0, "gelu", NORM_EPSILON, batch_first=True, norm_first=True
        )
        made.load_state_dict(
            {
                "norm1.weight": norm[0],
                "norm1.bias": norm[1],
                "self_attn.in_proj_weight": torch.cat([kernel.reshape(WIDTH, WIDTH).T for kernel in attention[:6:2]]),
                "self_attn.in_proj_bias": torch.cat([bias.flatten() for bias in attention[1:6:2]]),
                "self_attn.out_proj.weight": attention[6].reshape(WIDTH, WIDTH).T,
                "self_attn.out_proj.bias": attention[7],
                "norm2.weight": second_norm[0],
                "norm2.bias": second_norm[1],
                "linear1.weight": layers[0].T,
                "linear1.bias": layers[1],
                "linear2.weight": layers[2].T,
                "linear2.bias": layers[3],
            }
        )
        return made

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tokens = nn.Embedding.from_pretrained(weights[0], freeze=False)
            self.places = nn.Embedding.from_pretrained(weights[1], freeze=False)
            count = (len(weights) - 6) // BLOCKS
            self.blocks = nn.ModuleList(block(weights[2 + i * count :][:count]) for i in range(BLOCKS))
            self.norm = nn.LayerNorm(WIDTH, NORM_EPSILON)
            self.norm.load_state_dict({"weight": weights[-4], "bias": weights[-3]})
            self.head = nn.Linear(WIDTH, VOCABULARY)
            self.head.load_state_dict({"weight": weights[-2].T, "bias": weights[-1]})
            self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(LENGTH))
            self.register_buffer("numbers", torch.arange(LENGTH))

        def forward(self, x: Any) -> Any:
            x = self.tokens(x) + self.places(self.numbers)
            for block in self.blocks:
                x = block(x, src_mask=self.mask, is_causal=True)
            return self.head(self.norm(x))

    return Model()


def jax_model(weights: list[Any], x: Any) -> Any:
    """`einsum` and `jax.nn`."""
    import jax
    from jax import numpy as jnp

    def norm(x: Any, scale: Any, shift: Any) -> Any:
        centred = x - x.mean(axis=-1, keepdims=True)
        return centred * jax.lax.rsqrt(jnp.square(centred).mean(axis=-1, keepdims=True) + NORM_EPSILON) * scale + shift

    def attention(x: Any, weights: list[Any]) -> Any:
        query, key, value = (jnp.einsum("btf,fhk->bthk", x, weights[i]) + weights[i + 1] for i in (0, 2, 4))
        attended = jax.nn.dot_product_attention(query, key, value, is_causal=True)
        return jnp.einsum("bthk,hkf->btf", attended, weights[6]) + weights[7]

    count = (len(weights) - 6) // BLOCKS
    x = weights[0][x] + weights[1]
    for index in range(BLOCKS):
        own = weights[2 + index * count :][:count]
        x = x + attention(norm(x, *own[:2]), own[2:10])
        hidden = jax.nn.gelu(norm(x, *own[10:12]) @ own[12] + own[13], approximate=False)
        x = x + hidden @ own[14] + own[15]
    return norm(x, *weights[-4:-2]) @ weights[-2] + weights[-1]
