"""Benchmarks: each module gives results with a goal, measured in one run on this machine."""
