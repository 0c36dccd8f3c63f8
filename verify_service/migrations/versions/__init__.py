"""One module a revision, never changed once a registry has run it."""
