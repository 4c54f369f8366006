"""The kit as pytest collects it: a test for each case, level by level, and one for what the backend declares.

Run it with `pytest --pyargs polytape_conformance --polytape-backend=NAME`.
"""

from __future__ import annotations

from typing import Any


def test_arrays(case: Any, trial: Any) -> None:
    """The functions of the contract."""
    trial(case)


def test_inference(case: Any, trial: Any) -> None:
    """Ops and layers."""
    trial(case)


def test_training(case: Any, trial: Any) -> None:
    """First derivatives, layers and optimizers over ten steps."""
    trial(case)


def test_higher_order(case: Any, trial: Any) -> None:
    """Second derivatives, jacobians, forward mode."""
    trial(case)


def test_graph(case: Any, trial: Any) -> None:
    """What `function` records."""
    trial(case)


def test_declarations(declarations: Any) -> None:
    """Everything that the backend declares is met by some case, and it was this backend that ran."""
    found = declarations()
    assert not found, "\n".join(found)
