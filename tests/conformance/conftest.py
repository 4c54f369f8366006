"""The kill rate of the list of faults, at the end of the report."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print how many of the planted faults were found."""
    of = {
        state: [report for report in terminalreporter.stats.get(state, []) if "test_fault_is_found" in report.nodeid]
        for state in ("passed", "failed")
    }
    tried = len(of["passed"]) + len(of["failed"])
    if tried:
        rate = len(of["passed"]) / tried
        terminalreporter.write_line(f"planted faults: {len(of['passed'])} of {tried} found, a kill rate of {rate:.0%}")
