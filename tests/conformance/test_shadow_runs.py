"""A wrong op in a training is found where it is, and a script shows it alone; right backends train undisturbed."""

from __future__ import annotations

import atexit
import json
import runpy
import sys
from pathlib import Path
from typing import Any

import pytest
from faulty_training import FAULTS, Fault, backend_with, train
from loopback_backend import LoopbackBackend

import polytape as tf
from polytape.errors import BackendUnavailableError
from polytape.plugins import backends, installed
from polytape_conformance.shadow.mismatch import ShadowMismatch
from polytape_conformance.shadow.record import Record
from polytape_conformance.shadow.shadow import Shadow
from polytape_numpy import NumpyBackend


def run_script(path: Path, backend: Any, monkeypatch: pytest.MonkeyPatch) -> int:
    """Run a reproducing script with a backend in the place of the one that it asks for; return its exit code."""
    monkeypatch.setattr(backends, "get", lambda name: {"faulty": backend}[name])
    with monkeypatch.context() as patch:
        patch.setattr(sys, "argv", [str(path)])
        try:
            runpy.run_path(str(path), run_name="__main__")
        except SystemExit as stop:
            return int(stop.code or 0)
    return 0


@pytest.mark.parametrize("name", FAULTS)
def test_a_wrong_op_is_named_and_reproduced(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = FAULTS[name]
    faulty = backend_with(fault)
    Shadow(faulty, NumpyBackend(), None, tmp_path).begin()
    with tf.use(faulty), pytest.raises(ShadowMismatch, match=fault.problem) as raised:
        train()
    found = raised.value.mismatch
    assert (found.op, found.backend, found.reference) == (fault.op, "faulty", "numpy")
    assert (
        found.source.endswith(f"# {fault.line}") and Path(found.where.rpartition(":")[0]).name == "faulty_training.py"
    )
    assert found.differentiating == fault.differentiating
    assert str(raised.value).startswith(f"'{fault.op}' on the backend 'faulty' disagrees with the reference: ")
    assert found.script == tmp_path / f"reproduce_{fault.op}.py" and not found.unscripted

    assert run_script(found.script, backend_with(fault), monkeypatch) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == found.headline
    assert run_script(found.script, backend_with(fault, mended=True), monkeypatch) == 0
    assert capsys.readouterr().out == f"'{fault.op}' on the backend 'faulty' is right.\n"


def test_the_mended_backends_train(tmp_path: Path) -> None:
    losses = set()
    for fault in (FAULTS["flipped kernel"], FAULTS["stale alias"]):
        mended = backend_with(fault, mended=True)
        Shadow(mended, NumpyBackend(), None, tmp_path).begin()
        with tf.use(mended):
            losses.add(train())
    assert len(losses) == 1 and not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", sorted(record.name for record in installed("backend")))
def test_installed_backends_train(name: str, tmp_path: Path) -> None:
    try:
        backend = type(backends.get(name))()
    except BackendUnavailableError as error:
        pytest.skip(str(error))
    Shadow(backend, NumpyBackend(), None, tmp_path).begin()
    with tf.use(backend):
        assert train() > 0


def test_a_second_backend_trains(tmp_path: Path) -> None:
    backend = LoopbackBackend()
    Shadow(backend, NumpyBackend(), None, tmp_path).begin()
    with tf.use(backend):
        assert train() > 0


def test_a_backend_is_compared_with_itself(tmp_path: Path) -> None:
    fault = FAULTS["wrong override"]
    faulty, same = backend_with(fault), backend_with(fault)
    Shadow(faulty, same, None, tmp_path).begin()
    with tf.use(faulty), pytest.raises(ShadowMismatch, match="'softmax'"):
        train()


def test_a_record_lists_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = {"exp": FAULTS["element-wise"].wrong, "adam_update": FAULTS["wrong update"].wrong}
    right = NumpyBackend()

    def method(op: str) -> Any:
        return lambda self, *arguments, **options: both[op](getattr(right, op), *arguments, **options)

    faulty = type("Faulty", (NumpyBackend,), {"name": "faulty", **{op: method(op) for op in both}})()
    listing = tmp_path / "all.jsonl"
    Shadow(faulty, NumpyBackend(), listing, tmp_path).begin()
    with tf.use(faulty):
        train(steps=3)
    record = Record.at(listing)
    record.close()
    atexit.unregister(record.close)
    assert capsys.readouterr().err.endswith(f"5 mismatches in adam_update, exp; see {listing}\n")
    summary, *entries = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    assert summary["backends"] == ["faulty"] and summary["mismatches"] == len(entries) and summary["calls"] > 200
    counts = {(entry["op"], entry["inputs"][0]): entry["count"] for entry in entries}
    assert counts == {
        ("exp", "float32[6, 4]"): 3,  # no op that depends on its result is blamed for it
        ("adam_update", "float32[3, 3, 2, 3]"): 3,
        ("adam_update", "float32[3]"): 3,
        ("adam_update", "float32[27, 4]"): 3,
        ("adam_update", "float32[4]"): 3,
    }
    exp = entries[0]
    assert exp["line"].rpartition(":")[0].endswith("faulty_training.py") and exp["budget_ulp"] == 4
    assert 50 < exp["error_ulp"] < 200 and exp["script"] == str(tmp_path / "reproduce_exp.py")
    assert sorted(path.name for path in tmp_path.glob("*.py")) == ["reproduce_adam_update.py", "reproduce_exp.py"]


def test_the_innermost_op_is_blamed(tmp_path: Path) -> None:
    class Faulty(NumpyBackend):
        name = "faulty"

        def maximum(self, x: Any, y: Any) -> Any:
            return x

    faulty = Faulty()
    Shadow(faulty, NumpyBackend(), None, tmp_path).begin()
    with tf.use(faulty), pytest.raises(ShadowMismatch) as raised:
        tf.nn.relu6(tf.constant([-1.0, 2.0]))
    assert raised.value.mismatch.op == "maximum"


def test_a_fault_that_depends_on_the_layout_is_said_to(tmp_path: Path) -> None:
    class Faulty(NumpyBackend):
        name = "faulty"

        def negative(self, x: Any) -> Any:
            return -x if x.flags.c_contiguous else -x.T

    faulty = Faulty()
    Shadow(faulty, NumpyBackend(), None, tmp_path).begin()
    with tf.use(faulty), pytest.raises(ShadowMismatch) as raised:
        -tf.transpose(tf.constant([[1.0, 2.0], [3.0, 4.0]]))
    assert "on fresh copies of the inputs the op is right" in str(raised.value)


def test_large_inputs_stand_beside_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fault = Fault("sin", "", "", None, lambda right, x: right(x) + np_spike(x))
    faulty = backend_with(fault)
    Shadow(faulty, NumpyBackend(), None, tmp_path).begin()
    with tf.use(faulty), pytest.raises(ShadowMismatch, match="1 of 1000 elements are wrong") as raised:
        tf.sin(tf.range(1000.0))
    assert raised.value.mismatch.difference.place == (7,)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["reproduce_sin.npz", "reproduce_sin.py"]
    assert run_script(tmp_path / "reproduce_sin.py", backend_with(fault), monkeypatch) == 1
    assert run_script(tmp_path / "reproduce_sin.py", backend_with(fault, mended=True), monkeypatch) == 0


def np_spike(x: Any) -> Any:
    """Zero but at one place."""
    spike = x * 0
    spike[7] = 1
    return spike
