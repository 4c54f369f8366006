"""Keras' names of the losses: classes, functions, and the functions' aliases."""

from __future__ import annotations

from polytape_losses.absolute_error import (
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    mean_absolute_error,
    mean_absolute_percentage_error,
)
from polytape_losses.binary_crossentropy import BinaryCrossentropy, binary_crossentropy
from polytape_losses.binary_focal_crossentropy import BinaryFocalCrossentropy, binary_focal_crossentropy
from polytape_losses.categorical_crossentropy import CategoricalCrossentropy, categorical_crossentropy
from polytape_losses.cosine_similarity import CosineSimilarity, cosine_similarity
from polytape_losses.divergence import KLDivergence, Poisson, kl_divergence, poisson
from polytape_losses.hinge import (
    CategoricalHinge,
    Hinge,
    SquaredHinge,
    categorical_hinge,
    hinge,
    squared_hinge,
)
from polytape_losses.loss import FunctionLoss, Loss
from polytape_losses.reduction import Reduction
from polytape_losses.robust_error import Huber, LogCosh, huber, log_cosh
from polytape_losses.sparse_categorical_crossentropy import (
    SparseCategoricalCrossentropy,
    sparse_categorical_crossentropy,
)
from polytape_losses.squared_error import (
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    mean_squared_error,
    mean_squared_logarithmic_error,
)

_CLASSES = (
    *(
        BinaryCrossentropy,
        BinaryFocalCrossentropy,
        CategoricalCrossentropy,
        CategoricalHinge,
        CosineSimilarity,
    ),
    *(
        FunctionLoss,
        Hinge,
        Huber,
        KLDivergence,
        LogCosh,
        Loss,
        MeanAbsoluteError,
        MeanAbsolutePercentageError,
    ),
    *(
        MeanSquaredError,
        MeanSquaredLogarithmicError,
        Poisson,
        Reduction,
        SparseCategoricalCrossentropy,
        SquaredHinge,
    ),
)
_FUNCTIONS = {
    binary_crossentropy: ("bce", "BCE"),
    binary_focal_crossentropy: (),
    categorical_crossentropy: (),
    categorical_hinge: (),
    cosine_similarity: (),
    hinge: (),
    huber: ("huber_loss",),
    kl_divergence: ("kld", "KLD", "kullback_leibler_divergence"),
    log_cosh: ("logcosh",),
    mean_absolute_error: ("mae", "MAE"),
    mean_absolute_percentage_error: ("mape", "MAPE"),
    mean_squared_error: ("mse", "MSE"),
    mean_squared_logarithmic_error: ("msle", "MSLE"),
    poisson: (),
    sparse_categorical_crossentropy: (),
    squared_hinge: (),
}
LOSSES: dict[str, object] = {
    **{loss.__name__: loss for loss in _CLASSES},
    **{function.__name__: function for function in _FUNCTIONS},
    **{alias: function for function, aliases in _FUNCTIONS.items() for alias in aliases},
}
