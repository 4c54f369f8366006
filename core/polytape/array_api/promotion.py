"""The array API's type promotion: dtypes of one kind combine to the smallest that holds both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from polytape import dtypes
from polytape.conversion import scalar_like
from polytape.dtypes import BY_NAME, DType, as_dtype
from polytape.errors import DTypeError, InvalidArgumentError
from polytape.op import OPS
from polytape.tensor import Tensor

_NUMBERS = frozenset((bool, int, float, complex))


def result_type(*arrays_and_dtypes: Any) -> DType:
    """Return the dtype that arrays, dtypes and Python numbers have in common.

    Raises:
        DTypeError: if the array API does not say which that is: for integers with floating-point numbers, say.

    >>> from polytape import array_api as xp
    >>> xp.result_type(xp.uint8, xp.int8), xp.result_type(xp.float64, xp.complex64)
    (tf.int16, tf.complex128)
    """
    numbers = [item for item in arrays_and_dtypes if type(item) in _NUMBERS]
    known = [item for item in arrays_and_dtypes if type(item) not in _NUMBERS]
    if not known:
        raise InvalidArgumentError("result_type: at least one array or dtype is needed.")
    combined = _dtype_of(known[0])
    for item in known[1:]:
        combined = _pair(combined, _dtype_of(item))
    for number in numbers:  # which take the dtype, made complex if need be
        if type(number) is complex and combined.is_floating:
            combined = _pair(combined, dtypes.complex64)
        elif type(number) not in combined.python_types:
            raise DTypeError(f"result_type: {number!r} and {combined.name} have no dtype in common.")
    return combined


def _dtype_of(item: Any) -> DType:
    return item.dtype if isinstance(item, Tensor) else as_dtype(getattr(item, "dtype", item))


def can_cast(from_: Any, to: Any, /) -> bool:
    """Return whether promotion leads from a dtype, or that of an array, to another.

    >>> from polytape import array_api as xp
    >>> xp.can_cast(xp.int8, xp.int64), xp.can_cast(xp.float64, xp.float32)
    (True, False)
    """
    try:
        return result_type(from_, to) is as_dtype(to)
    except DTypeError:
        return False


def tensors(name: str, *values: Any) -> list[Tensor]:
    """The operands of a function as tensors of one dtype; Python numbers take that of the tensors beside them."""
    made = [value if type(value) in _NUMBERS else tensor_of(name, value) for value in values]
    known = [value for value in made if type(value) is Tensor]
    if not known:
        raise DTypeError(f"{name}: one operand must be a tensor; received {values!r:.100}. Make one with asarray.")
    dtype = known[0].dtype
    if len(known) > 1:
        dtype = result_type(*known)
    like = next((tensor for tensor in known if tensor.dtype is dtype), None)
    if like is None:
        like = to_dtype(known[0], dtype)
    return [
        to_dtype(value, dtype) if type(value) is Tensor else scalar_like(value, like, name)  # both share a dtype
        for value in made
    ]


def all_tensors(name: str, values: Sequence[Any]) -> list[Tensor]:
    """A sequence of arrays as tensors of one dtype."""
    if not values:
        raise InvalidArgumentError(f"{name}: at least one array is needed.")
    return tensors(name, *values)


def tensor_of(name: str, value: Any) -> Tensor:
    """An argument that has to be an array."""
    if type(value) is Tensor:
        return value
    if hasattr(value, "__polytape_tensor__"):
        return value.__polytape_tensor__()  # type: ignore[no-any-return]
    raise DTypeError(
        f"{name} takes tensors; received {value!r:.100} of {type(value).__name__}. Make a tensor of it with asarray."
    )


def to_dtype(x: Tensor, dtype: DType) -> Tensor:
    """`x` in a dtype; itself if it has it."""
    if x.dtype is dtype:
        return x
    return OPS["astype"](x, dtype=x._backend.native_dtype(dtype))  # type: ignore[no-any-return]


def _pair(x: DType, y: DType) -> DType:
    if x is y:
        return x
    if x.is_integer and y.is_integer:
        if x.kind == y.kind:
            return x if x.size > y.size else y
        signed, unsigned = (y, x) if x.is_unsigned else (x, y)
        if unsigned.size < 8:
            return BY_NAME[f"int{8 * max(signed.size, 2 * unsigned.size)}"]
    elif x in dtypes.INEXACT and y in dtypes.INEXACT:
        if x.kind == y.kind:
            return x if x.size > y.size else y
        size = max(2 * item.size if item.is_floating else item.size for item in (x, y))
        return BY_NAME[f"complex{8 * max(size, 8)}"]
    raise DTypeError(
        f"Dtypes {x.name} and {y.name} have none in common by the array API's promotion; convert one with astype."
    )
