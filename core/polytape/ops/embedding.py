"""Embeddings: rows of a table, looked up by number."""

from __future__ import annotations

from typing import Any

from polytape.errors import InvalidArgumentError
from polytape.operand import Operand
from polytape.ops.clipping import clip_by_norm
from polytape.ops.gathering import gather
from polytape.tensor import Tensor


def embedding_lookup(params: Any, ids: Any, max_norm: Any = None, name: str | None = None) -> Tensor:
    """Return the rows of a table at some numbers.

    The gradient with respect to the table is an `IndexedSlices`: of the rows that were looked up alone.

    Args:
        params: the table, (rows, ...): a tensor or variable, or a list of one.
        ids: integers of any shape.
        max_norm: if given, rows whose L2 norm is above it are scaled down to it.

    Returns:
        The shape of `ids` followed by that of a row.

    Raises:
        OutOfRangeError: if there is no such row.
        InvalidArgumentError: if the table is given in several parts.

    >>> import polytape as tf
    >>> table = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    >>> tf.nn.embedding_lookup(table, [1, 1, 0]).numpy().tolist()
    [[3.0, 4.0], [3.0, 4.0], [1.0, 2.0]]
    """
    if isinstance(params, (list, tuple)) and params and isinstance(params[0], Operand):
        if len(params) != 1:
            raise InvalidArgumentError(
                f"embedding_lookup: params must be one table; received {len(params)} parts. Join them with tf.concat."
            )
        (params,) = params
    rows = gather(params, ids)
    if max_norm is None:
        return rows
    first = rows.ndim - (len(params.shape) - 1)
    return clip_by_norm(rows, max_norm, axes=list(range(first, rows.ndim)))
