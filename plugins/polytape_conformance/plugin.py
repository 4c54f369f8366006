"""The kit's pytest plugin: `pytest --pyargs polytape_conformance --polytape-backend=NAME`.

It is installed with polytape, so pytest loads it in every project. It imports nothing of polytape before a backend is
named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from polytape_conformance.case import Case
    from polytape_conformance.run import Outcome
    from polytape_conformance.subject import Subject

_KIT = "polytape_conformance.test_kit"
_subject: pytest.StashKey[Subject] = pytest.StashKey()
_outcomes: pytest.StashKey[list[Outcome]] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the kit."""
    group = parser.getgroup("polytape", "the conformance of a polytape backend")
    group.addoption(
        "--polytape-backend",
        metavar="NAME",
        help="the backend to try: run it with `--pyargs polytape_conformance`",
    )
    group.addoption(
        "--polytape-quick",
        action="store_true",
        help="one case for each op, dtype and check, in place of all",
    )
    group.addoption(
        "--polytape-level",
        metavar="LEVEL",
        default="graph",
        help="try up to this level: arrays, inference, training, higher-order or graph (all, by default)",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Get the backend; one that can't be had is a usage error with its cause."""
    name = config.getoption("--polytape-backend")
    if name is None:
        return
    from polytape.errors import PolytapeError
    from polytape_conformance.subject import Subject

    try:
        config.stash[_subject] = Subject.named(name)
    except PolytapeError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[_outcomes] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A run of the kit without a backend is an error, not a success without tests."""
    if _subject not in config.stash and any(_is_kit(item) for item in items):
        raise pytest.UsageError(
            "The conformance kit needs a backend: add --polytape-backend=NAME. `polytape backends` lists the names."
        )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each case."""
    if metafunc.module.__name__ != _KIT or "case" not in metafunc.fixturenames:
        return
    chosen = [
        case for case in _cases(metafunc.config) if metafunc.function.__name__ == f"test_{case.level.name.lower()}"
    ]
    metafunc.parametrize("case", chosen, ids=[case.id for case in chosen])


def _cases(config: pytest.Config) -> list[Case]:
    subject = config.stash.get(_subject, None)
    if subject is None:
        return []
    from polytape_conformance.cases import cases
    from polytape_conformance.level import Level

    try:
        level = Level.named(config.getoption("--polytape-level"))
    except ValueError as error:
        raise pytest.UsageError(f"--polytape-level: {error}") from error
    return cases(subject, level=level, quick=config.getoption("--polytape-quick"))


def _is_kit(item: pytest.Item) -> bool:
    return getattr(getattr(item, "module", None), "__name__", None) == _KIT


@pytest.fixture(scope="session")
def polytape_subject(pytestconfig: pytest.Config) -> Iterator[Subject]:
    """The backend under test, in use and watched."""
    subject = pytestconfig.stash[_subject]
    with subject.in_use():
        yield subject


@pytest.fixture
def trial(polytape_subject: Subject, pytestconfig: pytest.Config) -> Callable[[Case], None]:
    """Runs a case, and passes, skips or fails as it does."""
    from polytape_conformance.run import State, run

    def attempt(case: Case) -> None:
        outcome = run(case, polytape_subject)
        pytestconfig.stash[_outcomes].append(outcome)
        if outcome.error is not None:
            raise outcome.error
        if outcome.state is State.SKIPPED:
            pytest.skip(outcome.reason)
        if outcome.state is State.DEVIATES:
            pytest.xfail(outcome.reason)

    return attempt


@pytest.fixture
def declarations(polytape_subject: Subject, pytestconfig: pytest.Config) -> Callable[[], list[str]]:
    """What is wrong with what the backend declares, after all cases have run."""
    from polytape_conformance.declarations import complaints

    outcomes = pytestconfig.stash[_outcomes]
    return lambda: complaints(polytape_subject, outcomes)
