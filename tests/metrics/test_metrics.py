"""Metrics against sums over samples in plain Python, gathered over several batches."""

from __future__ import annotations

import math

import numpy as np
import pytest

import polytape as tf
from polytape import protocols
from polytape.keras import metrics as facade

metrics = tf.keras.metrics
RANDOM = np.random.default_rng(23)
N, CLASSES = 60, 5
LABELS = RANDOM.integers(0, CLASSES, N)
ONE_HOT = np.eye(CLASSES, dtype=np.float32)[LABELS]
LOGITS = RANDOM.normal(size=(N, CLASSES)).astype(np.float32)
SHARES = np.exp(LOGITS) / np.exp(LOGITS).sum(1, keepdims=True)
BINARY = RANDOM.integers(0, 2, (N, 3)).astype(np.float32)
SCORES = RANDOM.uniform(size=(N, 3)).astype(np.float32)
WEIGHTS = RANDOM.uniform(0.5, 2.0, N).astype(np.float32)
VALUES, GUESSES = (RANDOM.normal(size=(N, 3)).astype(np.float32) for _ in range(2))


def rank(scores, label):
    return sum(score > scores[label] for score in scores)


def entropy(p, q):
    return -sum(a * math.log(min(max(b, 1e-7), 1 - 1e-7)) for a, b in zip(p, q) if a)


# name, how it is made, labels, predictions, what it is for one sample
OF_SAMPLES = [
    (lambda: metrics.BinaryAccuracy(), BINARY, SCORES, lambda y, p: np.mean([a == (b > 0.5) for a, b in zip(y, p)])),
    (
        lambda: metrics.BinaryAccuracy(threshold=0.8),
        BINARY,
        SCORES,
        lambda y, p: np.mean([a == (b > 0.8) for a, b in zip(y, p)]),
    ),
    (lambda: metrics.CategoricalAccuracy(), ONE_HOT, LOGITS, lambda y, p: rank(p, list(y).index(1)) == 0),
    (lambda: metrics.SparseCategoricalAccuracy(), LABELS, LOGITS, lambda y, p: rank(p, y) == 0),
    (
        lambda: metrics.SparseCategoricalAccuracy(),
        LABELS[:, None].astype("float32"),
        LOGITS,
        lambda y, p: rank(p, int(y[0])) == 0,
    ),
    (lambda: metrics.TopKCategoricalAccuracy(k=2), ONE_HOT, LOGITS, lambda y, p: rank(p, list(y).index(1)) < 2),
    (lambda: metrics.SparseTopKCategoricalAccuracy(k=3), LABELS, LOGITS, lambda y, p: rank(p, y) < 3),
    (lambda: metrics.MeanSquaredError(), VALUES, GUESSES, lambda y, p: np.mean([(a - b) ** 2 for a, b in zip(y, p)])),
    (lambda: metrics.MeanAbsoluteError(), VALUES, GUESSES, lambda y, p: np.mean([abs(a - b) for a, b in zip(y, p)])),
    (
        lambda: metrics.MeanAbsolutePercentageError(),
        VALUES,
        GUESSES,
        lambda y, p: np.mean([100 * abs(a - b) / max(abs(a), 1e-7) for a, b in zip(y, p)]),
    ),
    (
        lambda: metrics.LogCoshError(),
        VALUES,
        GUESSES,
        lambda y, p: np.mean([math.log(math.cosh(a - b)) for a, b in zip(y, p)]),
    ),
    (lambda: metrics.CategoricalCrossentropy(), ONE_HOT, SHARES, entropy),
    (
        lambda: metrics.CategoricalCrossentropy(from_logits=True),
        ONE_HOT,
        LOGITS,
        lambda y, p: math.log(sum(math.exp(b) for b in p)) - p[list(y).index(1)],
    ),
    (
        lambda: metrics.SparseCategoricalCrossentropy(from_logits=True),
        LABELS,
        LOGITS,
        lambda y, p: math.log(sum(math.exp(b) for b in p)) - p[y],
    ),
    (
        lambda: metrics.BinaryCrossentropy(),
        BINARY,
        SCORES,
        lambda y, p: np.mean([entropy((a, 1 - a), (b, 1 - b)) for a, b in zip(y, p)]),
    ),
    (
        lambda: metrics.Poisson(),
        np.abs(VALUES),
        np.abs(GUESSES),
        lambda y, p: np.mean([b - a * math.log(b + 1e-7) for a, b in zip(y, p)]),
    ),
    (lambda: metrics.Hinge(), BINARY * 2 - 1, GUESSES, lambda y, p: np.mean([max(1 - a * b, 0) for a, b in zip(y, p)])),
    (
        lambda: metrics.SquaredHinge(),
        BINARY * 2 - 1,
        GUESSES,
        lambda y, p: np.mean([max(1 - a * b, 0) ** 2 for a, b in zip(y, p)]),
    ),
    (
        lambda: metrics.CosineSimilarity(),
        VALUES,
        GUESSES,
        lambda y, p: sum(a * b for a, b in zip(y, p)) / math.hypot(*y) / math.hypot(*p),
    ),
]


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize("case", range(len(OF_SAMPLES)), ids=[type(row[0]()).__name__ for row in OF_SAMPLES])
def test_mean_over_samples_of_several_batches(case: int, weighted: bool) -> None:
    make, labels, predictions, function = OF_SAMPLES[case]
    metric = make()
    assert isinstance(metric, protocols.Metric)
    for _ in range(2):
        for part in (slice(0, 7), slice(7, 40), slice(40, N)):
            metric.update_state(labels[part], predictions[part], WEIGHTS[part] if weighted else None)
        weights = WEIGHTS.astype("float64") if weighted else np.ones(N)
        rows = zip(weights, labels.tolist(), predictions.astype("float64").tolist())
        expected = sum(w * float(function(y, p)) for w, y, p in rows) / weights.sum()
        assert float(metric.result()) == pytest.approx(expected, rel=1e-4)
        metric.reset_state()
        assert float(metric.result()) == 0.0


def test_mean_and_sum() -> None:
    mean, total = metrics.Mean(), metrics.Sum()
    assert float(mean.result()) == 0.0
    for values in (1.0, [2.0, 3.0], np.float64([[4.0], [5.0]]), tf.constant([6])):
        mean.update_state(values)
        total.update_state(values)
    assert float(mean.result()) == 3.5
    assert float(total.result()) == 21.0
    mean.reset_states()
    mean.update_state([[1.0, 3.0], [10.0, 10.0]], sample_weight=[3.0, 1.0])
    assert float(mean.result()) == 4.0
    mean.update_state(100.0, sample_weight=0.0)
    assert float(mean.result()) == 4.0
    assert [v.name for v in mean.variables] == ["mean/total:0", "mean/count:0"]
    with pytest.raises(ValueError, match="sample_weight of shape"):
        mean.update_state([1.0, 2.0, 3.0], sample_weight=[1.0, 2.0])


def test_calling_takes_in_and_returns_the_result_so_far() -> None:
    metric = metrics.Mean(name="loss")
    assert float(metric(2.0)) == 2.0
    assert float(metric([4.0, 6.0], sample_weight=[1.0, 1.0])) == 4.0
    assert metric.name == "loss"


def test_accuracy_compares_as_predictions_are() -> None:
    assert float(metrics.Accuracy()([[1], [2], [3]], [1, 2, 4])) == pytest.approx(2 / 3)
    assert float(metrics.Accuracy()([1, 1], [1, 0], sample_weight=[1.0, 3.0])) == 0.25


def test_root_mean_squared_error() -> None:
    metric = metrics.RootMeanSquaredError()
    metric.update_state(VALUES[:10], GUESSES[:10])
    metric.update_state(VALUES[10:], GUESSES[10:])
    expected = math.sqrt(sum((float(a) - float(b)) ** 2 for a, b in zip(VALUES.ravel(), GUESSES.ravel())) / VALUES.size)
    assert float(metric.result()) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("thresholds", [None, 0.3, [0.2, 0.5, 0.9]])
@pytest.mark.parametrize("weighted", [False, True])
def test_counts_precision_and_recall(thresholds, weighted: bool) -> None:
    limits = [0.5] if thresholds is None else thresholds if isinstance(thresholds, list) else [thresholds]
    weights = np.repeat(WEIGHTS[:, None], 3, 1).astype("float64") if weighted else np.ones((N, 3))
    kinds = {
        "TruePositives": lambda y, yes: y and yes,
        "FalsePositives": lambda y, yes: not y and yes,
        "FalseNegatives": lambda y, yes: y and not yes,
        "TrueNegatives": lambda y, yes: not y and not yes,
    }
    counts = {
        name: [
            sum(w for w, y, p in zip(weights.ravel(), BINARY.ravel(), SCORES.ravel()) if kind(y, p > limit))
            for limit in limits
        ]
        for name, kind in kinds.items()
    }
    expected = dict(counts)
    right, wrong, missed = (np.array(counts[name]) for name in ("TruePositives", "FalsePositives", "FalseNegatives"))
    expected["Precision"], expected["Recall"] = right / (right + wrong), right / (right + missed)
    for name, numbers in expected.items():
        metric = getattr(metrics, name)(thresholds=thresholds)
        for part in (slice(0, 25), slice(25, N)):
            metric.update_state(BINARY[part], SCORES[part], WEIGHTS[part] if weighted else None)
        found = metric.result()
        assert found.shape == ((3,) if isinstance(thresholds, list) else ())
        np.testing.assert_allclose(np.ravel(found), numbers, rtol=1e-5)
        metric.reset_state()
        assert not np.any(metric.result().numpy())


def test_precision_of_the_largest_scores_and_of_one_class() -> None:
    """By hand: yes to the two largest of each row."""
    labels = [[0, 1, 1, 0], [1, 0, 0, 0]]
    scores = [[0.9, 0.8, 0.1, 0.3], [0.2, 0.6, 0.7, 0.1]]
    assert float(metrics.Precision(top_k=2)(labels, scores)) == 0.25
    assert float(metrics.Recall(top_k=2)(labels, scores)) == pytest.approx(1 / 3)
    assert float(metrics.Precision(class_id=1)(labels, scores)) == 0.5
    assert float(metrics.Recall(class_id=1)(labels, scores)) == 1.0
    with pytest.raises(ValueError, match="between 0 and 1"):
        metrics.Precision(thresholds=[0.5, 1.5])


def test_shapes_are_checked() -> None:
    with pytest.raises(ValueError, match="SparseCategoricalAccuracy"):
        metrics.CategoricalAccuracy()(LABELS, LOGITS)
    with pytest.raises(ValueError, match="without its last axis"):
        metrics.SparseCategoricalAccuracy()(ONE_HOT, LOGITS)
    for kind in (metrics.Accuracy, metrics.BinaryAccuracy, metrics.RootMeanSquaredError, metrics.Precision):
        with pytest.raises(ValueError, match="same shape"):
            kind()([1.0, 0.0], [1.0, 0.0, 0.5])


def test_configuration_and_names() -> None:
    assert metrics.get("accuracy").name == "accuracy"
    assert metrics.get("sparse_categorical_accuracy").name == "sparse_categorical_accuracy"
    assert metrics.get("MSE".lower()).name == "mean_squared_error"
    assert metrics.get(metrics.Mean).name == "mean"
    made = metrics.BinaryAccuracy(threshold=0.7, name="hits")
    again = metrics.BinaryAccuracy.from_config(made.get_config())
    assert (again.name, again.threshold) == ("hits", 0.7)
    with pytest.raises(ValueError, match="Did you mean 'accuracy'"):
        metrics.get("acuracy")
    assert set(dir(tf.metrics)) >= {"Mean", "Accuracy"}
    assert tf.metrics.Mean is facade.Mean


def test_a_metric_of_ones_own_with_add_weight_as_earlier() -> None:
    class Hits(metrics.Metric):
        def __init__(self, name="hits", **options):
            super().__init__(name=name, **options)
            self.count = self.add_weight("count", initializer="zeros")
            self.inner = [metrics.Mean()]

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.count.assign_add(tf.reduce_sum(tf.cast(tf.equal(y_true, y_pred), tf.float32)))
            self.inner[0].update_state(y_true)

        def result(self):
            return self.count

    metric = Hits()
    metric.update_state(tf.constant([1, 2]), tf.constant([1, 3]))
    assert float(metric.result()) == 1.0
    assert len(metric.variables) == 3
    metric.reset_states()
    assert float(metric.result()) == 0.0
    assert float(metric.inner[0].result()) == 0.0


def test_metrics_of_a_model_are_not_its_weights() -> None:
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.metric = metrics.Mean()
    model(np.ones((1, 2)))
    assert len(model.variables) == 2


def test_float64() -> None:
    metric = metrics.Mean(dtype="float64")
    metric.update_state(np.float64([1e-9, 1.0]))
    assert metric.result().dtype == tf.float64
    assert float(metric.result()) == (1e-9 + 1.0) / 2
