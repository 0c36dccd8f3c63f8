"""What a signature costs inside a token, beside one with a key in a file."""
