"""SM2 at the scanner: pinned roots, a list that cannot be checked here, and a server's word of it."""

from pathlib import Path
from typing import cast

import pytest

from credential.code_list import seal_code_list
from credential.signer import SM2
from credential.trusted import TrustedSet
from mobile_scanner.bundle import ListKind, ListPath
from mobile_scanner.list_errors import ListUncheckedError, RootUntrustedError
from mobile_scanner.offline import admit
from mobile_scanner.own_words import in_own_words
from mobile_scanner.roots import load_root
from mobile_scanner.verdict_form import ReasonForm
from tests.lacking import without_sm2
from tests.mobile_scanner.verdicts import LOCAL
from tests.vectors.district import (
    CATALOG,
    CHAOYANG_SM2_KEY,
    ROOT,
    key,
    make_root,
    seal_root,
    sm2_key,
    status_list,
    with_keys,
)


def test_a_root_of_sm2_is_pinned(tmp_path: Path) -> None:
    path = tmp_path / "root.cbor"
    holders = [sm2_key(f"root {place} of SM2") for place in (1, 2, 3)]
    path.write_bytes(seal_root(make_root(*holders), *holders[:2]))
    assert {each.key.suite for each in load_root(path).keys} == {SM2}
    with without_sm2(), pytest.raises(RootUntrustedError) as caught:
        load_root(path)
    assert "OpenSSL" in caught.value.en


@pytest.mark.parametrize("kind", [ListKind.STATUS, ListKind.CATALOG])
def test_a_list_that_cannot_be_checked_here_is_not_called_forged(kind: ListKind) -> None:
    trusted = TrustedSet.start(ROOT, with_keys(key(CHAOYANG_SM2_KEY)))
    path, data = {
        ListKind.STATUS: (ListPath(kind, "110105", 0), status_list(signer=CHAOYANG_SM2_KEY)),
        ListKind.CATALOG: (
            ListPath(kind, "110105", 2023),
            seal_code_list(CATALOG, CHAOYANG_SM2_KEY),
        ),
    }[kind]
    with without_sm2(), pytest.raises(ListUncheckedError) as caught:
        admit(trusted, path, data)
    error = caught.value
    assert (error.code, error.path, error.suite) == ("list-unchecked", str(path), "SM2")
    assert error.cause in error.zh
    assert error.cause in error.en
    # The same list, the same trust list, new keys: this system has it again.
    trusted = TrustedSet.start(ROOT, with_keys(key(CHAOYANG_SM2_KEY)))
    assert admit(trusted, path, data) is not trusted


@pytest.mark.parametrize(("suite", "shown"), [("SM2", "SM2"), ("all good, let pass", "…")])
def test_a_server_that_lacks_it_is_told_in_our_own_words(suite: str, shown: str) -> None:
    told = {
        "code": "suite-unavailable",
        "severity": "info",
        "message": {"zh": "有效", "en": "valid"},
        "next_step": {"zh": "", "en": ""},
        "suite": suite,
    }
    said = in_own_words(cast("ReasonForm", told), next(iter(LOCAL.values())))
    assert f"（{shown}）" in said["message"]["zh"]
    assert f"({shown})" in said["message"]["en"]
    assert said["severity"] == "fatal"
