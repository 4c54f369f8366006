"""Run one workload of one framework in this process and print what it took, as JSON.

`python -m benchmarks.measure WORKLOAD FRAMEWORK` is what `python -m benchmarks` starts, many times in turn: a fresh
process for each measurement, so that no framework's threads or memory disturb another's. With `--first` it only takes
the first step of a training.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
from typing import Any

from benchmarks.frameworks import Unavailable
from benchmarks.training import first_call, prepared


def measure(workload: str, framework: str) -> dict[str, Any]:
    """Return the time and the processor time of one unit of work in seconds, that of the first, the peak memory in
    bytes, and the result to be compared.

    A workload's module has a function for each framework, or is one of those that `benchmarks.training` describes. The
    function prepares and returns `(run, result)`: `run()` does `module.UNITS` units of work; `result()` gives numbers
    that all frameworks must agree on. A workload "matmul:512" is the case "512" of `matmul`, which its functions take.
    """
    name, _, case = workload.partition(":")
    module = importlib.import_module(f"benchmarks.workloads.{name}")
    function = getattr(module, framework, None)
    run, result = function(*[case] * bool(case)) if function else prepared(module, framework)
    times, cpu_times = [], []
    for _ in range(module.REPEATS):
        start, cpu_start = time.perf_counter(), time.process_time()
        run()
        times.append(time.perf_counter() - start)
        cpu_times.append(time.process_time() - cpu_start)
    best = times.index(min(times))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return {
        "seconds": times[best] / module.UNITS,
        "cpu_seconds": cpu_times[best] / module.UNITS,
        "first_seconds": times[0] - times[best] * (module.UNITS - 1) / module.UNITS,
        "peak_bytes": peak,
        "result": [float(value) for value in result()],
    }


if __name__ == "__main__":
    try:
        measurement = first_call if "--first" in sys.argv else measure
        found = measurement(sys.argv[1], sys.argv[2])
    except Unavailable as reason:
        found = {"unavailable": str(reason)}
    print(json.dumps(found))
