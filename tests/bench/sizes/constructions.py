"""Every construction that is compared, by the name it has in the tables."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from credential.claims import License
from credential.phrases import ONE_BYTE, TWO_BYTE
from credential.seal import full_url
from tests.bench.sizes import alphabets, cose_tokens, jose_tokens, ours
from tests.bench.sizes.carried import Carried
from tests.bench.sizes.licenses import host_of

Construction = Callable[[License], Carried]

PHRASES: Final = "".join((*TWO_BYTE, *ONE_BYTE)).encode()  # what is frequent stands last


def _in(alphabet: Callable[[bytes, str], Carried], license: License) -> Carried:
    return alphabet(ours.full(license).message, full_url(host_of(license)))


def _bare(license: License) -> Carried:
    return alphabets.as_bytes(ours.full(license).message)


OURS: Final[Mapping[str, Construction]] = {
    "**ours, full** (digits)": ours.full,
    "**ours, city-code**": ours.city_code,
}
ALPHABETS: Final[Mapping[str, Construction]] = {
    "full, 7 bytes → 17 digits": partial(_in, alphabets.as_chunked_digits),
    "full, 41 characters": partial(_in, alphabets.as_41),
    "full, base45 (no legal path)": partial(_in, alphabets.as_45),
    "full, base64url": partial(_in, alphabets.as_64_url),
    "full, bare bytes without URL (no page)": _bare,
}
PLAIN: Final[Mapping[str, Construction]] = {
    "compact CWT, UTF-8": cose_tokens.plain_cwt,
    "compact CWT, GB 18030": cose_tokens.gb18030_cwt,
    "compact CWT, deflate": cose_tokens.deflated_cwt,
    "compact CWT, deflate with our phrases": partial(cose_tokens.deflated_cwt, dictionary=PHRASES),
}
OTHERS: Final[Mapping[str, Construction]] = {
    "claim 169 (zlib, base45)": cose_tokens.claim_169,
    "HCERT (zlib, base45)": cose_tokens.hcert,
    "SMART Health Card": jose_tokens.smart_health_card,
    "JWT-VC": jose_tokens.jwt_vc,
}
ALL: Final[Mapping[str, Construction]] = {**OURS, **ALPHABETS, **PLAIN, **OTHERS}
