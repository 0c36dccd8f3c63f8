"""What a trust list of a whole region weighs, and what checking a new one costs."""
