"""A question as JSON and its answer as JSON: the protocol of docs/spec/conformance.md, without I/O.

So a vector, another district's kit and a program in another language ask in one way, and nothing
but what stands in the question has a say in the answer.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from credential import sm2
from credential.claims import Position
from credential.days import seconds_of
from credential.errors import CredentialError
from credential.question import RegistryAnswer
from credential.roots import Root, follow_roots, open_root
from credential.rules import Policy
from credential.signer import SM2, SUITES
from credential.trusted import TrustedSet
from credential.verify import DEFAULT_POLICY, verify

Document: TypeAlias = Mapping[str, Any]

PROTOCOL: Final = 1
_MALFORMED: Final = (AttributeError, KeyError, TypeError, ValueError)  # of a question's members


def introduction() -> dict[str, object]:
    """What this verifier says before it is asked anything: the suites that this system has."""
    suites = sorted(
        suite.algorithm for suite in SUITES.values() if suite is not SM2 or sm2.is_available()
    )
    return {"protocol": PROTOCOL, "name": "credential", "suites": suites}


def answer(question: object) -> dict[str, object]:
    """The answer to a question; to one that cannot be read, or whose lists do not open, an `error`."""
    if not isinstance(question, Mapping):
        return {"id": None, "error": "a question is an object"}
    number, ask = question.get("id"), question.get("ask")
    try:
        if ask == "verdict":
            return {"id": number, "verdict": verdict_of(question)}
        if ask == "admissions":
            return {"id": number, "results": results_of(question)}
    except (CredentialError, *_MALFORMED) as error:
        return {"id": number, "error": f"{type(error).__name__}: {error}"}
    return {"id": number, "error": "no question of this protocol"}


def verdict_of(document: Document) -> dict[str, object]:
    """The verdict on a scenario, in its JSON form.

    Raises:
        CredentialError: its root, or one of its lists, does not open.
    """
    near, details = document["near"], document["details"]
    registry = document["registry"] and _registry_answer(document["registry"])
    return verify(
        document["text"],
        trusted=_trusted_of(document),
        at=datetime.fromisoformat(document["at"]),
        policy=Policy(**document["policy"]) if "policy" in document else DEFAULT_POLICY,
        near=near and Position(near["latitude"], near["longitude"]),
        registry=registry and (lambda content, claims: registry),
        details=None if details is None else lambda reference: bytes.fromhex(details),
    ).as_dict()


def results_of(document: Document) -> list[str]:
    """What comes of each list of an admission: admitted, unchanged or refused.

    Raises:
        CredentialError: its root does not open.
    """
    root = _root_of(document)
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


def _registry_answer(document: Document) -> RegistryAnswer:
    return RegistryAnswer(
        known=document["known"],
        agrees=document["agrees"],
        values=tuple(document["values"]),
        as_of=seconds_of(datetime.fromisoformat(document["as_of"])),
    )


def _root_of(document: Document) -> Root:
    return open_root(bytes.fromhex(document["root"]))


def _trusted_of(document: Document) -> TrustedSet:
    trusted = TrustedSet.start(_root_of(document), bytes.fromhex(document["trust_list"]))
    for listed in document["status_lists"]:
        trusted = trusted.admit_status_list(bytes.fromhex(listed["hex"]), number=listed["number"])
    for listed in document["code_lists"]:
        trusted = trusted.admit_code_list(bytes.fromhex(listed))
    return trusted


def _admit(trusted: TrustedSet | None, step: Document, root: Root) -> TrustedSet:
    data = bytes.fromhex(step["hex"])
    kind = step["admit"]
    if kind == "trust-list":
        roots = {each["number"]: bytes.fromhex(each["hex"]) for each in step.get("roots", ())}
        if trusted is None:
            return TrustedSet.start(follow_roots(root, roots), data)
        return trusted.admit_trust_list(data, roots=roots)
    if trusted is None:
        raise ValueError("the first list is a trust list")
    if kind == "status-list":
        return trusted.admit_status_list(data, number=step["number"])
    if kind == "code-list":
        return trusted.admit_code_list(data)
    raise ValueError(f"no kind of list: {kind}")
