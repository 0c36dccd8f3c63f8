"""What is to be seen of a text, and what only a terminal or an eye would obey."""

import unicodedata
from typing import Final

UNPRINTABLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""General categories (Unicode Standard §4.5): controls, format and change of direction, surrogates,
private use, not assigned, ends of lines and paragraphs."""


def clean(text: str) -> str:
    """The text of strangers for a screen: U+FFFD in the place of what is not to be seen."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in UNPRINTABLE else each
        for each in text
    )
