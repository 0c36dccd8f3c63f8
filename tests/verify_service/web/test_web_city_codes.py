"""City codes over HTTP: the genuine one verifies, and no alteration of its text does anywhere."""

import asyncio
import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from credential.barcode import ALPHABET_41
from credential.claims import License, decode_claims
from credential.envelope import read_sign1
from credential.seal import seal_city_code
from tests.verify_service.web.browser import ORIGIN, path_of
from tests.verify_service.web.conftest import AT, Counter
from tests.verify_service.web.desks import ADDRESS, USCC, get, issued
from verify_service.issuing.sealing import city_code_with_proof
from verify_service.registry.license_rows import get_license_version

NAME = "半月酒馆"


@pytest.fixture
def number(counter: Counter) -> str:
    found: str = issued(counter)["number"]
    return found


@pytest.fixture
def text(counter: Counter, number: str) -> str:
    """The text of a license's symbol in profile city-code."""
    service = counter.service
    with service.database.reading() as connection:
        on_file = get_license_version(connection, number, 1)
    trusted = service.lists.current()
    return city_code_with_proof(service.office, on_file, trusted=trusted, at=AT).text


def alterations(text: str) -> Iterator[str]:
    """Each character changed, left out, doubled or exchanged with the next; and the whole."""
    head = text.index("/C/") + 3
    for at in range(head, len(text)):
        old = text[at]
        others = [each for each in ALPHABET_41 if each != old]
        for new in (others[at % len(others)], others[(7 * at) % len(others)], ".", old.lower()):
            if new != old:
                yield text[:at] + new + text[at + 1 :]
        yield text[:at] + text[at + 1 :]
        yield text[:at] + old + text[at:]
        if at + 1 < len(text) and text[at + 1] != old:
            yield text[:at] + text[at + 1] + old + text[at + 2 :]
    yield from (text[:-10], text + "0", text + text[head:], text.replace("/C/", "/L/"))
    yield from (text.lower(), text + " ", text + "\n", "\ufeff" + text, text + "?x", text + "#x")


def shows_nothing(page: str, number: str) -> None:
    """Neither the page nor the document says what the license says."""
    for content in (number, NAME, USCC, ADDRESS):
        assert content not in page


def test_a_city_code_verifies_by_program_and_by_phone(
    counter: Counter, number: str, text: str
) -> None:
    assert "/C/" in text
    verdict = counter.browser.verify(text)
    assert (verdict["outcome"], verdict["license"]["number"]) == ("valid", number)
    assert verdict["checked"]["registry"] == "passed"
    page = counter.browser.visit(path_of(text))
    assert 'class="verdict valid"' in page.text
    assert NAME in page.text


def test_no_alteration_of_a_city_codes_text_is_believed_by_the_api(
    counter: Counter, number: str, text: str
) -> None:
    tried = set(alterations(text)) - {text}
    assert len(tried) > 800

    async def ask_all() -> None:
        transport = httpx.ASGITransport(counter.browser.app)
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            for altered in tried:
                answer = await client.post("/api/v1/verify", json={"text": altered})
                assert answer.status_code == 200, altered
                verdict = answer.json()
                assert verdict["outcome"] in ("rejected", "not_a_license"), altered
                assert (verdict["license"], verdict["permits"]) == (None, [])
                shows_nothing(answer.text, number)

    asyncio.run(ask_all())
    assert get(counter, "/alarms", "bureau").json() == {"alarms": []}  # nobody has signed these


def test_no_alteration_of_a_city_codes_address_is_believed_by_the_page(
    counter: Counter, number: str, text: str
) -> None:
    for altered in set(alterations(text)) - {text}:
        found = re.fullmatch(r"(?s)\ufeff?https?://[^/]+(/.*)", altered, re.IGNORECASE)
        assert found is not None
        if found[1] == path_of(text):
            continue  # what was altered is no part of an address
        answer = counter.browser.visit(quote(found[1], safe="/:$*+-."))
        assert answer.status_code in (200, 404)
        assert 'class="verdict valid"' not in answer.text
        shows_nothing(answer.text, number)


def test_a_city_code_off_the_books_is_rejected_over_http_and_kept_as_an_alarm(
    counter: Counter, number: str
) -> None:
    service = counter.service
    assert service.office.signer is not None
    with service.database.reading() as connection:
        on_file = get_license_version(connection, number, 1)
    credential = read_sign1(on_file.credential, max_bytes=4096)
    content = decode_claims(credential.unverified_payload)
    assert isinstance(content, License)
    forged = seal_city_code(
        content._replace(holder="幽灵酒馆"),
        service.office.signer,
        host=service.office.host,
        generated_at=int(AT.timestamp()),
    ).text
    verdict = counter.browser.verify(forged)
    assert (verdict["outcome"], verdict["license"]) == ("rejected", None)
    page = counter.browser.visit(path_of(forged))
    assert 'class="verdict rejected"' in page.text
    shows_nothing(page.text, number)
    assert "幽灵酒馆" not in page.text
    (alarm,) = get(counter, "/alarms", "bureau").json()["alarms"]
    assert (alarm["code"], alarm["detail"], alarm["times"]) == (
        "registry-differs",
        {"text": forged},
        2,
    )


@pytest.mark.parametrize("altered", [str.upper, lambda d: d[:-2], lambda d: d + "00", lambda d: ""])
def test_details_are_given_for_their_whole_digest_alone(
    counter: Counter, number: str, altered: "type[str]"
) -> None:
    with counter.service.database.reading() as connection:
        digest = get_license_version(connection, number, 1).claims_digest[:24].hex()
    assert counter.browser.get(f"/api/v1/claims/{digest}").status_code == 200
    other = altered(digest)
    if other == digest.upper():  # hexadecimal either way
        assert counter.browser.get(f"/api/v1/claims/{other}").status_code == 200
    else:
        assert counter.browser.get(f"/api/v1/claims/{other}").status_code == 404
