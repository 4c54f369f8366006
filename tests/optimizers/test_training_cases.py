"""The kit's training cases on NumPy: optimizers and layers over ten steps."""

from __future__ import annotations

import pytest

import polytape as tf
from polytape_conformance import training
from polytape_conformance.case import Case
from polytape_conformance.run import State, run
from polytape_conformance.subject import Subject
from polytape_conformance.training.optimizer_cases import OPTIMIZERS

SUBJECT = Subject.named("numpy")


@pytest.mark.parametrize("case", list(training.cases(SUBJECT)), ids=lambda case: case.id)
def test_case(case: Case) -> None:
    with SUBJECT.in_use():
        outcome = run(case, SUBJECT)
    assert outcome.state is State.PASSED, outcome.reason
    assert outcome.figures.budget < 0.7, "the allowance is too tight for other libraries"


def test_every_optimizer_has_a_row() -> None:
    public = {
        name
        for name, value in vars(tf.keras.optimizers).items()
        if isinstance(value, type) and hasattr(value, "create_slots")
    }
    assert public - {"Optimizer"} == {row.name for row in OPTIMIZERS}
