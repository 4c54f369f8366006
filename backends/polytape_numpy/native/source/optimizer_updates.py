"""Updates of optimizers: parameter, gradient and slots are read once, and written once."""

import math

from polytape_numpy.native.source.floating import FORMATS


def _adam(dtype: str):
    real = FORMATS[dtype].number

    def adam(start, stop, part, parameter, gradient, mean, variance, updated, rate, of_mean, of_variance, epsilon):
        step, new_mean, new_variance, least = real(rate), real(of_mean), real(of_variance), real(epsilon)
        for i in range(start, stop):
            slope = gradient[i]
            first = mean[i] + (slope - mean[i]) * new_mean
            second = variance[i] + (slope * slope - variance[i]) * new_variance
            mean[i] = first
            variance[i] = second
            updated[i] = parameter[i] - first / (math.sqrt(second) + least) * step

    return adam


adam_float32, adam_float64 = _adam("float32"), _adam("float64")
