"""Benchmarks: every figure of the performance table, as ratios in one run."""
