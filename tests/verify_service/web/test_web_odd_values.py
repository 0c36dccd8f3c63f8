"""Whatever stands in a request is answered or refused by name: no value reaches an error of ours.

Every operation of the API's description has a request here that is right, and gets one odd value
after the other in each place of it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

import pytest

from tests.verify_service.web.browser import code_of
from tests.verify_service.web.conftest import Counter
from tests.verify_service.web.desks import ADDRESS, FOOD, TERMS, USCC, issued

NUMBER: Final = "朝综许26-2031-00001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that is right as it stands; braces in the path take from ``path``.

    ``status``: what it is answered with at a counter that knows the license already.
    """

    operation: str
    status: int = 200
    party: str = "bureau"
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    key: bool = False


_PERMIT: Final = {"kind": "food_business", "number": FOOD}
_PREMISES: Final = {
    "holder": USCC,
    "division_code": "110105",
    "address": ADDRESS,
    "position": {"latitude": 39.9104, "longitude": 116.4886, "datum": "GCJ-02"},
    "facts": {
        "has_swimming_pool": False,
        "in_free_trade_zone": False,
        "water_jurisdiction": "district",
    },
}
_NEW_PERMIT: Final = _PERMIT | {
    "holder": USCC,
    "premises": 1,
    "terms": TERMS | {"form": "permit", "by_promise": False},
    "document": "京朝市监许〔2031〕1号",
}
_CHANGE: Final = {
    "move": "amended",
    "grounds": "变更",
    "expected_version": 1,
    "document": "京朝市监许〔2031〕2号",
    "terms": TERMS | {"form": "permit", "by_promise": True},
    "effective_at": "2031-05-20T14:00:00+08:00",
}
_NOW: Final = "2031-05-20T14:03:22+08:00"
_VERDICT: Final = {
    "outcome": "valid",
    "reasons": [{"code": "pending-item"}],
    "license": {
        "number": NUMBER,
        "version": 1,
        "holder": {"uscc": USCC},
        "issuer": {"code": "110105"},
    },
    "permits": [{"number": "1", "state": "in_force"}],
    "as_of": {"now": _NOW, "status": _NOW},
}
_CONTENTS: Final = {"permits": [_PERMIT], "applied_for": ["26-02"]}
_NEAR: Final = {"latitude": 39.91, "longitude": 116.49}
ASKED: Final = (
    Asked(operation="POST /api/v1/verify", body={"text": "HTTPS://X.EXAMPLE/L/1", "near": _NEAR}),
    Asked(operation="GET /api/v1/claims/{digest}", status=404, path={"digest": "00" * 24}),
    Asked(
        operation="POST /api/v1/verify",
        body={"text": "HTTPS://X.EXAMPLE/L/1", "near": _NEAR, "at": _NOW, "known": "at"},
    ),
    Asked(
        operation="GET /api/v1/licenses/{number}",
        path={"number": NUMBER},
        query={"at": _NOW, "known": _NOW},
    ),
    Asked(operation="GET /api/v1/licenses/{number}/timeline", path={"number": NUMBER}),
    Asked(operation="POST /api/v1/replay", body=_VERDICT),
    Asked(operation="POST /api/v1/replay", body=[{"codes": [{"text": "x", "verdict": _VERDICT}]}]),
    Asked(operation="POST /api/v1/holders", status=409, body={"uscc": USCC, "name": "半月酒馆"}),
    Asked(operation="POST /api/v1/premises", status=201, body=_PREMISES),
    Asked(
        operation="GET /api/v1/alarms",
        query={"since": "2031-05-01T00:00:00+08:00", "limit": "10"},
    ),
    Asked(operation="GET /api/v1/recalls"),
    Asked(
        operation="POST /api/v1/recalls/{id}/close",
        status=404,
        path={"id": "1"},
        body={"outcome": "lost", "note": "失火"},
    ),
    Asked(operation="GET /api/v1/events", query={"after": "1", "limit": "10"}),
    Asked(operation="GET /api/v1/reissues"),
    Asked(
        operation="POST /api/v1/reissues/{id}/close",
        status=404,
        path={"id": "1"},
        body={"note": "无需换发"},
    ),
    Asked(operation="GET /api/v1/notices", query={"limit": "10"}),
    Asked(
        operation="POST /api/v1/notices/{id}/give",
        status=404,
        path={"id": "1"},
        body={"means": "挂号信"},
    ),
    Asked(
        operation="POST /api/v1/licenses",
        status=409,
        body={"holder": USCC, "premises": 1, "industry": "26", **_CONTENTS},
        key=True,
    ),
    Asked(
        operation="POST /api/v1/licenses/{number}/reissue",
        status=201,
        path={"number": NUMBER},
        body=_CONTENTS,
        key=True,
    ),
    *(
        Asked(
            operation=f"GET /api/v1/licenses/{{number}}/{name}",
            path={"number": NUMBER},
            query={"version": "1"},
        )
        for name in ("sheet.pdf", "symbol.svg", "symbol.png")
    ),
    Asked(
        operation="POST /api/v1/permits/import",
        status=415,  # JSON is no table
        party="scjg",
        query={"dry_run": "true", "sheet": "一"},
        body={},
    ),
    Asked(
        operation="GET /api/v1/imports/{run}", status=404, path={"run": "1"}, query={"after": "1"}
    ),
    Asked(
        operation="POST /api/v1/reconciliations",
        status=415,
        party="scjg",
        query={"kind": "food_business", "as_of": "2031-05-01T00:00:00+08:00", "sheet": "一"},
        body={},
    ),
    Asked(
        operation="GET /api/v1/reconciliations/{id}",
        status=404,
        path={"id": "1"},
        query={"after": "1"},
    ),
    Asked(
        operation="POST /api/v1/reconciliations/{id}/differences/{difference}/settle",
        status=404,
        party="scjg",
        path={"id": "1", "difference": "1"},
        body={
            "grounds": "漏报",
            "move": "revoked",
            "basis": "penalty",
            "document": "京朝市监罚〔2031〕2号",
            "effective_at": "2031-05-20T14:00:00+08:00",
            "premises": 1,
        },
    ),
    Asked(
        operation="POST /api/v1/reconciliations/{id}/differences/{difference}/dismiss",
        status=404,
        party="scjg",
        path={"id": "1", "difference": "1"},
        body={"grounds": "误录"},
    ),
    Asked(operation="POST /api/v1/permits", status=409, party="scjg", body=_NEW_PERMIT),
    Asked(operation="GET /api/v1/permits/{kind}/{number}", path=_PERMIT),
    Asked(
        operation="POST /api/v1/permits/{kind}/{number}/changes",
        party="scjg",
        path=_PERMIT,
        body=_CHANGE,
        key=True,
    ),
    Asked(operation="GET /api/v1/permits/{kind}/{number}/announced", party="scjg", path=_PERMIT),
    Asked(
        operation="POST /api/v1/announced/{id}/take-back",
        status=404,
        party="scjg",
        path={"id": "1"},
    ),
    Asked(
        operation="POST /api/v1/licenses/{number}/void",
        path={"number": NUMBER},
        body={"reason": "surrendered"},
        key=True,
    ),
    Asked(operation="GET /api/v1/bundle"),
    Asked(operation="GET /api/v1/bundle/{path}", path={"path": "trust-list.cbor"}),
    Asked(operation="GET /status/{number}", path={"number": "0"}),
    Asked(operation="GET /roots/{number}", path={"number": "1"}),
    Asked(operation="GET /.well-known/jwks.json"),
    Asked(operation="GET /.well-known/composite-license"),
    Asked(operation="GET /trust-list"),
    Asked(operation="GET /roots/{number}", path={"number": "1"}),
    Asked(operation="GET /.well-known/jwks.json"),
    Asked(operation="GET /.well-known/composite-license"),
    Asked(operation="GET /catalogs/{edition}", path={"edition": "2023"}),
    # No part of the description, and open to everybody.
    Asked(
        operation="GET /L/{digits}",
        path={"digits": "0123456789"},
        query={"at": _NOW, "known": "at"},
    ),
    Asked(operation="GET /C/{rest}", path={"rest": "A.B.C"}),
    Asked(
        operation="GET /lookup", query={"number": NUMBER, "lang": "en", "at": _NOW, "known": "at"}
    ),
    Asked(operation="GET /problems/{code}", path={"code": "not-registered"}),
    Asked(operation="GET /assets/{name}", path={"name": "style.css"}),
    Asked(operation="GET /health"),
    Asked(operation="GET /"),
)

# As JSON writes them; the strings also stand in paths, queries and headers.
INSTANTS: Final = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
    "2031-05-20T14:00:00+23:59",
)
DAYS: Final = ("0001-01-01", "2019-12-31", "2109-09-19", "9999-12-31")
TEXTS: Final = (
    *("", " ", "\x00", "\x7f", "\t", "\u202e", "\u200b", "\ufeff", "\U000e0001", "e\u0301"),
    *("𰻝", "😀", "a" * 5_000, "甲" * 2_000, "../../etc/passwd", "%00", "{0}", "{kind}", "'--"),
    *("1", "-1", "٠", "1e5", "NaN", "null", str(2**31), str(2**63), str(2**70), "9" * 300),
)
NUMBERS: Final = (
    *("0", "-1", "1", "1.5", "1e308", "1e999", "-1e999", "NaN", "5e-324", "-0.0"),
    *map(str, (2**31, 2**53, 2**63 - 1, 2**63, 2**64, 2**70, -(2**63) - 1)),
    *("9" * 300, "9" * 5_000),
)
OTHERS: Final = ("null", "true", "[]", "{}", '[""]', "[[]]", '{"": 0}', "[" * 200 + "]" * 200)
ODD: Final = (
    *(json.dumps(text) for text in (*INSTANTS, *DAYS, *TEXTS)),
    '"\\ud800"',
    *NUMBERS,
    *OTHERS,
)


def bodies(document: Any) -> Iterator[str]:
    """The document with each odd value in each of its places, and no document at all."""
    for path in places(document):
        copy = json.loads(json.dumps(document))
        inner = copy
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = "here"
        for odd in ODD:
            yield json.dumps(copy).replace('"here"', odd)
    yield from ODD


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if at:
        yield at
    if isinstance(value, dict | list):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(item, (*at, name))


def urls(asked: Asked) -> Iterator[str]:
    """The address with each odd text in each part of its path and of its query."""
    texts = (*TEXTS, *INSTANTS, *DAYS)
    for name in asked.path:
        for odd in texts:
            yield url(asked, path=asked.path | {name: quote(odd, safe="")})
            if "/" in odd:
                yield url(asked, path=asked.path | {name: odd})
        yield url(asked, path=asked.path | {name: "%ff%fe"})
    for name in asked.query:
        for odd in texts:
            yield url(asked, query=asked.query | {name: quote(odd, safe="")})
        yield url(asked, query=asked.query | {name: "%ff"})
        yield url(asked) + f"&{name}=1&{name}=2"


def url(
    asked: Asked, *, path: dict[str, str] | None = None, query: dict[str, str] | None = None
) -> str:
    address = asked.operation.partition(" ")[2]
    for name, value in (path or {n: quote(v) for n, v in asked.path.items()}).items():
        address = address.replace(f"{{{name}}}", value)
    pairs = query or {name: quote(value) for name, value in asked.query.items()}
    return address + ("?" + "&".join(f"{n}={v}" for n, v in pairs.items()) if pairs else "")


def headers_of(counter: Counter, asked: Asked, key: int) -> dict[str, str]:
    keyed = counter.headers(asked.party, key=f"odd-value-{key}" if asked.key else None)
    return keyed | {"content-type": "application/json"}


def check(counter: Counter, asked: Asked, address: str, **options: Any) -> None:
    method = asked.operation.partition(" ")[0]
    answer = counter.browser.request(method, address, **options)
    told = f"{asked.operation}: {address[:200]} {str(options.get('content'))[:300]}"
    assert answer.status_code < 500, f"{told}: {answer.text[:300]}"
    if answer.status_code >= 400:
        assert code_of(answer) != "internal-error", told


@pytest.fixture
def filled(counter: Counter) -> Counter:
    """A counter with a holder, premises, two permits and a license that gathers them."""
    assert issued(counter)["number"] == NUMBER
    return counter


def test_every_operation_has_a_request_that_is_right(filled: Counter) -> None:
    paths = filled.browser.get("/api/v1/openapi.json").json()["paths"]
    described = {
        f"{method.upper()} {path}" for path, methods in paths.items() for method in methods
    }
    assert described <= {asked.operation for asked in ASKED}
    for key, asked in enumerate(ASKED):
        method = asked.operation.partition(" ")[0]
        body = None if asked.body is None else json.dumps(asked.body)
        headers = headers_of(filled, asked, key)
        answer = filled.browser.request(method, url(asked), content=body, headers=headers)
        assert answer.status_code == asked.status, f"{asked.operation}: {answer.text}"


@pytest.mark.parametrize("asked", ASKED, ids=lambda asked: asked.operation)
def test_no_value_in_an_address_reaches_an_error_of_ours(filled: Counter, asked: Asked) -> None:
    body = None if asked.body is None else json.dumps(asked.body)
    for key, address in enumerate([url(asked), *urls(asked)]):
        check(filled, asked, address, content=body, headers=headers_of(filled, asked, key))


@pytest.mark.parametrize(
    "asked", [each for each in ASKED if each.body], ids=lambda asked: asked.operation
)
def test_no_value_in_a_body_reaches_an_error_of_ours(filled: Counter, asked: Asked) -> None:
    for key, body in enumerate(bodies(asked.body)):
        check(filled, asked, url(asked), content=body, headers=headers_of(filled, asked, key))


READING_HEADERS: Final = (
    "POST /api/v1/verify",
    "POST /api/v1/permits/{kind}/{number}/changes",
    "GET /trust-list",
    "GET /L/{digits}",
    "GET /",
)


@pytest.mark.parametrize(
    "name",
    [
        *("authorization", "idempotency-key", "content-type", "accept", "accept-language"),
        *("if-none-match", "host", "x-forwarded-for"),
    ],
)
def test_no_value_in_a_header_reaches_an_error_of_ours(filled: Counter, name: str) -> None:
    odd = [text.encode() for text in TEXTS if text.isprintable() and text.strip() == text]
    odd += [b"\xff\xfe", b"Bearer ", b"Bearer vs_", b"Bearer \xff", b"text/html;q=x", b"en;q=NaN"]
    odd += [b"multipart/form-data", b"multipart/form-data; boundary=", b'W/"', b"*", b",,,"]
    for asked in (each for each in ASKED if each.operation in READING_HEADERS):
        body = None if asked.body is None else json.dumps(asked.body)
        for key, value in enumerate(odd):
            headers = headers_of(filled, asked, key) | {name: value}
            check(filled, asked, url(asked), content=body, headers=headers)
