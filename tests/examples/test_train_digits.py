"""The first example runs, from the command line as a learner would run it."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "examples" / "train_digits.py"


def run(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        cwd=folder,
        # One thread for BLAS: several wait for each other for longer than they compute where others are at work.
        env={
            **os.environ,
            "POLYTAPE_BACKEND": "",
            "MPLCONFIGDIR": str(folder),
            "OPENBLAS_NUM_THREADS": "1",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_epoch(tmp_path) -> None:
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    found = run(tmp_path, "--epochs", "1", "--output", "curve.png")
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith("backend numpy, device CPU:0\n")
    assert re.search(r"^epoch  1: loss \d\.\d{4}, accuracy 0\.\d{4}$", found.stdout, re.MULTILINE)
    accuracy = re.search(r"^test accuracy (0\.\d{4}) on 359 digits$", found.stdout, re.MULTILINE)
    assert accuracy is not None and float(accuracy[1]) > 0.7
    if importlib.util.find_spec("matplotlib"):
        assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
        assert "picture: curve.png" in found.stdout
    else:
        assert 'pip install "polytape[plot]"' in found.stdout


def test_a_seed_repeats_the_run(tmp_path) -> None:
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    first, second = (run(tmp_path, "--epochs", "1", "--seed", "5").stdout.splitlines()[1] for _ in range(2))
    assert first == second and first.startswith("epoch  1")


def test_a_replayed_step_learns_what_an_eager_one_does(tmp_path) -> None:
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")

    def losses(*options):
        found = run(tmp_path, "--epochs", "2", *options)
        assert found.returncode == 0, found.stderr
        assert re.search(r"^the fastest epoch took \d+\.\d\d s$", found.stdout, re.MULTILINE)
        return [float(loss) for loss in re.findall(r"^epoch  \d: loss (\d\.\d{4})", found.stdout, re.MULTILINE)]

    eager, replayed = losses(), losses("--function")
    assert len(eager) == 2
    assert replayed == pytest.approx(eager, rel=0.02)


def test_without_matplotlib_it_says_how_to_get_it(tmp_path) -> None:
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    (tmp_path / "matplotlib.py").write_text("raise ImportError('not here')")
    found = run(tmp_path, "--epochs", "1", PYTHONPATH=str(tmp_path))
    assert found.returncode == 0, found.stderr
    assert 'pip install "polytape[plot]"' in found.stdout and not list(tmp_path.glob("*.png"))


def test_a_backend_that_is_not_there_is_one_clear_line(tmp_path) -> None:
    found = run(tmp_path, POLYTAPE_BACKEND="nonsense")
    assert found.returncode == 1 and found.stdout == ""
    assert found.stderr.startswith("train_digits: POLYTAPE_BACKEND asks for the backend 'nonsense'")
    assert "Traceback" not in found.stderr and len(found.stderr.splitlines()) == 1


def test_arguments_are_checked(tmp_path) -> None:
    found = run(tmp_path, "--epochs", "0")
    assert found.returncode == 2 and "--epochs must be at least 1" in found.stderr
