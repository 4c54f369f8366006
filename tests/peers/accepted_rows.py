"""Where rows of the op table and TensorFlow part, each with the reason; an entry that is no longer true fails.

`REFUSED`: TensorFlow (on the CPU) raises for some case or dtype of the row; all its other cases are compared.
`NO_GRADIENT`: TensorFlow gives a value, but raises when it differentiates some case.
`DIFFERENT`: both answer, and not alike in some case.
`OWN`: public names of rows that TensorFlow does not have: polytape's own additions.
"""

from __future__ import annotations

_CHANNELS_LAST = "TensorFlow's CPU kernels work on channels last only"
_DILATIONS = "TensorFlow's CPU kernels have no gradient with dilations"
_GROUPS = "TensorFlow's CPU kernels have no gradient of grouped convolutions"
_FLOAT32 = "TensorFlow has this in float32 only"
_FIRST_ARGUMENT = "TensorFlow turns Python numbers into float32 here, whatever the tensor's dtype"
_ONE_NUMBER = "polytape takes one number for all spatial axes here, as TensorFlow does in 1-D and 2-D"
_PADDING = "TensorFlow's own function refuses the explicit padding that conv2d takes"
_POOL = "TensorFlow's pool combines no strides with dilations, and knows one batch axis"
_NO_RULE = "TensorFlow has no gradient for this op"
_ROUNDED = "TensorFlow rounds the op's constants to float32, whatever the tensor's dtype"
_LAST_WRITE = "of places written twice only the last write counts; TensorFlow's gradient does not know that"
_ZEROS = "TensorFlow's gradient divides by the inputs, and is lost where one of them is 0"
_LABELS = "TensorFlow's gradient is right only for labels that sum to 1; this one is right for all"

_SHAPE_PARAMETER = "polytape has no derivative with respect to a, the distribution's shape"

OWN: dict[str, str] = {
    "nn.batch_to_space": "an alias beside nn.space_to_batch, which TensorFlow has",
}

REFUSED = {
    "Tensor.__getitem__": "TensorFlow combines no int32 tensors with int64 ones in one index",
    "Tensor.__getitem__[arrays and masks]": "TensorFlow has no indexing with arrays of integers; polytape has NumPy's",
    "broadcast_static_shape": "TensorFlow takes TensorShape only, polytape lists as well",
    "compat.v1.clip_by_average_norm": _FIRST_ARGUMENT,
    "einsum[i...,...i]": "TensorFlow wants the ellipsis written out in the result, NumPy does not",
    "gather": "TensorFlow takes no uint8 as indices",
    "histogram_fixed_width_bins": _FIRST_ARGUMENT,
    "linalg.solve": "polytape broadcasts the batches, TensorFlow wants equal ranks",
    "math.betainc": "polytape broadcasts, TensorFlow wants equal shapes",
    "math.in_top_k": _FLOAT32,
    "math.polyval": _FIRST_ARGUMENT,
    "meshgrid": "polytape's axes may have different dtypes",
    "nn.avg_pool2d[channels first]": _CHANNELS_LAST,
    "nn.avg_pool2d[explicit padding]": _PADDING,
    "nn.avg_pool3d[same]": _FLOAT32,
    "nn.conv1d[explicit padding]": _PADDING,
    "nn.conv1d[groups, channels first]": _CHANNELS_LAST,
    "nn.conv1d_transpose[groups]": _GROUPS,
    "nn.conv2d[channels first, explicit padding]": _CHANNELS_LAST,
    "nn.conv2d[channels first]": _CHANNELS_LAST,
    "nn.conv2d_transpose[dilation 2, channels first]": _CHANNELS_LAST,
    "nn.conv3d[channels first]": _ONE_NUMBER,
    "nn.conv3d[dilations 1 2 1]": _ONE_NUMBER,
    "nn.conv3d[same, strides 2 1 2]": _ONE_NUMBER,
    "nn.conv3d[valid]": _ONE_NUMBER,
    "nn.conv_transpose": "polytape also takes the output's spatial lengths alone",
    "nn.ctc_loss[a repeated label]": _FLOAT32,
    "nn.ctc_loss[batch first]": _FLOAT32,
    "nn.ctc_loss[different labels]": _FLOAT32,
    "nn.ctc_loss[no labels, padding of any value]": _FLOAT32,
    "nn.ctc_loss[no room for labels]": _FLOAT32,
    "nn.ctc_loss[one frame]": _FLOAT32,
    "nn.ctc_loss[the last class is the blank]": _FLOAT32,
    "nn.ctc_loss[too few frames]": _FLOAT32,
    "nn.depth_to_space[NCHW]": _CHANNELS_LAST,
    "nn.depthwise_conv2d[dilations, channels first]": _CHANNELS_LAST,
    "nn.leaky_relu[alpha]": "TensorFlow's alpha is a Python number, polytape takes a tensor as well",
    "nn.local_response_normalization": _FLOAT32,
    "nn.max_pool2d[channels first]": _CHANNELS_LAST,
    "nn.max_pool3d[channels first]": _FLOAT32,
    "nn.max_pool3d[overlapping, same]": _FLOAT32,
    "nn.pool": _POOL,
    "nn.pool[mean]": _POOL,
    "nn.pool[two batch axes]": _POOL,
    "nn.space_to_depth[NCHW]": _CHANNELS_LAST,
    "nn.sparse_softmax_cross_entropy_with_logits": "TensorFlow takes no uint8 as classes",
    "shape_n": "TensorFlow converts all tensors to one dtype, though only their shapes are asked for",
    "where[indices]": "TensorFlow's CPU kernel does not work without axes",
}

NO_GRADIENT = {
    "gather_nd": "TensorFlow's gradient fails for empty indices and for none at all",
    "linalg.lstsq[regularised, slow]": _NO_RULE,
    "linalg.qr[full matrices]": _NO_RULE,
    "math.bincount[weights]": _NO_RULE,
    "nn.conv1d[dilation 2, even window]": _DILATIONS,
    "nn.conv2d[dilations 2 and 1]": _DILATIONS,
    "nn.conv2d[groups]": _GROUPS,
    "nn.conv2d[one channel a group, strides 2]": _GROUPS,
    "nn.conv2d[strides and dilations]": _DILATIONS,
    "nn.max_pool_with_argmax[through the whole tensor]": "TensorFlow's CPU kernel wants int64 indices",
    "nn.softmax_cross_entropy_with_logits[labels cast and broadcast]": "its gradient fails if labels broadcast",
    "transpose[perm]": "TensorFlow transposes by negative axes, but its gradient fails for them",
    "truncatemod": _NO_RULE,
    "unique": _NO_RULE,
    "unique_with_counts": _NO_RULE,
}

DIFFERENT = {
    "constant": "tf.constant(tensor, shape=...) is lost on TensorFlow's tapes, not on polytape's",
    "dynamic_stitch": _LAST_WRITE,
    "math.cumprod": _ZEROS,
    "math.igamma": _SHAPE_PARAMETER,
    "math.igammac": _SHAPE_PARAMETER,
    "math.cumprod[exclusive]": _ZEROS,
    "math.cumprod[exclusive_reverse]": _ZEROS,
    "math.cumprod[reverse]": _ZEROS,
    "nn.batch_normalization[the op behind layers, over features]": "the row calls polytape's own op",
    "nn.batch_normalization[the op behind layers, over the batch]": "the row calls polytape's own op",
    "nn.ctc_loss[no room for labels]": "TensorFlow is off by log 2 for labels of width 0: it counts a path twice",
    "nn.ctc_loss[too few frames]": "the loss of what can't be is infinite; TensorFlow has 707, -log of a tiny number",
    "nn.gelu": _ROUNDED,
    "nn.leaky_relu": _ROUNDED,
    "nn.softmax_cross_entropy_with_logits": _LABELS,
    "nn.softmax_cross_entropy_with_logits[axis]": _LABELS,
    "nn.swish[beta a tensor]": "TensorFlow's gradient for beta has no axes, whatever beta's shape",
    "nn.weighted_cross_entropy_with_logits": "TensorFlow's gradient is wrong at logits of 0, the kink of its formula",
    "pow[whole powers of zero and negative numbers]": "TensorFlow's gradient of x**0.0 is NaN at 0",
    "tensor_scatter_nd_update": _LAST_WRITE,
}
