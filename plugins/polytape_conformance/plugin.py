"""The kit's pytest plugin: `pytest --pyargs polytape_conformance --polytape-backend=NAME`.

It is installed with polytape, so pytest loads it in every project. It imports nothing of polytape before a backend is
named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from polytape_conformance.case import Case
    from polytape_conformance.report.building import Report
    from polytape_conformance.report.session import Session
    from polytape_conformance.subject import Subject

_KIT = "polytape_conformance.test_kit"
_LAST = "test_declarations"
_session: pytest.StashKey[Session] = pytest.StashKey()
_unavailable: pytest.StashKey[str] = pytest.StashKey()
_report: pytest.StashKey[Report] = pytest.StashKey()
_FILES = ("json", "html", "badge")


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
    group.addoption(
        "--polytape-allow-unavailable",
        action="store_true",
        help="a backend whose library or device is missing is skipped with the cause, in place of being an error",
    )
    group.addoption("--polytape-json", metavar="FILE", type=Path, help="write the report as JSON")
    group.addoption("--polytape-html", metavar="FILE", type=Path, help="write the report as one HTML page")
    group.addoption(
        "--polytape-badge",
        metavar="FILE",
        type=Path,
        help="write a badge: SVG, or what shields.io reads if the name ends with .json",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Get the backend; one that can't be had is a usage error with its cause."""
    name = config.getoption("--polytape-backend")
    if name is None:
        return
    if config.getoption("numprocesses", None):
        raise pytest.UsageError("The conformance kit runs in one process: leave out -n.")
    for kind in _FILES:
        path = config.getoption(f"--polytape-{kind}")
        if path is not None and not path.absolute().parent.is_dir():
            raise pytest.UsageError(f"--polytape-{kind}: there is no folder {path.absolute().parent}.")
    from polytape.errors import BackendUnavailableError, PolytapeError
    from polytape_conformance.subject import Subject

    try:
        config.stash[_session] = _begin(config, Subject.named(name))
    except PolytapeError as error:
        if not (isinstance(error, BackendUnavailableError) and config.getoption("--polytape-allow-unavailable")):
            raise pytest.UsageError(str(error)) from error
        config.stash[_unavailable] = str(error)


def _begin(config: pytest.Config, subject: Subject) -> Session:
    from polytape_conformance.cases import cases, left_out
    from polytape_conformance.level import Level
    from polytape_conformance.report.session import Session

    try:
        level = Level.named(config.getoption("--polytape-level"))
    except ValueError as error:
        raise pytest.UsageError(f"--polytape-level: {error}") from error
    quick = config.getoption("--polytape-quick")
    return Session(
        subject,
        level,
        quick,
        cases(subject, level=level, quick=quick),
        left_out(subject, level=level, quick=quick),
        _selection(config),
    )


def _selection(config: pytest.Config) -> str | None:
    """The options by which the user has asked for fewer cases."""
    option = config.option
    parts = [
        f"-k {option.keyword!r}" if option.keyword else "",
        f"-m {option.markexpr!r}" if option.markexpr else "",
        *(f"--deselect {each}" for each in option.deselect or ()),
        f"--maxfail={option.maxfail}" if option.maxfail else "",
        *(argument for argument in config.args if "::" in argument),
    ]
    return " ".join(filter(None, parts)) or None


def pytest_pycollect_makeitem(collector: Any, name: str) -> list[Any] | None:
    """Levels that have no cases are no tests, so that no skip without a reason comes of them."""
    if getattr(getattr(collector, "obj", None), "__name__", None) != _KIT or not name.startswith("test_"):
        return None
    session = collector.config.stash.get(_session, None)
    if _unavailable in collector.config.stash:
        return None if name == _LAST else []
    return [] if session is not None and name != _LAST and not _of_test(session, name) else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each case."""
    if metafunc.module.__name__ != _KIT or "case" not in metafunc.fixturenames:
        return
    session = metafunc.config.stash.get(_session, None)
    chosen = [] if session is None else _of_test(session, metafunc.function.__name__)
    metafunc.parametrize("case", chosen, ids=[case.id for case in chosen])


def _of_test(session: Session, name: str) -> list[Case]:
    """The cases of the level that a test function is for."""
    return [case for case in session.cases if name == f"test_{case.level.name.lower()}"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What the backend declares is looked at after all cases. A run without a backend is an error, and no success."""
    named = _session in config.stash or _unavailable in config.stash
    if not named and any(_is_kit(item) for item in items):
        raise pytest.UsageError(
            "The conformance kit needs a backend: add --polytape-backend=NAME. `polytape backends` lists the names."
        )
    items.sort(key=lambda item: _is_kit(item) and item.name == _LAST)


def _is_kit(item: pytest.Item) -> bool:
    return getattr(getattr(item, "module", None), "__name__", None) == _KIT


@pytest.fixture(scope="session")
def polytape_subject(pytestconfig: pytest.Config) -> Iterator[Subject]:
    """The backend under test, in use and watched."""
    if _unavailable in pytestconfig.stash:
        pytest.skip(pytestconfig.stash[_unavailable])
    subject = pytestconfig.stash[_session].subject
    with subject.in_use():
        yield subject


@pytest.fixture
def trial(polytape_subject: Subject, pytestconfig: pytest.Config) -> Callable[[Case], None]:
    """Runs a case, and passes, skips or fails as it does."""
    from polytape_conformance.run import State, run

    def attempt(case: Case) -> None:
        outcome = run(case, polytape_subject)
        pytestconfig.stash[_session].add(outcome)
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

    session = pytestconfig.stash[_session]

    def look() -> list[str]:
        session.complaints = complaints(polytape_subject, list(session.outcomes.values()))
        return session.complaints

    return look


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Make the report of a run in which cases ran, and write what was asked for."""
    stash = session.config.stash
    if _session not in stash or not stash[_session].outcomes:
        return
    from polytape_conformance.report.building import build
    from polytape_conformance.report.writing import WRITERS

    report = stash[_report] = build(stash[_session])
    for kind in _FILES:
        path = session.config.getoption(f"--polytape-{kind}")
        if path is not None:
            WRITERS[kind](report, path)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how far the backend's numbers can be trusted."""
    if _unavailable in config.stash:
        terminalreporter.section("polytape conformance")
        terminalreporter.write_line(f"polytape conformance: skipped: {config.stash[_unavailable]}", yellow=True)
    report = config.stash.get(_report, None)
    if report is None:
        return
    from polytape_conformance.report.summary import lines

    terminalreporter.section("polytape conformance")
    *body, headline = lines(report, failures=False)
    for line in body:
        terminalreporter.write_line(line)
    terminalreporter.write_line(headline, bold=True, green=report["reached"] is not None)
