"""Train on one backend and evaluate on another, in one program.

A tensor lives on a backend; an op runs where its tensors are. By default the training is NumPy's, and the evaluation
is that of another backend that is installed::

    python examples/two_backends.py
    python examples/two_backends.py --train mlx --evaluate numpy
"""

from __future__ import annotations

import argparse
import sys

import numpy as np

import polytape as tf
from polytape.plugins import instances


def build_model():
    return tf.keras.Sequential(
        [tf.keras.layers.Dense(64, activation="relu", input_shape=(64,)), tf.keras.layers.Dense(10)]
    )


def train(images, labels, epochs):
    """A network that has learnt the digits, on the backend in use."""
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(64)
    model = build_model()
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = tf.keras.optimizers.Adam(0.003)
    for _ in range(epochs):
        for batch, wanted in dataset:
            with tf.GradientTape() as tape:
                loss = loss_of(wanted, model(batch, training=True))
            variables = model.trainable_variables
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    print(f"trained on {loss.backend}: the last batch's loss is {float(loss):.4f}")
    return model


def evaluate(model, images, labels):
    """The part of the digits that a network reads rightly."""
    logits = model(tf.constant(images))
    read = tf.argmax(logits, axis=1).numpy()
    print(f"evaluated on {logits.backend}: {np.mean(read == labels):.4f} of {len(labels)} digits are right")
    return read


def other_than(name):
    """The best backend that can be had besides the one called `name`."""
    names = [backend.name for _, backend in instances.available() if backend.name != name]
    if not names:
        sys.exit(f'two_backends: {name} is the only backend here; get another one with pip install "polytape[mlx]"')
    return names[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--train", default="numpy", metavar="BACKEND")
    parser.add_argument("--evaluate", metavar="BACKEND", help="by default the best other one that is installed")
    parser.add_argument("--epochs", type=int, default=10)
    arguments = parser.parse_args()
    here, there = arguments.train, arguments.evaluate or other_than(arguments.train)
    if here == there:
        parser.error(f"--train and --evaluate must name two backends; received {here} twice")

    tf.random.set_seed(1)
    (images, labels), (test_images, test_labels) = tf.keras.datasets.digits.load_data()
    images, test_images = (x.reshape(len(x), 64).astype("float32") / 16.0 for x in (images, test_images))
    try:
        with tf.use(here):
            trained = train(images, labels.astype("int32"), arguments.epochs)
            expected = evaluate(trained, test_images, test_labels)
        with tf.use(there):
            moved = build_model()
            moved.set_weights(trained.get_weights())
            read = evaluate(moved, test_images, test_labels)
            print(f"both read {np.mean(read == expected):.4f} of them alike")
            batch = tf.constant(test_images[:5])
    except tf.errors.PolytapeError as error:
        sys.exit(f"two_backends: {error}")

    try:
        trained(batch)  # a network on one backend, images on the other
    except tf.errors.BackendMismatchError as error:
        print(f"together: {error}")
    print(f"moved: {tf.argmax(trained(batch.to(here)), axis=1).numpy()}")


if __name__ == "__main__":
    main()
