"""How many verifications a second one worker serves, beside an empty endpoint of the same server."""
