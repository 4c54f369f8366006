"""Functions over the slices of tensors along the first axis: map, fold, scan."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from polytape import nest
from polytape.batched import Batched, BatchedBackend, batched_backend, batching
from polytape.conversion import convert
from polytape.dtypes import DType, as_dtype
from polytape.errors import DTypeError, InvalidArgumentError, UnimplementedError
from polytape.ops.creation import zeros
from polytape.ops.identity import stop_gradient
from polytape.ops.joining import stack, unstack
from polytape.recorder import listening
from polytape.tensor import Tensor

Function = Callable[..., Any]
_NUMBERS = frozenset((bool, int, float, complex))


def map_fn(
    fn: Function,
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """Apply a function to each slice along the first axis, and stack what it returns.

    Args:
        fn: gets a slice, or the slices in the structure of `elems`.
        elems: a tensor, or a nested structure of tensors with equally long first axes.
        dtype: the older name of `fn_output_signature`.
        parallel_iterations, swap_memory, infer_shape: taken, and not needed.
        back_prop: whether gradients flow back.
        fn_output_signature: the dtype (or `tf.TensorSpec`) of what `fn` returns, in its structure; by default
            those of `elems`.

    Returns:
        The stacked results, in the structure of the signature.

    Raises:
        InvalidArgumentError: if there is nothing to slice, the first axes differ, or `fn` returns another
            structure.
        DTypeError: if `fn` returns another dtype than its signature says.

    >>> import polytape as tf
    >>> tf.map_fn(lambda row: tf.reduce_sum(row), tf.constant([[1, 2], [3, 4]])).numpy().tolist()
    [3, 7]
    >>> x = tf.constant([2.0, 6.0])
    >>> halves = tf.map_fn(lambda x: (x / 2, x), x, fn_output_signature=(tf.float32, tf.float32))[0]
    >>> halves.numpy().tolist()
    [1.0, 3.0]
    """
    slices, like = _slices(fn, elems, "map_fn")
    signature = dtype if fn_output_signature is None else fn_output_signature
    if signature is None:
        signature = nest.map_structure(lambda leaf: leaf.dtype, like)
    dtypes = [as_dtype(getattr(leaf, "dtype", leaf)) for leaf in nest.flatten(signature)]
    rows = [_leaves(fn(item), signature, dtypes, "map_fn") for item in slices]
    if not rows:
        leaves = zip(nest.flatten(signature), dtypes)
        stacked = [zeros((0, *_known_shape(leaf)), wanted) for leaf, wanted in leaves]
    else:
        stacked = [stack(column) for column in zip(*rows)]
    return _returned(signature, stacked, back_prop)


def vectorized_map(fn: Function, elems: Any, fallback_to_while_loop: bool = True, warn: bool = True) -> Any:
    """Apply a function to all slices along the first axis at once, and stack what it returns, of whatever dtypes.

    `fn` is called once, with tensors that stand for all slices. Where that can't be, since it looks at values, assigns
    to variables or draws random numbers, it is called for one slice after another; so it is under a tape.

    Args:
        fn: gets a slice, or the slices in the structure of `elems`.
        elems: a tensor, or a nested structure of tensors with equally long first axes.
        fallback_to_while_loop: whether slices may be taken one after another. If not, what can't be done for all of
            them at once is an error.
        warn: whether to warn where that is done.

    Returns:
        The stacked results, in the structure that `fn` returns.

    Raises:
        InvalidArgumentError: if there are no slices, or `fn` returns two structures.
        UnimplementedError: if slices may not be taken one after another, and have to be.

    >>> import polytape as tf
    >>> tf.vectorized_map(lambda row: tf.reduce_max(row) > 2, tf.constant([[1, 2], [3, 4]])).numpy().tolist()
    [False, True]
    """
    packed, count = _elements(fn, elems, "vectorized_map")
    if not count:
        raise InvalidArgumentError("vectorized_map: elems hold no slices, so there is nothing to stack.")
    reason: Exception | None = None
    if not listening() and batching.get() is None:
        try:
            return _at_once(fn, packed, count)
        except Exception as error:  # whatever it is: if it is the function's own, the first slice shows it
            reason = error
            if not fallback_to_while_loop:
                raise UnimplementedError(f"vectorized_map: fn does not run for all slices at once: {error}") from error
    slices = _rows(packed)
    first = fn(slices[0])
    dtypes = [convert(leaf).dtype for leaf in nest.flatten(first)]
    rest = [_leaves(fn(item), first, dtypes, "vectorized_map") for item in slices[1:]]
    rows = [[convert(leaf) for leaf in nest.flatten(first)], *rest]
    if reason is not None and warn:
        message = f"vectorized_map ran fn for one slice after another, which is slow: {reason}"
        warnings.warn(message, RuntimeWarning, stacklevel=2)
    return nest.pack_sequence_as(first, [stack(column) for column in zip(*rows)])


def _at_once(fn: Function, packed: Any, count: int) -> Any:
    """What `fn` returns for slices that all run together, stacked."""
    token = batching.set(batched_backend)
    try:
        result = fn(nest.map_structure(_as_batch, packed))
        leaves = [convert(leaf) for leaf in nest.flatten(result)]
    finally:
        batching.reset(token)
    return nest.pack_sequence_as(result, [_of_batch(leaf, count) for leaf in leaves])


def _as_batch(tensor: Tensor) -> Tensor:
    backend = batched_backend(tensor._backend)
    return Tensor(Batched(tensor._array, backend), backend)


def _of_batch(tensor: Tensor, count: int) -> Tensor:
    """The slices' results along a first axis; what is the same for each is repeated."""
    array, backend = tensor._array, tensor._backend
    home = backend.inner if isinstance(backend, BatchedBackend) else backend
    if type(array) is Batched:
        return Tensor(array.array, home)
    return Tensor(home.broadcast_to(array, shape=(count, *array.shape)), home)


def foldl(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """Combine the slices along the first axis one after another, from the first on.

    Args:
        fn: gets what has been combined so far and the next slice, and returns what has been combined then.
        elems: a tensor, or a nested structure of tensors with equally long first axes.
        initializer: what to begin with; by default the first slice.
        parallel_iterations, swap_memory: taken, and not needed.
        back_prop: whether gradients flow back.

    Raises:
        InvalidArgumentError: if there is nothing to combine, or `fn` returns another structure.

    >>> import polytape as tf
    >>> int(tf.foldl(lambda total, x: total * 10 + x, tf.constant([1, 2, 3])))
    123
    """
    return _folded(fn, elems, initializer, back_prop, False, "foldl")[-1]


def foldr(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """Combine the slices along the first axis one after another, from the last on; see `foldl`.

    >>> import polytape as tf
    >>> int(tf.foldr(lambda total, x: total * 10 + x, tf.constant([1, 2, 3])))
    321
    """
    return _folded(fn, elems, initializer, back_prop, True, "foldr")[-1]


def scan(
    fn: Function,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """Combine the slices along the first axis one after another, and stack what has been combined after each.

    Args:
        fn: gets what has been combined so far and the next slice, and returns what has been combined then.
        elems: a tensor, or a nested structure of tensors with equally long first axes.
        initializer: what to begin with; by default the first slice, which is then also the first result.
        parallel_iterations, swap_memory, infer_shape: taken, and not needed.
        back_prop: whether gradients flow back.
        reverse: whether to go from the last slice on; the results stay at the places of their slices.

    Raises:
        InvalidArgumentError: if there is nothing to combine, or `fn` returns another structure.

    >>> import polytape as tf
    >>> x = tf.constant([1, 2, 3])
    >>> tf.scan(lambda total, x: total + x, x).numpy().tolist()
    [1, 3, 6]
    >>> tf.scan(lambda total, x: total + x, x, initializer=10, reverse=True).numpy().tolist()
    [16, 15, 13]
    """
    found = _folded(fn, elems, initializer, back_prop, reverse, "scan")
    if initializer is not None:
        found = found[1:]
    if not found:
        raise InvalidArgumentError("scan: elems hold no slices, so there is nothing to stack.")
    if reverse:
        found.reverse()
    return nest.map_structure(lambda *steps: stack(list(steps)), *found)


def _folded(fn: Function, elems: Any, initializer: Any, back_prop: bool, reverse: bool, name: str) -> list[Any]:
    """What has been combined after each step, the beginning first."""
    slices, _ = _slices(fn, elems, name)
    if reverse:
        slices.reverse()
    if initializer is None:
        if not slices:
            raise InvalidArgumentError(f"{name}: elems hold no slices to begin with; pass an initializer.")
        total = slices.pop(0)
    else:
        total = nest.map_structure(convert, initializer)
    dtypes = [leaf.dtype for leaf in nest.flatten(total)]
    found = [total]
    for item in slices:
        total = nest.pack_sequence_as(total, _leaves(fn(total, item), total, dtypes, name))
        found.append(total)
    return found if back_prop else nest.map_structure(stop_gradient, found)


def _slices(fn: Any, elems: Any, name: str) -> tuple[list[Any], Any]:
    """The slices in the structure of `elems`, and `elems` as tensors."""
    packed, _ = _elements(fn, elems, name)
    return _rows(packed), packed


def _elements(fn: Any, elems: Any, name: str) -> tuple[Any, int]:
    """`elems` as tensors, and how many slices there are."""
    if not callable(fn):
        raise DTypeError(f"{name}: fn must be callable; received {fn!r:.100} of {type(fn).__name__}.")
    leaves = nest.flatten(elems)
    if leaves and all(type(leaf) in _NUMBERS for leaf in leaves):
        elems = convert(elems)  # numbers are no slices: the lists around them are meant as one tensor
    tensors = [convert(leaf) for leaf in nest.flatten(elems)]
    if not tensors:  # an empty structure
        raise InvalidArgumentError(f"{name}: elems must hold at least one tensor; received {elems!r:.100}.")
    if any(not tensor.ndim for tensor in tensors):
        raise InvalidArgumentError(f"{name}: elems must have at least one axis to slice.")
    lengths = [int(tensor.shape[0]) for tensor in tensors]
    if len(set(lengths)) > 1:
        raise InvalidArgumentError(f"{name}: the first axes of elems must be equally long: {lengths}.")
    return nest.pack_sequence_as(elems, tensors), lengths[0]


def _rows(packed: Any) -> list[Any]:
    """The slices, each in the structure of the whole."""
    columns = [unstack(tensor) for tensor in nest.flatten(packed)]
    return [nest.pack_sequence_as(packed, row) for row in zip(*columns)]


def _leaves(result: Any, structure: Any, dtypes: list[DType], name: str) -> list[Tensor]:
    """What `fn` has returned, as tensors of the dtypes wanted."""
    try:
        nest.assert_same_structure(structure, result, check_types=False)
    except InvalidArgumentError as error:
        raise InvalidArgumentError(f"{name}: fn returned another structure than expected. {error}") from None
    return [convert(leaf, wanted) for leaf, wanted in zip(nest.flatten(result), dtypes)]


def _known_shape(signature: Any) -> tuple[int, ...]:
    shape = getattr(signature, "shape", None)
    return tuple([length or 0 for length in shape]) if shape is not None else ()


def _returned(structure: Any, leaves: list[Tensor], back_prop: bool) -> Any:
    return nest.pack_sequence_as(structure, leaves if back_prop else [stop_gradient(leaf) for leaf in leaves])
