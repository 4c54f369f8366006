"""The kit itself under test: every fault in the list is found, by a case that names the op in which it is.

The share of faults that were found, the kill rate, stands at the end of pytest's report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import faulty_compositions
import faulty_functions
import faulty_memory
import faulty_rules
import pytest
from fault import Fault, sound

from polytape_conformance.case import Case
from polytape_conformance.cases import cases
from polytape_conformance.run import State, run
from polytape_conformance.subject import Subject

FAULTS = (
    *faulty_functions.FAULTS,
    *faulty_memory.FAULTS,
    *faulty_compositions.FAULTS,
    *faulty_rules.FAULTS,
)
CASES = cases(Subject(sound()))


def naming(fault: Fault) -> list[Case]:
    """The cases that name an op of the fault, the quick ones first."""
    return sorted([case for case in CASES if case.op in fault.ops], key=lambda case: not case.quick)


def failing(fault: Fault) -> Iterator[str]:
    """The ids of the cases that name the fault's op and fail."""
    with fault.plant() as backend:
        subject = Subject(backend)
        with subject.in_use():
            for case in naming(fault):
                if run(case, subject).state is State.FAILED:
                    yield case.id


def test_the_list_is_long_and_has_no_fault_twice() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) >= 60
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_found(fault: Fault, record_property: Callable[[str, object], None]) -> None:
    killed = next(failing(fault), None)
    record_property("killed by", killed or "nothing")
    assert killed is not None, f"{fault.name}: {len(naming(fault))} cases name {fault.ops}, and none of them fails"


def test_without_a_fault_nothing_is_found() -> None:
    """The soil itself passes every case that the faults are found by: it is the fault that fails them."""
    wanted = {op for fault in FAULTS for op in fault.ops}
    subject = Subject(type("SoundBackend", (type(sound()),), {})())
    with subject.in_use():
        outcomes = [run(case, subject) for case in CASES if case.op in wanted]
    assert [outcome.reason for outcome in outcomes if outcome.state is State.FAILED] == []
