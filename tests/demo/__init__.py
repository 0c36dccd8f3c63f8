"""The sample district's story: `make demo` tells it, and the journeys' tests hold it to its word."""
