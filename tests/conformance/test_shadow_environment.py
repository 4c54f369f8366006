"""How a shadow run is asked for: by the environment, by `polytape run`; and what is said where it can't be had."""

from __future__ import annotations

import json

import pytest
from temporary_environment import ROOT, Environment

BACKEND = """
    import os

    from polytape_numpy import NumpyBackend

    class Faulty(NumpyBackend):
        name = "faulty"

        def exp(self, x):
            return super().exp(x) * (1 if "MENDED" in os.environ else 1.001)
"""
PROGRAM = """\
import tensorflow as tf

x = tf.Variable([1.0, 2.0])
with tf.GradientTape() as tape:
    y = tf.reduce_sum(tf.exp(x) * x)
print(tape.gradient(y, x).shape)
"""


@pytest.fixture
def faulty(environment: Environment) -> Environment:
    """An environment with a backend whose `exp` is wrong, and a program that uses it."""
    environment.add("faulty", {"faulty": BACKEND}, backends={"faulty": "faulty:Faulty"})
    (environment.folder / "program.py").write_text(PROGRAM)
    return environment


def test_a_program_is_stopped_and_the_script_fails_alone(faulty: Environment) -> None:
    done = faulty.polytape("run", "--shadow", "numpy", "program.py", POLYTAPE_BACKEND="faulty")
    assert done.returncode == 1 and done.stdout == ""
    assert "ShadowMismatch: 'exp' on the backend 'faulty' disagrees with the reference" in done.stderr
    assert "program.py:5: y = tf.reduce_sum(tf.exp(x) * x)" in done.stderr
    script = str(faulty.folder / "reproduce_exp.py")
    assert f"python {script}" in done.stderr
    alone = faulty.run(script, POLYTAPE_SHADOW="numpy")
    assert alone.returncode == 1 and "2 of 2 elements are wrong" in alone.stdout
    mended = faulty.run(script, MENDED="1")
    assert (mended.returncode, mended.stdout) == (0, "'exp' on the backend 'faulty' is right.\n")


def test_a_program_that_is_right_goes_on(faulty: Environment) -> None:
    variables = {"POLYTAPE_SHADOW": "numpy", "POLYTAPE_BACKEND": "faulty", "MENDED": "1"}
    done = faulty.polytape("run", "program.py", **variables)
    assert (done.returncode, done.stdout, done.stderr) == (0, "(2,)\n", "")
    assert not list(faulty.folder.glob("reproduce*"))


def test_the_digits_are_learnt_without_a_mismatch(environment: Environment) -> None:
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    example = str(ROOT / "examples" / "train_digits.py")
    done = environment.run(example, "--epochs", "1", POLYTAPE_SHADOW="numpy", MPLBACKEND="Agg")
    assert done.returncode == 0 and "test accuracy" in done.stdout, done.stderr
    assert not list(environment.folder.glob("reproduce*"))


def test_a_record_goes_on(faulty: Environment) -> None:
    options = ("--shadow=numpy", "--record", "all.jsonl", "program.py")
    done = faulty.polytape("run", *options, POLYTAPE_BACKEND="faulty", POLYTAPE_SHADOW_DIR="scripts/here")
    assert (done.returncode, done.stdout) == (0, "(2,)\n")
    assert "polytape shadow: " in done.stderr and "1 mismatches in exp; see" in done.stderr
    summary, entry = map(json.loads, (faulty.folder / "all.jsonl").read_text().splitlines())
    assert summary["backends"] == ["faulty"] and summary["mismatches"] == 1 and summary["calls"] >= 5
    assert entry["op"] == "exp" and entry["line"].endswith("program.py:5") and entry["count"] == 1
    assert entry["script"] == str(faulty.folder / "scripts" / "here" / "reproduce_exp.py")


def test_a_backend_as_its_own_reference(faulty: Environment) -> None:
    program = faulty.folder / "softmax.py"
    program.write_text(
        "import polytape as tf\n"
        "import polytape_numpy.backend as numpy_backend\n"
        "numpy_backend.NumpyBackend.softmax = lambda self, x, *, axis: x\n"
        "tf.nn.softmax([1.0, 2.0])\n"
    )
    done = faulty.run(str(program), POLYTAPE_SHADOW="numpy")
    assert done.returncode == 1 and "'softmax' on the backend 'numpy' disagrees with the reference" in done.stderr


WRONG = {
    "no backend": ({"POLYTAPE_SHADOW": "nunpy"}, "POLYTAPE_SHADOW asks for the backend 'nunpy', but no installed"),
    "auto": ({"POLYTAPE_SHADOW": "auto"}, "POLYTAPE_SHADOW is 'auto', which names no backend to compare with"),
    "no name": ({"POLYTAPE_SHADOW": "a:b:c"}, "which names no backend"),
    "a record alone": (
        {"POLYTAPE_SHADOW_RECORD": "all.jsonl"},
        "but POLYTAPE_SHADOW is not set: nothing would be listed",
    ),
    "no folder": (
        {"POLYTAPE_SHADOW": "numpy", "POLYTAPE_SHADOW_RECORD": "no/all.jsonl"},
        "is in a folder that does not",
    ),
    "a file": ({"POLYTAPE_SHADOW": "numpy", "POLYTAPE_SHADOW_DIR": "program.py"}, "which is not a folder"),
    "no kit": (
        {"POLYTAPE_SHADOW": "numpy", "POLYTAPE_DISABLE_PLUGINS": "conformance"},
        "no plugin that is installed and not blocked implements polytape_shadow",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_makes_no_sense_is_said(faulty: Environment, name: str) -> None:
    variables, message = WRONG[name]
    done = faulty.run("-c", "import polytape as tf; tf.constant(1.0)", **variables)
    assert done.returncode == 1 and message in done.stderr, done.stderr


def test_a_reference_that_is_broken_is_an_error_with_its_cause(environment: Environment) -> None:
    source = "from polytape.backend import Backend\nclass B(Backend):\n    name = 'gone'\n"
    source += "    def __init__(self):\n        raise ImportError('no such library')\n"
    environment.add("gone", {"gone": source}, backends={"gone": "gone:B"})
    done = environment.run("-c", "import polytape as tf; tf.constant(1.0)", POLYTAPE_SHADOW="gone")
    assert "BackendUnavailableError: POLYTAPE_SHADOW asks for the backend 'gone'" in done.stderr
    assert "no such library" in done.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--shadow"], "--shadow needs a value"),
        (["--shadow", "-c", "pass"], "--shadow needs a value"),
        (["--record", "all.jsonl", "-c", "pass"], "but POLYTAPE_SHADOW is not set"),
        (["--shadow", "numpy"], "name a script, or -m and a module"),
        (["--shadow", "numpy", "--record=", "-c", "pass"], "--record needs a value"),
    ],
)
def test_options_of_run(environment: Environment, options: list[str], message: str) -> None:
    done = environment.polytape("run", *options)
    assert done.returncode == 2 and message in done.stderr


def test_options_behind_the_program_are_its_own(environment: Environment) -> None:
    done = environment.polytape("run", "-c", "import sys; print(sys.argv)", "--shadow", "x")
    assert done.stdout == "['-c', '--shadow', 'x']\n"


def test_doctor_shows_and_judges(environment: Environment) -> None:
    report = json.loads(environment.polytape("doctor", "--json", POLYTAPE_SHADOW="numpy").stdout)
    values = {variable["name"]: variable["value"] for variable in report["environment"]}
    assert values["POLYTAPE_SHADOW"] == "numpy" and values["POLYTAPE_SHADOW_DIR"] is None
    wrong = environment.polytape("doctor", POLYTAPE_SHADOW="nunpy")
    assert wrong.returncode == 1 and "POLYTAPE_SHADOW asks for the backend 'nunpy'" in wrong.stderr
    assert "numpy" in wrong.stdout
