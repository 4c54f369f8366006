"""Every layer in one table: values, shapes with unknown batch, configuration, dtypes, gradients."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import polytape as tf
from polytape import protocols
from polytape.keras import layers as facade

layers = tf.keras.layers
VECTORS, SERIES, IMAGES, VOLUMES = (4, 6), (2, 7, 4), (2, 7, 8, 4), (2, 5, 6, 4, 4)


def _dtype(options):
    """The dtype of a layer within a layer."""
    return {name: value for name, value in options.items() if name == "dtype"}


ROWS = {
    "Activation": (lambda **o: layers.Activation("tanh", **o), VECTORS),
    "AveragePooling1D": (lambda **o: layers.AveragePooling1D(3, 2, "same", **o), SERIES),
    "AveragePooling2D": (lambda **o: layers.AveragePooling2D((2, 3), padding="same", **o), IMAGES),
    "AveragePooling3D": (lambda **o: layers.AveragePooling3D(**o), VOLUMES),
    "BatchNormalization": (lambda **o: layers.BatchNormalization(**o), IMAGES),
    "BatchNormalization axis 1": (lambda **o: layers.BatchNormalization(axis=1, scale=False, **o), IMAGES),
    "Conv1D": (lambda **o: layers.Conv1D(3, 3, strides=2, activation="relu", **o), SERIES),
    "Conv1D causal": (lambda **o: layers.Conv1D(3, 3, padding="causal", dilation_rate=2, **o), SERIES),
    "Conv1DTranspose": (lambda **o: layers.Conv1DTranspose(3, 4, strides=2, **o), SERIES),
    "Conv2D": (lambda **o: layers.Conv2D(6, (2, 3), strides=(2, 1), padding="same", **o), IMAGES),
    "Conv2D groups": (lambda **o: layers.Conv2D(6, 3, groups=2, use_bias=False, **o), IMAGES),
    "Conv2D dilated": (lambda **o: layers.Conv2D(2, 3, dilation_rate=2, **o), IMAGES),
    "Conv2DTranspose": (lambda **o: layers.Conv2DTranspose(3, 3, strides=2, padding="same", **o), IMAGES),
    "Conv2DTranspose output": (
        lambda **o: layers.Conv2DTranspose(3, 3, strides=2, padding="same", output_padding=1, **o),
        IMAGES,
    ),
    "Conv3D": (lambda **o: layers.Conv3D(2, 2, padding="same", **o), VOLUMES),
    "Conv3DTranspose": (lambda **o: layers.Conv3DTranspose(2, 2, **o), VOLUMES),
    "Bidirectional": (
        lambda **o: layers.Bidirectional(layers.SimpleRNN(3, return_sequences=True, **_dtype(o)), **o),
        SERIES,
    ),
    "Bidirectional sum": (lambda **o: layers.Bidirectional(layers.LSTM(3, **_dtype(o)), merge_mode="sum", **o), SERIES),
    "Cropping1D": (lambda **o: layers.Cropping1D((1, 2), **o), SERIES),
    "Cropping2D": (lambda **o: layers.Cropping2D(((1, 0), (2, 1)), **o), IMAGES),
    "Cropping3D": (lambda **o: layers.Cropping3D(1, **o), VOLUMES),
    "Dense": (lambda **o: layers.Dense(3, activation="sigmoid", **o), VECTORS),
    "Dense of images": (lambda **o: layers.Dense(3, use_bias=False, **o), IMAGES),
    "DepthwiseConv1D": (lambda **o: layers.DepthwiseConv1D(3, depth_multiplier=2, **o), SERIES),
    "DepthwiseConv2D": (lambda **o: layers.DepthwiseConv2D(3, strides=2, padding="same", **o), IMAGES),
    "Dropout": (lambda **o: layers.Dropout(0.5, **o), VECTORS),
    "ELU": (lambda **o: layers.ELU(0.5, **o), VECTORS),
    "Flatten": (lambda **o: layers.Flatten(**o), IMAGES),
    "GRU": (lambda **o: layers.GRU(3, bias_initializer="random_normal", **o), SERIES),
    "GRU reset before": (
        lambda **o: layers.GRU(3, reset_after=False, return_sequences=True, go_backwards=True, **o),
        SERIES,
    ),
    "GaussianDropout": (lambda **o: layers.GaussianDropout(0.5, **o), VECTORS),
    "GaussianNoise": (lambda **o: layers.GaussianNoise(0.5, **o), VECTORS),
    "GlobalAveragePooling1D": (lambda **o: layers.GlobalAveragePooling1D(**o), SERIES),
    "GlobalAveragePooling2D": (lambda **o: layers.GlobalAveragePooling2D(**o), IMAGES),
    "GlobalAveragePooling3D": (lambda **o: layers.GlobalAveragePooling3D(keepdims=True, **o), VOLUMES),
    "GlobalMaxPooling1D": (lambda **o: layers.GlobalMaxPooling1D(**o), SERIES),
    "GlobalMaxPooling2D": (lambda **o: layers.GlobalMaxPooling2D(keepdims=True, **o), IMAGES),
    "GlobalMaxPooling3D": (lambda **o: layers.GlobalMaxPooling3D(**o), VOLUMES),
    "GroupNormalization": (lambda **o: layers.GroupNormalization(groups=2, **o), IMAGES),
    "Identity": (lambda **o: layers.Identity(**o), VECTORS),
    "LayerNormalization": (lambda **o: layers.LayerNormalization(axis=(1, 2), **o), IMAGES),
    "LeakyReLU": (lambda **o: layers.LeakyReLU(0.2, **o), VECTORS),
    "LSTM": (lambda **o: layers.LSTM(3, return_sequences=True, **o), SERIES),
    "LSTM without bias": (lambda **o: layers.LSTM(3, use_bias=False, recurrent_activation="hard_sigmoid", **o), SERIES),
    "MaxPooling1D": (lambda **o: layers.MaxPooling1D(2, **o), SERIES),
    "MaxPooling2D": (lambda **o: layers.MaxPooling2D(3, strides=2, padding="same", **o), IMAGES),
    "MaxPooling3D": (lambda **o: layers.MaxPooling3D(2, **o), VOLUMES),
    "PReLU": (
        lambda **o: layers.PReLU(alpha_initializer=tf.keras.initializers.Constant(0.25), shared_axes=[1, 2], **o),
        IMAGES,
    ),
    "Permute": (lambda **o: layers.Permute((3, 1, 2), **o), IMAGES),
    "RNN": (
        lambda **o: layers.RNN(
            layers.StackedRNNCells([layers.LSTMCell(3, **_dtype(o)), layers.GRUCell(2, **_dtype(o))], **_dtype(o)), **o
        ),
        SERIES,
    ),
    "ReLU": (lambda **o: layers.ReLU(max_value=1.0, negative_slope=0.1, threshold=0.2, **o), VECTORS),
    "RepeatVector": (lambda **o: layers.RepeatVector(3, **o), VECTORS),
    "Rescaling": (lambda **o: layers.Rescaling(0.5, 1.0, **o), VECTORS),
    "Reshape": (lambda **o: layers.Reshape((4, -1), **o), IMAGES),
    "SeparableConv1D": (lambda **o: layers.SeparableConv1D(5, 3, **o), SERIES),
    "SeparableConv2D": (lambda **o: layers.SeparableConv2D(5, 3, depth_multiplier=2, padding="same", **o), IMAGES),
    "SimpleRNN": (lambda **o: layers.SimpleRNN(3, **o), SERIES),
    "Softmax": (lambda **o: layers.Softmax(axis=1, **o), VECTORS),
    "SpatialDropout1D": (lambda **o: layers.SpatialDropout1D(0.5, **o), SERIES),
    "SpatialDropout2D": (lambda **o: layers.SpatialDropout2D(0.5, **o), IMAGES),
    "SpatialDropout3D": (lambda **o: layers.SpatialDropout3D(0.5, **o), VOLUMES),
    "TimeDistributed": (lambda **o: layers.TimeDistributed(layers.Conv1D(3, 2, **_dtype(o)), **o), (2, 3, 5, 4)),
    "UpSampling1D": (lambda **o: layers.UpSampling1D(3, **o), SERIES),
    "UpSampling2D": (lambda **o: layers.UpSampling2D((2, 3), **o), IMAGES),
    "UpSampling3D": (lambda **o: layers.UpSampling3D(2, **o), VOLUMES),
    "ZeroPadding1D": (lambda **o: layers.ZeroPadding1D(2, **o), SERIES),
    "ZeroPadding2D": (lambda **o: layers.ZeroPadding2D(((1, 0), (2, 1)), **o), IMAGES),
    "ZeroPadding3D": (lambda **o: layers.ZeroPadding3D(1, **o), VOLUMES),
}
ELSEWHERE = {
    *("Add", "Average", "Concatenate", "Dot", "Maximum", "Minimum", "Multiply", "Subtract"),  # lists of inputs
    *("GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"),  # cells
    *("MultiHeadAttention", "Embedding", "Input", "InputLayer", "InputSpec", "Lambda", "Layer"),
}
BY_NAME = pytest.mark.parametrize("name", ROWS)


def made(row: str, **options):
    return ROWS[row][0](**options)


def values(name: str, dtype: str = "float32"):
    return np.random.default_rng(3).normal(size=ROWS[name][1]).astype(dtype)


def test_no_layer_is_left_out() -> None:
    public = {value.__name__ for value in vars(facade).values() if inspect.isclass(value)} - {"Contributions"}
    assert public - {name.split()[0] for name in ROWS} - ELSEWHERE == set()


@BY_NAME
def test_shape_of_the_output_is_known_beforehand(name: str) -> None:
    layer = made(name)
    shape = (None, *ROWS[name][1][1:])
    told = tuple(layer.compute_output_shape(shape))
    found = layer(values(name))
    assert told == (None, *found.shape[1:])
    assert tuple(layer.compute_output_shape(ROWS[name][1])) == tuple(found.shape)
    assert isinstance(layer, protocols.Layer)


@BY_NAME
def test_configuration_makes_the_same_layer(name: str) -> None:
    layer = made(name, name="original")
    x = values(name)
    expected = layer(x)
    config = layer.get_config()
    assert config["name"] == "original"
    again = type(layer).from_config(config)
    again(x)
    again.set_weights(layer.get_weights())
    np.testing.assert_array_equal(again(x), expected)
    assert again.get_config() == config


@BY_NAME
def test_float64_agrees_with_float32(name: str) -> None:
    layer = made(name)
    single = layer(values(name))
    double = made(name, dtype="float64")
    double(values(name))
    double.set_weights([w.astype("float64") for w in layer.get_weights()])
    found = double(values(name, "float64"))
    assert found.dtype == tf.float64
    np.testing.assert_allclose(found, single, rtol=1e-4, atol=1e-5)


@BY_NAME
@pytest.mark.parametrize("training", [False, True])
def test_gradients_of_inputs_and_variables(name: str, training: bool) -> None:
    """Against central differences, in float64; random layers only where they are not random."""
    if training and ("Dropout" in name or "Noise" in name):
        training = False
    layer = made(name, dtype="float64")
    start = values(name, "float64")
    weights = np.random.default_rng(8).normal(size=layer(start).shape)

    def loss(x):
        return tf.reduce_sum(layer(x, training=training) * weights)

    x = tf.constant(start)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = loss(x)
    variables = layer.trainable_variables
    gradients = tape.gradient(value, [x, *variables])
    assert all(gradient is not None for gradient in gradients)
    random = np.random.default_rng(4)
    step = 1e-6
    for gradient in gradients:
        assert np.any(np.asarray(gradient)), "the gradient is zero"
    for _ in range(3):
        place = tuple(int(random.integers(n)) for n in start.shape)
        moved = [start.copy(), start.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        slope = (float(loss(tf.constant(moved[0]))) - float(loss(tf.constant(moved[1])))) / (2 * step)
        assert float(gradients[0][place]) == pytest.approx(slope, rel=1e-5, abs=1e-6)
    for variable, gradient in zip(variables, gradients[1:]):
        kept = variable.numpy()
        place = tuple(int(random.integers(n)) for n in kept.shape)
        slopes = []
        for sign in (1, -1):
            changed = kept.copy()
            changed[place] += sign * step
            variable.assign(changed)
            slopes.append(sign * float(loss(x)))
        variable.assign(kept)
        assert float(gradient[place]) == pytest.approx(sum(slopes) / (2 * step), rel=1e-5, abs=1e-6)


@BY_NAME
def test_empty_batches(name: str) -> None:
    layer = made(name)
    layer(values(name))
    found = layer(np.zeros((0, *ROWS[name][1][1:]), np.float32))
    assert tuple(found.shape) == (0, *tuple(layer.compute_output_shape(ROWS[name][1]))[1:])
