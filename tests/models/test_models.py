"""Models: chains, subclasses, tables, and what they do not have."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf

keras = tf.keras
layers = keras.layers
X = np.random.default_rng(2).normal(size=(6, 4)).astype(np.float32)


def test_built_on_the_first_call() -> None:
    model = keras.Sequential([layers.Dense(3, activation="relu"), layers.Dense(2)])
    assert not model.built and model.variables == []
    y = model(X).numpy()
    w1, b1, w2, b2 = model.get_weights()
    np.testing.assert_allclose(y, np.maximum(X @ w1 + b1, 0) @ w2 + b2, rtol=1e-4, atol=1e-5)
    assert model.built
    assert [layer.name for layer in model.layers] == [model.layers[0].name, model.layers[1].name]


@pytest.mark.parametrize(
    "begin",
    [
        lambda: [keras.Input((4,)), layers.Dense(3)],
        lambda: [keras.Input(shape=(4,), batch_size=6), layers.Dense(3)],
        lambda: [keras.Input(batch_shape=(None, 4)), layers.Dense(3)],
        lambda: [layers.InputLayer(input_shape=(4,)), layers.Dense(3)],
        lambda: [layers.Dense(3, input_shape=(4,))],
        lambda: [layers.Dense(3, input_dim=4)],
        lambda: [layers.Dense(3, batch_input_shape=(None, 4))],
    ],
)
def test_built_at_once_where_the_input_is_known(begin) -> None:
    model = keras.Sequential(begin())
    model.add(layers.Dense(2))
    assert [tuple(v.shape) for v in model.trainable_variables] == [(4, 3), (3,), (3, 2), (2,)]
    assert len(model.layers) == 2
    assert tuple(model.output_shape)[1:] == (2,)
    assert tuple(model.input_shape)[1:] == (4,)
    assert tuple(model(X).shape) == (6, 2)


def test_build_add_and_pop() -> None:
    model = keras.Sequential()
    model.add(layers.Conv2D(2, 3))
    model.add(layers.Flatten())
    model.build((None, 5, 5, 1))
    model.add(layers.Dense(3))
    assert tuple(model.layers[-1].kernel.shape) == (18, 3)
    removed = model.pop()
    assert isinstance(removed, layers.Dense)
    assert tuple(model(np.ones((2, 5, 5, 1))).shape) == (2, 18)
    model.add(removed)
    assert tuple(model(np.ones((2, 5, 5, 1))).shape) == (2, 3)
    assert len(model.variables) == 4


def test_custom_layers_run_once_for_a_call() -> None:
    class Counting(layers.Layer):
        def __init__(self):
            super().__init__()
            self.runs = 0

        def call(self, inputs):
            self.runs += 1
            return inputs

    counting = Counting()
    model = keras.Sequential([layers.Dense(2), counting, layers.Dense(1)])
    model(X)
    assert counting.runs == 1


def test_models_nest() -> None:
    inner = keras.Sequential([layers.Dense(3), layers.Dropout(0.5)])
    model = keras.Sequential([inner, layers.Dense(1)])
    model(X)
    assert len(model.trainable_variables) == 4
    inner.trainable = False
    assert len(model.trainable_variables) == 2
    assert not np.array_equal(model(X, training=True), model(X, training=True))
    np.testing.assert_array_equal(model(X), model(X))


class Net(keras.Model):
    def __init__(self, **options):
        super().__init__(**options)
        self.blocks = [layers.Dense(5, activation="relu"), layers.BatchNormalization()]
        self.out = layers.Dense(2)

    def call(self, inputs, training=False):
        for block in self.blocks:
            inputs = block(inputs, training=training)
        return self.out(inputs)


def test_subclassed_models() -> None:
    net = Net(name="net")
    assert tuple(net(X, training=True).shape) == (6, 2)
    assert len(net.trainable_variables) == 6
    assert len(net.non_trainable_variables) == 2
    assert [layer.name for layer in net.layers] == [net.blocks[0].name, net.blocks[1].name, net.out.name]
    assert net.get_layer(index=2) is net.out
    assert net.get_layer(net.out.name) is net.out
    with pytest.raises(LookupError, match="no layer called 'dens'"):
        net.get_layer("dens")
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(net(X, training=True) ** 2)
    gradients = tape.gradient(loss, net.trainable_variables)
    assert all(g is not None and g.shape == v.shape for g, v in zip(gradients, net.trainable_variables))


def test_a_model_learns() -> None:
    """Least squares by Adam reaches what the normal equations give."""
    target = X @ np.float32([[1.0], [-2.0], [0.5], [3.0]]) + 0.7
    model = keras.Sequential([layers.Dense(1)])
    optimizer = keras.optimizers.Adam(0.1)
    for _ in range(800):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(X) - target) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
    assert float(loss) < 1e-3
    np.testing.assert_allclose(model(X), target, atol=0.05)


def test_summary() -> None:
    lines: list[str] = []
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, name="conv"),
            layers.Flatten(name="flat"),
            layers.Dense(2, name="out"),
        ],
        name="small",
    )
    model.layers[0].trainable = False
    model.summary(print_fn=lines.append)
    (text,) = lines
    assert 'Model: "small"' in text
    for part in ("conv (Conv2D)", "(None, 6, 6, 4)", "40", "(None, 144)", "out (Dense)", "290"):
        assert part in text
    assert "Total params: 330 (1.29 KB)" in text
    assert "Trainable params: 290" in text
    assert "Non-trainable params: 40 (160 B)" in text
    net = Net()
    net.summary(print_fn=lines.append)
    assert "unbuilt" in lines[-1]
    net(X)
    net.summary(print_fn=lines.append, show_trainable=True)
    assert "(None, 5)" in lines[-1] and "yes" in lines[-1]
    outer = keras.Sequential([net, keras.Sequential([layers.Dense(1, name="deep")])])
    outer(X)
    outer.summary(print_fn=lines.append, expand_nested=True)
    assert "deep (Dense)" in lines[-1]


@pytest.mark.parametrize("name", ["compile", "fit", "evaluate", "predict", "train_on_batch"])
def test_what_models_do_not_have_says_what_to_do(name: str) -> None:
    model = keras.Sequential([layers.Dense(1)])
    assert not hasattr(model, name)
    with pytest.raises(AttributeError, match=r"GradientTape|call the model"):
        getattr(model, name)
    with pytest.raises(AttributeError, match="'Sequential' object has no attribute 'fitt'"):
        _ = model.fitt


def test_a_property_that_fails_shows_its_own_error() -> None:
    class Failing(keras.Model):
        @property
        def broken(self):
            return self.missing_thing

    with pytest.raises(AttributeError, match="missing_thing"):
        _ = Failing().broken


def test_the_functional_interface_is_refused() -> None:
    x = keras.Input((3,))
    for use in (lambda: keras.Model(x, x), lambda: keras.Model(inputs=x, outputs=x)):
        with pytest.raises(NotImplementedError, match="Sequential"):
            use()


def test_errors_of_sequential() -> None:
    with pytest.raises(ValueError, match="Lambda"):
        keras.Sequential([lambda x: x])
    with pytest.raises(ValueError, match="a list of layers"):
        keras.Sequential(layers.Dense(1))
    with pytest.raises(ValueError, match="an Input comes first"):
        keras.Sequential([layers.Dense(1), keras.Input((3,))])
    with pytest.raises(RuntimeError, match="no layers to remove"):
        keras.Sequential().pop()
    with pytest.raises(ValueError, match="give an input_shape"):
        keras.Sequential([layers.Dense(1)]).build()
    with pytest.raises(ValueError, match="either shape or batch_shape"):
        keras.Input()
    with pytest.raises(RuntimeError, match="no variables yet"):
        keras.Sequential([layers.Dense(1)]).count_params()


def test_configuration() -> None:
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3, activation="relu", kernel_regularizer="l2")], name="m")
    config = model.get_config()
    again = keras.Sequential.from_config(config)
    again.set_weights(model.get_weights())
    np.testing.assert_array_equal(again(X), model(X))
    assert again.get_config() == config
    assert config["layers"][1]["config"]["activation"] == "relu"


def test_attributes_of_models_are_free() -> None:
    """Optimizers, data and functions may be kept on a model without becoming variables."""
    model = Net()
    model.optimizer = keras.optimizers.Adam()
    model.data = {"x": X, "names": ["a"]}
    model.function = lambda x: x
    model(X)
    assert len(model.variables) == 8


def test_utils() -> None:
    utils = keras.utils
    np.testing.assert_array_equal(utils.to_categorical([1, 0, 2]), np.eye(3)[[1, 0, 2]])
    np.testing.assert_array_equal(utils.to_categorical([[1], [0]], 4), np.eye(4)[[1, 0]])
    assert utils.to_categorical(tf.constant([1]), 3).numpy().tolist() == [[0.0, 1.0, 0.0]]
    with pytest.raises(ValueError, match="from 0 to 1; received 0 to 2"):
        utils.to_categorical([0, 2], 2)
    np.testing.assert_allclose(utils.normalize([[3.0, 4.0], [0.0, 0.0]]), [[0.6, 0.8], [0, 0]])


def test_losses_can_be_found_by_name() -> None:
    losses = keras.losses
    assert losses.get("mse") is losses.mean_squared_error
    assert isinstance(losses.get("MeanSquaredError"), losses.MeanSquaredError)
    assert losses.get(losses.mse) is losses.mse
    with pytest.raises(LookupError, match="Did you mean"):
        losses.get("mean_square_error")
    assert tf.losses is losses
    assert "Huber" in dir(losses)
