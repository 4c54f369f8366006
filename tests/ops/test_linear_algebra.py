"""Linear algebra where the op table does not look: complex gradients, jacobians, borders, order of contraction."""

from __future__ import annotations

import math

import numpy as np
import pytest

import polytape as tf

random = np.random.default_rng(5)


def complex_matrix(*shape: int) -> np.ndarray:
    return random.normal(size=shape) + 1j * random.normal(size=shape)


def hermitian(tf, x):
    return tf.matmul(x, x, adjoint_b=True) + np.eye(x.shape[-1])


def _diagonal(tf, x):
    return tf.linalg.diag(x)


COMPLEX = {
    "matmul": lambda x: tf.matmul(x, x, adjoint_b=True) + tf.matmul(x, x),
    "inv": tf.linalg.inv,
    "det": lambda x: tf.linalg.det(x)[None, None],
    "slogdet": lambda x: tf.linalg.slogdet(x)[1][None, None],
    "logdet": lambda x: tf.cast(tf.linalg.logdet(hermitian(tf, x)), tf.complex128)[None, None],
    "solve": lambda x: tf.linalg.solve(x, tf.matmul(x, x)),
    "solve, adjoint": lambda x: tf.linalg.solve(x, x, adjoint=True),
    "triangular": lambda x: tf.linalg.triangular_solve(x, x),
    "triangular, adjoint": lambda x: tf.linalg.triangular_solve(x, x, lower=False, adjoint=True),
    "cholesky": lambda x: tf.linalg.cholesky(hermitian(tf, x)),
    "pinv": lambda x: tf.linalg.pinv(x[:, :2]),
    "expm": tf.linalg.expm,
    "norm": lambda x: tf.cast(tf.norm(x, axis=-1, keepdims=True), tf.complex128),
    "eigvalsh": lambda x: tf.linalg.eigvalsh(hermitian(tf, x))[None, :],
    "svdvals": lambda x: tf.cast(tf.linalg.svd(x, compute_uv=False), tf.complex128)[None, :],
    "einsum": lambda x: tf.einsum("ij,kj,kl->il", x, x, x),
}


@pytest.mark.parametrize("name", COMPLEX)
def test_complex_gradients(name: str) -> None:
    check_gradient(COMPLEX[name], complex_matrix(3, 3) + 2 * np.eye(3))


def test_complex_eigenvectors() -> None:
    def function(x):
        values, vectors = tf.linalg.eigh(hermitian(tf, x))
        return tf.matmul(vectors * tf.sqrt(values)[None, :], vectors, adjoint_b=True)

    check_gradient(function, complex_matrix(3, 3))


@pytest.mark.parametrize("shape", ((3, 3), (4, 2), (2, 4)))
def test_complex_singular_vectors(shape: tuple[int, int]) -> None:
    def function(x):
        s, u, v = tf.linalg.svd(x)
        return tf.matmul(u * tf.cast(s**3, tf.complex128)[None, :], v, adjoint_b=True)

    check_gradient(function, complex_matrix(*shape))


@pytest.mark.parametrize("shape", ((3, 3), (4, 2), (2, 4)))
def test_complex_qr(shape: tuple[int, int]) -> None:
    def function(x):
        q, r = tf.linalg.qr(x)
        return tf.matmul(q, tf.matmul(r, r, adjoint_b=True))

    check_gradient(function, complex_matrix(*shape))


def check_gradient(function, at: np.ndarray) -> None:
    """Compare the gradient of the weighted real part with differences along both parts of each element."""
    x = tf.constant(at)
    with tf.GradientTape() as tape:
        tape.watch(x)
        result = function(x)
        weights = np.random.default_rng(1).normal(size=(2, *result.shape))
        loss = tf.reduce_sum(tf.math.real(result) * weights[0] + tf.math.imag(result) * weights[1])
    found = np.asarray(tape.gradient(loss, x))

    def value(moved: np.ndarray) -> float:
        result = np.asarray(function(tf.constant(moved)))
        return float(np.sum(result.real * weights[0] + result.imag * weights[1]))

    expected, step = np.zeros_like(at), 1e-6
    for index in np.ndindex(at.shape):
        for direction in (1, 1j):
            moved = np.zeros_like(at)
            moved[index] = direction * step
            expected[index] += direction * (value(at + moved) - value(at - moved)) / (2 * step)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6 * max(1, np.abs(expected).max()))


@pytest.mark.parametrize(
    "function",
    (
        lambda x: tf.linalg.inv(x),
        lambda x: tf.linalg.solve(x, tf.ones([3, 2], tf.float64)),
        lambda x: tf.linalg.triangular_solve(x, tf.ones([3, 2], tf.float64), adjoint=True),
        lambda x: tf.linalg.cholesky(hermitian(tf, x)),
        lambda x: tf.linalg.qr(x)[1],
        lambda x: tf.linalg.svd(x)[0],
        lambda x: tf.linalg.eigvalsh(hermitian(tf, x)),
        lambda x: tf.linalg.slogdet(x)[1],
        lambda x: tf.linalg.expm(x),
        lambda x: tf.linalg.pinv(x),
        lambda x: tf.einsum("ij,jk,kl->il", x, x, x),
        lambda x: tf.norm(x, axis=1),
    ),
)
def test_jacobians(function) -> None:
    x = tf.constant(random.normal(size=(3, 3)) + 2 * np.eye(3))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = function(x)
        parts = tf.reshape(y, [-1])
        parts = [parts[i] for i in range(parts.shape[0])]
    found = np.asarray(tape.jacobian(y, x)).reshape(-1, 9)
    expected = np.stack([np.asarray(tape.gradient(part, x)).reshape(-1) for part in parts])
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_the_gradient_of_a_norm_at_zero_is_zero() -> None:
    x = tf.constant([0.0, 0.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.norm(x)
    assert np.asarray(tape.gradient(y, x)).tolist() == [0.0, 0.0]


def test_equal_eigenvalues_give_finite_gradients() -> None:
    x = tf.constant(np.diag([2.0, 2.0, 1.0]))
    with tf.GradientTape() as tape:
        tape.watch(x)
        values, vectors = tf.linalg.eigh(x)
        y = tf.reduce_sum(tf.matmul(vectors * values[None, :] ** 2, vectors, transpose_b=True))
    assert np.isfinite(np.asarray(tape.gradient(y, x))).all()


def test_full_matrices() -> None:
    x = tf.constant(random.normal(size=(4, 2)))
    q, r = tf.linalg.qr(x, full_matrices=True)
    assert q.shape == (4, 4) and r.shape == (4, 2)
    s, u, v = tf.linalg.svd(x, full_matrices=True)
    assert (s.shape, u.shape, v.shape) == ((2,), (4, 4), (2, 2))
    for function in (tf.linalg.qr, tf.linalg.svd):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(function(x, full_matrices=True)[0])
        with pytest.raises(tf.errors.UnimplementedError, match="full_matrices=False"):
            tape.gradient(y, x)


def test_dtypes_of_complex_decompositions() -> None:
    x = tf.constant(complex_matrix(3, 3))
    assert tf.linalg.svd(x)[0].dtype == tf.float64
    assert tf.linalg.eigh(hermitian(tf, x))[0].dtype == tf.complex128
    assert tf.linalg.slogdet(x)[1].dtype == tf.complex128
    assert tf.norm(x).dtype == tf.float64
    assert tf.linalg.normalize(x)[0].dtype == tf.complex128


def test_pinv_and_rank_of_deficient_matrices() -> None:
    x = np.outer([1.0, 2.0, 3.0], [1.0, -1.0])
    inverse = np.asarray(tf.linalg.pinv(x))
    np.testing.assert_allclose(x @ inverse @ x, x, atol=1e-12)
    np.testing.assert_allclose(inverse @ x @ inverse, inverse, atol=1e-12)
    assert int(tf.linalg.matrix_rank(x)) == 1 and int(tf.linalg.matrix_rank(x, tol=100.0)) == 0
    assert tf.linalg.pinv(np.zeros((0, 3))).shape == (3, 0)


def test_half_precision_products_are_accumulated_in_single_precision() -> None:
    x = random.normal(size=(8, 2000)).astype(np.float16)
    found = np.asarray(tf.matmul(x, x, transpose_b=True))
    assert found.dtype == np.float16
    np.testing.assert_allclose(found, (x.astype(np.float64) @ x.T.astype(np.float64)), rtol=2e-3, atol=0.3)


def test_output_type() -> None:
    assert tf.matmul([[1]], [[2]], output_type=tf.float64).dtype == tf.float64


def test_operator() -> None:
    assert np.asarray(tf.constant([[1.0, 2.0]]) @ [[3.0], [4.0]]).tolist() == [[11.0]]
    assert np.asarray(np.array([[1.0, 2.0]], np.float32) @ tf.constant([[3.0], [4.0]])).tolist() == [[11.0]]


def test_the_order_of_contraction_is_searched_for() -> None:
    """From left to right this would take 10¹² products, the vector first 2·10⁶."""
    matrix = tf.constant(random.normal(size=(1000, 1000)))
    vector = tf.constant(random.normal(size=1000))
    found = tf.einsum("ij,jk,kl,l->i", matrix, matrix, matrix, vector)
    expected = np.asarray(matrix) @ (np.asarray(matrix) @ (np.asarray(matrix) @ np.asarray(vector)))
    np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-9, atol=1e-6)
    for optimize in ("optimal", "greedy", "auto"):
        again = tf.einsum("ij,jk,kl,l->i", matrix, matrix, matrix, vector, optimize=optimize)
        np.testing.assert_allclose(np.asarray(again), expected, rtol=1e-9, atol=1e-6)


def test_expm_of_large_and_of_infinite_matrices() -> None:
    assert math.isclose(float(tf.linalg.expm([[50.0]])[0, 0]), math.exp(50), rel_tol=1e-4)
    assert np.isnan(np.asarray(tf.linalg.expm([[math.nan]]))).all()
