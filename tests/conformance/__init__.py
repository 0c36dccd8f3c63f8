"""The conformance kit: every vector, asked of any verifier by command line (docs/spec/conformance.md).

`python -m tests.conformance --verifier "COMMAND"`. Its modules need nothing but Python's standard
library and import one another relatively, so that `--export` can take them along.
"""
