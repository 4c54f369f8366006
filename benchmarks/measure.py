"""Run one workload of one framework in this process and print what it took, as JSON.

`python -m benchmarks.measure WORKLOAD FRAMEWORK` is what `python -m benchmarks` starts, many times in turn: a fresh
process for each measurement, so that no framework's threads or memory disturb another's.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from typing import Any


def measure(workload: str, framework: str) -> dict[str, Any]:
    """Return the time of one unit of work in seconds, the peak memory in bytes and the result to be compared.

    A workload's module has a function for each framework. It prepares and returns `(run, result)`: `run()` does
    `module.UNITS` units of work; `result()` gives numbers that all frameworks must agree on.
    """
    module = importlib.import_module(f"benchmarks.workloads.{workload}")
    run, result = getattr(module, framework)()
    times = []
    for _ in range(module.REPEATS):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) / module.UNITS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {"seconds": min(times), "peak_bytes": peak, "result": [float(value) for value in result()]}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2])))
