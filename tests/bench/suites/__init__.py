"""What the suites cost side by side, each against its own bare primitive."""
