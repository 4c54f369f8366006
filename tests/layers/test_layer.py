"""What all layers have in common: variables, names, dtypes, `training`, losses, errors."""

from __future__ import annotations

import numpy as np
import pytest

import polytape as tf
from polytape import protocols

keras = tf.keras
layers = keras.layers
X = np.float32([[1.0, 2.0, 3.0]])


class Scale(layers.Layer):
    """A layer as users write it, with `add_weight` in the order of earlier versions."""

    def build(self, input_shape):
        self.factor = self.add_weight("factor", shape=[int(input_shape[-1])], initializer="ones")

    def call(self, inputs):
        return inputs * self.factor


class Block(layers.Layer):
    """Layers in a list, a dictionary and an attribute, and a variable of its own."""

    def __init__(self, **options):
        super().__init__(**options)
        self.chain = [layers.Dense(4), layers.Dense(4)]
        self.named = {"out": layers.Dense(2)}
        self.shift = tf.Variable([0.5, 0.5])
        self.again = self.chain[0]

    def call(self, inputs):
        for layer in self.chain:
            inputs = layer(inputs)
        return self.named["out"](inputs) + self.shift


def test_second_names_of_layers() -> None:
    assert tf.keras.layers.MaxPool2D is tf.keras.layers.MaxPooling2D
    assert tf.keras.layers.Convolution2D is tf.keras.layers.Conv2D
    assert tf.keras.layers.GlobalAvgPool2D is tf.keras.layers.GlobalAveragePooling2D


def test_protocol() -> None:
    assert isinstance(Scale(), protocols.Layer)
    assert isinstance(layers.Dense(1), protocols.Layer)
    assert issubclass(layers.Layer, tf.Module)


def test_built_on_first_use() -> None:
    layer = Scale()
    assert not layer.built
    assert layer.variables == []
    np.testing.assert_array_equal(layer(X), X)
    assert layer.built
    assert [tuple(v.shape) for v in layer.variables] == [(3,)]


def test_built_directly_once() -> None:
    layer = Scale()
    layer.build((None, 3))
    kept = layer.factor
    layer(X)
    assert layer.factor is kept


def test_variables_are_found_in_order_and_once() -> None:
    block = Block()
    block(X)
    shapes = [tuple(v.shape) for v in block.trainable_variables]
    assert shapes == [(3, 4), (4,), (4, 4), (4,), (4, 2), (2,), (2,)]
    assert [v is w for v, w in zip(block.weights, block.variables)] == [True] * 7
    assert block.count_params() == 12 + 4 + 16 + 4 + 8 + 2 + 2
    assert len(block.submodules) == 3


def test_trainable_is_set_for_all_within() -> None:
    block = Block()
    block(X)
    block.chain[1].trainable = False
    assert len(block.trainable_variables) == 5
    assert len(block.non_trainable_variables) == 2
    block.trainable = False
    assert block.trainable_weights == []
    assert not block.named["out"].trainable
    block.trainable = True
    assert len(block.trainable_weights) == 7


def test_weights_can_be_read_and_set() -> None:
    first, second = Block(), Block()
    first(X)
    with pytest.raises(ValueError, match="not built yet"):
        second.set_weights(first.get_weights())
    second(X)
    second.set_weights(first.get_weights())
    np.testing.assert_array_equal(first(X), second(X))
    with pytest.raises(ValueError, match="it has 7 variables; received 1 arrays"):
        second.set_weights(first.get_weights()[:1])
    with pytest.raises(ValueError, match="shape"):
        second.set_weights(first.get_weights()[::-1])


def test_names_are_numbered() -> None:
    keras.backend.clear_session()
    assert [layers.Dense(1).name for _ in range(3)] == ["dense", "dense_1", "dense_2"]
    assert layers.Conv2D(1, 1).name == "conv2d"
    assert layers.Conv2DTranspose(1, 1).name == "conv2d_transpose"
    assert layers.GlobalAveragePooling2D().name == "global_average_pooling2d"
    assert layers.ReLU().name == "re_lu"
    assert layers.Dense(1, name="mine").name == "mine"
    layer = layers.Dense(1, name="mine")
    layer(X)
    assert [v.name for v in layer.variables] == ["mine/kernel:0", "mine/bias:0"]


@pytest.mark.parametrize(
    "inputs",
    [X, X.astype("float64"), X.tolist(), tf.constant(X), tf.constant(X.astype("float64")), tf.Variable(X)],
    ids=["array", "float64 array", "list", "tensor", "float64 tensor", "variable"],
)
def test_inputs_take_the_layers_dtype(inputs) -> None:
    found = Scale()(inputs)
    assert found.dtype == tf.float32
    np.testing.assert_array_equal(found, X)
    assert Scale(dtype="float64")(inputs).dtype == tf.float64


def test_floatx_is_the_default_dtype() -> None:
    keras.backend.set_floatx("float64")
    try:
        layer = layers.Dense(2)
        assert layer(X).dtype == tf.float64
        assert layer.kernel.dtype == tf.float64
        assert keras.backend.floatx() == "float64"
    finally:
        keras.backend.set_floatx("float32")
    with pytest.raises(TypeError, match="float16, float32, float64"):
        keras.backend.set_floatx("int32")


def test_integers_stay_integers_unless_the_layer_computes_with_weights() -> None:
    assert layers.Flatten()(np.int64([[1]])).dtype == tf.int64
    assert layers.Dense(1)(np.uint8([[1]])).dtype == tf.float32


def test_a_gradient_flows_through_the_conversion_of_dtypes() -> None:
    x = tf.constant([[1.0, 2.0]], tf.float64)
    layer = layers.Dense(1, kernel_initializer="ones")
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x)
    gradient = tape.gradient(y, x)
    assert gradient.dtype == tf.float64
    assert gradient.numpy().tolist() == [[1.0, 1.0]]


class Listener(layers.Layer):
    """Notes what `training` it was called with."""

    def __init__(self):
        super().__init__()
        self.heard = []

    def call(self, inputs, training=None):
        self.heard.append(training)
        return inputs


class Deaf(layers.Layer):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def call(self, inputs):
        return self.inner(inputs)


class Insisting(Deaf):
    def call(self, inputs, training=None):
        return self.inner(self.inner(inputs, training=False))


def test_training_is_passed_on() -> None:
    listener = Listener()
    model = keras.Sequential([Deaf(Deaf(listener))])
    model(X)
    model(X, training=True)
    model(X, training=False)
    model(X)
    assert listener.heard == [None, True, False, None]


def test_an_inner_call_may_insist() -> None:
    listener = Listener()
    Deaf(Insisting(listener))(X, training=True)
    assert listener.heard == [False, True]


def test_training_by_position_and_by_default() -> None:
    class Always(layers.Layer):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def call(self, inputs, training=True):
            return self.inner(inputs)

    listener = Listener()
    layer = Always(listener)
    layer(X)
    layer(X, False)
    assert listener.heard == [True, False]


def test_training_is_forgotten_after_an_error() -> None:
    class Failing(layers.Layer):
        def call(self, inputs, training=None):
            raise KeyError("no")

    listener = Listener()
    with pytest.raises(KeyError):
        Failing()(X, training=True)
    listener(X)
    assert listener.heard == [None]


def test_regularizers_add_losses() -> None:
    layer = layers.Dense(
        1, kernel_initializer="ones", kernel_regularizer="l2", bias_regularizer=keras.regularizers.L1(1.0)
    )
    assert layer.losses == []
    layer(X)
    assert [float(loss) for loss in layer.losses] == pytest.approx([0.03, 0.0])
    with tf.GradientTape() as tape:
        loss = tf.add_n(layer.losses)
    np.testing.assert_allclose(tape.gradient(loss, layer.kernel), np.full((3, 1), 0.02), rtol=1e-6)
    layer.trainable = False
    assert layer.losses == []


def test_added_losses_last_until_the_next_call() -> None:
    class Costly(layers.Layer):
        def call(self, inputs):
            self.add_loss(tf.reduce_sum(inputs))
            return inputs

    costly = Costly()
    model = keras.Sequential(
        [costly, costly, layers.Dense(1, activity_regularizer=lambda y: tf.reduce_sum(y * 0.0) + 7.0)]
    )
    for _ in range(2):
        model(X)
        assert sorted(float(loss) for loss in model.losses) == [6.0, 6.0, 7.0]


def test_constraints_reach_the_variables() -> None:
    layer = layers.Dense(1, kernel_constraint="non_neg")
    layer(X)
    assert isinstance(layer.kernel.constraint, keras.constraints.NonNeg)
    assert layer.bias.constraint is None


def test_forgotten_super_init() -> None:
    class Forgetful(layers.Layer):
        def __init__(self):
            self.units = 3

        def build(self, shape):
            self.w = self.add_weight(shape=(3,))

        def call(self, inputs):
            return inputs

    for use in (lambda: Forgetful()(X), lambda: Forgetful().build((1,)), lambda: Forgetful()(tf.constant(X))):
        with pytest.raises(RuntimeError, match=r"forgot to call `super\(\).__init__\(\)`"):
            use()


def test_shape_errors_name_the_layer() -> None:
    layer = layers.Dense(2, name="hidden")
    layer(X)
    with pytest.raises(ValueError, match=r"'hidden' \(Dense\).*axis -1 of length 3, received shape \[1, 5\]"):
        layer(np.ones((1, 5)))
    with pytest.raises(ValueError, match="at least 2 axes"):
        layers.Dense(2)(np.ones(5))
    with pytest.raises(ValueError, match=r"'c' \(Conv2D\).*expected 4 axes, received 3"):
        layers.Conv2D(2, 3, name="c")(np.ones((1, 5, 5)))
    layer(np.ones((4, 7, 3)))


def test_errors_say_in_which_layer() -> None:
    class Broken(layers.Layer):
        def call(self, inputs):
            return tf.matmul(inputs, tf.ones((7, 7)))

    with pytest.raises(ValueError) as caught:
        keras.Sequential([Deaf(Broken(name="inner"))], name="outer")(X)
    assert "'inner' (Broken)" in caught.value.__notes__[0]
    assert "'outer' (Sequential)" in caught.value.__notes__[-1]


def test_calls_on_an_input_say_what_to_do() -> None:
    with pytest.raises(ValueError, match="Sequential"):
        layers.Dense(2)(keras.Input((3,)))


def test_unknown_arguments() -> None:
    with pytest.raises(TypeError, match="Dense: unknown arguments unit"):
        layers.Dense(3, unit=2)
    with pytest.raises(TypeError, match="unknown initialiser"):
        Scale().add_weight(shape=(2,), initialiser="ones")
    with pytest.raises(ValueError, match="units must be positive"):
        layers.Dense(0)
    with pytest.raises(ValueError, match="Did you mean 'relu'"):
        layers.Dense(1, activation="rellu")
    with pytest.raises(ValueError, match=r"called 'zeroes'\. Did you mean 'Zeros'"):
        layers.Dense(1, bias_initializer="zeroes")


def test_add_weight_in_both_orders() -> None:
    layer = Scale()
    a = layer.add_weight((2, 3), "ones", "float64", False)
    b = layer.add_weight("b", (2,), "int32", "ones")
    c = layer.add_weight(name="c", shape=(), initializer=lambda shape, dtype: tf.constant(4.0))
    assert (tuple(a.shape), a.dtype, a.trainable) == ((2, 3), tf.float64, False)
    assert (b.name, tuple(b.shape), b.dtype, b.numpy().tolist()) == (f"{layer.name}/b:0", (2,), tf.int32, [1, 1])
    assert float(c) == 4.0
    with pytest.raises(ValueError, match="made a value of shape"):
        layer.add_weight(shape=(3,), initializer=lambda shape, dtype: tf.constant(4.0))


def test_shape_of_the_output_is_found_by_a_run_on_zeros() -> None:
    class Twice(layers.Layer):
        def call(self, inputs):
            return tf.concat([inputs, inputs], -1)

    with tf.GradientTape() as tape:
        assert Twice().compute_output_shape((None, 3)) == (None, 6)
        assert Twice().compute_output_shape((2, 5, 3)) == (2, 5, 6)
    assert tape.watched_variables() == ()


def test_several_inputs_and_named_ones() -> None:
    class Mix(layers.Layer):
        def call(self, inputs, scale=None):
            return (inputs["a"] + inputs["b"][0]) * (1.0 if scale is None else scale)

    found = Mix()({"a": X, "b": [X.astype("float64")]}, scale=np.float64([2.0]))
    np.testing.assert_array_equal(found, 4 * X)
    assert found.dtype == tf.float32


def test_plain_modules_walk_the_same_way() -> None:
    class Affine(tf.Module):
        def __init__(self):
            super().__init__(name="affine")
            self.parts = (tf.Variable(1.0), {"b": tf.Variable(2.0, trainable=False)})
            self.dense = layers.Dense(1)

    module = Affine()
    module.dense(X)
    assert len(module.variables) == 4
    assert len(module.trainable_variables) == 3
    assert [type(m).__name__ for m in module.submodules] == ["Dense"]


def test_deep_copies_are_independent() -> None:
    import copy

    layer = layers.Dense(2)
    layer(X)
    other = copy.deepcopy(layer)
    np.testing.assert_array_equal(other(X), layer(X))
    other.kernel.assign(tf.zeros((3, 2)))
    assert np.any(layer.kernel.numpy())
