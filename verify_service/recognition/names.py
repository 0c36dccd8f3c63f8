"""What a candidate is called and where it points, held against what others have already.

A host that a person could take for another's is as bad as the other's own: the fake site has a
genuine signature then.
"""

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from credential.names import NUMBER_PREFIX, STATUS_URI, is_name
from credential.trust import Issuer, TrustList
from verify_service.recognition.findings import Finding, found

_HOST: Final = re.compile(
    r"(?=.{1,100}\Z)([A-Z0-9]([A-Z0-9-]{0,61}[A-Z0-9])?\.)+[A-Z][A-Z0-9-]*[A-Z0-9]"
)
_LOOKS_LIKE: Final = (("0", "O"), ("1", "L"), ("I", "L"), ("5", "S"), ("RN", "M"), ("VV", "W"))


def name_findings(issuer: Issuer, trust: TrustList) -> Iterator[Finding]:
    """Every fault of its names, number prefix, host and address of status lists."""
    others = [each for each in trust.issuers if each.code != issuer.code]
    for name in (issuer.name, issuer.name_en):
        if not is_name(name):
            yield found("name-malformed", name=ascii(name))
    for other in others:
        if issuer.name.strip() == other.name:
            yield found("name-taken", name=issuer.name, other=other.code)
    if not NUMBER_PREFIX.fullmatch(issuer.number_prefix):
        yield found("prefix-malformed", prefix=ascii(issuer.number_prefix))
    for other in others:
        if issuer.number_prefix == other.number_prefix:
            yield found("prefix-taken", prefix=issuer.number_prefix, other=other.code)
    if not _HOST.fullmatch(issuer.host):
        yield found("host-malformed", host=ascii(issuer.host))
    host = issuer.host.upper()
    for other in others:
        if host == other.host:
            yield found("host-taken", host=host, other=other.code)
        elif looks_alike(host, other.host):
            yield found("host-looks-alike", host=host, other=other.code, theirs=other.host)
    if issuer.status_uri is not None:
        yield from _uri_findings(issuer.status_uri, issuer.host)


def looks_alike(host: str, other: str) -> bool:
    """Whether one is below the other, begins with it, or reads like it."""
    return (
        host.endswith(f".{other}")
        or other.endswith(f".{host}")
        or host.startswith((f"{other}.", f"{other}-"))
        or _shape(host) == _shape(other)
    )


def _shape(host: str) -> str:
    for written, read in _LOOKS_LIKE:
        host = host.replace(written, read)
    return host.replace("-", "").replace(".", "")


def _uri_findings(uri: str, host: str) -> Iterator[Finding]:
    try:
        parts = urlsplit(uri)
        name = parts.hostname
    except ValueError:
        yield found("status-uri-not-https", uri=uri)
        return
    if parts.scheme != "https" or not name:
        yield found("status-uri-not-https", uri=uri)
        return
    if not STATUS_URI.fullmatch(uri):
        yield found("status-uri-malformed", uri=ascii(uri))
    if name != host.lower():
        yield found("status-uri-elsewhere", uri=uri)
