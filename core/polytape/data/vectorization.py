"""A function of one element, run once for many elements, where that gives the very numbers of one after the other.

It runs with tensors that stand for all elements, on a `BatchedBackend` that has exact functions only. Moving, choosing,
comparing and counting are exact, and so is what is rounded once, each number by itself: `x * y`, `sqrt(x)`. A sum of
floating-point numbers is not, since libraries add up a batch in another order, nor is `exp`, whose last bit may depend
on where in an array a number stands. Whoever looks at a value or calls Python is refused, too; for
random numbers see `polytape.data.drawing`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any, NoReturn

from polytape.backend import COMPOSITIONS, CONTRACT, Array, Axis, Backend
from polytape.batched import Batched, BatchedBackend, NotBatchedError, batching
from polytape.data.drawing import DRAWN, Draws, States
from polytape.data.structure import map_leaves
from polytape.random.streams import draws_for_many
from polytape.tensor import Tensor

EXACT = frozenset(
    (
        *("abs", "add", "ceil", "divide", "divide_no_nan", "floor", "floor_divide", "multiply", "multiply_no_nan"),
        *("negative", "reciprocal", "remainder", "round", "sign", "sqrt", "square", "squared_difference", "subtract"),
        *("clip", "maximum", "minimum", "where"),
        *("equal", "greater", "greater_equal", "isfinite", "isinf", "isnan", "less", "less_equal", "not_equal"),
        *("logical_and", "logical_not", "logical_or", "logical_xor"),
        *("bitwise_and", "bitwise_invert", "bitwise_or", "bitwise_xor"),
        *("all", "any", "argmax", "argmin", "max", "min", "prod", "sum"),
        *("astype", "discretise", "identity", "stop_gradient"),
        *("arange", "broadcast_to", "concat", "concatenate", "flip", "full", "gather_slices", "getitem"),
        *("matrix_transpose", "one_hot", "pack", "pad", "permute_dims", "repeat", "reshape", "roll", "split"),
        *("take", "tile", "unpack"),
    )
)
"""The functions of a backend that give each of many arrays what they give it alone; sums and products of integers."""


class ExactBackend(BatchedBackend):
    """The backend `inner` for many arrays at once, as far as each gets exactly what it would get alone."""

    name = "exact"

    def __init__(self, inner: Backend) -> None:
        super().__init__(inner)
        for name in {*CONTRACT, *COMPOSITIONS} - EXACT - {"any_out_of_range"}:
            self.__dict__[name] = partial(_refuse, name)
        for name in DRAWN:
            self.__dict__[name] = partial(self._drawn, name)

    def __getattr__(self, name: str) -> Any:
        return super().__getattr__(name) if name in EXACT or name.startswith("_") else partial(_refuse, name)

    def _drawn(self, name: str, state: Any, **options: Any) -> Array:
        """Random numbers for each."""
        return Batched(state.draw(self.inner, name, **options), self) if type(state) is States else _refuse(name)

    def any_out_of_range(self, indices: Array, *, length: int) -> Array:
        """Whether an index is out of range; in one of many it is that one's error, which must come at its turn."""
        return _refuse("A check") if type(indices) is Batched else self.inner.any_out_of_range(indices, length=length)

    def sum(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The sum of each, of integers."""
        return super().sum(self._whole_numbers(x), axis=axis, keepdims=keepdims)

    def prod(self, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        """The product of each, of integers."""
        return super().prod(self._whole_numbers(x), axis=axis, keepdims=keepdims)

    def _whole_numbers(self, x: Array) -> Array:
        return x if self.dtype_of(x).is_integer else _refuse("A sum or product of numbers that are rounded")

    def _wrap(self, found: Any) -> Any:
        for array in found if type(found) is tuple else (found,):
            if self.inner.dtype_of(array).is_complex:
                _refuse("Complex arithmetic")
        return super()._wrap(found)


def _refuse(name: str, *_: Any, **__: Any) -> NoReturn:
    raise NotBatchedError(f"{name} may give something else for many elements at once than for each.")


exact_backend = cache(ExactBackend)
"""The exact backend over a backend; one for each."""


def at_once(function: Callable[[Any], Any], elements: Any, count: int, draws: Draws | None = None) -> Any:
    """What `function` returns for each of `count` elements, stacked.

    Args:
        function: takes an element, and returns one; pure in the sense of `polytape.data.purity`.
        elements: the elements, stacked.
        draws: where the function may draw random numbers, what it draws.

    Raises:
        NotBatchedError, or another error on its account: if they have to be taken one after the other.
    """
    token = batching.set(exact_backend)
    drawing = draws_for_many.set(None if draws is None else draws.draw)
    try:
        result = function(map_leaves(_as_batch, elements))
    finally:
        draws_for_many.reset(drawing)
        batching.reset(token)
    found = map_leaves(lambda leaf: _of_batch(leaf, count), result)
    if draws is not None:
        draws.finish()
    return found


def _as_batch(tensor: Tensor) -> Tensor:
    backend = exact_backend(tensor._backend)
    return Tensor(Batched(tensor._array, backend), backend)


def _of_batch(leaf: Any, count: int) -> Tensor:
    """The elements' results along a first axis; what is the same for each is repeated."""
    if type(leaf) is not Tensor:
        _refuse("A dataset in a dataset")
    array, backend = leaf._array, leaf._backend
    home = backend.inner if isinstance(backend, BatchedBackend) else backend
    return Tensor(array.array if type(array) is Batched else home.pack(*[array] * count, axis=0), home)
