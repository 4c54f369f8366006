"""The kit as people run it: options, exit codes, what it writes. Its cases are replaced by a handful."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from temporary_environment import Environment

FEW = """
import os
from polytape.errors import CapabilityError
from polytape_conformance import cases
from polytape_conformance.case import Case
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level

class Few:
    @staticmethod
    def cases(subject):
        for level in (Level.ARRAYS, Level.INFERENCE, Level.TRAINING):
            yield Case(level, "add", f"value {level}", right, dtype="float32")
            yield Case(level, "add", f"value {level}", right, dtype="float64")
        yield Case(Level.TRAINING, "add", "slow", right, quick=False)
        yield Case(Level.INFERENCE, "sort", "value", FAULTS[os.environ.get("FAULT", "")], dtype="float32")

def right(subject):
    tf = subject.tf
    assert float(tf.constant(1.0) + tf.constant(2.0)) == 3.0
    return Figures(0.5, 3e-8, 0.25)

def wrong(subject):
    raise AssertionError("sorted the wrong way")

def lacking(subject):
    raise CapabilityError("The backend 'numpy' does not have 'sort': no kernel")

FAULTS = {"": right, "wrong": wrong, "lacking": lacking}
cases.SOURCES = (Few,)
"""


LEAN = """
from polytape import dtypes
from polytape_numpy import NumpyBackend

class Lean(NumpyBackend):
    name = "lean"
    dtypes = {"CPU": dtypes.ANY - {dtypes.float64}}
"""


@pytest.fixture
def kit(environment: Environment) -> Environment:
    (environment.folder / "few_cases.py").write_text(FEW)
    return environment


def run(kit: Environment, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    start = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "few_cases", "--pyargs", "polytape_conformance")
    return kit.run(*start, *arguments, **variables)


def read(kit: Environment) -> Any:
    return json.loads((kit.folder / "report.json").read_text(encoding="utf-8"))


def test_a_run_that_passes(kit: Environment) -> None:
    files = [
        f"--polytape-{kind}=report.{name}" for kind, name in (("json", "json"), ("html", "html"), ("badge", "svg"))
    ]
    kit.add("lean", {"lean": LEAN}, backends={"lean": "lean:Lean"})
    done = run(kit, "--polytape-backend=lean", *files)
    assert done.returncode == 0, done.stdout
    assert "polytape conformance: Training (numpy " in done.stdout
    assert "Graph           not there yet in polytape" in done.stdout
    assert "skipped" not in done.stdout.splitlines()[-1], "levels without cases are no skips"
    assert "3 cases in float64, which CPU:0 does not have" in done.stdout
    found = read(kit)
    assert (found["reached"], found["options"]) == ("training", {"level": "graph", "quick": False, "selection": None})
    assert "<!doctype html>" in (kit.folder / "report.html").read_text(encoding="utf-8")
    assert "polytape: Training" in (kit.folder / "report.svg").read_text(encoding="utf-8")


def test_a_failure_fails(kit: Environment) -> None:
    done = run(kit, "--polytape-backend=numpy", "--polytape-json=report.json", FAULT="wrong")
    assert done.returncode == 1 and "sorted the wrong way" in done.stdout
    assert "polytape conformance: Arrays (numpy" in done.stdout
    assert [each["case"] for each in read(kit)["not_passed"]] == ["sort-value-float32"]


def test_skips_are_shown_with_their_reasons(kit: Environment) -> None:
    done = run(kit, "--polytape-backend=numpy", FAULT="lacking")
    assert (
        done.returncode == 0 and "     1  Inference: The backend 'numpy' does not have 'sort': no kernel" in done.stdout
    )


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("-k", "sort"), "1 of 8 cases ran (-k 'sort')"),
        (("--deselect", "test_kit.py::test_declarations", "-k", "not declarations"), "declarations did not run"),
        (("-x",), "5 of 8 cases ran (--maxfail=1)"),
    ],
)
def test_a_run_of_a_part_reaches_no_level(kit: Environment, options: tuple[str, ...], reason: str) -> None:
    fault = "wrong" if "-x" in options else ""
    done = run(kit, "--polytape-backend=numpy", "--polytape-json=report.json", *options, FAULT=fault)
    assert (
        f"This run is partial and reaches no level: {reason}" in " ".join(done.stdout.split()) or reason in done.stdout
    )
    assert "polytape conformance: partial run (numpy" in done.stdout
    assert read(kit)["reached"] is None and reason in read(kit)["partial"]


def test_the_quick_run_and_levels(kit: Environment) -> None:
    done = run(kit, "--polytape-backend=numpy", "--polytape-quick", "--polytape-level=inference")
    assert "polytape conformance: Inference (quick) (numpy" in done.stdout
    assert "Training        not asked for" in done.stdout
    done = run(kit, "--polytape-backend=numpy", "--polytape-level=moon")
    assert done.returncode == 4 and "There is no level 'moon'" in done.stderr


def test_a_backend_that_cannot_be_had(kit: Environment) -> None:
    source = """
    from polytape.backend import Backend

    class Far(Backend):
        name = "far"
        requires = "pip install far"

        def __init__(self):
            raise ImportError("no driver")
    """
    kit.add("far", {"far": source}, backends={"far": "far:Far"})
    done = run(kit, "--polytape-backend=far")
    assert done.returncode == 4 and "no driver" in done.stderr and "pip install far" in done.stderr
    done = run(kit, "--polytape-backend=far", "--polytape-allow-unavailable", "--polytape-json=report.json")
    assert done.returncode == 0 and "1 skipped" in done.stdout
    assert "polytape conformance: skipped: --polytape-backend asks for the backend 'far'" in done.stdout
    assert not (kit.folder / "report.json").exists()
    done = run(kit, "--polytape-backend=fart", "--polytape-allow-unavailable")
    assert done.returncode == 4, "one that is not installed at all is named by mistake"


def test_mistakes_are_told_before_anything_runs(kit: Environment) -> None:
    done = run(kit)
    assert done.returncode == 4 and "The conformance kit needs a backend" in done.stderr
    done = run(kit, "--polytape-backend=numpy", f"--polytape-json={Path('nowhere') / 'report.json'}")
    assert done.returncode == 4 and "--polytape-json: there is no folder" in done.stderr


def test_other_projects_are_left_alone(environment: Environment) -> None:
    (environment.folder / "test_other.py").write_text(
        "import sys\n\ndef test_light():\n    assert 'polytape' not in sys.modules and 'numpy' not in sys.modules\n"
    )
    done = environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_other.py")
    assert done.returncode == 0 and "conformance" not in done.stdout, done.stdout


def test_the_command_runs_the_kit(kit: Environment) -> None:
    done = kit.polytape(
        "conformance", "run", "numpy", "--json=report.json", "-q", "-p", "few_cases", "-p", "no:cacheprovider"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert read(kit)["reached"] == "training"
    done = kit.polytape("conformance", "report.json")
    assert done.returncode == 0 and "polytape conformance: Training" in done.stdout
    assert "conformance" in kit.polytape("--help").stdout
