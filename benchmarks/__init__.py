"""Benchmarks: each prints what it measured, with --json as one line. They are no tests."""
