"""The backend contract: its size, how functions are found, what a missing one says."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

import polytape as tf
from polytape import capabilities
from polytape.backend import CONTRACT, PRIMITIVES, Backend
from polytape.errors import DTypeError, UnimplementedError
from polytape.op import OPS


class Plain(Backend):
    """The smallest backend over NumPy: everything falls through to the namespace or to a composition."""

    name = "plain"
    namespace = np

    def __init__(self) -> None:
        self.asked: list[str] = []

    def dtype_of(self, array: np.ndarray) -> tf.DType:
        return tf.as_dtype(array.dtype)


def test_a_backend_must_have_at_most_sixty_primitives() -> None:
    assert len(PRIMITIVES) <= 60


def test_every_function_of_the_contract_is_documented() -> None:
    assert [name for name, entry in CONTRACT.items() if not entry.__doc__] == []


def test_a_primitive_falls_through_to_the_namespace_and_is_kept() -> None:
    backend = Plain()
    assert backend.add(np.float32(1), np.float32(2)) == 3
    assert backend.__dict__["add"] is np.add


def test_any_op_falls_through_to_its_composition() -> None:
    backend = Plain()
    found = backend.softmax(np.array([0.0, np.log(3.0)]), axis=-1)
    np.testing.assert_allclose(found, [0.25, 0.75], rtol=1e-12)


def test_a_method_goes_before_the_composition() -> None:
    class Own(Plain):
        def softmax(self, x, *, axis):
            return "mine"

    assert Own().softmax(None, axis=0) == "mine"


def test_a_primitive_that_is_nowhere_is_named() -> None:
    class Empty:
        __name__ = "empty"

    class Bare(Plain):
        namespace = Empty()

    with pytest.raises(
        UnimplementedError, match=r"'plain' does not have the primitive 'exp'.*A complete backend defines"
    ):
        _ = Bare().exp


def test_what_a_backend_declares_to_lack_is_refused_with_its_reason() -> None:
    class Lacking(Plain):
        lacks = MappingProxyType(
            {"ctc_loss": "it is young", "softmax": "it is small", "exp": "it is slow", "sort:float16@CPU": "no key"}
        )

    backend = Lacking()
    with pytest.raises(UnimplementedError, match="'plain' does not have 'softmax': it is small"):
        _ = backend.softmax
    with pytest.raises(UnimplementedError, match="'plain' does not have 'exp': it is slow"):
        tf.exp(tf.Tensor(backend.from_numpy(np.ones(2)), backend))
    half, single = (backend.from_numpy(np.array([2, 1], dtype)) for dtype in ("float16", "float32"))
    for _ in range(2):
        with pytest.raises(UnimplementedError, match="'sort' in float16 on CPUs: no key"):
            backend.sort(half, axis=0)
        assert backend.sort(single, axis=0).tolist() == [1, 2]


def test_what_is_lacking_in_one_dtype_is_refused_by_the_op() -> None:
    class Lacking(Plain):
        lacks = MappingProxyType({"exp:float16": "it is coarse"})

    backend = Lacking()
    for _ in range(2):
        with pytest.raises(UnimplementedError, match="'exp' in float16: it is coarse"):
            tf.exp(tf.Tensor(backend.from_numpy(np.ones(2, np.float16)), backend))
        assert tf.exp(tf.Tensor(backend.from_numpy(np.zeros(1, np.float32)), backend)).numpy().tolist() == [1.0]


def test_what_one_backend_has_in_a_dtype_another_may_lack() -> None:
    class Lacking(Plain):
        lacks = MappingProxyType({"exp:float16": "it is coarse"})

    array = np.ones(2, np.float16)
    for backend in (Plain(), Lacking()):
        x = tf.Tensor(backend.from_numpy(array), backend)
        if backend.lacks:
            with pytest.raises(UnimplementedError, match="it is coarse"):
                tf.exp(x)
        else:
            np.testing.assert_allclose(tf.exp(x).numpy(), np.exp(array), rtol=1e-3)


class Narrow(Plain):
    """A backend that declares fewer dtypes than its library has."""

    dtypes = MappingProxyType({"CPU": frozenset({tf.float32, tf.int32})})
    dtype_of = Backend.dtype_of


def test_a_dtype_that_is_not_declared_is_refused() -> None:
    backend = Narrow()
    for make in (lambda: backend.native_dtype(tf.float64), lambda: backend.from_numpy(np.ones(2))):
        with pytest.raises(DTypeError, match="'plain' has no float64; it has int32, float32"):
            make()


def test_an_array_of_a_dtype_that_is_not_declared_is_refused() -> None:
    class Careless(Narrow):
        def native_dtype(self, dtype: tf.DType) -> np.dtype:
            return np.dtype(dtype.name)

    backend = Careless()
    x = tf.Tensor(backend.from_numpy(np.ones(2, np.float32)), backend)
    assert x.dtype is tf.float32
    with pytest.raises(DTypeError, match="'plain' has met the dtype float64, and declares int32, float32"):
        _ = tf.Tensor(backend.from_numpy(np.ones(2)), backend).dtype
    with pytest.raises(DTypeError, match="'plain' has met the dtype float64"):
        tf.cast(x, tf.float64)


def test_a_declaration_of_an_unknown_dtype_is_refused() -> None:
    class Lacking(Plain):
        lacks = MappingProxyType({"exp:float17": "no such thing"})

    with pytest.raises(ValueError, match="'exp:float17', but there is no dtype 'float17'"):
        list(capabilities.lacks(Lacking()))


def test_a_name_that_is_no_op_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="neither a primitive nor an op"):
        _ = Plain().frobnicate


def test_ops_know_the_dtypes_they_take() -> None:
    definitions = [call.op for call in OPS.values() if hasattr(call, "op")]
    assert len(definitions) > 100 and all(definition.accepts for definition in definitions)
    with pytest.raises(tf.errors.DTypeError, match=r"sin: 'x' must be of a dtype among .*float32.*; received int32"):
        tf.sin(tf.constant(1))
    with pytest.raises(tf.errors.DTypeError, match="cannot combine tensors of dtype int32 and float32"):
        tf.constant([1]) + tf.constant([1.0])
    with pytest.raises(TypeError):
        tf.constant([1]) * 2.5


def test_what_a_library_says_is_passed_on_with_its_cause() -> None:
    class Broken(Plain):
        def matmul(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
            raise TypeError("the library is out of order")

    x = tf.Tensor(np.ones((64, 128), np.float32), Broken())
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[128, 64\]\): the library is out of order") as caught:
        tf.matmul(x, x, transpose_b=True)
    assert isinstance(caught.value.__cause__, TypeError)
