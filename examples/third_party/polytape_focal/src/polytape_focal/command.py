"""The command `polytape spirals`: train a net of maxout layers on the spirals, with the focal loss."""

from __future__ import annotations

import argparse

import polytape as tf


def train(arguments: list[str]) -> int:
    """Run the command with the arguments after its name; return the exit code."""
    parser = argparse.ArgumentParser(prog="polytape spirals", description="Learn to tell spirals apart.")
    parser.add_argument("--gamma", type=float, default=2.0, help="of the focal loss; 0 is the cross-entropy")
    parser.add_argument("--steps", type=int, default=300, help="how many steps of Adam to take, on all points")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)

    tf.random.set_seed(options.seed)
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.spirals.load_data(seed=options.seed)
    model = tf.keras.Sequential(
        [tf.keras.layers.Maxout(16), tf.keras.layers.Maxout(16), tf.keras.layers.Dense(int(y_train.max()) + 1)]
    )
    loss_of = tf.keras.losses.Focal(gamma=options.gamma)
    optimizer = tf.keras.optimizers.Adam(0.02)
    positions = tf.constant(x_train)
    for step in range(options.steps + 1):
        with tf.GradientTape() as tape:
            loss = loss_of(y_train, model(positions, training=True))
        if step % 50 == 0:
            print(f"step {step:4d}: loss {float(loss):.4f}")
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    found = tf.argmax(model(x_test), axis=-1).numpy()
    print(f"accuracy on points not seen: {(found == y_test).mean():.3f}")
    return 0
