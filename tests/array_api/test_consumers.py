"""Programs that know only the array API: one written here, and those of other libraries where they are installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import polytape as tf

X = np.random.default_rng(5).standard_normal((12, 4))


def nearest_centres(x: Any, count: int, steps: int) -> tuple[Any, Any]:
    """Lloyd's algorithm in the functions of the array API alone; the centres, and which of them each row belongs to."""
    xp = x.__array_namespace__()
    centres = x[:count, :]
    labels = xp.zeros(x.shape[0], dtype=xp.int64, device=x.device)
    for _ in range(steps):
        distances = xp.linalg.vector_norm(x[:, None, :] - centres[None, :, :], axis=-1)
        labels = xp.argmin(distances, axis=1)
        members = xp.astype(labels[:, None] == xp.arange(count, device=x.device)[None, :], x.dtype)
        sizes = xp.clip(xp.sum(members, axis=0), 1.0, None)
        centres = xp.matmul(members.T, x) / sizes[:, None]
    assert xp.isdtype(centres.dtype, "real floating") and centres.size == count * x.shape[1]
    order = xp.argsort(centres[:, 0], stable=True)
    ranks = xp.argsort(order)
    return xp.take(centres, order, axis=0), xp.take(ranks, labels)


def whitened(x: Any) -> Any:
    """Rows without correlation, by a singular value decomposition."""
    xp = x.__array_namespace__()
    centred = x - xp.mean(x, axis=0, keepdims=True)
    u, s, vh = xp.linalg.svd(centred, full_matrices=False)
    signs = xp.where(xp.max(vh, axis=1) > -xp.min(vh, axis=1), xp.ones_like(s), -xp.ones_like(s))
    assert xp.all(xp.isfinite(s))
    return xp.multiply(u, signs) * (x.shape[0] - 1) ** 0.5


def test_a_program_for_any_library() -> None:
    for found, wanted in zip(nearest_centres(tf.constant(X), 3, 5), nearest_centres(X, 3, 5)):
        np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-12)
    np.testing.assert_allclose(whitened(tf.constant(X)).numpy(), whitened(X), rtol=1e-9)


def test_array_api_compat() -> None:
    compat = pytest.importorskip("array_api_compat", reason="array-api-compat is not installed")
    x = tf.constant(X)
    xp = compat.array_namespace(x, tf.constant([1]))
    assert xp is x.__array_namespace__() and compat.is_array_api_obj(x)
    assert compat.device(x) == x.device and compat.size(x) == x.size
    assert compat.to_device(x, compat.device(x)).device == x.device


def test_einops() -> None:
    einops = pytest.importorskip("einops", reason="einops is not installed")
    generic = pytest.importorskip("einops.array_api", reason="einops has no generic functions")
    x = tf.constant(X)
    found = generic.rearrange(x, "(a b) c -> b (c a)", a=3)
    np.testing.assert_array_equal(found.numpy(), einops.rearrange(X, "(a b) c -> b (c a)", a=3))
    found = generic.reduce(x, "(a b) c -> b c", "mean", a=3)
    np.testing.assert_allclose(found.numpy(), einops.reduce(X, "(a b) c -> b c", "mean", a=3))
    found = generic.repeat(x, "a b -> a n b", n=2)
    np.testing.assert_array_equal(found.numpy(), einops.repeat(X, "a b -> a n b", n=2))


def test_scikit_learn() -> None:
    sklearn = pytest.importorskip("sklearn", reason="scikit-learn is not installed")
    pytest.importorskip("scipy", reason="scipy is not installed")
    from sklearn.decomposition import PCA
    from sklearn.metrics import accuracy_score, mean_squared_error

    x = tf.constant(X)
    try:
        with sklearn.config_context(array_api_dispatch=True):
            parts = PCA(2, svd_solver="full").fit_transform(x)
            error = mean_squared_error(x, x + 2.0)
            accuracy = accuracy_score(tf.constant([1, 2, 3, 1]), tf.constant([1, 2, 1, 1]))
    except (ImportError, RuntimeError) as reason:  # dispatch asks for SCIPY_ARRAY_API, or for array-api-compat
        pytest.skip(f"scikit-learn does not dispatch here: {reason}")
    assert type(parts) is tf.Tensor
    wanted = PCA(2, svd_solver="full").fit_transform(X)
    np.testing.assert_allclose(np.abs(parts.numpy()), np.abs(wanted), atol=1e-10)
    assert (error, accuracy) == (4.0, 0.75)
