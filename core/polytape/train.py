"""`tf.train`: TensorFlow 1's optimizers and the variable that counts their steps."""

from polytape.compat.global_step import (
    get_global_step as get_global_step,
    get_or_create_global_step as get_or_create_global_step,
)
from polytape.compat.optimizers import (
    AdadeltaOptimizer as AdadeltaOptimizer,
    AdagradOptimizer as AdagradOptimizer,
    AdamOptimizer as AdamOptimizer,
    FtrlOptimizer as FtrlOptimizer,
    GradientDescentOptimizer as GradientDescentOptimizer,
    MomentumOptimizer as MomentumOptimizer,
    Optimizer as Optimizer,
    RMSPropOptimizer as RMSPropOptimizer,
)
