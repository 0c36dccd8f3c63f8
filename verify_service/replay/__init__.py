"""What was true, and what was known, at an instant of the past (docs/spec/replay.md)."""
