"""Attention: outputs that are weighted means of values, the weights telling how well keys fit a query."""

from __future__ import annotations

import math
from typing import Any

from polytape import constraints, initializers, regularizers
from polytape.arguments import integer
from polytape.conversion import convert
from polytape.dtypes import bool_
from polytape.errors import InvalidArgumentError, UnimplementedError
from polytape.layers.layer import Layer
from polytape.ops.arithmetic import add, multiply
from polytape.ops.casting import cast
from polytape.ops.comparison import greater_equal
from polytape.ops.dropout import dropout as dropped
from polytape.ops.linear_algebra import matmul_
from polytape.ops.logical import logical_and
from polytape.ops.ranges import range as numbers
from polytape.ops.selection import select
from polytape.ops.shape import expand_dims, permute_dims, reshape_
from polytape.ops.softmax import softmax
from polytape.shape import TensorShape
from polytape.tensor import Tensor
from polytape.variable import Variable


class MultiHeadAttention(Layer):
    """Attentions side by side, each on projections of its own: softmax(q · kᵀ / √key_dim) · v, joined and projected.

    Args:
        num_heads: how many attentions.
        key_dim: the length of each projected query and key.
        value_dim: the length of each projected value; by default `key_dim`.
        dropout: the rate of dropout of the weights in training.
        use_bias: whether the projections add biases.
        output_shape: the length of the output; by default the query's.
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer, kernel_constraint, bias_constraint:
            as for `Dense`, for all projections.
        options: what `Layer` takes.

    Source: Vaswani et al., "Attention is all you need", 2017, section 3.2.

    >>> import polytape as tf
    >>> layer = tf.keras.layers.MultiHeadAttention(num_heads=2, key_dim=4)
    >>> layer(tf.ones((1, 5, 6)), tf.ones((1, 3, 6))).shape
    TensorShape([1, 5, 6])
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | None = None,
        attention_axes: Any = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if attention_axes not in (None, 1, (1,), [1]):
            raise UnimplementedError("MultiHeadAttention attends along axis 1 of inputs of rank 3 only.")
        self.num_heads = integer(num_heads, "MultiHeadAttention: num_heads")
        self.key_dim = integer(key_dim, "MultiHeadAttention: key_dim")
        self.value_dim = self.key_dim if value_dim is None else integer(value_dim, "MultiHeadAttention: value_dim")
        if min(self.num_heads, self.key_dim, self.value_dim) < 1:
            raise InvalidArgumentError(
                f"MultiHeadAttention: num_heads, key_dim and value_dim must be positive; received {num_heads!r}, "
                f"{key_dim!r} and {value_dim!r}."
            )
        if not 0 <= dropout < 1:
            raise InvalidArgumentError(f"MultiHeadAttention: dropout must lie in [0, 1); received {dropout!r}.")
        self.dropout = dropout
        self.use_bias = use_bias
        self.output_shape = None if output_shape is None else integer(output_shape, "MultiHeadAttention: output_shape")
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def build(  # type: ignore[override]  # a layer of several inputs is built for the shapes of all of them
        self, query_shape: Any, value_shape: Any, key_shape: Any = None
    ) -> None:
        """Make the kernels and biases of the four projections."""
        shapes = {"query": query_shape, "value": value_shape, "key": key_shape or value_shape}
        for what, shape in shapes.items():
            if len(shape) != 3:
                raise InvalidArgumentError(
                    f"The layer {self.name!r} (MultiHeadAttention) takes {what} of rank 3, (batch, length, features); "
                    f"received shape {tuple(shape)}."
                )
        heads, width = self.num_heads, self.output_shape or query_shape[-1]
        self.query_kernel, self.query_bias = self._projection("query", (query_shape[-1], heads, self.key_dim), 1)
        self.key_kernel, self.key_bias = self._projection("key", (shapes["key"][-1], heads, self.key_dim), 1)
        self.value_kernel, self.value_bias = self._projection("value", (value_shape[-1], heads, self.value_dim), 1)
        self.output_kernel, self.output_bias = self._projection("attention_output", (heads, self.value_dim, width), 2)

    def call(
        self,
        query: Tensor,
        value: Tensor,
        key: Tensor | None = None,
        attention_mask: Any = None,
        return_attention_scores: bool = False,
        training: Any = False,
        use_causal_mask: bool = False,
    ) -> Any:
        """Attend.

        Args:
            query: (batch, T, features).
            value: (batch, S, features).
            key: (batch, S, features); by default `value`.
            attention_mask: bool, broadcast to (batch, T, S): where it is false, nothing is attended to.
            return_attention_scores: whether to return the weights, (batch, heads, T, S), as well.
            training: whether to drop weights.
            use_causal_mask: whether each place attends only to places up to its own.
        """
        queries = multiply(self._heads(query, self.query_kernel, self.query_bias), 1 / math.sqrt(self.key_dim))
        keys = self._heads(value if key is None else key, self.key_kernel, self.key_bias)
        values = self._heads(value, self.value_kernel, self.value_bias)
        scores = matmul_(queries, permute_dims(keys, axes=(0, 1, 3, 2)))
        mask = self._mask(scores, attention_mask, use_causal_mask)
        if mask is not None:
            scores = select(mask, scores, -1e9 if scores.dtype.size > 2 else -3e4)
        weights = softmax(scores, -1)
        used = dropped(weights, self.dropout) if training and self.dropout else weights
        joined = permute_dims(matmul_(used, values), axes=(0, 2, 1, 3))
        batch, length, heads, width = joined._array.shape
        output_kernel = self.output_kernel.read_value()
        flat = matmul_(
            reshape_(joined, shape=(batch * length, heads * width)),
            reshape_(output_kernel, shape=(heads * width, output_kernel._array.shape[-1])),
        )
        if self.output_bias is not None:
            flat = add(flat, self.output_bias.read_value())
        outputs = reshape_(flat, shape=(batch, length, flat._array.shape[-1]))
        return (outputs, weights) if return_attention_scores else outputs

    def compute_output_shape(self, query_shape: Any, value_shape: Any = None, key_shape: Any = None) -> TensorShape:
        """The query's shape, with the output's length."""
        return TensorShape((*tuple(query_shape)[:-1], self.output_shape or tuple(query_shape)[-1]))

    def _projection(self, what: str, shape: tuple[int, ...], contracted: int) -> tuple[Variable, Variable | None]:
        kernel = self.add_weight(
            name=f"{what}/kernel",
            shape=shape,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if not self.use_bias:
            return kernel, None
        bias = self.add_weight(
            name=f"{what}/bias",
            shape=shape[contracted:],
            initializer=self.bias_initializer,
            regularizer=self.bias_regularizer,
            constraint=self.bias_constraint,
        )
        return kernel, bias

    def _heads(self, x: Tensor, kernel: Variable, bias: Variable | None) -> Tensor:
        """`x` projected for each head: (batch, heads, length, width)."""
        batch, length, features = x._array.shape
        weights = kernel.read_value()
        _, heads, width = weights._array.shape
        flat = matmul_(
            reshape_(x, shape=(batch * length, features)), reshape_(weights, shape=(features, heads * width))
        )
        split = reshape_(flat, shape=(batch, length, heads, width))
        if bias is not None:
            split = add(split, bias.read_value())
        return permute_dims(split, axes=(0, 2, 1, 3))  # type: ignore[no-any-return]

    def _mask(self, scores: Tensor, given: Any, causal: bool) -> Tensor | None:
        """Where attention is allowed, in a shape that broadcasts to the scores'."""
        mask = None
        if given is not None:
            mask = convert(given)
            mask = mask if mask.dtype is bool_ else cast(mask, bool_)
            if mask.ndim == 3:
                mask = expand_dims(mask, 1)
        if not causal:
            return mask
        rows, columns = scores._array.shape[-2:]
        earlier = greater_equal(expand_dims(numbers(rows), 1), expand_dims(numbers(columns), 0))
        return earlier if mask is None else logical_and(mask, earlier)  # type: ignore[no-any-return]
