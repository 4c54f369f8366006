"""Teach a small convolutional network to read handwritten digits, with a training loop of one's own.

1,797 images of 8×8 pixels, a fifth of them held out; a few seconds on any computer::

    python examples/train_digits.py --epochs 20
    python examples/train_digits.py --function     # steps are recorded once, then replayed: see how long epochs take
    POLYTAPE_BACKEND=mlx python examples/train_digits.py
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from itertools import zip_longest

import numpy as np
from rich.progress import track

import polytape as tf


def prepare(images, labels):
    """Images with values from 0 to 1 and an axis for their one channel, and the labels."""
    return images[..., np.newaxis].astype("float32") / 16.0, labels.astype("int32")


def build_model():
    return tf.keras.Sequential(
        [
            tf.keras.layers.Conv2D(32, 3, padding="same", activation="relu", input_shape=(8, 8, 1)),
            tf.keras.layers.Conv2D(32, 3, padding="same", activation="relu"),
            tf.keras.layers.MaxPooling2D(),
            tf.keras.layers.Conv2D(64, 3, padding="same", activation="relu"),
            tf.keras.layers.Flatten(),
            tf.keras.layers.Dropout(0.5),
            tf.keras.layers.Dense(10),
        ]
    )


def train(model, dataset, epochs, decorate=lambda step: step):
    """Run through the dataset `epochs` times by steps that may be decorated; return each one's loss and accuracy."""
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    rate = tf.keras.optimizers.schedules.CosineDecay(4e-3, decay_steps=epochs * len(dataset))
    optimizer = tf.keras.optimizers.Adam(rate)
    mean_loss, accuracy = tf.keras.metrics.Mean(), tf.keras.metrics.SparseCategoricalAccuracy()
    quiet = not sys.stdout.isatty()  # a progress bar is for people who watch
    history, seconds = [], []

    @decorate
    def step(images, labels):
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            loss = loss_of(labels, logits)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        mean_loss.update_state(loss)
        accuracy.update_state(labels, logits)

    for epoch in range(1, epochs + 1):
        started = time.perf_counter()
        for images, labels in track(dataset, f"epoch {epoch:2d}", transient=True, disable=quiet):
            step(images, labels)
        history.append((float(mean_loss.result()), float(accuracy.result())))
        seconds.append(time.perf_counter() - started)
        print(f"epoch {epoch:2d}: loss {history[-1][0]:.4f}, accuracy {history[-1][1]:.4f}")
        mean_loss.reset_state()
        accuracy.reset_state()
    print(f"the fastest epoch took {min(seconds):.2f} s")
    return history


def draw(history, images, labels, read, path):
    """Save a picture of the training, and of the digits that were misread."""
    try:
        import matplotlib
    except ImportError:
        print('No picture: matplotlib is missing; get it with pip install "polytape[plot]"')
        return
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure = pyplot.figure(figsize=(10, 4.2), layout="constrained")
    curves, digits = figure.subfigures(1, 2)
    for axes, name, values in zip(curves.subplots(2, 1, sharex=True), ("loss", "accuracy"), zip(*history)):
        axes.plot(range(1, len(values) + 1), values, marker="o", markersize=3)
        axes.set(ylabel=name, yscale="log" if name == "loss" else "linear")
        axes.grid(alpha=0.3)
    axes.set_xlabel("epoch")
    curves.suptitle("Training")
    wrong = np.flatnonzero(read != labels)
    digits.suptitle(f"{len(wrong)} of {len(labels)} test digits misread (written → read)")
    shown = wrong[:12]
    columns = math.ceil(len(shown) ** 0.5) or 1
    rows = math.ceil(len(shown) / columns) or 1
    for axes, index in zip_longest(digits.subplots(rows, columns, squeeze=False).flat, shown):
        axes.axis("off")
        if index is not None:
            axes.imshow(images[index, ..., 0], cmap="gray_r")
            axes.set_title(f"{labels[index]} → {read[index]}", fontsize=10)
    figure.savefig(path, dpi=120)
    print(f"picture: {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--function", action="store_true", help="record a step with tf.function, and replay it")
    parser.add_argument("--output", default="train_digits.png", help="where to save the picture")
    arguments = parser.parse_args()
    if arguments.epochs < 1:
        parser.error("--epochs must be at least 1")

    tf.random.set_seed(arguments.seed)
    try:
        probe = tf.constant(0.0)  # the first tensor settles the backend
        training, test = tf.keras.datasets.digits.load_data(test_fraction=0.2)
    except tf.errors.PolytapeError as error:
        sys.exit(f"train_digits: {error}")
    print(f"backend {probe.backend}, device {probe.device.rpartition('device:')[2]}")

    images, labels = prepare(*training)
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).shuffle(len(images)).batch(32)
    model = build_model()
    started = time.perf_counter()
    decorations = [tf.function] if arguments.function else []
    history = train(model, dataset, arguments.epochs, *decorations)
    print(f"{len(images)} digits, {arguments.epochs} epochs in {time.perf_counter() - started:.1f} s")

    images, labels = prepare(*test)
    read = tf.argmax(model(images), axis=1).numpy()
    print(f"test accuracy {np.mean(read == labels):.4f} on {len(labels)} digits")
    draw(history, images, labels, read, arguments.output)


if __name__ == "__main__":
    main()
