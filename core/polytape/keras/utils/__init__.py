"""`tf.keras.utils`: what prepares labels and seeds."""

from __future__ import annotations

from polytape.keras.backend import clear_session as clear_session
from polytape.keras.utils.labels import normalize as normalize, to_categorical as to_categorical
from polytape.keras.utils.seeds import set_random_seed as set_random_seed
