"""`tf.keras.activations`: functions of a tensor by which layers bend their outputs."""

from __future__ import annotations

from polytape.activations import (
    elu as elu,
    exponential_ as exponential,  # noqa: F401
    gelu as gelu,
    get as get,
    hard_sigmoid as hard_sigmoid,
    hard_silu as hard_silu,
    hard_swish as hard_swish,
    leaky_relu as leaky_relu,
    linear as linear,
    log_softmax as log_softmax,
    mish as mish,
    relu as relu,
    relu6 as relu6,
    selu as selu,
    serialize as serialize,
    sigmoid as sigmoid,
    silu as silu,
    softmax as softmax,
    softplus as softplus,
    softsign as softsign,
    swish as swish,
    tanh as tanh,
)
