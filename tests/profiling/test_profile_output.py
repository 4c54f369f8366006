"""What a profile shows: the table, Chrome's trace, the page with the flame graph."""

from __future__ import annotations

import itertools
import json
import re

import pytest

import polytape as tf
from polytape.profiling import Profile


@pytest.fixture
def profile() -> Profile:
    """A profile whose clock moves on by a microsecond each time somebody looks."""
    x = tf.Variable([[1.0, 2.0]])
    with Profile(clock=itertools.count(0, 1000).__next__) as found:
        for _ in range(2):
            with tf.GradientTape() as tape:
                y = tf.matmul(x, tf.exp(tf.constant([[1.0], [2.0]])))
            tape.gradient(y, x)
    return found


def test_the_table_has_a_row_for_each_op_and_line(profile: Profile) -> None:
    text = str(profile)
    (row,) = [line for line in text.splitlines() if line.strip().startswith("exp ")]
    assert row.split()[:4] == ["exp", "2", "2.0", "µs"]
    assert "16 B" in row and "numpy" in row and re.search(r"profiling/test_profile_output\.py:\d+$", row)
    assert text.splitlines()[-1].split(",")[0].strip() == f"{len(profile.events)} events"
    assert len({len(line) for line in text.splitlines() if line.startswith(" ───")}) == 1


def test_the_table_by_op_and_its_limit(profile: Profile) -> None:
    lines = profile.table(by="op").splitlines()
    (row,) = [line for line in lines if line.strip().startswith("matmul ")]
    assert row.split()[1] == "4", "twice forward and twice in the rule"
    assert row.rstrip().endswith("+1"), "and one line more"
    rows = len(profile.totals(by=["label", "backend"]))
    assert f"{rows - 1} rows more" in profile.table(by="op", limit=1)
    assert "rows more" not in profile.table(by="op", limit=None)
    with pytest.raises(tf.errors.InvalidArgumentError, match="'line' or 'op'"):
        profile.table(by="colour")


def test_an_empty_profile_can_be_shown(tmp_path) -> None:
    with tf.profile() as p:
        pass
    assert "0 events" in str(p)
    p.chrome_trace(tmp_path / "empty.json")
    p.flame_graph(tmp_path / "empty.html")
    assert "0 events" in (tmp_path / "empty.html").read_text(encoding="utf-8")


def test_groups_by_any_attribute(profile: Profile) -> None:
    (everything,) = profile.totals(by=["backend"])
    assert everything.calls == len(profile.events)
    assert everything.time == sum(event.duration for event in profile.events if event.parent is None)
    assert everything.self_time == sum(event.self_time for event in profile.events)


def test_the_trace_is_in_chromes_format(profile: Profile, tmp_path) -> None:
    profile.chrome_trace(tmp_path / "trace.json")
    trace = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    names = {event["args"]["name"] for event in trace["traceEvents"] if event["ph"] == "M"}
    assert names == {"polytape", "MainThread"}
    events = [event for event in trace["traceEvents"] if event["ph"] == "X"]
    assert len(events) == len(profile.events)
    assert all({"name", "cat", "ts", "dur", "pid", "tid", "args"} <= set(event) for event in events)
    assert all(event["dur"] >= 1 and event["ts"] >= 0 for event in events)
    open_until: list[float] = []  # what a viewer does: an event lies in another or begins after it
    for event in sorted(events, key=lambda event: (event["ts"], -event["dur"])):
        while open_until and open_until[-1] <= event["ts"]:
            open_until.pop()
        assert not open_until or event["ts"] + event["dur"] <= open_until[-1]
        open_until.append(event["ts"] + event["dur"])
    rules = [event for event in events if event["cat"] == "gradient"]
    assert [rule["name"] for rule in rules] == ["gradient of matmul"] * 2


def test_the_flame_graph_is_one_page_that_adds_up(profile: Profile, tmp_path) -> None:
    profile.flame_graph(tmp_path / "flame.html")
    page = (tmp_path / "flame.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)=|https?://|@import", page), "it needs nothing but itself"
    assert "prefers-color-scheme: dark" in page
    tree = json.loads(re.search(r"const tree = (\{.*\});\n", page).group(1))

    def check(bar: dict) -> int:
        assert bar["time"] == bar["self"] + sum(check(child) for child in bar["below"])
        return bar["time"]

    assert check(tree) == sum(event.self_time for event in profile.events)
    texts = set()

    def collect(bar: dict, above: tuple[str, ...]) -> None:
        texts.add((*above, bar["text"])[-2:])
        for child in bar["below"]:
            collect(child, (*above, bar["text"]))

    collect(tree, ())
    assert ("gradient of matmul", "matmul") in texts
    assert any(pair[-1] == "exp" and pair[0].startswith("profile (profiling/") for pair in texts)


def test_no_text_ends_the_pages_script(tmp_path) -> None:
    def f(x):
        return tf.exp(x)

    f.__name__ = f.__qualname__ = "</script><b>"
    replayed = tf.function(f)
    replayed(tf.constant([1.0]))
    with tf.profile() as p:
        replayed(tf.constant([1.0]))
    p.flame_graph(tmp_path / "flame.html")
    assert (tmp_path / "flame.html").read_text(encoding="utf-8").count("</script>") == 1
