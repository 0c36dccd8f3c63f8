"""The two hybrid check systems of ISO 7064 that the field uses: MOD 11,10 and MOD 37,36."""

DIGITS = "0123456789"
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def mod_11_10(digits: str) -> str:
    """Return the check digit of decimal ``digits`` (ISO 7064 MOD 11,10)."""
    return _hybrid(digits, DIGITS)


def mod_37_36(text: str) -> str:
    """Return the check character of ``text`` in ``0-9A-Z`` (ISO 7064 MOD 37,36)."""
    return _hybrid(text, ALPHANUMERIC)


def _hybrid(text: str, alphabet: str) -> str:
    modulus = len(alphabet)
    product = modulus
    for character in text:
        total = (product + alphabet.index(character)) % modulus or modulus
        product = total * 2 % (modulus + 1)
    return alphabet[(modulus + 1 - product) % modulus]
