"""Softmax and cross-entropies: what NumPy overrides agrees with the composition; labels on other devices."""

from __future__ import annotations

import numpy as np
import pytest

from polytape.backend import COMPOSITIONS
from polytape.errors import InvalidArgumentError
from polytape.ops import cross_entropy  # noqa: F401  (it fills COMPOSITIONS)
from polytape_numpy import NumpyBackend


class Elsewhere(NumpyBackend):
    """NumPy that says its arrays are on a GPU."""

    def device_of(self, array) -> str:
        return "GPU:0"


@pytest.mark.parametrize("shape", [(3,), (4, 5), (2, 3, 4), (0, 3)])
def test_numpy_agrees_with_the_composition(shape) -> None:
    random, backend = np.random.default_rng(0), NumpyBackend()
    logits, labels = random.normal(size=shape) * 5, random.integers(0, shape[-1], shape[:-1])
    for name, arrays, metadata in (
        ("softmax", (logits,), {"axis": 0}),
        ("log_softmax", (logits,), {"axis": len(shape) - 1}),
        ("softmax_excess", (labels, logits), {}),
        ("sparse_softmax_cross_entropy", (labels, logits), {}),
    ):
        found = getattr(backend, name)(*arrays, **metadata)
        composed = COMPOSITIONS[name](backend, *arrays, **metadata)
        np.testing.assert_allclose(found, composed, rtol=1e-12, atol=1e-12, err_msg=name)


def test_a_label_out_of_range_gives_nan_on_a_gpu_and_an_error_on_the_cpu() -> None:
    logits, labels = np.zeros((3, 4)), np.array([0, 4, -1])
    losses = COMPOSITIONS["sparse_softmax_cross_entropy"](Elsewhere(), labels, logits)
    np.testing.assert_allclose(losses, [np.log(4), np.nan, np.nan])
    with pytest.raises(InvalidArgumentError, match=r"the label -1, .* \[0, 4\)"):
        COMPOSITIONS["sparse_softmax_cross_entropy"](NumpyBackend(), labels, logits)


def test_inputs_are_left_alone() -> None:
    backend = NumpyBackend()
    logits, labels = np.arange(6.0).reshape(2, 3), np.array([1, 2])
    for call in (
        lambda: backend.softmax(logits, axis=1),
        lambda: backend.log_softmax(logits, axis=1),
        lambda: backend.softmax_excess(labels, logits),
        lambda: backend.sparse_softmax_cross_entropy(labels, logits),
    ):
        call()
        assert logits.tolist() == [[0, 1, 2], [3, 4, 5]]
