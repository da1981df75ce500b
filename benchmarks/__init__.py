"""Benchmarks: every figure that we claim, measured beside the peer it is compared with, in the same run.

In: the rooms and their peers on real servers. Out: tables and JSON in `benchmarks/results/`. Nothing imports this folder and no
wheel holds it. `python -m benchmarks --help`; how to read the figures: benchmarks/README.md.
"""
