"""What departments do to permits, and what becomes of the licenses that gather them (R7)."""
