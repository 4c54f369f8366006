"""Gradients with respect to complex numbers: ∂L/∂a + i·∂L/∂b for a real L of z = a + bi, as in TensorFlow."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

STEP = 1e-6
Z = np.array([0.7 + 0.4j, -0.3 + 0.9j, 1.2 - 0.6j])
W = np.array([0.5 - 1.1j, 1.3 + 0.2j, -0.8 - 0.7j])
HOLOMORPHIC = {
    **{name: getattr(tf, name) for name in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    **{name: getattr(tf, name) for name in ("asinh", "acosh", "atanh", "exp", "square", "sqrt", "negative", "sigmoid")},
    **{name: getattr(tf.math, name) for name in ("log", "log1p", "expm1", "reciprocal", "rsqrt", "reciprocal_no_nan")},
    "cube": lambda z: z**3,
    "quotient": lambda z: z / (z + 2.0),
    "constant power": lambda z: z ** tf.constant(0.5 + 1j, tf.complex128),
    "base": lambda z: tf.constant(2.0 + 1j, tf.complex128) ** z,
}
OTHERS = {
    "abs": tf.abs,
    "real": tf.math.real,
    "imag": tf.math.imag,
    "angle": tf.math.angle,
    "conj": tf.math.conj,
    "product with the conjugate": lambda z: z * tf.math.conj(z),
    "cast": lambda z: tf.cast(z, tf.float64),
    "there and back": lambda z: tf.complex(tf.math.real(z) ** 2, tf.math.imag(z) ** 3),
    "where": lambda z: tf.where([True, False, True], z * z, tf.math.conj(z)),
    "times a real number": lambda z: z * tf.cast(tf.abs(z), tf.complex128),
}
ALL = pytest.mark.parametrize("function", [*HOLOMORPHIC.values(), *OTHERS.values()], ids=[*HOLOMORPHIC, *OTHERS])


def _loss(function, z):
    """A real number that depends on the real and imaginary part of each element."""
    w = tf.convert_to_tensor(function(z))
    weights = np.array([0.6, 1.4, 0.9])
    total = tf.reduce_sum(tf.math.real(w) * weights)
    return total + tf.reduce_sum(tf.math.imag(w) * weights[::-1]) if w.dtype.is_complex else total


def _gradient(function, z):
    z = tf.constant(z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        loss = _loss(function, z)
    return tape.gradient(loss, z).numpy()


def _differences(function, z):
    """`function` of an array gives a number."""
    found = np.zeros_like(z)
    for index in range(z.size):
        for step in (STEP, STEP * 1j):
            shift = np.zeros_like(z)
            shift[index] = step
            found[index] += (function(z + shift) - function(z - shift)) / (2 * STEP) * (step / STEP)
    return found


@ALL
def test_first_derivative(function) -> None:
    expected = _differences(lambda z: float(_loss(function, tf.constant(z))), Z)
    np.testing.assert_allclose(_gradient(function, Z), expected, rtol=1e-7, atol=1e-8)


@ALL
def test_second_derivative(function) -> None:
    def of_gradient(z):
        return float(np.sum(_gradient(function, z).real * W.real + _gradient(function, z).imag * W.imag))

    z = tf.constant(Z)
    with tf.GradientTape() as outer:
        outer.watch(z)
        with tf.GradientTape() as inner:
            inner.watch(z)
            loss = _loss(function, z)
        gradient = inner.gradient(loss, z)
        product = tf.reduce_sum(tf.math.real(gradient) * W.real + tf.math.imag(gradient) * W.imag)
    found = outer.gradient(product, z)
    expected = _differences(of_gradient, Z)
    np.testing.assert_allclose(0 * Z if found is None else found.numpy(), expected, rtol=1e-6, atol=1e-7)


def test_a_holomorphic_function_has_the_conjugate_of_its_derivative() -> None:
    z = tf.constant(1.0 + 2.0j)
    with tf.GradientTape() as tape:
        tape.watch(z)
        w = z * z
    assert tape.gradient(w, z).numpy() == 2 - 4j
