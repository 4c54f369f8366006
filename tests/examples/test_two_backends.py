"""A program that trains on one backend and evaluates on another, run as its reader would run it."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest
from temporary_environment import Environment

import polytape as tf

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "two_backends.py"
LOOPBACK = Path(__file__).resolve().parents[1] / "loopback_backend.py"
needs_digits = pytest.mark.skipif(
    importlib.util.find_spec("sklearn") is None, reason="the digits come with scikit-learn"
)


@needs_digits
@pytest.mark.parametrize("other", ["loopback", "cupy", "mlx", "strict", "torch"])
@pytest.mark.parametrize("trains", [True, False], ids=["evaluates", "trains"])
def test_it_trains_on_one_and_evaluates_on_the_other(environment: Environment, other: str, trains: bool) -> None:
    if other == "loopback":
        source = LOOPBACK.read_text(encoding="utf-8")
        environment.add("loopback", {"loopback_backend": source}, backends={other: "loopback_backend:LoopbackBackend"})
    else:
        try:
            with tf.use(other):
                pass
        except tf.errors.PolytapeError as error:
            pytest.skip(f"{other}: {error}")
    here, there = ("numpy", other) if trains else (other, "numpy")
    found = environment.run(
        str(SCRIPT), "--train", here, "--evaluate", there, "--epochs", "2", OPENBLAS_NUM_THREADS="1"
    )
    assert found.returncode == 0, found.stderr
    assert re.search(rf"^trained on {here}: ", found.stdout, re.MULTILINE)
    accuracies = re.findall(r"^evaluated on (\w+): (0\.\d{4}) of 359", found.stdout, re.MULTILINE)
    assert [name for name, _ in accuracies] == [here, there]
    assert accuracies[0][1] == accuracies[1][1] and float(accuracies[0][1]) > 0.6
    assert "both read 1.0000 of them alike" in found.stdout
    mixed = re.search(r"^together: (.*)$", found.stdout, re.MULTILINE)
    assert mixed is not None and f"{here!r}" in mixed[1] and f"{there!r}" in mixed[1]
    assert re.search(r"^moved: \[\d \d \d \d \d\]$", found.stdout, re.MULTILINE)


@needs_digits
def test_by_default_the_other_one_is_whichever_is_there(environment: Environment) -> None:
    source = LOOPBACK.read_text(encoding="utf-8").replace("class LoopbackBackend(Backend):", "class Other(Backend):")
    source += "    priority = 1000\n"
    environment.add("loopback", {"loopback_backend": source}, backends={"loopback": "loopback_backend:Other"})
    found = environment.run(str(SCRIPT), "--epochs", "1", OPENBLAS_NUM_THREADS="1")
    assert found.returncode == 0, found.stderr
    assert "trained on numpy" in found.stdout and "evaluated on loopback" in found.stdout


@pytest.mark.parametrize(
    "arguments, status, pattern",
    [
        (["--train", "numpy", "--evaluate", "numpy"], 2, "must name two backends; received numpy twice"),
        (["--evaluate", "nonsense"], 1, r"^two_backends: use\('nonsense'\) asks for the backend 'nonsense'"),
    ],
)
@needs_digits
def test_what_cannot_be_is_one_clear_line(
    environment: Environment, arguments: list[str], status: int, pattern: str
) -> None:
    found = environment.run(str(SCRIPT), *arguments, "--epochs", "1")
    assert found.returncode == status
    assert re.search(pattern, found.stderr, re.MULTILINE) and "Traceback" not in found.stderr
