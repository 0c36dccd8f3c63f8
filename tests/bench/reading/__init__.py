"""How many symbols are read of photographs that are hard to read, by whom, and how fast."""
