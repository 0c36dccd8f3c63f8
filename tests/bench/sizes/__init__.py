"""How small the symbol is: our format beside others, in bytes, versions and modules.

`python -m tests.bench.sizes` prints the tables; `--write` puts them into
docs/benchmarks/symbol-sizes.md. Everything is deterministic: keys are made from their names, the
sample is taken as of one day, and generated licenses come from a seed.
"""
