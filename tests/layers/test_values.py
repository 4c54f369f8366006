"""Values of layers against closed forms and loops over NumPy arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest

import polytape as tf

layers = tf.keras.layers
RANDOM = np.random.default_rng(17)


def normal(*shape: int):
    return RANDOM.normal(size=shape).astype(np.float32)


def test_dense_of_any_rank() -> None:
    x = normal(2, 3, 4)
    layer = layers.Dense(5, activation="tanh", bias_initializer="random_normal")
    found = layer(x)
    w, b = layer.get_weights()
    expected = np.array([[[math.tanh(sum(x[i, j, k] * w[k, u] for k in range(4)) + b[u]) for u in range(5)]
                          for j in range(3)] for i in range(2)])  # fmt: skip
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def convolved(x, w, b, stride, dilation, left, top, height, width):
    """A convolution by loops; `left` and `top` zeros come before the image, as many as needed after it."""
    out = np.zeros((x.shape[0], height, width, w.shape[3]))
    for n, i, j, f in np.ndindex(out.shape):
        out[n, i, j, f] = b[f]
        for p, q in np.ndindex(w.shape[:2]):
            row, column = i * stride[0] + p * dilation - top, j * stride[1] + q * dilation - left
            if 0 <= row < x.shape[1] and 0 <= column < x.shape[2]:
                out[n, i, j, f] += x[n, row, column] @ w[p, q, :, f]
    return out


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_conv2d(data_format: str) -> None:
    x = normal(2, 6, 7, 3)
    given = x if data_format == "channels_last" else x.transpose(0, 3, 1, 2)
    for strides, padding, dilation, place in (
        ((1, 1), "valid", 1, (0, 0, 4, 6)),
        ((2, 1), "same", 1, (0, 0, 3, 7)),  # along rows (3 - 1) * 2 + 3 - 6 = 1 zero, after; along columns 1, after
        ((1, 1), "same", 2, (1, 2, 6, 7)),
    ):
        layer = layers.Conv2D(
            4, (3, 2), strides, padding, data_format, dilation, activation="relu", bias_initializer="random_normal"
        )
        found = layer(given).numpy()
        w, b = layer.get_weights()
        left, top, height, width = place
        expected = np.maximum(convolved(x, w, b, strides, dilation, left, top, height, width), 0)
        if data_format == "channels_first":
            found = found.transpose(0, 2, 3, 1)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_causal_convolution_sees_no_future() -> None:
    x = normal(1, 8, 2)
    layer = layers.Conv1D(3, 3, padding="causal", dilation_rate=2, use_bias=False)
    found = layer(x).numpy()
    (w,) = layer.get_weights()
    for t in range(8):
        expected = sum(x[0, t - 2 * (2 - p)] @ w[p] for p in range(3) if t - 2 * (2 - p) >= 0)
        np.testing.assert_allclose(found[0, t], expected, rtol=1e-4, atol=1e-5)


def test_depthwise_and_separable() -> None:
    x = normal(1, 5, 5, 2)
    depthwise = layers.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False)
    between = depthwise(x).numpy()
    (w,) = depthwise.get_weights()
    assert w.shape == (3, 3, 2, 2)
    for i, j, c, m in np.ndindex(3, 3, 2, 2):
        expected = np.sum(x[0, i : i + 3, j : j + 3, c] * w[:, :, c, m])
        assert between[0, i, j, 2 * c + m] == pytest.approx(expected, rel=1e-4, abs=1e-5)
    separable = layers.SeparableConv2D(3, 3, depth_multiplier=2, bias_initializer="random_normal")
    separable(x)
    _, point, bias = separable.get_weights()
    separable.set_weights([w, point, bias])
    np.testing.assert_allclose(separable(x), between @ point[0, 0] + bias, rtol=1e-4, atol=1e-5)


def test_transposed_convolution_is_the_transpose() -> None:
    """⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ for the same kernel."""
    for strides, padding in (((1, 1), "valid"), ((2, 2), "same"), ((2, 2), "valid")):
        forward = layers.Conv2D(3, 3, strides, padding, use_bias=False)
        y_shape = forward(normal(1, 7, 7, 2)).shape
        backward = layers.Conv2DTranspose(2, 3, strides, padding, use_bias=False)
        y = normal(*y_shape)
        back = backward(y).numpy()
        x = normal(*back.shape)
        (w,) = forward.get_weights()
        backward.set_weights([w])
        np.testing.assert_allclose(
            np.sum(forward(x).numpy()[:, : y.shape[1], : y.shape[2]] * y), np.sum(x * backward(y).numpy()), rtol=1e-4
        )


def test_batch_normalization_over_several_steps() -> None:
    """Three training steps and one of inference, in float64 with the paper's formulas."""
    layer = layers.BatchNormalization(momentum=0.7, epsilon=1e-2, dtype="float64")
    mean, variance = np.zeros(3), np.ones(3)
    for step in range(3):
        x = RANDOM.normal(size=(4, 5, 3)) * (step + 1) + step
        found = layer(x, training=True)
        flat = x.reshape(-1, 3)
        batch_mean = flat.sum(0) / 20
        batch_variance = ((flat - batch_mean) ** 2).sum(0) / 20
        np.testing.assert_allclose(found, (x - batch_mean) / np.sqrt(batch_variance + 1e-2), rtol=1e-9)
        mean, variance = 0.7 * mean + 0.3 * batch_mean, 0.7 * variance + 0.3 * batch_variance
        np.testing.assert_allclose(layer.moving_mean, mean, rtol=1e-12)
        np.testing.assert_allclose(layer.moving_variance, variance, rtol=1e-12)
    layer.gamma.assign([1.0, 2.0, 3.0])
    layer.beta.assign([3.0, 2.0, 1.0])
    expected = (x - mean) / np.sqrt(variance + 1e-2) * [1.0, 2.0, 3.0] + [3.0, 2.0, 1.0]
    np.testing.assert_allclose(layer(x), expected, rtol=1e-9)
    np.testing.assert_allclose(layer.moving_mean, mean, rtol=1e-12)
    layer.trainable = False
    np.testing.assert_allclose(layer(x, training=True), expected, rtol=1e-9)
    assert [v.name.partition("/")[2] for v in layer.weights] == [
        "gamma:0",
        "beta:0",
        "moving_mean:0",
        "moving_variance:0",
    ]
    with pytest.raises(ValueError, match="axis 2 of length 3"):
        layer(np.ones((4, 5, 1)))


def test_batch_normalization_along_another_axis() -> None:
    x = normal(2, 3, 4, 4)
    first, last = layers.BatchNormalization(axis=1), layers.BatchNormalization()
    found = first(x, training=True).numpy()
    np.testing.assert_allclose(found.transpose(0, 2, 3, 1), last(x.transpose(0, 2, 3, 1), training=True), atol=1e-5)
    found = first(x).numpy()
    np.testing.assert_allclose(found.transpose(0, 2, 3, 1), last(x.transpose(0, 2, 3, 1)), atol=1e-5)


def test_moving_statistics_are_not_seen_by_tapes() -> None:
    layer = layers.BatchNormalization()
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(layer(normal(4, 3), training=True) ** 2)
    assert {v.name for v in tape.watched_variables()} == {v.name for v in layer.trainable_variables}
    assert tape.gradient(y, layer.gamma) is not None


def test_layer_and_group_normalization() -> None:
    x = RANDOM.normal(size=(2, 3, 4))
    layer = layers.LayerNormalization(dtype="float64", gamma_initializer="random_normal")
    found = layer(x)
    gamma, beta = layer.get_weights()
    for i, j in np.ndindex(2, 3):
        row = x[i, j]
        expected = (row - row.mean()) / math.sqrt(((row - row.mean()) ** 2).mean() + 1e-3) * gamma + beta
        np.testing.assert_allclose(found[i, j], expected, rtol=1e-10)
    group = layers.GroupNormalization(groups=2, dtype="float64")
    found = group(x).numpy()
    for n, g in np.ndindex(2, 2):
        part = x[n, :, 2 * g : 2 * g + 2]
        expected = (part - part.mean()) / math.sqrt(((part - part.mean()) ** 2).mean() + 1e-3)
        np.testing.assert_allclose(found[n, :, 2 * g : 2 * g + 2], expected, rtol=1e-10)
    with pytest.raises(ValueError, match="4 channels into 3 groups"):
        layers.GroupNormalization(groups=3)(x)
    assert tuple(layers.LayerNormalization(axis=(1, 2))(x).shape) == (2, 3, 4)


def test_dropout() -> None:
    x = np.ones((200, 50), np.float32)
    layer = layers.Dropout(0.25, seed=3)
    y = layer(x, training=True).numpy()
    assert set(np.unique(y)) == {np.float32(0), np.float32(1 / 0.75)}
    assert (y == 0).mean() == pytest.approx(0.25, abs=5 * math.sqrt(0.25 * 0.75 / y.size))
    assert not np.array_equal(layer(x, training=True), y), "each call draws anew"
    np.testing.assert_array_equal(layers.Dropout(0.25, seed=3)(x, training=True), y)
    np.testing.assert_array_equal(layer(x), x)
    np.testing.assert_array_equal(layer(x, training=False), x)
    shared = layers.Dropout(0.5, noise_shape=(None, 1))(x, training=True).numpy()
    assert {tuple(row) for row in shared} == {(0.0,) * 50, (2.0,) * 50}
    assert not np.any(layers.Dropout(1.0)(x, training=True).numpy())
    np.testing.assert_array_equal(layers.Dropout(0.0)(x, training=True), x)
    for bad in (-0.1, 1.5):
        with pytest.raises(ValueError, match="between 0 and 1"):
            layers.Dropout(bad)


def test_the_gradient_of_dropout_is_its_mask() -> None:
    x = tf.ones((50,))
    layer = layers.Dropout(0.5)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=True)
    np.testing.assert_array_equal(tape.gradient(y, x), y)


def test_gaussian_noise() -> None:
    x = np.full(40_000, 3.0, np.float32)
    added = layers.GaussianNoise(0.5, seed=1)(x, training=True).numpy() - x
    assert added.mean() == pytest.approx(0, abs=5 * 0.5 / 200)
    assert added.std() == pytest.approx(0.5, rel=0.03)
    scaled = layers.GaussianDropout(0.2, seed=1)(x, training=True).numpy() / x
    assert scaled.mean() == pytest.approx(1, abs=5 * 0.5 / 200)
    assert scaled.std() == pytest.approx(math.sqrt(0.2 / 0.8), rel=0.03)


def test_set_seed_repeats_what_layers_draw() -> None:
    def drawn():
        tf.random.set_seed(5)
        layer = layers.Dense(3)
        return layer(np.ones((1, 2), np.float32)), layers.Dropout(0.5)(np.ones(20, np.float32), training=True)

    for first, second in zip(drawn(), drawn()):
        np.testing.assert_array_equal(first, second)


def test_activation_layers() -> None:
    x = np.float32([-2.0, -0.5, 0.0, 0.5, 3.0])
    np.testing.assert_allclose(layers.ReLU()(x), [0, 0, 0, 0.5, 3])
    np.testing.assert_allclose(layers.ReLU(2.0, 0.1, 0.25)(x), [-0.225, -0.075, -0.025, 0.5, 2.0], rtol=1e-6)
    np.testing.assert_allclose(layers.LeakyReLU()(x), [-0.6, -0.15, 0, 0.5, 3], rtol=1e-6)
    np.testing.assert_allclose(layers.LeakyReLU(alpha=0.1)(x), [-0.2, -0.05, 0, 0.5, 3], rtol=1e-6)
    np.testing.assert_allclose(layers.ELU(2.0)(x), [2 * math.expm1(-2), 2 * math.expm1(-0.5), 0, 0.5, 3], rtol=1e-6)
    prelu = layers.PReLU(alpha_initializer=tf.keras.initializers.Constant([0.1, 0.2, 0.3, 0.4, 0.5]))
    np.testing.assert_allclose(prelu(x[None]), [[-0.2, -0.1, 0, 0.5, 3]], rtol=1e-6)
    np.testing.assert_allclose(layers.Softmax(0)(np.zeros((2, 3))), np.full((2, 3), 0.5))


def test_embedding_and_its_gradient() -> None:
    layer = layers.Embedding(5, 2)
    found = layer([[0, 4], [4, 1]])
    (table,) = layer.get_weights()
    np.testing.assert_array_equal(found, table[[[0, 4], [4, 1]]])
    np.testing.assert_array_equal(layer([[0.0, 4.0]]), table[[[0, 4]]])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(layer([[0, 4], [4, 1]]))
    gradient = tape.gradient(y, layer.embeddings)
    assert isinstance(gradient, tf.IndexedSlices)
    np.testing.assert_array_equal(tf.convert_to_tensor(gradient)[:, 0], [1, 1, 0, 0, 2])
    with pytest.raises((ValueError, IndexError), match="5"):
        layer([5])
    with pytest.raises(NotImplementedError, match="mask"):
        layers.Embedding(5, 2, mask_zero=True)


def test_reshaping_layers() -> None:
    x = normal(2, 3, 4)
    np.testing.assert_array_equal(layers.Flatten()(x), x.reshape(2, 12))
    np.testing.assert_array_equal(layers.Flatten("channels_first")(x), x.transpose(0, 2, 1).reshape(2, 12))
    np.testing.assert_array_equal(layers.Flatten()(np.ones(3, np.float32)), np.ones((3, 1)))
    np.testing.assert_array_equal(layers.Reshape((2, -1))(x), x.reshape(2, 2, 6))
    np.testing.assert_array_equal(layers.Permute((2, 1))(x), x.transpose(0, 2, 1))
    np.testing.assert_array_equal(layers.RepeatVector(2)(x[:, 0]), np.stack([x[:, 0], x[:, 0]], 1))
    assert layers.Reshape((3, 4)).compute_output_shape((None, 12)) == (None, 3, 4)
    assert layers.Reshape((3, -1)).compute_output_shape((None, 12)) == (None, 3, 4)
    with pytest.raises(ValueError, match=r"shape \[3, 4\], 12 elements, the shape \[5, -1\]"):
        layers.Reshape((5, -1))(x)
    with pytest.raises(ValueError, match="order of 1 to 2"):
        layers.Permute((0, 1))


def test_borders_and_repetition() -> None:
    x = normal(1, 3, 4, 2)
    np.testing.assert_array_equal(
        layers.ZeroPadding2D(((1, 0), (2, 1)))(x), np.pad(x, ((0, 0), (1, 0), (2, 1), (0, 0)))
    )
    np.testing.assert_array_equal(
        layers.ZeroPadding2D((1, 2), data_format="channels_first")(x), np.pad(x, ((0, 0), (0, 0), (1, 1), (2, 2)))
    )
    np.testing.assert_array_equal(layers.Cropping2D(((1, 0), (0, 2)))(x), x[:, 1:, :2])
    np.testing.assert_array_equal(layers.UpSampling2D((2, 3))(x), x.repeat(2, 1).repeat(3, 2))
    with pytest.raises(ValueError, match="leave nothing"):
        layers.Cropping2D(2)(x)
    with pytest.raises(ValueError, match="padding must be an integer"):
        layers.ZeroPadding2D((1, 2, 3))


def test_merging_layers() -> None:
    x, y, z = normal(2, 3), normal(2, 3), normal(1, 3)
    np.testing.assert_allclose(layers.Add()([x, y, z]), x + y + z, rtol=1e-6)
    np.testing.assert_allclose(layers.Subtract()([x, y]), x - y)
    np.testing.assert_allclose(layers.Multiply()([x, y, z]), x * y * z, rtol=1e-6)
    np.testing.assert_allclose(layers.Average()([x, y, z]), (x + y + z) / 3, rtol=1e-6)
    np.testing.assert_array_equal(layers.Maximum()([x, y]), np.maximum(x, y))
    np.testing.assert_array_equal(layers.Minimum()((x, y)), np.minimum(x, y))
    np.testing.assert_array_equal(layers.Concatenate(axis=0)([x, y, z]), np.concatenate([x, y, z]))
    for wrong in (x, [], [x]):
        with pytest.raises(ValueError, match=r"list of at least 2 tensors|takes a list"):
            layers.Dot(1)(wrong)
    with pytest.raises(ValueError, match="Subtract takes two"):
        layers.Subtract()([x, y, z])


def test_dot() -> None:
    x, y = normal(2, 3, 4), normal(2, 5, 4)
    np.testing.assert_allclose(layers.Dot(axes=2)([x, y]), np.einsum("bij,bkj->bik", x, y), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        layers.Dot(axes=(1, 2))([x, y.transpose(0, 2, 1)[:, :, :3]]),
        np.einsum("bij,bki->bjk", x, y.transpose(0, 2, 1)[:, :, :3]),
        rtol=1e-4,
        atol=1e-5,
    )
    a, b = normal(4, 3), normal(4, 3)
    cosines = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    np.testing.assert_allclose(layers.Dot(1, normalize=True)([a, b])[:, 0], cosines, rtol=1e-4)
    np.testing.assert_allclose(
        layers.Dot((1, 2))([a[:2], x[:, :, :3]]), np.einsum("bi,bji->bj", a[:2], x[:, :, :3]), rtol=1e-4, atol=1e-5
    )
    with pytest.raises(ValueError, match="batch axis"):
        layers.Dot(0)([a, b])


def test_lambda() -> None:
    layer = layers.Lambda(lambda x, power: x**power, arguments={"power": 2})
    assert layer(np.float32([3.0])).numpy().tolist() == [9.0]
    assert layer.compute_output_shape((None, 4)) == (None, 4)
    assert layers.Lambda(lambda x: x[:, :1], output_shape=(1,)).compute_output_shape((None, 4)) == (None, 1)
    assert layers.Lambda(lambda x: x, output_shape=lambda s: s).compute_output_shape((None, 4)) == (None, 4)
    with pytest.raises(ValueError, match="callable"):
        layers.Lambda(3)


def test_pooling_formats() -> None:
    x = normal(1, 4, 4, 2)
    last = layers.MaxPooling2D()(x).numpy()
    first = layers.MaxPooling2D(data_format="channels_first")(x.transpose(0, 3, 1, 2)).numpy()
    np.testing.assert_array_equal(first.transpose(0, 2, 3, 1), last)
    np.testing.assert_array_equal(last[0, 1, 0], x[0, 2:, :2].reshape(4, 2).max(0))
    np.testing.assert_allclose(
        layers.GlobalAveragePooling2D(data_format="channels_first")(x.transpose(0, 3, 1, 2)), x.mean((1, 2)), rtol=1e-5
    )
    with pytest.raises(ValueError, match="pool_size must be an integer of at least 1, or 2 of them"):
        layers.MaxPooling2D((1, 2, 3))
    with pytest.raises(ValueError, match="padding must be one of 'valid', 'same'"):
        layers.MaxPooling2D(padding="causal")
