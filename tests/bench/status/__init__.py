"""Status lists of a million licenses: signing and publishing them, and verifying beside them."""
