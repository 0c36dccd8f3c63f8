"""What docs/spec has of generated parts: examples, tables of limits and reasons, the phrases.

In the Markdown files they stand between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from credential import barcode, cbor, claims, code_list, days, phrases, roots, status, trust_list
from credential.citycode import MAX_EXTENSION
from credential.envelope import MAX_PROTECTED_BYTES, read_sign1, sig_structure
from credential.multisign import MAX_SIGNATURES, read_sign
from credential.reasons import KINDS, Outcome, ReasonKind
from credential.status_delta import MAX_BYTES as MAX_DELTA_BYTES
from tests.vectors.annotation import annotated, diagnostic, message_lines
from tests.vectors.district import CHAOYANG_KEY, ROOT, ROOT_MESSAGE, secret_of, status_delta
from tests.vectors.example import CITY_CODE, license_lines, reference_lines
from tests.vectors.forging import CLAIMS, MESSAGE
from tests.vectors.reading import Document, verdict_of
from tests.vectors.scenario import STATUS_LISTS, TEXT, TRUST_LIST, Layer

SPEC: Final = Path(__file__).parents[2] / "docs" / "spec"
PAGES: Final = ("credential.md", "verdict.md", "trust-list.md", "status-list.md")
_WORDS: Final = frozenset({"code", "severity", "message", "next_step"})
_BLOCK: Final = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def generated_files(verdicts: Iterable[Document]) -> dict[str, str]:
    """Each file of docs/spec that is generated or holds generated parts.

    `verdicts` are those of the vectors: what data each reason has is read in them.

    Raises:
        KeyError: a page asks for a part that nothing makes.
        InconstantReasonError: one reason has other data in one vector than in another, or in none.
    """
    data = reason_data(verdicts)
    parts: Mapping[str, Callable[[], str]] = {**PARTS, "reasons": lambda: _reasons(data)}

    def fill(block: re.Match[str]) -> str:
        return f"{block[1]}{parts[block[2]]()}\n{block[3]}"

    pages = {name: _BLOCK.sub(fill, (SPEC / name).read_text("utf-8")) for name in PAGES}
    return pages | {"packed-text.json": _phrases(), "reasons.json": _reason_table(data)}


class InconstantReasonError(Exception):
    """A reason whose data depends on more than its code."""


def reason_data(verdicts: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """The names of the data that each reason has, in every verdict that gives it."""
    found: dict[str, tuple[str, ...]] = {}
    for verdict in verdicts:
        for reason in verdict["reasons"]:
            names = tuple(name for name in reason if name not in _WORDS)
            if found.setdefault(reason["code"], names) != names:
                raise InconstantReasonError(f"{reason['code']}: {found[reason['code']]}, {names}")
    if missing := KINDS.keys() - found.keys():
        raise InconstantReasonError(f"no vector gives {sorted(missing)}")
    return found


def _example_text() -> str:
    return _fenced("text", TEXT)


def _example_message() -> str:
    return _fenced("text", annotated(message_lines(MESSAGE, license_lines(CLAIMS)), MESSAGE))


def _example_signed() -> str:
    parts = read_sign1(MESSAGE, max_bytes=len(MESSAGE))
    return _fenced("text", sig_structure(parts.protected, b"", parts.unverified_payload).hex())


def _example_key() -> str:
    point = CHAOYANG_KEY.public
    rows = (
        ("private key (d)", secret_of("chaoyang").hex()),
        ("public key, x", point[1:33].hex()),
        ("public key, y", point[33:].hex()),
        ("key id", CHAOYANG_KEY.key_id.hex()),
    )
    return _table(("", "hex"), ((name, f"`{value}`") for name, value in rows))


def _example_verdict() -> str:
    document = json.loads(json.dumps(Layer("text").valid("example", "", TEXT).document()))
    return _fenced("json", json.dumps(verdict_of(document), ensure_ascii=False, indent=2))


def _example_city_code() -> str:
    lines = message_lines(CITY_CODE.message, reference_lines(CITY_CODE.message))
    return _fenced("text", f"{CITY_CODE.text}\n\n{annotated(lines, CITY_CODE.message)}")


def _example_status_list() -> str:
    return _described(STATUS_LISTS[0][1])


def _example_status_delta() -> str:
    return _described(status_delta(STATUS_LISTS[0][1], 9, 1, 14, 22, 2, 1, size=34))


def _example_trust_list() -> str:
    return _described_sign(TRUST_LIST)


def _example_root() -> str:
    return _described_sign(ROOT_MESSAGE) + f"\n\nIts fingerprint: `{ROOT.fingerprint}`"


def _described_sign(message: bytes) -> str:
    """The same of a message that several sign, each signer's header in its turn."""
    parts = read_sign(message, max_bytes=len(message))
    headers = [parts.protected, *(each.protected for each in parts.signatures)]
    items = [*headers, parts.unverified_payload]
    decoded = (cbor.decode(item, max_bytes=len(message)) for item in items)
    return (
        _fenced("text", message.hex())
        + "\n\n"
        + _fenced("cbor-diag", "\n\n".join(map(diagnostic, decoded)))
    )


def _described(message: bytes) -> str:
    """A list's bytes, its header and its claims in diagnostic notation."""
    parts = read_sign1(message, max_bytes=len(message))
    header = cbor.decode(parts.protected, max_bytes=len(message))
    payload = cbor.decode(parts.unverified_payload, max_bytes=len(message))
    return (
        _fenced("text", message.hex())
        + "\n\n"
        + _fenced("cbor-diag", f"{diagnostic(header)}\n\n{diagnostic(payload)}")
    )


def _limits() -> str:
    rows = (
        ("a symbol's text", f"{barcode.MAX_TEXT_CHARACTERS:,} characters (code points)"),
        ("a symbol's message", f"{barcode.MAX_MESSAGE_BYTES:,} bytes"),
        ("a protected header", f"{MAX_PROTECTED_BYTES} bytes"),
        ("nesting of CBOR", f"{cbor.MAX_DEPTH} arrays and maps in one another"),
        ("a city code's extension field", f"{MAX_EXTENSION} characters"),
        ("permits on a license", f"1 to {claims.MAX_PERMITS}"),
        ("pending items", f"0 to {claims.MAX_PENDING}"),
        ("holder's name", f"1 to {claims.MAX_NAME} characters"),
        ("address", f"1 to {claims.MAX_ADDRESS} characters"),
        ("permit number", f"1 to {claims.MAX_NUMBER} characters"),
        ("permit code", f"1 to {claims.MAX_CODE}"),
        ("day", f"1 to {days.MAX_DAY:,} ({days.date_of(1)} to {days.date_of(days.MAX_DAY)})"),
        ("number of a status list", f"0 to {claims.MAX_STATUS_LIST - 1:,}"),
        ("entries of a status list", f"{status.MAX_ENTRIES:,}"),
        ("signed status list", f"{status.MAX_BYTES:,} bytes; {status.MAX_ENTRIES // 2:,} inflated"),
        ("signed delta of a status list", f"{MAX_DELTA_BYTES:,} bytes"),
        ("signed root", f"{roots.MAX_BYTES:,} bytes, 1 to {MAX_SIGNATURES} keys"),
        (
            "signed trust list",
            f"{trust_list.MAX_BYTES:,} bytes, 1 to {trust_list.MAX_ISSUERS} issuers",
        ),
        ("signed code list", f"{code_list.MAX_BYTES:,} bytes"),
        ("instant in a list", f"up to {days.instant_text(days.LAST_INSTANT)}"),
    )
    return _table(("what", "limit"), rows)


def _reasons(data: Mapping[str, tuple[str, ...]]) -> str:
    def row(kind: ReasonKind) -> tuple[str, str, str]:
        names = "".join(f"<br>{name}" for name in data[kind.code])
        return (
            f"`{kind.code}`<br>{kind.severity.value}{names}",
            f"{kind.message.zh}<br>{kind.message.en}",
            f"{kind.next_step.zh}<br>{kind.next_step.en}",
        )

    parts = []
    for outcome in Outcome:
        kinds = [kind for kind in KINDS.values() if kind.outcome is outcome]
        head = f"### {outcome.value}"
        parts.append(f"{head}\n{_table(('code', 'message', 'next step'), map(row, kinds))}")
    return "\n\n".join(parts)


def _reason_table(data: Mapping[str, tuple[str, ...]]) -> str:
    document = {
        "outcomes": [outcome.value for outcome in Outcome],
        "reasons": {
            kind.code: {
                "outcome": kind.outcome.value,
                "severity": kind.severity.value,
                "data": list(data[kind.code]),
                "message": {"zh": kind.message.zh, "en": kind.message.en},
                "next_step": {"zh": kind.next_step.zh, "en": kind.next_step.en},
            }
            for kind in KINDS.values()
        },
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _phrases() -> str:
    document = {
        "separator": phrases.SEPARATOR,
        "digit_pairs": phrases.DIGIT_PAIRS,
        "digits": phrases.DIGITS,
        "phrases_one": phrases.PHRASES_ONE,
        "ideographs": phrases.IDEOGRAPHS,
        "phrases_two": phrases.PHRASES_TWO,
        "characters": phrases.CHARACTERS,
        "code_point": phrases.CODE_POINT,
        "one_byte": list(phrases.ONE_BYTE),
        "two_byte": list(phrases.TWO_BYTE),
        "other": list(phrases.OTHER),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _fenced(language: str, contents: str) -> str:
    return f"```{language}\n{contents}\n```"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PARTS: Final[Mapping[str, Callable[[], str]]] = {
    "example-text": _example_text,
    "example-key": _example_key,
    "example-message": _example_message,
    "example-signed": _example_signed,
    "example-verdict": _example_verdict,
    "example-city-code": _example_city_code,
    "example-status-list": _example_status_list,
    "example-status-delta": _example_status_delta,
    "example-trust-list": _example_trust_list,
    "example-root": _example_root,
    "limits": _limits,
}
