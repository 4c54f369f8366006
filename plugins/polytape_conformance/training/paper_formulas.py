"""Each optimizer over again, element by element in Python floats, from the paper that describes it.

Each function takes a start and a list of gradients, and returns the values after each step.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod, sqrt


def sgd(w: float, gradients: Sequence[float], rate: float = 0.1) -> list[float]:
    values = []
    for g in gradients:
        w = w - rate * g
        values.append(w)
    return values


def momentum(w: float, gradients: Sequence[float], rate: float = 0.1, mu: float = 0.9) -> list[float]:
    """Sutskever et al. 2013, equations 1 and 2: v = mu v - rate g(w); w = w + v."""
    values, v = [], 0.0
    for g in gradients:
        v = mu * v - rate * g
        w = w + v
        values.append(w)
    return values


def nesterov(w: float, gradients: Sequence[float], rate: float = 0.1, mu: float = 0.9) -> list[float]:
    """Sutskever et al. 2013, equations 3 and 4, for the point at which the gradient is taken.

    With x = w + mu v the point where the gradient is computed, the paper's iteration is v' = mu v - rate g(x),
    w' = w + v'. The x's are what an optimizer keeps.
    """
    values, v, base = [], 0.0, w
    for g in gradients:  # the given gradient is that at base + mu v
        v = mu * v - rate * g
        base = base + v
        values.append(base + mu * v)
    return values


def adam(
    w: float,
    gradients: Sequence[float],
    rate: float = 0.1,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
) -> list[float]:
    """Kingma and Ba 2014, algorithm 1, with epsilon-hat as in the remark before section 2.1."""
    values, m, v = [], 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        m_hat = m / (1 - beta_1**t)
        v_hat = v / (1 - beta_2**t)
        w = w - rate * m_hat / (sqrt(v_hat) + epsilon / sqrt(1 - beta_2**t))
        values.append(w)
    return values


def amsgrad(
    w: float,
    gradients: Sequence[float],
    rate: float = 0.1,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
) -> list[float]:
    """Reddi et al. 2018, algorithm 2, with Adam's bias correction of the step size."""
    values, m, v, largest = [], 0.0, 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        largest = max(largest, v)
        w = w - rate * sqrt(1 - beta_2**t) / (1 - beta_1**t) * m / (sqrt(largest) + epsilon)
        values.append(w)
    return values


def adamw(
    w: float,
    gradients: Sequence[float],
    rate: float = 0.1,
    decay: float = 0.04,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
) -> list[float]:
    """Loshchilov and Hutter 2017, algorithm 2 with the decay scaled by the rate."""
    values, m, v = [], 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        step = rate * (m / (1 - beta_1**t)) / (sqrt(v / (1 - beta_2**t)) + epsilon / sqrt(1 - beta_2**t))
        w = w - rate * decay * w - step
        values.append(w)
    return values


def rmsprop(
    w: float,
    gradients: Sequence[float],
    rate: float = 0.1,
    rho: float = 0.9,
    epsilon: float = 1e-7,
    mu: float = 0.0,
    centered: bool = False,
) -> list[float]:
    """Tieleman and Hinton 2012; centred and with momentum, Graves 2013, equations 38 to 45."""
    values, n, mean, delta = [], 0.0, 0.0, 0.0
    for g in gradients:
        n = rho * n + (1 - rho) * g * g
        mean = rho * mean + (1 - rho) * g
        spread = n - mean * mean if centered else n
        delta = mu * delta - rate * g / sqrt(spread + epsilon)
        w = w + delta
        values.append(w)
    return values


def adagrad(
    w: float, gradients: Sequence[float], rate: float = 0.1, start: float = 0.1, epsilon: float = 1e-7
) -> list[float]:
    """Duchi et al. 2011, the diagonal update, the sum of squares starting from `start`."""
    return [
        w - sum(rate * gradients[i] / sqrt(start + sum(g * g for g in gradients[: i + 1]) + epsilon) for i in range(t))
        for t in range(1, len(gradients) + 1)
    ]


def adadelta(
    w: float, gradients: Sequence[float], rate: float = 1.0, rho: float = 0.95, epsilon: float = 1e-7
) -> list[float]:
    """Zeiler 2012, algorithm 1."""
    values, squares, deltas = [], 0.0, 0.0
    for g in gradients:
        squares = rho * squares + (1 - rho) * g * g
        delta = -sqrt(deltas + epsilon) / sqrt(squares + epsilon) * g
        deltas = rho * deltas + (1 - rho) * delta * delta
        w = w + rate * delta
        values.append(w)
    return values


def adamax(
    w: float,
    gradients: Sequence[float],
    rate: float = 0.1,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
) -> list[float]:
    """Kingma and Ba 2014, algorithm 2."""
    values, m, u = [], 0.0, 0.0
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        u = max(beta_2 * u, abs(g))
        w = w - rate / (1 - beta_1**t) * m / (u + epsilon)
        values.append(w)
    return values


def nadam(
    w: float,
    gradients: Sequence[float],
    rate: float = 0.1,
    beta_1: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
) -> list[float]:
    """Dozat 2016, algorithm 2, with mu_t = beta_1 (1 - 0.96^t / 2)."""
    values, m, v = [], 0.0, 0.0
    mus = [beta_1 * (1 - 0.5 * 0.96**t) for t in range(1, len(gradients) + 2)]
    for t, g in enumerate(gradients, 1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        g_hat = g / (1 - prod(mus[:t]))
        m_hat = m / (1 - prod(mus[: t + 1]))
        v_hat = v / (1 - beta_2**t)
        w = w - rate * ((1 - mus[t - 1]) * g_hat + mus[t] * m_hat) / (sqrt(v_hat) + epsilon)
        values.append(w)
    return values


def lion(
    w: float, gradients: Sequence[float], rate: float = 0.1, beta_1: float = 0.9, beta_2: float = 0.99
) -> list[float]:
    """Chen et al. 2023, algorithm 2."""
    values, m = [], 0.0
    for g in gradients:
        c = beta_1 * m + (1 - beta_1) * g
        w = w - rate * ((c > 0) - (c < 0))
        m = beta_2 * m + (1 - beta_2) * g
        values.append(w)
    return values


def ftrl(
    w: float, gradients: Sequence[float], rate: float = 0.1, start: float = 0.1, l1: float = 0.0, l2: float = 0.0
) -> list[float]:
    """McMahan et al. 2013, algorithm 1, with alpha = rate, beta = 0, lambda_2 counted twice, n from `start`."""
    values, n, z = [], start, 0.0
    for g in gradients:
        sigma = (sqrt(n + g * g) - sqrt(n)) / rate
        z = z + g - sigma * w
        n = n + g * g
        sign = (z > 0) - (z < 0)
        w = 0.0 if abs(z) <= l1 else -(z - sign * l1) / (sqrt(n) / rate + 2 * l2)
        values.append(w)
    return values
