"""A question as JSON and its answer as JSON: the protocol of docs/spec/conformance.md, without I/O.

So a vector, another district's kit and a program in another language ask in one way, and nothing
but what stands in the question has a say in the answer.
"""

from collections.abc import Mapping
from typing import Final

from credential import sm2
from credential.errors import CredentialError
from credential.members import (
    MAX_UINT,
    Document,
    a_policy,
    a_position,
    a_registry_answer,
    a_text,
    a_uint,
    an_array,
    an_instant,
    an_object,
    or_none,
    some_bytes,
)
from credential.roots import Root, follow_roots, open_root
from credential.signer import SM2, SUITES
from credential.trusted import TrustedSet
from credential.verify import DEFAULT_POLICY, verify

PROTOCOL: Final = 1
_TAKES: Final = ("status-delta",)  # of what a verifier need not know
_MALFORMED: Final = (KeyError, TypeError, ValueError)  # of a question's members
_MOST_WORDS: Final = 500  # characters; an error may quote what it was given


def introduction() -> dict[str, object]:
    """What this verifier says before it is asked anything: the suites that this system has, and
    what it takes that not every verifier does."""
    suites = sorted(
        suite.algorithm for suite in SUITES.values() if suite is not SM2 or sm2.is_available()
    )
    return {
        "protocol": PROTOCOL,
        "name": "credential",
        "suites": suites,
        "takes": list(_TAKES),
    }


def answer(question: object) -> dict[str, object]:
    """The answer to a question; to one that cannot be read, or whose lists do not open, an `error`."""
    if not isinstance(question, Mapping):
        return refusal("a question is an object")
    number, ask = question.get("id"), question.get("ask")
    try:
        a_uint(number)
    except ValueError:
        return refusal(f"a question has an id from 0 to {MAX_UINT}")
    try:
        if ask == "verdict":
            return {"id": number, "verdict": verdict_of(question)}
        if ask == "admissions":
            return {"id": number, "results": results_of(question)}
    except (CredentialError, *_MALFORMED) as error:
        return {"id": number, **_error(f"{type(error).__name__}: {error}")}
    return {"id": number, **_error("no question of this protocol")}


def refusal(error: str) -> dict[str, object]:
    """The answer to what is no question at all, and has no id."""
    return {"id": None, **_error(error)}


def verdict_of(document: Document) -> dict[str, object]:
    """The verdict on a scenario, in its JSON form.

    Raises:
        CredentialError: its root, or one of its lists, does not open.
    """
    near = or_none(a_position, document["near"])
    registry = or_none(a_registry_answer, document["registry"])
    details = or_none(some_bytes, document["details"])
    return verify(
        a_text(document["text"]),
        trusted=_trusted_of(document),
        at=an_instant(document["at"]),
        policy=a_policy(document["policy"]) if "policy" in document else DEFAULT_POLICY,
        near=near,
        registry=None if registry is None else lambda content, claims: registry,
        details=None if details is None else lambda reference: details,
    ).as_dict()


def results_of(document: Document) -> list[str]:
    """What comes of each list of an admission: admitted, unchanged or refused.

    Raises:
        CredentialError: its root does not open.
    """
    root = _root_of(document)
    trusted: TrustedSet | None = None
    results = []
    for step in map(an_object, an_array(document["steps"])):
        try:
            after = _admit(trusted, step, root)
        except CredentialError:
            results.append("refused")
            continue
        results.append("unchanged" if after is trusted else "admitted")
        trusted = after
    return results


def _error(words: str) -> dict[str, object]:
    return {"error": words[:_MOST_WORDS]}


def _root_of(document: Document) -> Root:
    return open_root(some_bytes(document["root"]))


def _trusted_of(document: Document) -> TrustedSet:
    trusted = TrustedSet.start(_root_of(document), some_bytes(document["trust_list"]))
    for listed in map(an_object, an_array(document["status_lists"])):
        trusted = trusted.admit_status_list(
            some_bytes(listed["hex"]), number=a_uint(listed["number"])
        )
    for delta in map(an_object, an_array(document.get("status_deltas", ()))):
        trusted = trusted.admit_status_delta(
            some_bytes(delta["hex"]), number=a_uint(delta["number"])
        )
    for listed in an_array(document["code_lists"]):
        trusted = trusted.admit_code_list(some_bytes(listed))
    return trusted


def _admit(trusted: TrustedSet | None, step: Document, root: Root) -> TrustedSet:
    data = some_bytes(step["hex"])
    kind = step["admit"]
    if kind == "trust-list":
        offered = map(an_object, an_array(step.get("roots", ())))
        roots = {a_uint(each["number"]): some_bytes(each["hex"]) for each in offered}
        if trusted is None:
            return TrustedSet.start(follow_roots(root, roots), data)
        return trusted.admit_trust_list(data, roots=roots)
    if trusted is None:
        raise ValueError("the first list is a trust list")
    if kind == "status-list":
        return trusted.admit_status_list(data, number=a_uint(step["number"]))
    if kind == "status-delta":
        return trusted.admit_status_delta(data, number=a_uint(step["number"]))
    if kind == "status-pair":
        base = some_bytes(step["base"])
        return trusted.admit_status_pair(base, data, number=a_uint(step["number"]))
    if kind == "code-list":
        return trusted.admit_code_list(data)
    raise ValueError("no such kind of list")
