"""Names and other words that people read: of districts and holders, hosts, prefixes, kinds.

A verifier takes them as they were signed, and shows them without what a terminal would obey or a
reader be misled by (`credential.printable`). Whoever drafts or signs refuses them
(docs/spec/trust-list.md, "Names").
"""

import re
from collections.abc import Iterator
from typing import Final

from credential.roots import Root
from credential.trust import Issuer

HOST: Final = re.compile(r"[A-Z0-9-]+(\.[A-Z0-9-]+)*")
NUMBER_PREFIX: Final = re.compile(r"[^\W\d_]{1,8}")
STATUS_URI: Final = re.compile(r"https://(?=[^{}]+\{list\}[^{}]*\Z)[!-~]+")
"""ASCII without blanks (RFC 3986), and one place for the list's number."""
INDUSTRY: Final = re.compile(r"[0-9]{2}")
KIND: Final = re.compile(r"[a-z][a-z0-9_]*")

_SEEN_AS_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Hangul's fillers and the empty braille pattern: to Unicode letters and a symbol."""


def is_name(text: str) -> bool:
    """Whether people read what it says: no control, format mark or blank but single spaces within.

    A run of blanks would begin a line of its own on the screen of whoever signs.
    """
    words = text.split(" ")
    return all(words) and text.isprintable() and _SEEN_AS_BLANK.isdisjoint(text)


def unfit_words(issuer: Issuer) -> Iterator[tuple[str, str]]:
    """Each field of an entry that nobody is to sign, with what it says."""
    for field in ("name", "name_en"):
        if not is_name(text := getattr(issuer, field)):
            yield field, text
    if not HOST.fullmatch(issuer.host):
        yield "host", issuer.host
    if not NUMBER_PREFIX.fullmatch(issuer.number_prefix):
        yield "number_prefix", issuer.number_prefix
    if issuer.status_uri is not None and not STATUS_URI.fullmatch(issuer.status_uri):
        yield "status_uri", issuer.status_uri
    for scope in issuer.scopes:
        for field, words, form in (
            ("industries", scope.industries, INDUSTRY),
            ("kinds", scope.kinds, KIND),
        ):
            for word in words or ():
                if not form.fullmatch(word):
                    yield field, word


def unfit_holders(root: Root) -> Iterator[tuple[str, str]]:
    """Each holder's name that nobody is to sign."""
    for each in root.keys:
        if not is_name(each.holder):
            yield "holder", each.holder
