"""The digits that come with scikit-learn."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import polytape as tf

digits = tf.keras.datasets.digits
needs_sklearn = pytest.mark.skipif(
    subprocess.run([sys.executable, "-c", "import sklearn"], capture_output=True, check=False).returncode != 0,
    reason="scikit-learn is not installed",
)


@needs_sklearn
def test_a_fifth_is_held_out_of_each_digit() -> None:
    (x_train, y_train), (x_test, y_test) = digits.load_data()
    assert len(x_train) + len(x_test) == 1797 and len(x_test) == 359
    assert x_train.dtype == x_test.dtype == y_train.dtype == np.uint8
    assert x_train.shape[1:] == (8, 8) and x_train.max() == 16
    whole = np.bincount(np.concatenate([y_train, y_test]), minlength=10)
    np.testing.assert_allclose(np.bincount(y_test, minlength=10), 0.2 * whole, atol=0.5)


@needs_sklearn
def test_images_keep_their_labels_and_none_is_in_both_sets() -> None:
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    label_of = {tuple(image.astype(int)): label for image, label in zip(images, labels)}
    (x_train, y_train), (x_test, y_test) = digits.load_data(test_fraction=0.5, seed=3)
    keys = [tuple(image.ravel().tolist()) for image in (*x_train, *x_test)]
    assert len(set(keys)) == len(label_of) == 1797
    assert [label_of[key] for key in keys] == [*y_train, *y_test]


@needs_sklearn
def test_a_seed_fixes_the_split() -> None:
    def held_out(seed):
        return digits.load_data(seed=seed)[1][0].tobytes()

    assert held_out(1) == held_out(1) != held_out(2)


@needs_sklearn
@pytest.mark.parametrize("fraction, size", [(0.0, 0), (1.0, 1797)])
def test_all_or_nothing_may_be_held_out(fraction, size) -> None:
    assert len(digits.load_data(test_fraction=fraction)[1][1]) == size


def test_fractions_that_are_none() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"from 0 to 1; received 20"):
        digits.load_data(test_fraction=20)


def test_without_scikit_learn_the_remedy_is_named(monkeypatch) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(ImportError, match=r'pip install "polytape\[datasets\]"') as caught:
        digits.load_data()
    assert isinstance(caught.value, tf.errors.DatasetError)
