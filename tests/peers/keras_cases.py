"""Configurations of layers, optimizers, losses and metrics to hold against Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

_generator = np.random.default_rng(20_161_114)


def normal(*shape: int) -> Any:
    """Float32 numbers, normally distributed."""
    return _generator.normal(size=shape).astype("float32")


def _probabilities(*shape: int) -> Any:
    values = np.abs(normal(*shape)) + 0.1
    return values / values.sum(-1, keepdims=True)


_SEQUENCE, _IMAGE, _VOLUME = normal(2, 8, 2), normal(2, 6, 5, 2), normal(1, 4, 5, 4, 2)
_FLAT, _BLOCK = normal(4, 6), normal(2, 3, 4)
_ACTIVATIONS = (
    *("elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "linear", "log_softmax", "mish"),
    *("relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "swish", "tanh"),
)

LAYERS: tuple[tuple[str, dict[str, Any], Any], ...] = (
    ("Dense", {"units": 3, "activation": "tanh"}, _FLAT),
    ("Dense", {"units": 3, "use_bias": False}, _BLOCK),
    ("Conv1D", {"filters": 3, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}, _SEQUENCE),
    ("Conv1D", {"filters": 3, "kernel_size": 3, "strides": 2}, _SEQUENCE),
    ("Conv2D", {"filters": 3, "kernel_size": 3, "padding": "same", "activation": "relu"}, _IMAGE),
    ("Conv2D", {"filters": 4, "kernel_size": (2, 3), "strides": (2, 1)}, _IMAGE),
    ("Conv3D", {"filters": 2, "kernel_size": 2, "padding": "same", "strides": 2}, _VOLUME),
    ("Conv1DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}, _SEQUENCE),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}, _IMAGE),
    (
        "Conv2DTranspose",
        {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same", "output_padding": 1},
        _IMAGE,
    ),
    ("Conv2DTranspose", {"filters": 3, "kernel_size": 2, "strides": 3}, _IMAGE),
    ("Conv3DTranspose", {"filters": 2, "kernel_size": 2, "strides": 2}, _VOLUME),
    ("DepthwiseConv1D", {"kernel_size": 3, "depth_multiplier": 2}, _SEQUENCE),
    ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2, "padding": "same"}, _IMAGE),
    ("SeparableConv1D", {"filters": 3, "kernel_size": 3}, _SEQUENCE),
    ("SeparableConv2D", {"filters": 3, "kernel_size": 3, "depth_multiplier": 2}, _IMAGE),
    ("MaxPooling1D", {"pool_size": 2}, _SEQUENCE),
    ("MaxPooling2D", {"pool_size": (2, 3), "strides": 1, "padding": "same"}, _IMAGE),
    ("MaxPooling3D", {}, _VOLUME),
    ("AveragePooling1D", {"pool_size": 2}, _SEQUENCE),
    ("AveragePooling2D", {"pool_size": 3, "strides": 2, "padding": "same"}, _IMAGE),
    ("AveragePooling3D", {"pool_size": 2}, _VOLUME),
    ("GlobalAveragePooling1D", {}, _SEQUENCE),
    ("GlobalAveragePooling2D", {"keepdims": True}, _IMAGE),
    ("GlobalMaxPooling1D", {"data_format": "channels_first"}, _SEQUENCE),
    ("GlobalMaxPooling2D", {}, _IMAGE),
    ("Flatten", {}, _BLOCK),
    ("Reshape", {"target_shape": (4, -1)}, _BLOCK),
    ("Permute", {"dims": (2, 1)}, _BLOCK),
    ("RepeatVector", {"n": 3}, _FLAT),
    ("ZeroPadding1D", {"padding": (1, 2)}, _SEQUENCE),
    ("ZeroPadding2D", {"padding": ((1, 0), (2, 1))}, _IMAGE),
    ("Cropping1D", {"cropping": 1}, _SEQUENCE),
    ("Cropping2D", {"cropping": (1, 1)}, _IMAGE),
    ("UpSampling1D", {"size": 2}, _SEQUENCE),
    ("UpSampling2D", {"size": (2, 3)}, _IMAGE),
    ("BatchNormalization", {}, _FLAT),
    ("BatchNormalization", {"axis": 1, "momentum": 0.9, "epsilon": 1e-2}, normal(3, 4, 5)),
    ("BatchNormalization", {"center": False, "scale": False}, _IMAGE),
    ("LayerNormalization", {}, _FLAT),
    ("LayerNormalization", {"axis": [1, 2], "epsilon": 0.1}, _BLOCK),
    ("GroupNormalization", {"groups": 2}, _BLOCK),
    ("ReLU", {"max_value": 1.0, "negative_slope": 0.1, "threshold": 0.2}, _FLAT),
    ("LeakyReLU", {}, _FLAT),
    ("PReLU", {}, _FLAT),
    ("PReLU", {"shared_axes": [1]}, _BLOCK),
    ("ELU", {"alpha": 0.5}, _FLAT),
    ("Softmax", {"axis": 1}, _BLOCK),
    ("Embedding", {"input_dim": 7, "output_dim": 3}, _generator.integers(0, 7, (4, 5)).astype("int32")),
    ("Dropout", {"rate": 0.5}, _FLAT),
    ("SimpleRNN", {"units": 3}, _SEQUENCE),
    ("SimpleRNN", {"units": 3, "return_sequences": True, "go_backwards": True}, _SEQUENCE),
    ("LSTM", {"units": 3}, _SEQUENCE),
    ("LSTM", {"units": 3, "return_sequences": True}, _SEQUENCE),
    ("GRU", {"units": 3}, _SEQUENCE),
    ("GRU", {"units": 3, "reset_after": False}, _SEQUENCE),
    *(("Activation", {"activation": name}, 3 * _FLAT) for name in _ACTIVATIONS),
)

OPTIMIZERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("SGD", {"momentum": 0.9, "nesterov": True}),
    ("SGD", {"weight_decay": 0.1}),
    ("SGD", {"clipnorm": 0.5}),
    ("SGD", {"clipvalue": 0.2}),
    ("SGD", {"global_clipnorm": 0.5}),
    ("Adam", {}),
    ("Adam", {"amsgrad": True, "learning_rate": 0.1}),
    ("Adam", {"weight_decay": 0.1}),
    ("AdamW", {}),
    ("AdamW", {"learning_rate": 0.1, "weight_decay": 0.2}),
    ("Adamax", {}),
    ("Nadam", {"learning_rate": 0.1}),
    ("RMSprop", {}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"momentum": 0.9, "centered": True}),
    ("Adagrad", {"initial_accumulator_value": 0.5}),
    ("Adadelta", {"learning_rate": 1.0}),
    ("Ftrl", {}),
    ("Ftrl", {"l1_regularization_strength": 0.1, "l2_regularization_strength": 0.1, "beta": 0.1}),
    ("Ftrl", {"learning_rate_power": -0.7, "l2_shrinkage_regularization_strength": 0.1}),
    ("Lion", {"weight_decay": 0.1}),
)

SCHEDULES: tuple[tuple[str, tuple[Any, ...], dict[str, Any]], ...] = (
    ("ExponentialDecay", (0.1, 3, 0.5), {}),
    ("ExponentialDecay", (0.1, 3, 0.5), {"staircase": True}),
    ("PiecewiseConstantDecay", ([2, 5], [1.0, 0.5, 0.1]), {}),
    ("PolynomialDecay", (0.1, 5), {"power": 2.0}),
    ("PolynomialDecay", (0.1, 4), {"cycle": True}),
    ("InverseTimeDecay", (0.1, 2, 0.5), {"staircase": True}),
    ("CosineDecay", (0.1, 6), {"alpha": 0.1}),
    ("CosineDecay", (0.0, 6), {"warmup_target": 0.2, "warmup_steps": 3}),
    ("CosineDecayRestarts", (0.1, 3), {"t_mul": 1.5, "m_mul": 0.8, "alpha": 0.1}),
)

_P, _A, _B, _CLASSES = _probabilities(4, 3), normal(4, 3), normal(4, 3), np.array([0, 2, 1, 1])
_ONE_HOT, _SIGNS = np.eye(3, dtype="float32")[_CLASSES], np.sign(_A)
_TRUTH, _SCORES = np.array([[0], [1], [1], [0]], "float32"), np.array([[0.1], [0.8], [0.3], [0.6]], "float32")
SAMPLE_WEIGHT = np.array([1.0, 0.0, 2.0, 0.5], "float32")

LOSSES: tuple[tuple[str, dict[str, Any], Any, Any], ...] = (
    ("MeanSquaredError", {}, _A, _B),
    ("MeanAbsoluteError", {}, _A, _B),
    ("MeanAbsolutePercentageError", {}, _A, _B),
    ("MeanSquaredLogarithmicError", {}, _A, _B),
    ("BinaryCrossentropy", {}, _TRUTH, _SCORES),
    ("BinaryCrossentropy", {"from_logits": True}, _TRUTH, normal(4, 1)),
    ("BinaryCrossentropy", {"label_smoothing": 0.2}, _TRUTH, _SCORES),
    ("BinaryFocalCrossentropy", {}, _TRUTH, _SCORES),
    ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "from_logits": True}, _TRUTH, normal(4, 1)),
    ("CategoricalCrossentropy", {}, _ONE_HOT, _P),
    ("CategoricalCrossentropy", {"from_logits": True, "label_smoothing": 0.1}, _ONE_HOT, _A),
    ("SparseCategoricalCrossentropy", {}, _CLASSES, _P),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, _CLASSES, _A),
    ("SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": 1}, _CLASSES, _A),
    ("Hinge", {}, _SIGNS, _B),
    ("Hinge", {}, _TRUTH, _SCORES),
    ("SquaredHinge", {}, _SIGNS, _B),
    ("CategoricalHinge", {}, _ONE_HOT, _B),
    ("Huber", {"delta": 0.5}, _A, _B),
    ("LogCosh", {}, _A, _B),
    ("Poisson", {}, np.abs(_A), np.abs(_B)),
    ("KLDivergence", {}, _P, _P[::-1].copy()),
    ("CosineSimilarity", {}, _A, _B),
)

METRICS: tuple[tuple[str, dict[str, Any], Any, Any], ...] = (
    ("Accuracy", {}, _CLASSES, np.array([0, 1, 1, 1])),
    ("BinaryAccuracy", {}, _TRUTH, _SCORES),
    ("BinaryAccuracy", {"threshold": 0.25}, _TRUTH, _SCORES),
    ("BinaryCrossentropy", {}, _TRUTH, _SCORES),
    ("CategoricalAccuracy", {}, _ONE_HOT, _P),
    ("CategoricalCrossentropy", {}, _ONE_HOT, _P),
    ("CategoricalHinge", {}, _ONE_HOT, _B),
    ("CosineSimilarity", {}, _A, _B),
    ("FalseNegatives", {}, _TRUTH, _SCORES),
    ("FalsePositives", {}, _TRUTH, _SCORES),
    ("Hinge", {}, _SIGNS, _B),
    ("KLDivergence", {}, _P, _P[::-1].copy()),
    ("LogCoshError", {}, _A, _B),
    ("MeanAbsoluteError", {}, _A, _B),
    ("MeanAbsolutePercentageError", {}, _A, _B),
    ("MeanSquaredError", {}, _A, _B),
    ("MeanSquaredLogarithmicError", {}, _A, _B),
    ("Poisson", {}, np.abs(_A), np.abs(_B)),
    ("Precision", {}, _TRUTH, _SCORES),
    ("Precision", {"class_id": 1, "top_k": 2}, _ONE_HOT, _P),
    ("Precision", {"thresholds": [0.2, 0.5]}, _TRUTH, _SCORES),
    ("Recall", {}, _TRUTH, _SCORES),
    ("Recall", {"top_k": 1}, _ONE_HOT, _P),
    ("RootMeanSquaredError", {}, _A, _B),
    ("SparseCategoricalAccuracy", {}, _CLASSES, _P),
    ("SparseCategoricalCrossentropy", {}, _CLASSES, _P),
    ("SparseTopKCategoricalAccuracy", {"k": 2}, _CLASSES, _P),
    ("SquaredHinge", {}, _SIGNS, _B),
    ("TopKCategoricalAccuracy", {"k": 2}, _ONE_HOT, _P),
    ("TrueNegatives", {"thresholds": 0.2}, _TRUTH, _SCORES),
    ("TruePositives", {}, _TRUTH, _SCORES),
)
