"""Classes of ops, by how rounding errors arise in them, and the class of every op."""

from __future__ import annotations

from enum import StrEnum


class OpClass(StrEnum):
    """A class of ops that have one error budget."""

    EXACT = "exact"
    ROUNDED = "rounded"
    ELEMENTARY = "elementary"
    SPECIAL = "special"
    REDUCTION = "reduction"
    PRODUCT = "product"
    COMPOSED = "composed"
    DECOMPOSITION = "decomposition"

    @property
    def meaning(self) -> str:
        """What it is, in a sentence."""
        return _MEANINGS[self]

    @property
    def cancels(self) -> bool:
        """Whether a result may be much smaller than the terms it comes from, which then are its measure."""
        return self in (OpClass.REDUCTION, OpClass.PRODUCT, OpClass.COMPOSED, OpClass.DECOMPOSITION)

    @property
    def may_underflow(self) -> bool:
        """Whether a result below the smallest normal number may as well be zero: parts of a formula are smaller yet."""
        return self not in (OpClass.EXACT, OpClass.ROUNDED)


_MEANINGS = {
    OpClass.EXACT: "Comparisons, logic, integers, bits, indexing, shapes, rounding to whole numbers: nothing rounds.",
    OpClass.ROUNDED: "Sum, difference, product, quotient, square root: IEEE 754 rounds the exact result once.",
    OpClass.ELEMENTARY: "Exponential, logarithm, trigonometric and hyperbolic functions, powers.",
    OpClass.SPECIAL: "Gamma and its kin, Bessel functions, error functions: approximations in several pieces.",
    OpClass.REDUCTION: "Sums, means, products, norms along axes; running ones too.",
    OpClass.PRODUCT: "Products of matrices, convolutions, sums of products in general.",
    OpClass.COMPOSED: "Formulas of several steps: activations, softmax, normalisation, losses, optimizer updates.",
    OpClass.DECOMPOSITION: "Linear algebra: what factorises matrices and solves equations.",
}

OPS: dict[OpClass, str] = {
    OpClass.EXACT: """
        abs all any any_out_of_range argmax argmin argsort argsort_descending astype band_part bitwise_and
        bitwise_invert bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor broadcast_to ceil clip complex
        concat concatenate conj equal flip floor full gather_slices getitem greater greater_equal host_function identity
        imag in_top_k isfinite isinf isnan last_occurrences less less_equal logical_and logical_not logical_or
        logical_xor matrix_transpose max max_pool max_pool_selection maximum min minimum negative nextafter nonzero
        not_equal one_hot pack pad pad_mirrored partition_numbers permute_dims put_rows put_slot_rows python_call
        random_bits random_integers random_permutation random_uniform real reinterpret relu relu6 remainder repeat
        reshape reversed_places roll round row_numbers scatter_max scatter_maximum scatter_min scatter_minimum
        scatter_update searchsorted setitem setitem_zeros sign sort split stop_gradient take take_along_axis tile
        truncate_divide truncate_remainder unique_places unpack unravelled user_function where where_positive
        wrap_indices""",
    OpClass.ROUNDED: """
        add arange discretise divide divide_no_nan floor_divide multiply multiply_no_nan reciprocal scale_where sqrt
        square subtract""",
    OpClass.ELEMENTARY: """
        acos acosh angle asin asinh atan atan2 atanh cos cosh exp expm1 leaky_relu log log1p pow rsqrt sin sinh
        squared_difference tan tanh xdivy""",
    OpClass.SPECIAL: """
        bessel_i0 bessel_i0e bessel_i1 bessel_i1e beta_integral digamma erf erfc erfinv igamma igammac lgamma ndtri
        polygamma zeta""",
    OpClass.REDUCTION: """
        average_pool average_pool_input cumulative_prod cumulative_sum euclidean_norm l2_loss max_pool_input mean prod
        scatter_add scatter_divide scatter_multiply scatter_prod scatter_rows sum sum_of sum_of_neighbours sum_rows
        vector_norm""",
    OpClass.PRODUCT: "convolution convolution_input convolution_kernel matmul",
    OpClass.COMPOSED: """
        accumulated_momentum_update adadelta_update adagrad_update adam_update adamax_update amsgrad_update
        back_through_time connectionist_loss cumulative_log_sum_exp elu ftrl_update gelu gelu_input hard_sigmoid
        lion_update log_sigmoid log_softmax log_softmax_input logsumexp long_short_term_memory mean_and_variance
        momentum_update nadam_update random_binomial random_categorical random_gamma random_normal
        random_poisson random_truncated_normal rmsprop_update scaled_residual selu sgd_update sigmoid
        sigmoid_cross_entropy silu softmax softmax_cross_entropy softmax_cross_entropy_input softmax_excess
        softmax_input softplus softsign sparse_softmax_cross_entropy sparse_softmax_cross_entropy_input
        standardize standardize_input var xlog1py xlogy""",
    OpClass.DECOMPOSITION: """
        cholesky det eigh eigvalsh expm inv pinv qr slogdet solve svd svdvals triangular_solve""",
}
"""The functions of the contract and the composed ops, class by class, by the names that backends know."""

PUBLIC: dict[OpClass, str] = {
    OpClass.EXACT: """
        Tensor.__getitem__ batch_to_space bitcast bitwise.invert bitwise.left_shift bitwise.right_shift boolean_mask
        broadcast_dynamic_shape broadcast_static_shape cast clip_by_value constant convert_to_tensor dynamic_partition
        dynamic_stitch ensure_shape expand_dims eye fill gather gather_nd histogram_fixed_width
        histogram_fixed_width_bins identity_n linalg.adjoint linalg.diag linalg.diag_part linalg.matrix_rank
        linalg.set_diag linalg.tensor_diag linalg.tensor_diag_part math.count_nonzero math.floormod
        math.invert_permutation math.is_finite math.is_inf math.is_nan math.is_non_decreasing
        math.is_strictly_increasing math.segment_max math.segment_min math.top_k math.unsorted_segment_max
        math.unsorted_segment_min meshgrid nn.crelu nn.depth_to_space nn.max_pool1d nn.max_pool2d nn.max_pool3d
        nn.max_pool_with_argmax nn.space_to_depth ones ones_like rank reverse reverse_sequence saturate_cast
        sequence_mask shape shape_n size slice space_to_batch space_to_batch_nd squeeze stack strided_slice
        tensor_scatter_nd_max tensor_scatter_nd_min tensor_scatter_nd_update transpose truncatediv truncatemod unique
        unique_with_counts unravel_index unstack zeros zeros_like""",
    OpClass.ROUNDED: """
        math.accumulate_n math.floordiv math.reciprocal_no_nan nn.bias_add nn.zero_fraction range scalar_mul""",
    OpClass.SPECIAL: "math.betainc math.erfcinv math.lbeta",
    OpClass.REDUCTION: """
        add_n cumsum linalg.global_norm linalg.trace math.bincount math.confusion_matrix math.cumprod math.cumsum
        math.segment_mean math.segment_prod math.segment_sum math.unsorted_segment_mean math.unsorted_segment_prod
        math.unsorted_segment_sqrt_n math.unsorted_segment_sum nn.avg_pool nn.avg_pool1d nn.avg_pool2d nn.avg_pool3d
        nn.pool norm scatter_nd tensor_scatter_nd_add tensor_scatter_nd_sub""",
    OpClass.PRODUCT: """
        einsum linalg.cross linalg.matvec math.polyval nn.atrous_conv2d nn.atrous_conv2d_transpose nn.conv1d
        nn.conv1d_transpose nn.conv2d nn.conv2d_transpose nn.conv3d nn.conv3d_transpose nn.conv_transpose
        nn.depthwise_conv2d nn.separable_conv2d tensordot""",
    OpClass.COMPOSED: """
        clip_by_global_norm clip_by_norm compat.v1.clip_by_average_norm linalg.normalize linspace
        math.cumulative_logsumexp math.reduce_std math.reduce_variance nn.batch_normalization nn.ctc_loss
        nn.embedding_lookup nn.l2_normalize nn.local_response_normalization nn.log_poisson_loss nn.moments
        nn.sigmoid_cross_entropy_with_logits nn.softmax_cross_entropy_with_logits
        nn.sparse_softmax_cross_entropy_with_logits nn.swish nn.weighted_cross_entropy_with_logits
        nn.weighted_moments""",
    OpClass.DECOMPOSITION: "linalg.cholesky_solve linalg.logdet linalg.lstsq",
}
"""The public ops whose names are not those of a function of the backend, apart from a `reduce_` before them."""

_BY_NAME = {name: kind for table in (OPS, PUBLIC) for kind, names in table.items() for name in names.split()}


def class_of(name: str, default: OpClass | None = None) -> OpClass:
    """The class of an op by the name that backends know (`"sum"`, `"adam_update"`), or by its public path.

    Args:
        name: the name.
        default: what is returned for a name that stands in neither table.

    Raises:
        KeyError: if the name stands in neither table, and there is no default.

    >>> str(class_of("matmul")), str(class_of("math.log1p")), str(class_of("math.reduce_sum"))
    ('product', 'elementary', 'reduction')
    """
    last = name.rpartition(".")[2]
    for each in (name, last, last.removeprefix("reduce_")):
        if each in _BY_NAME:
            return _BY_NAME[each]
    if default is not None:
        return default
    raise KeyError(f"No table of {__name__} names the op {name!r}; add it to the class whose budget it keeps.")
