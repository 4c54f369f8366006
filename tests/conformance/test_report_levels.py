"""What a report says of a run: levels, figures, what ran and what did not."""

from __future__ import annotations

import math

import pytest
from small_reports import REASON, case, outcomes, report, session

import polytape
from polytape_conformance.figures import Figures
from polytape_conformance.level import Level
from polytape_conformance.report.building import build
from polytape_conformance.report.summary import lines
from polytape_conformance.run import Outcome, State


def test_the_highest_level_with_all_below_it_is_reached() -> None:
    made = report()
    assert made["reached"] == "training" and made["partial"] is None
    states = {name: entry["state"] for name, entry in made["levels"].items()}
    assert states == {
        "arrays": "passed",
        "inference": "passed",
        "training": "passed",
        "higher-order": "empty",
        "graph": "empty",
    }


@pytest.mark.parametrize(
    ("failing", "reached"), [(Level.ARRAYS, None), (Level.INFERENCE, "arrays"), (Level.TRAINING, "inference")]
)
def test_a_failure_ends_the_levels(failing: Level, reached: str | None) -> None:
    failure = Outcome(case(failing, "cos", "value"), State.FAILED, "wrong", error=AssertionError("wrong"))
    made = report([*outcomes(), failure])
    assert (made["reached"], made["levels"][failing.slug]["state"]) == (reached, "failed")


def test_a_level_that_is_skipped_as_a_whole_is_not_reached() -> None:
    made = report([Outcome(case(Level.ARRAYS, "sort", "value"), State.SKIPPED, REASON)])
    assert (made["levels"]["arrays"]["state"], made["reached"]) == ("skipped", None)


def test_no_level_without_the_declarations() -> None:
    assert build(session(complaints=["deviations: 'tan-*' matches no case of the kit"]))["reached"] is None
    unseen = session()
    unseen.complaints = None
    made = build(unseen)
    assert (made["reached"], made["declarations"]["state"]) == (None, "not run")
    assert "declarations did not run" in made["partial"]


def test_a_part_of_the_cases_reaches_no_level() -> None:
    partial = session(selection="-k 'exp'")
    del partial.outcomes["sort-value-float32"]
    made = build(partial)
    assert made["reached"] is None and made["partial"] == "6 of 7 cases ran (-k 'exp')"
    assert made["levels"]["arrays"]["state"] == "partial"
    assert "This run is partial and reaches no level: 6 of 7 cases ran (-k 'exp')." in lines(made)


def test_levels_above_the_one_asked_for() -> None:
    found = [outcome for outcome in outcomes() if outcome.case.level <= Level.INFERENCE]
    made = build(session(found, level=Level.INFERENCE))
    assert (made["reached"], made["levels"]["training"]["state"]) == ("inference", "not asked")


def test_figures_are_the_worst_of_their_cases_in_two_digits() -> None:
    found = report()["ops"]["exp"]["levels"]["inference"]["value"]["float32"]
    assert found == {"passed": 2, "ulp": 1.0, "relative": 3.1e-8, "budget": 0.26}
    assert report()["levels"]["inference"]["worst"] == {
        "op": "exp",
        "check": "value",
        "dtype": "float32",
        "budget": 0.26,
    }


def test_exact_results_have_one_figure() -> None:
    found = report()["ops"]["sort"]["levels"]["arrays"]["value"]
    assert found == {"float32": {"passed": 1, "budget": 0}, "float16": {"skipped": 1}}


def test_figures_that_are_no_numbers_are_left_out() -> None:
    infinite = Outcome(case(Level.ARRAYS, "exp", "value"), State.FAILED, "", Figures(math.inf, math.nan, 3.0))
    assert report([infinite])["ops"]["exp"]["levels"]["arrays"]["value"]["float32"] == {"failed": 1, "budget": 3.0}


def test_cases_of_no_dtype() -> None:
    assert report()["ops"]["threads"]["levels"]["arrays"] == {"exclusion": {"none": {"passed": 1}}}


def test_whatever_has_not_passed_has_its_reason() -> None:
    found = [(each["case"], each["state"], each["reason"]) for each in report()["not_passed"]]
    assert found == [
        ("sort-value-float16", "skipped", REASON),
        ("qr-first-derivative-float64", "deviates", "signs differ"),
    ]


def test_what_was_tried_is_named() -> None:
    made = report()
    assert made["polytape"] == polytape.__version__
    assert made["backend"]["name"] == "numpy" and made["backend"]["distribution"] == "polytape"
    assert set(made["backend"]["libraries"]) == {"numpy"} and made["backend"]["device"] == "CPU:0"
    assert "float32" in made["capabilities"]["dtypes"]["CPU"]


def test_the_text() -> None:
    text = "\n".join(lines(report()))
    assert lines(report())[-1].startswith("polytape conformance: Training (numpy ")
    for words in (
        "Graph           not there yet in polytape 0.1",
        f"     1  Arrays: {REASON}",
        "     1  Training: signs differ",
        "3 cases in complex128, which CPU:0 does not have",
        "75 %: exp, first derivative, float64",
    ):
        assert words in text
    assert "failed:" not in text


def test_the_text_names_failures_and_what_is_wrong_with_declarations() -> None:
    failure = Outcome(case(Level.ARRAYS, "cos", "value"), State.FAILED, "off by one", error=AssertionError())
    text = "\n".join(lines(report([failure])))
    assert "Arrays: cos-value-float32\n      off by one" in text and "no level" in text
    assert "no such op" in "\n".join(lines(build(session(complaints=["no such op"]))))


def test_a_quick_run_says_so() -> None:
    assert lines(build(session(quick=True)))[-1].startswith("polytape conformance: Training (quick) (numpy")
