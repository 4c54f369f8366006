"""How often things occur: counts of integers, histograms, the confusion matrix."""

from __future__ import annotations

import math
from typing import Any

from polytape import arguments
from polytape.backward import tensor_backend
from polytape.conversion import convert
from polytape.dtypes import DType, as_dtype, int32, int64
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.ops.casting import cast
from polytape.ops.division import divide
from polytape.ops.selection import maximum, minimum
from polytape.tensor import Tensor


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = int32,
    name: str | None = None,
    axis: Any = None,
    binary_output: bool = False,
) -> Tensor:
    """Return how often each integer from 0 on occurs.

    Args:
        arr: int32 or int64, not negative, any shape.
        weights: what each element counts, of the shape of `arr`; by default one.
        minlength: the least length of the result, which otherwise ends at the largest integer.
        maxlength: the greatest length of the result; larger integers are not counted.
        dtype: the dtype of the counts; with weights, it is theirs.
        axis: `None` or 0 to count all elements; -1 to count each row of a tensor of two axes by itself.
        binary_output: whether to say just whether the integer occurs, as 0 or 1.

    Returns:
        A tensor of shape `(length,)`, or `(rows, length)` for rows.

    Raises:
        InvalidArgumentError: if an element is negative, or the shapes of `arr` and weights differ.

    >>> import polytape as tf
    >>> tf.math.bincount([1, 1, 3]).numpy().tolist()
    [0, 2, 0, 1]
    >>> tf.math.bincount([1, 1, 3], weights=[0.5, 1.0, 2.0], minlength=5).numpy().tolist()
    [0.0, 1.5, 0.0, 2.0, 0.0]
    """
    places = _integers(arr, "bincount", "arr")
    by_row = _by_row(axis, places)
    size, shape = _length(places, minlength, maxlength), places._array.shape
    counted = _weights(places, None if binary_output else weights, as_dtype(dtype))
    backend = tensor_backend(places._backend)
    rows = shape[0] if by_row else 1
    # What is not counted goes to a place of its own, behind the others.
    places = backend.reshape(minimum(places, size), shape=(rows, math.prod(shape[1:] if by_row else shape)))
    device = backend.device_of(places)
    starts = backend.arange(0, rows, 1, dtype=places._array.dtype, device=device) * (size + 1)
    places = places + backend.reshape(starts, shape=(rows, 1))
    places = backend.reshape(places, shape=(math.prod(shape),))
    found = backend.scatter_rows(counted, places, shape=(rows * (size + 1),))
    found = backend.reshape(found, shape=(rows, size + 1))[:, :size]
    if binary_output:
        found = minimum(found, 1)
    return found if by_row else found[0]  # type: ignore[no-any-return]


def _by_row(axis: Any, places: Tensor) -> bool:
    if axis not in (None, 0, -1):
        raise InvalidArgumentError(f"bincount: axis must be None, 0 or -1; received {axis!r}.")
    if axis == -1 and places.ndim not in (1, 2):
        raise InvalidArgumentError(
            f"bincount: with axis=-1, arr must have one or two axes; received shape {list(places.shape)}."
        )
    return axis == -1 and places.ndim == 2


def _length(places: Tensor, minlength: Any, maxlength: Any) -> int:
    """The length of the counts, after a check that no integer is negative."""
    backend, length = tensor_backend(places._backend), 0
    if math.prod(places._array.shape):
        if backend.min(places) < 0:
            raise InvalidArgumentError(
                f"bincount: arr must not hold negative integers; received {int(backend.min(places))}."
            )
        length = int(backend.max(places)) + 1
    for limit, value, choose in (("minlength", minlength, max), ("maxlength", maxlength, min)):
        if value is not None:
            value = arguments.integer(value, f"bincount: {limit}")
            if value < 0:
                raise InvalidArgumentError(f"bincount: {limit} must not be negative; received {value}.")
            length = choose(length, value)
    return length


def _weights(places: Tensor, weights: Any, dtype: DType) -> Tensor:
    """What each of the places counts, on one axis."""
    backend = tensor_backend(places._backend)
    count = math.prod(places._array.shape)
    if weights is None:
        native = places._backend.native_dtype(dtype)
        return backend.full((count,), 1, dtype=native, device=backend.device_of(places))
    weights = (
        weights
        if type(weights) is Tensor
        else convert(weights, backend=places._backend, device=backend.device_of(places))
    )
    if weights._array.shape != places._array.shape:
        raise InvalidArgumentError(
            f"bincount: weights must have the shape of arr, {list(places.shape)}; received {list(weights.shape)}."
        )
    return backend.reshape(weights, shape=(count,))  # type: ignore[no-any-return]


def histogram_fixed_width_bins(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = int32, name: str | None = None
) -> Tensor:
    """Return in which of equally wide bins each value lies; the outer ones take what is out of range.

    Args:
        values: a real tensor of any shape.
        value_range: where the first bin begins and the last one ends, shape `(2,)`.
        nbins: how many bins.
        dtype: the dtype of the result, `tf.int32` or `tf.int64`.

    Raises:
        InvalidArgumentError: if the range is empty or there is no bin.

    >>> import polytape as tf
    >>> tf.histogram_fixed_width_bins([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5).numpy().tolist()
    [0, 0, 1, 2, 4, 4]
    """
    return cast(_bins(values, value_range, nbins, "histogram_fixed_width_bins"), as_dtype(dtype))


def histogram_fixed_width(
    values: Any, value_range: Any, nbins: Any = 100, dtype: Any = int32, name: str | None = None
) -> Tensor:
    """Return how many values lie in each of equally wide bins; the outer ones take what is out of range.

    Args:
        values: a real tensor of any shape.
        value_range: where the first bin begins and the last one ends, shape `(2,)`.
        nbins: how many bins.
        dtype: the dtype of the counts, `tf.int32` or `tf.int64`.

    Raises:
        InvalidArgumentError: if the range is empty or there is no bin.

    >>> import polytape as tf
    >>> tf.histogram_fixed_width([-1.0, 0.0, 1.5, 2.0, 5.0, 15.0], [0.0, 5.0], nbins=5).numpy().tolist()
    [2, 1, 1, 0, 2]
    """
    count = arguments.integer(nbins, "histogram_fixed_width: nbins")
    bins = _bins(values, value_range, count, "histogram_fixed_width")
    return bincount(bins, minlength=count, maxlength=count, dtype=dtype)


def _bins(values: Any, value_range: Any, nbins: Any, name: str) -> Tensor:
    count = arguments.integer(nbins, f"{name}: nbins")
    if count <= 0:
        raise InvalidArgumentError(f"{name}: nbins must be positive; received {count}.")
    values = values if type(values) is Tensor else convert(values)
    home = values._backend
    limits = convert(value_range, values.dtype, backend=home, device=home.device_of(values._array))
    if tuple(limits._array.shape) != (2,):
        raise InvalidArgumentError(f"{name}: value_range must hold two values; received shape {list(limits.shape)}.")
    low, high = limits[0], limits[1]
    if low >= high:
        raise InvalidArgumentError(
            f"{name}: value_range must begin below its end; received {low.numpy()} and {high.numpy()}."
        )
    scaled = divide(values - low, high - low) * float(count)
    return cast(minimum(maximum(scaled, 0.0), float(count - 1)), int32)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = int32,
    name: str | None = None,
) -> Tensor:
    """Return how often each class (row) was predicted to be each class (column).

    Args:
        labels: the true classes: not negative, shape `(n,)`.
        predictions: the predicted classes, shape `(n,)`; one of both may have another axis of length one
            behind it.
        num_classes: how many classes there are; by default up to the largest that occurs.
        weights: what each prediction counts, shape `(n,)`; by default one.
        dtype: the dtype of the counts.

    Returns:
        A tensor of shape `(num_classes, num_classes)`.

    Raises:
        InvalidArgumentError: if a class is negative or not below `num_classes`, or the shapes differ.

    >>> import polytape as tf
    >>> tf.math.confusion_matrix([1, 2, 2], [1, 2, 0]).numpy().tolist()
    [[0, 0, 0], [0, 1, 0], [1, 0, 1]]
    """
    truth, guess = _classes(labels, predictions)
    backend = tensor_backend(truth._backend)
    largest = -1
    for what, classes in (("labels", truth), ("predictions", guess)):
        if math.prod(classes._array.shape):
            if backend.min(classes) < 0:
                raise InvalidArgumentError(f"confusion_matrix: {what} must not be negative.")
            largest = max(largest, int(backend.max(classes)))
    count = largest + 1 if num_classes is None else arguments.integer(num_classes, "confusion_matrix: num_classes")
    if largest >= count:
        raise InvalidArgumentError(
            f"confusion_matrix: labels and predictions must be below num_classes, {count}; received {largest}."
        )
    wanted = as_dtype(dtype)
    if weights is not None:
        weights = cast(weights, wanted)
    places = truth * count + guess
    found = bincount(places, weights=weights, minlength=count * count, dtype=wanted)
    return backend.reshape(found, shape=(count, count))  # type: ignore[no-any-return]


def _classes(labels: Any, predictions: Any) -> tuple[Tensor, Tensor]:
    """Both as int64 of one shape with one axis."""
    truth, guess = (cast(classes, int64) for classes in (labels, predictions))
    if truth.ndim == guess.ndim + 1 and truth.shape[-1] == 1:
        truth = truth[..., 0]
    elif guess.ndim == truth.ndim + 1 and guess.shape[-1] == 1:
        guess = guess[..., 0]
    if truth.ndim != 1 or truth.shape != guess.shape:
        raise InvalidArgumentError(
            "confusion_matrix: labels and predictions must both have shape (n,); received "
            f"{list(truth.shape)} and {list(guess.shape)}."
        )
    return truth, guess


def _integers(value: Any, name: str, argument: str) -> Tensor:
    tensor = value if type(value) is Tensor else convert(value)
    if tensor.dtype not in (int32, int64):
        raise DTypeError(
            f"{name}: {argument} must be int32 or int64; received {tensor.dtype.name}. Convert it with tf.cast."
        )
    return tensor
