"""From samples' losses to one number: reductions, weights, shapes, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

losses = tf.keras.losses
Y_TRUE = np.array([[0.0, 1.0], [2.0, 0.0], [1.0, 1.0]])
Y_PRED = np.array([[1.0, 1.0], [0.0, 0.0], [0.5, 3.0]])
EACH = ((Y_TRUE - Y_PRED) ** 2).mean(axis=-1)
WEIGHTS = np.array([1.0, 0.0, 3.0])


@pytest.mark.parametrize(
    "reduction, plain, weighted",
    [
        ("sum_over_batch_size", EACH.mean(), (EACH * WEIGHTS).sum() / 3),
        ("mean", EACH.mean(), (EACH * WEIGHTS).sum() / 3),
        ("auto", EACH.mean(), (EACH * WEIGHTS).sum() / 3),
        ("mean_with_sample_weight", EACH.mean(), (EACH * WEIGHTS).sum() / WEIGHTS.sum()),
        ("sum", EACH.sum(), (EACH * WEIGHTS).sum()),
        ("none", EACH, EACH * WEIGHTS),
        (None, EACH, EACH * WEIGHTS),
    ],
)
def test_reductions(reduction, plain, weighted) -> None:
    loss = losses.MeanSquaredError(reduction=reduction)
    np.testing.assert_allclose(loss(Y_TRUE, Y_PRED), plain, rtol=1e-12)
    np.testing.assert_allclose(loss(Y_TRUE, Y_PRED, sample_weight=WEIGHTS), weighted, rtol=1e-12)
    np.testing.assert_allclose(loss(Y_TRUE, Y_PRED, WEIGHTS[:, None]), weighted, rtol=1e-12)
    np.testing.assert_allclose(
        loss(Y_TRUE, Y_PRED, 2), np.multiply(plain, 1 if "weight" in str(reduction) else 2), rtol=1e-12
    )


def test_reduction_names_are_constants() -> None:
    reduction = losses.Reduction
    assert losses.MeanSquaredError(reduction=reduction.NONE)(Y_TRUE, Y_PRED).shape == (3,)
    assert losses.MeanSquaredError(reduction.SUM)(Y_TRUE, Y_PRED).shape == ()
    assert reduction.SUM_OVER_BATCH_SIZE == "sum_over_batch_size"


@pytest.mark.parametrize("shape", [(), (1,), (4,), (2, 1), (2, 4), (1, 4), (2,), (2, 4, 1)])
def test_weights_broadcast(shape) -> None:
    """Against weights spread over the losses of shape (2, 4) by hand."""
    random = np.random.default_rng(0)
    y_true, y_pred = random.normal(size=(2, 2, 4, 3))
    weights = random.uniform(size=shape)
    spread = weights[:, None] if shape == (2,) else weights[..., 0] if len(shape) == 3 else weights
    spread = np.broadcast_to(spread, (2, 4))
    each = ((y_true - y_pred) ** 2).mean(axis=-1)
    for reduction, expected in [
        ("none", each * spread),
        ("sum", (each * spread).sum()),
        ("mean", (each * spread).mean()),
        ("mean_with_sample_weight", (each * spread).sum() / spread.sum()),
    ]:
        found = losses.MeanSquaredError(reduction=reduction)(y_true, y_pred, sample_weight=weights)
        np.testing.assert_allclose(found, expected, rtol=1e-12, err_msg=reduction)


def test_weights_of_nothing_but_zeros() -> None:
    for reduction in ("mean", "mean_with_sample_weight", "sum"):
        assert float(losses.MeanSquaredError(reduction=reduction)(Y_TRUE, Y_PRED, np.zeros(3))) == 0.0


def test_weights_scale_the_gradient() -> None:
    prediction = tf.constant(Y_PRED)
    with tf.GradientTape() as tape:
        tape.watch(prediction)
        value = losses.MeanSquaredError()(Y_TRUE, prediction, WEIGHTS)
    expected = 2 * (Y_PRED - Y_TRUE) / 2 * WEIGHTS[:, None] / 3
    np.testing.assert_allclose(tape.gradient(value, prediction), expected, rtol=1e-12)


@pytest.mark.parametrize("label_shape, shape", [((3,), (3, 1)), ((3, 1), (3,)), ((3, 2, 1), (3, 2))])
def test_a_last_axis_of_length_one_may_be_missing(label_shape, shape) -> None:
    y_true, y_pred = np.arange(np.prod(label_shape)).reshape(label_shape), np.ones(shape)
    found = losses.MeanSquaredError()(y_true, y_pred)
    np.testing.assert_allclose(found, ((y_true.reshape(shape) - y_pred) ** 2).mean(), rtol=1e-12)


def test_labels_of_any_dtype() -> None:
    prediction = tf.constant(Y_PRED, tf.float32)
    for labels in (
        Y_TRUE,
        Y_TRUE.astype("uint8"),
        Y_TRUE.tolist(),
        tf.constant(Y_TRUE),
        tf.constant(Y_TRUE, tf.float32),
    ):
        found = losses.MeanSquaredError()(labels, prediction)
        assert found.dtype is tf.float32
        np.testing.assert_allclose(found, EACH.mean(), rtol=1e-6)
    assert losses.MeanSquaredError()([1, 2], [3, 4]).dtype is tf.float32
    assert losses.MeanSquaredError(dtype="float64")(Y_TRUE, prediction).dtype is tf.float64
    assert losses.MeanSquaredError()(Y_TRUE, tf.Variable(Y_PRED)).dtype is tf.float64


@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("ignored", [-1, 255, 1])
def test_ignored_classes_do_not_count(from_logits, ignored) -> None:
    y_true = np.array([0, ignored, 2, ignored])
    y_pred = np.random.default_rng(5).dirichlet(np.ones(3), 4)
    loss = losses.SparseCategoricalCrossentropy(from_logits, ignore_class=ignored)
    counted = losses.sparse_categorical_crossentropy([0, 2], y_pred[[0, 2]], from_logits=from_logits).numpy()
    np.testing.assert_allclose(loss(y_true, y_pred), counted.mean(), rtol=1e-9)
    weights = np.array([1.0, 5.0, 3.0, 7.0])
    np.testing.assert_allclose(loss(y_true, y_pred, weights), (counted * [1, 3]).sum() / 2, rtol=1e-9)
    each = losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits, ignored).numpy()
    np.testing.assert_allclose(each, [counted[0], 0, counted[1], 0], rtol=1e-9)
    weighted_mean = losses.SparseCategoricalCrossentropy(
        from_logits, ignore_class=ignored, reduction="mean_with_sample_weight"
    )
    np.testing.assert_allclose(weighted_mean(y_true, y_pred, weights), (counted * [1, 3]).sum() / 4, rtol=1e-9)
    assert float(loss([ignored] * 4, y_pred)) == 0.0


def test_losses_of_ones_own() -> None:
    class Worst(losses.Loss):
        def call(self, y_true, y_pred):
            return tf.reduce_max(tf.abs(y_true - y_pred), axis=-1)

    assert float(Worst()(Y_TRUE, tf.constant(Y_PRED, tf.float32))) == pytest.approx((1 + 2 + 2) / 3)
    assert Worst(reduction="none").name == "Worst"
    doubled = losses.FunctionLoss(lambda y, p, factor: factor * tf.reduce_sum(y - p, axis=-1), factor=2.0)
    assert float(doubled([[1.0]], [[0.0]])) == 2.0
    with pytest.raises(NotImplementedError, match="must define call"):
        losses.Loss()(Y_TRUE, Y_PRED)


def test_configuration_makes_the_same_loss_again() -> None:
    loss = losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1, reduction="sum", name="mine")
    again = type(loss).from_config(loss.get_config())
    assert again.get_config() == loss.get_config()
    assert (again.name, again.reduction, again.options["label_smoothing"]) == ("mine", "sum", 0.1)


REFUSALS = {
    "shapes": (
        lambda: losses.MeanSquaredError()(np.zeros((2, 3)), np.zeros((2, 4))),
        r"\(2, 3\) and \(2, 4\)",
    ),
    "shapes of classes": (
        lambda: losses.CategoricalCrossentropy()(np.zeros((2, 1)), np.zeros((2, 4))),
        r"same shape; received \(2, 1\) and \(2, 4\)",
    ),
    "one-hot labels for sparse": (
        lambda: losses.SparseCategoricalCrossentropy()(np.eye(3), np.ones((3, 3))),
        "without the axis of the classes",
    ),
    "label above": (
        lambda: losses.SparseCategoricalCrossentropy()([0, 3], np.ones((2, 3))),
        r"label 3, which is outside the range \[0, 3\): .* 3 classes",
    ),
    "label below": (
        lambda: losses.SparseCategoricalCrossentropy(from_logits=True)([0, -1], np.ones((2, 3))),
        "label -1, which is outside",
    ),
    "labels of truth values": (
        lambda: losses.SparseCategoricalCrossentropy()([True], np.ones((1, 3))),
        "numbers of classes; received bool",
    ),
    "empty batch": (lambda: losses.MeanSquaredError()(np.zeros((0, 3)), np.zeros((0, 3))), "empty batch"),
    "empty batch of classes": (
        lambda: losses.SparseCategoricalCrossentropy()(np.zeros(0, int), np.zeros((0, 3))),
        "empty batch",
    ),
    "reduction": (lambda: losses.Huber(reduction="average"), "'sum'.*received 'average'"),
    "smoothing": (
        lambda: losses.BinaryCrossentropy(label_smoothing=2.0)([[1]], [[0.5]]),
        "from 0 to 1; received 2.0",
    ),
    "weights": (lambda: losses.MeanSquaredError()(Y_TRUE, Y_PRED, np.ones(2)), r"\(3,\); received \(2,\)"),
    "axis": (
        lambda: losses.SparseCategoricalCrossentropy(axis=2)([0], np.ones((1, 3))),
        "axis 2 is out of range",
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_refusals(name) -> None:
    call, pattern = REFUSALS[name]
    with pytest.raises(tf.errors.InvalidArgumentError, match=pattern):
        call()
