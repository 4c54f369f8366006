"""Initializers: spread, limits, seeds, shapes."""

from __future__ import annotations

import math

import numpy as np
import pytest

import polytape as tf
from polytape.initializers import BY_NAME

initializers = tf.keras.initializers
SHAPE = (3, 3, 20, 40)
FAN_IN, FAN_OUT = 180, 360


@pytest.mark.parametrize(
    ("name", "variance", "limit"),
    [
        ("GlorotUniform", 2 / (FAN_IN + FAN_OUT), math.sqrt(6 / (FAN_IN + FAN_OUT))),
        ("HeUniform", 2 / FAN_IN, math.sqrt(6 / FAN_IN)),
        ("LecunUniform", 1 / FAN_IN, math.sqrt(3 / FAN_IN)),
        ("GlorotNormal", 2 / (FAN_IN + FAN_OUT), 2 * math.sqrt(2 / (FAN_IN + FAN_OUT)) / 0.8796),
        ("HeNormal", 2 / FAN_IN, 2 * math.sqrt(2 / FAN_IN) / 0.8796),
        ("LecunNormal", 1 / FAN_IN, 2 * math.sqrt(1 / FAN_IN) / 0.8796),
        ("RandomUniform", 0.1**2 / 12, 0.05),
        ("RandomNormal", 0.05**2, math.inf),
        ("TruncatedNormal", (0.05 * 0.87962566) ** 2, 0.1),
    ],
)
def test_mean_variance_and_limits(name: str, variance: float, limit: float) -> None:
    values = getattr(initializers, name)(seed=1)(SHAPE).numpy()
    assert values.shape == SHAPE and values.dtype == np.float32
    count = values.size
    assert values.mean() == pytest.approx(0, abs=5 * math.sqrt(variance / count))
    assert values.var() == pytest.approx(variance, rel=5 * math.sqrt(2 / count))
    assert np.abs(values).max() <= limit * 1.0001
    if limit < math.inf:
        assert np.abs(values).max() > 0.97 * limit


def test_variance_scaling_modes() -> None:
    make = initializers.VarianceScaling
    for mode, n in (("fan_in", FAN_IN), ("fan_out", FAN_OUT), ("fan_avg", (FAN_IN + FAN_OUT) / 2)):
        for distribution in ("truncated_normal", "untruncated_normal", "uniform"):
            assert make(2.0, mode, distribution, seed=2)(SHAPE).numpy().var() == pytest.approx(2 / n, rel=0.06)
    assert make(seed=1)((50_000,)).numpy().var() == pytest.approx(1 / 50_000, rel=0.05)
    with pytest.raises(ValueError, match="scale must be positive"):
        make(scale=0.0)
    with pytest.raises(ValueError, match="'fan_in', 'fan_out', 'fan_avg'"):
        make(mode="fan")


def test_seeds() -> None:
    seeded = initializers.HeNormal(seed=7)
    np.testing.assert_array_equal(seeded((4, 5)), seeded((4, 5)))
    np.testing.assert_array_equal(seeded((4, 5)), initializers.HeNormal(seed=7)((4, 5)))
    assert not np.array_equal(seeded((4, 5)), initializers.HeNormal(seed=8)((4, 5)))
    free = initializers.HeNormal()
    tf.random.set_seed(3)
    first, second = free((4, 5)).numpy(), free((4, 5)).numpy()
    assert not np.array_equal(first, second)
    tf.random.set_seed(3)
    np.testing.assert_array_equal(free((4, 5)), first)


def test_constants() -> None:
    assert initializers.Zeros()((2, 1)).numpy().tolist() == [[0.0], [0.0]]
    assert initializers.Ones()([2], dtype=tf.int32).numpy().tolist() == [1, 1]
    assert initializers.Constant(2.5)((2,)).numpy().tolist() == [2.5, 2.5]
    assert initializers.Constant([[1, 2]])((2, 1)).numpy().tolist() == [[1.0], [2.0]]
    assert initializers.Identity()((2, 2)).numpy().tolist() == [[1.0, 0.0], [0.0, 1.0]]
    with pytest.raises(ValueError, match="two axes"):
        initializers.Identity()((2, 2, 2))
    with pytest.raises(ValueError, match="elements"):
        initializers.Constant([1.0, 2.0])((3,))


@pytest.mark.parametrize("shape", [(4, 4), (7, 3), (3, 7), (3, 2, 5)])
def test_orthogonal(shape: tuple[int, ...]) -> None:
    matrix = initializers.Orthogonal(gain=2.0, seed=1)(shape, dtype="float64").numpy().reshape(-1, shape[-1])
    product = matrix.T @ matrix if matrix.shape[0] >= matrix.shape[1] else matrix @ matrix.T
    np.testing.assert_allclose(product, 4 * np.eye(len(product)), atol=1e-12)
    with pytest.raises(ValueError, match="two axes or more"):
        initializers.Orthogonal()((3,))


@pytest.mark.parametrize("name", BY_NAME)
def test_names_and_configurations(name: str) -> None:
    found = initializers.get(name)
    again = initializers.get({"class_name": type(found).__name__, "config": found.get_config()})
    assert type(again) is type(found)
    assert again.get_config() == found.get_config()
    assert type(initializers.get(type(found).__name__)) is type(found)


def test_get() -> None:
    assert initializers.get(None) is None
    assert isinstance(initializers.get(initializers.Ones), initializers.Ones)
    own = lambda shape, dtype=None: tf.ones(shape)
    assert initializers.get(own) is own
    with pytest.raises(ValueError, match=r"called 'he_norml'\. Did you mean 'he_normal'"):
        initializers.get("he_norml")
    with pytest.raises(ValueError, match="must be a name"):
        initializers.get(3)
