"""How long a verification takes: the whole core against one bare P-256 verification.

`python -m tests.bench.verify` prints the table of docs/benchmarks/verify.md. Everything is a ratio
within one process, in small batches that take turns, so that a noisy machine is noisy for all.
"""
