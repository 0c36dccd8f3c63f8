"""From a vector's JSON to what the core makes of it, by nothing but what stands in the file.

This is all that another implementation has to write for its own language.
"""

import json
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from credential.claims import License, Position, Reference
from credential.days import seconds_of
from credential.errors import CredentialError
from credential.question import RegistryAnswer
from credential.roots import Root, open_root
from credential.rules import Policy
from credential.trusted import TrustedSet
from credential.verify import DEFAULT_POLICY, verify
from tests.lacking import without_sm2

HERE: Final = Path(__file__).parent
ADMISSION: Final = "admission"
ELSEWHERE: Final = frozenset({"external", "scenarios", "__pycache__"})

Document = dict[str, Any]


def stored_vectors() -> list[Path]:
    """The files of this kit, in their order; what others made is read elsewhere."""
    return sorted(path for path in HERE.glob("*/*.json") if path.parent.name not in ELSEWHERE)


def read_vector(path: Path) -> Document:
    document: Document = json.loads(path.read_text("utf-8"))
    return document


def trusted_of(document: Document) -> TrustedSet:
    """The lists of a vector, admitted in their order."""
    trusted = TrustedSet.start(root_of(document), bytes.fromhex(document["trust_list"]))
    for listed in document["status_lists"]:
        trusted = trusted.admit_status_list(bytes.fromhex(listed["hex"]), number=listed["number"])
    for listed in document["code_lists"]:
        trusted = trusted.admit_code_list(bytes.fromhex(listed))
    return trusted


def verdict_of(document: Document) -> dict[str, object]:
    """The verdict's JSON form."""
    near, answer, details = document["near"], document["registry"], document["details"]

    def ask_registry(content: License | Reference, claims: bytes) -> RegistryAnswer:
        return RegistryAnswer(
            known=answer["known"],
            agrees=answer["agrees"],
            values=tuple(answer["values"]),
            as_of=seconds_of(datetime.fromisoformat(answer["as_of"])),
        )

    def fetch_details(reference: Reference) -> bytes:
        return bytes.fromhex(details)

    with without_sm2() if "SM2" in document.get("lacks", ()) else nullcontext():
        return verify(
            document["text"],
            trusted=trusted_of(document),
            at=datetime.fromisoformat(document["at"]),
            policy=Policy(**document["policy"]) if "policy" in document else DEFAULT_POLICY,
            near=Position(near["latitude"], near["longitude"]) if near else None,
            registry=ask_registry if answer else None,
            details=None if details is None else fetch_details,
        ).as_dict()


def results_of(document: Document) -> list[str]:
    """What comes of each list of an admission vector: admitted, unchanged or refused."""
    root = root_of(document)
    trusted: TrustedSet | None = None
    results = []
    for step in document["steps"]:
        try:
            after = _admit(trusted, step, root)
        except CredentialError:
            results.append("refused")
            continue
        results.append("unchanged" if after is trusted else "admitted")
        trusted = after
    return results


def root_of(document: Document) -> Root:
    """The pinned root."""
    return open_root(bytes.fromhex(document["root"]))


def _admit(trusted: TrustedSet | None, step: Document, root: Root) -> TrustedSet:
    data = bytes.fromhex(step["hex"])
    if trusted is None:
        assert step["admit"] == "trust-list", "the first list is a trust list"
        return TrustedSet.start(root, data)
    match step["admit"]:
        case "trust-list":
            roots = {each["number"]: bytes.fromhex(each["hex"]) for each in step.get("roots", ())}
            return trusted.admit_trust_list(data, roots=roots)
        case "status-list":
            return trusted.admit_status_list(data, number=step["number"])
        case "code-list":
            return trusted.admit_code_list(data)
    raise ValueError(step["admit"])
