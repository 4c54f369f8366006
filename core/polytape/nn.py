"""`tf.nn`: what neural networks are made of, gathered from the ops' families."""

from polytape.ops.activation import (
    crelu as crelu,
    elu as elu,
    gelu as gelu,
    leaky_relu as leaky_relu,
    relu as relu,
    relu6 as relu6,
    selu as selu,
    silu as silu,
    silu as swish,  # noqa: F401
    softsign as softsign,
)

# Blocks of space.
from polytape.ops.blocks import (
    batch_to_space as batch_to_space,
    depth_to_space as depth_to_space,
    space_to_batch as space_to_batch,
    space_to_depth as space_to_depth,
)
from polytape.ops.convolution_functions import (
    atrous_conv2d as atrous_conv2d,
    conv1d as conv1d,
    conv2d as conv2d,
    conv3d as conv3d,
    convolution as convolution,
    depthwise_conv2d as depthwise_conv2d,
    separable_conv2d as separable_conv2d,
)
from polytape.ops.cross_entropy import (
    log_poisson_loss as log_poisson_loss,
    sigmoid_cross_entropy_with_logits as sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits as softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits as sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits as weighted_cross_entropy_with_logits,
)
from polytape.ops.ctc import ctc_loss as ctc_loss
from polytape.ops.dropout import dropout as dropout
from polytape.ops.embedding import embedding_lookup as embedding_lookup
from polytape.ops.exponential import sigmoid as sigmoid, softplus as softplus
from polytape.ops.hyperbolic import tanh as tanh
from polytape.ops.l2_norm import l2_loss as l2_loss, l2_normalize as l2_normalize
from polytape.ops.local_response_normalization import (
    local_response_normalization as local_response_normalization,
    local_response_normalization as lrn,  # noqa: F401
)
from polytape.ops.normalization import (
    batch_normalization as batch_normalization,
    bias_add as bias_add,
    moments as moments,
    weighted_moments as weighted_moments,
    zero_fraction as zero_fraction,
)
from polytape.ops.pooling_functions import (
    avg_pool as avg_pool,
    avg_pool1d as avg_pool1d,
    avg_pool2d as avg_pool2d,
    avg_pool3d as avg_pool3d,
    max_pool as max_pool,
    max_pool1d as max_pool1d,
    max_pool2d as max_pool2d,
    max_pool3d as max_pool3d,
    max_pool_with_argmax as max_pool_with_argmax,
    pool as pool,
)
from polytape.ops.softmax import log_softmax as log_softmax, softmax as softmax
from polytape.ops.sorting import in_top_k as in_top_k, top_k as top_k
from polytape.ops.transposed_convolution import (
    atrous_conv2d_transpose as atrous_conv2d_transpose,
    conv1d_transpose as conv1d_transpose,
    conv2d_transpose as conv2d_transpose,
    conv3d_transpose as conv3d_transpose,
    conv_transpose as conv_transpose,
)
