"""The formulas of the losses in float64 NumPy, each for one sample after the other, and data to try them
on."""

from __future__ import annotations

import math

import numpy as np

EPSILON = 1e-7


def each(function):
    """Apply a function of two vectors to every pair of vectors along the last axis."""

    def along(y_true, y_pred, **options):
        shape = y_pred.shape[:-1]
        values = [
            function(y_true[index].astype(float), y_pred[index].astype(float), **options) for index in np.ndindex(shape)
        ]
        return np.array(values).reshape(shape)

    return along


def sigmoid(z):
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


def softmax(z):
    powers = [math.exp(value - max(z)) for value in z]
    return [power / sum(powers) for power in powers]


def clipped(p):
    return min(max(p, EPSILON), 1 - EPSILON)


def mean(values):
    values = list(values)
    return math.fsum(values) / len(values)


def huber(y, p, delta=1.0):
    distances = [abs(a - b) for a, b in zip(y, p)]
    return mean(d * d / 2 if d <= delta else delta * (d - delta / 2) for d in distances)


def signs(y):
    return [2 * a - 1 for a in y]


def binary(y, p, from_logits=False, label_smoothing=0.0):
    total = []
    for a, b in zip(y, p):
        a = a * (1 - label_smoothing) + label_smoothing / 2
        q = sigmoid(b) if from_logits else clipped(b)
        total.append(-a * math.log(q) - (1 - a) * math.log(1 - q))
    return mean(total)


def binary_focal(y, p, from_logits=False, gamma=2.0, alpha=0.25, apply_class_balancing=False):
    total = []
    for a, b in zip(y, p):
        q = sigmoid(b) if from_logits else clipped(b)
        right, weight = (q, alpha) if a == 1 else (1 - q, 1 - alpha)
        total.append((weight if apply_class_balancing else 1) * (1 - right) ** gamma * -math.log(right))
    return mean(total)


def categorical(y, p, from_logits=False, label_smoothing=0.0):
    shares = softmax(p) if from_logits else [clipped(q / math.fsum(p)) for q in p]
    smoothed = [a * (1 - label_smoothing) + label_smoothing / len(p) for a in y]
    return -math.fsum(a * math.log(q) for a, q in zip(smoothed, shares))


def sparse_categorical(y, p, from_logits=False):
    if from_logits:
        return -math.log(softmax(p)[y])
    kept = [clipped(q) for q in p]
    return -math.log(kept[y] / math.fsum(kept))


def kl(y, p):
    bounded = [(max(min(a, 1), EPSILON), max(min(q, 1), EPSILON)) for a, q in zip(y, p)]
    return math.fsum(a * math.log(a / q) for a, q in bounded)


def cosine(y, p):
    return -float(np.dot(y, p)) / (math.hypot(*y) * math.hypot(*p))


random = np.random.default_rng(11)
REAL = random.normal(size=(2, 4, 3)), random.normal(size=(2, 4, 3))
POSITIVE = random.uniform(0.2, 3, (4, 3)), random.uniform(0.2, 3, (4, 3))
BITS = random.integers(0, 2, (4, 3)), random.uniform(0.05, 0.95, (4, 3))
BIT_LOGITS = BITS[0], random.normal(size=(4, 3))
ONE_HOT = np.eye(3)[[0, 2, 1, 1]], random.uniform(0.1, 1, (4, 3))
HOT_LOGITS = ONE_HOT[0], random.normal(size=(4, 3))
SHARES = random.dirichlet([1, 1, 1], 4), random.dirichlet([1, 1, 1], 4)

LOSSES = [
    ("MeanSquaredError", {}, each(lambda y, p: mean((a - b) ** 2 for a, b in zip(y, p))), REAL),
    ("MeanAbsoluteError", {}, each(lambda y, p: mean(abs(a - b) for a, b in zip(y, p))), REAL),
    (
        "MeanAbsolutePercentageError",
        {},
        each(lambda y, p: 100 * mean(abs(a - b) / abs(a) for a, b in zip(y, p))),
        POSITIVE,
    ),
    (
        "MeanSquaredLogarithmicError",
        {},
        each(lambda y, p: mean((math.log1p(a) - math.log1p(b)) ** 2 for a, b in zip(y, p))),
        POSITIVE,
    ),
    ("Huber", {}, each(huber), REAL),
    ("Huber", {"delta": 0.5}, each(huber), REAL),
    ("LogCosh", {}, each(lambda y, p: mean(math.log(math.cosh(a - b)) for a, b in zip(y, p))), REAL),
    ("Hinge", {}, each(lambda y, p: mean(max(1 - a * b, 0) for a, b in zip(signs(y), p))), BIT_LOGITS),
    (
        "SquaredHinge",
        {},
        each(lambda y, p: mean(max(1 - a * b, 0) ** 2 for a, b in zip(signs(y), p))),
        BIT_LOGITS,
    ),
    (
        "CategoricalHinge",
        {},
        each(lambda y, p: max(max((1 - a) * b for a, b in zip(y, p)) - float(np.dot(y, p)) + 1, 0)),
        HOT_LOGITS,
    ),
    ("BinaryCrossentropy", {}, each(binary), BITS),
    ("BinaryCrossentropy", {"from_logits": True}, each(binary), BIT_LOGITS),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, each(binary), BITS),
    ("BinaryFocalCrossentropy", {}, each(binary_focal), BITS),
    ("BinaryFocalCrossentropy", {"from_logits": True, "gamma": 1.5}, each(binary_focal), BIT_LOGITS),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True}, each(binary_focal), BITS),
    ("CategoricalCrossentropy", {}, each(categorical), ONE_HOT),
    ("CategoricalCrossentropy", {"from_logits": True}, each(categorical), HOT_LOGITS),
    ("CategoricalCrossentropy", {"label_smoothing": 0.1}, each(categorical), ONE_HOT),
    ("KLDivergence", {}, each(kl), SHARES),
    ("Poisson", {}, each(lambda y, p: mean(b - a * math.log(b + EPSILON) for a, b in zip(y, p))), POSITIVE),
    ("CosineSimilarity", {}, each(cosine), REAL),
]
"""Class name, options, formula, data."""

FUNCTIONS = {
    "MeanSquaredError": ("mean_squared_error", "mse", "MSE"),
    "MeanAbsoluteError": ("mean_absolute_error", "mae", "MAE"),
    "MeanAbsolutePercentageError": ("mean_absolute_percentage_error", "mape", "MAPE"),
    "MeanSquaredLogarithmicError": ("mean_squared_logarithmic_error", "msle", "MSLE"),
    "Huber": ("huber",),
    "LogCosh": ("log_cosh", "logcosh"),
    "Hinge": ("hinge",),
    "SquaredHinge": ("squared_hinge",),
    "CategoricalHinge": ("categorical_hinge",),
    "BinaryCrossentropy": ("binary_crossentropy", "bce", "BCE"),
    "BinaryFocalCrossentropy": ("binary_focal_crossentropy",),
    "CategoricalCrossentropy": ("categorical_crossentropy",),
    "KLDivergence": ("kl_divergence", "kld", "KLD", "kullback_leibler_divergence"),
    "Poisson": ("poisson",),
    "CosineSimilarity": ("cosine_similarity",),
}
"""The function that belongs to a class, with its aliases."""
