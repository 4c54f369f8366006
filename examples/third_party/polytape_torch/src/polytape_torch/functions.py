"""What PyTorch spells otherwise than the contract, or does otherwise."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy
import torch

from polytape.basic_indexing import standard_key
from polytape.errors import InvalidArgumentError
from polytape_torch.unsigned import adopt

# Element by element. Operators take Python numbers on either side; PyTorch's functions of two tensors don't.


def _tensors(x: Any, y: Any) -> tuple[Any, Any]:
    """Two tensors of one dtype, of which one may have been a Python number."""
    if not isinstance(y, torch.Tensor):
        y = adopt(torch.tensor(y, dtype=x.dtype, device=x.device))
    elif not isinstance(x, torch.Tensor):
        x = adopt(torch.tensor(x, dtype=y.dtype, device=y.device))
    return x, y


def _of_tensors(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, y: function(*_tensors(x, y))


def power(x: Any, y: Any) -> Any:
    """x to the power of y. PyTorch gives NaN for 0⁰ of complex numbers, and 0 for integers' negative powers."""
    x, y = _tensors(x, y)
    if x.is_complex():
        return torch.where(y == 0, 1, x**y)
    if not x.is_floating_point() and bool((y < 0).any()):
        raise InvalidArgumentError("pow: an integer to a negative power is no integer. Convert it with tf.cast first.")
    return x**y


def square_root(x: Any) -> Any:
    """The square root; on the CPU by NumPy, as PyTorch's own is often the neighbour of the nearest number there."""
    if not x.is_cpu or x.is_complex() or x.dtype == torch.float16:
        return torch.sqrt(x)
    result = torch.empty(x.shape, dtype=x.dtype)
    with numpy.errstate(invalid="ignore"):
        numpy.sqrt(x.numpy(), out=result.numpy())
    return result


def where(condition: Any, x: Any, y: Any) -> Any:
    """x where the condition holds, else y; a Python number takes the other's dtype."""
    return torch.where(condition, *_tensors(x, y))


# Along axes. For PyTorch an empty tuple of axes means all of them.


def _reduction(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
        return x if axis == () else function(x, tuple(range(x.ndim)) if axis is None else axis, keepdims)

    return call


def _extreme(function: Callable[..., Any]) -> Callable[..., Any]:
    """The largest or smallest elements; none, where there is nothing to find one in and none is asked for."""

    def call(x: Any, axis: Any, keepdims: bool) -> Any:
        return x.sum(axis, keepdims, dtype=x.dtype) if x.numel() == 0 else function(x, dim=axis, keepdim=keepdims)

    return _reduction(call)


def _product(x: Any, axis: Any, keepdims: bool) -> Any:
    """The product along axes, one after the other; that of half precision in single precision."""
    found = x.to(torch.float32) if x.dtype == torch.float16 else x
    for place in sorted((axis,) if isinstance(axis, int) else axis, reverse=True):
        found = found.prod(place, keepdim=keepdims, dtype=found.dtype)
    return found.to(x.dtype)


# Places of elements.


def _upwards(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[tuple[Any, ...], list[int]]:
    """The key with slices of positive steps, as PyTorch has no others, and the axes of the result to turn around."""
    found, turned, axis, place = [], [], 0, 0
    key = standard_key(key, shape)
    skipped = len(shape) - sum(entry is not None and entry is not ... for entry in key)
    for entry in key:
        if isinstance(entry, slice) and entry.step < 0:
            steps = range(*entry.indices(shape[axis]))
            entry = slice(steps[-1], steps[0] + 1, -entry.step)
            turned.append(place)
        found.append(entry)
        axis += skipped if entry is ... else entry is not None
        place += skipped if entry is ... else not isinstance(entry, int)
    return tuple(found), turned


def getitem(x: Any, *, key: tuple[Any, ...]) -> Any:
    """A view; a copy where steps are negative."""
    key, turned = _upwards(key, x.shape)
    return x[key].flip(turned) if turned else x[key]


def setitem(x: Any, y: Any, *, key: tuple[Any, ...]) -> Any:
    """A copy, written to once."""
    return _written(x.clone(memory_format=torch.contiguous_format), y, key)


def setitem_zeros(x: Any, *, key: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """Zeros, written to once."""
    return _written(x.new_zeros(shape), x, key)


def _written(result: Any, y: Any, key: tuple[Any, ...]) -> Any:
    """A new array, with y written to its places of a key."""
    key, turned = _upwards(key, result.shape)
    result[key] = y.expand(result[key].shape).flip(turned) if turned else y
    return result


def take(x: Any, indices: Any, *, axis: int) -> Any:
    """A copy of slices."""
    return x.index_select(axis, indices.to(torch.int64))


def scatter_add(x: Any, indices: Any, updates: Any) -> Any:
    """A copy with rows added to."""
    return x.index_add(0, indices.to(torch.int64), updates)


def pad(x: Any, *, paddings: Sequence[tuple[int, int]], value: Any) -> Any:
    """A value around the elements; PyTorch wants the amounts from the last axis on."""
    amounts = [amount for pair in reversed(paddings) for amount in pair]
    return torch.nn.functional.pad(x, amounts, value=value)


# Matrices.


def matmul(x: Any, y: Any) -> Any:
    """The matrix product; of truth values by integers, and of integers on GPUs by products and sums."""
    if x.dtype == torch.bool:
        return matmul(x.to(torch.int32), y.to(torch.int32)) > 0
    if x.is_cpu or x.is_floating_point() or x.is_complex():
        return torch.matmul(x, y)
    return (x.unsqueeze(-1) * y.unsqueeze(-3)).sum(-2, dtype=x.dtype)


def solve(x: Any, y: Any) -> Any:
    """What x is to be multiplied with to give y, which has as many axes: PyTorch might take y for vectors."""
    return torch.linalg.solve(x, y.expand(*x.shape[: max(x.ndim - y.ndim, 0)], *y.shape))


def _explained(function: Callable[..., Any], problem: str) -> Callable[..., Any]:
    """A function of `torch.linalg`, whose error says what is wrong with the matrix."""

    def call(*arrays: Any, **options: Any) -> Any:
        try:
            found = function(*arrays, **options)
        except torch.linalg.LinAlgError as error:
            raise InvalidArgumentError(f"{problem} ({error}).") from None
        return tuple(found) if isinstance(found, tuple) else found

    return call


_SINGULAR = "The matrix is not invertible"
_DIVERGED = "The decomposition did not converge: does the matrix hold NaN or infinity?"
_INDEFINITE = "Cholesky decomposition was not successful: the matrix is not positive definite"

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": operator.truediv,
    "floor_divide": operator.floordiv,
    "remainder": operator.mod,
    "pow": power,
    "sqrt": square_root,
    "maximum": _of_tensors(torch.maximum),
    "minimum": _of_tensors(torch.minimum),
    "atan2": _of_tensors(torch.atan2),
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
    "logical_and": operator.and_,
    "logical_or": operator.or_,
    "logical_not": operator.invert,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "bitwise_invert": operator.invert,
    "bitwise_left_shift": operator.lshift,
    "bitwise_right_shift": operator.rshift,
    "where": where,
    "conj": torch.conj_physical,
    "imag": lambda x: torch.imag(x) if x.is_complex() else torch.zeros_like(x),
    "sum": _reduction(lambda x, axis, keepdims: torch.sum(x, dim=axis, keepdim=keepdims, dtype=x.dtype)),
    "prod": _reduction(_product),
    "max": _extreme(torch.amax),
    "min": _extreme(torch.amin),
    "all": _reduction(lambda x, axis, keepdims: torch.all(x, dim=axis, keepdim=keepdims)),
    "any": _reduction(lambda x, axis, keepdims: torch.any(x, dim=axis, keepdim=keepdims)),
    "argmax": lambda x, *, axis: torch.argmax(x, dim=axis),
    "argmin": lambda x, *, axis: torch.argmin(x, dim=axis),
    "cumulative_sum": lambda x, *, axis: torch.cumsum(x, dim=axis, dtype=x.dtype),
    "cumulative_prod": lambda x, *, axis: torch.cumprod(x, dim=axis, dtype=x.dtype),
    "sort": lambda x, *, axis: torch.sort(x, dim=axis, stable=True).values,
    "argsort": lambda x, *, axis: torch.argsort(x, dim=axis, stable=True),
    "searchsorted": lambda x, y, *, side: torch.searchsorted(x.contiguous(), y.contiguous(), right=side == "right"),
    "reshape": lambda x, *, shape: torch.reshape(x, shape),
    "permute_dims": lambda x, *, axes: torch.permute(x, axes),
    "broadcast_to": lambda x, *, shape: torch.broadcast_to(x, shape),
    "flip": lambda x, *, axes: torch.flip(x, axes),
    "concat": lambda arrays, *, axis: torch.cat(tuple(arrays), dim=axis),
    "concatenate": lambda *xs, axis: torch.cat(xs, dim=axis),
    "pack": lambda *xs, axis: torch.stack(xs, dim=axis),
    "unpack": lambda x, *, axis: tuple(torch.unbind(x, dim=axis)),
    "getitem": getitem,
    "setitem": setitem,
    "setitem_zeros": setitem_zeros,
    "take": take,
    "scatter_add": scatter_add,
    "scatter_rows": lambda values, indices, *, shape: scatter_add(values.new_zeros(shape), indices, values),
    "pad": pad,
    "nonzero": torch.nonzero,
    "matmul": matmul,
    "cholesky": _explained(torch.linalg.cholesky, _INDEFINITE),
    "inv": _explained(torch.linalg.inv, _SINGULAR),
    "solve": _explained(solve, _SINGULAR),
    "det": torch.linalg.det,
    "slogdet": _explained(torch.linalg.slogdet, _DIVERGED),
    "qr": lambda x, *, full_matrices: tuple(torch.linalg.qr(x, mode="complete" if full_matrices else "reduced")),
    "svd": _explained(torch.linalg.svd, _DIVERGED),
    "svdvals": _explained(torch.linalg.svdvals, _DIVERGED),
    "eigh": _explained(torch.linalg.eigh, _DIVERGED),
    "eigvalsh": _explained(torch.linalg.eigvalsh, _DIVERGED),
    # Ops that polytape would compose, and PyTorch has in one piece.
    "square": torch.square,
    "rsqrt": torch.rsqrt,
    "sigmoid": torch.sigmoid,
    "log_sigmoid": torch.nn.functional.logsigmoid,
    "relu": torch.relu,
    "where_positive": lambda x, y: torch.ops.aten.threshold_backward(x, y, 0),
    "isinf": torch.isinf,
    "sign": torch.sgn,
    "erf": torch.erf,
    "erfc": torch.erfc,
    "lgamma": torch.lgamma,
    "softmax": lambda x, *, axis: torch.softmax(x, axis),
    "log_softmax": lambda x, *, axis: torch.log_softmax(x, axis),
    "cumulative_log_sum_exp": lambda x, *, axis: torch.logcumsumexp(x, axis),
}
