"""One workload a file; see `benchmarks.measure` for its form."""
