"""The service is asked after this device has judged, in bounded time, and never instead of it."""

import json
import ssl
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import IPv4Address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from credential.claims import reference_digest
from credential.question import RegistryAnswer
from credential.trusted import TrustedSet
from mobile_scanner.findings import Code
from mobile_scanner.inspector import Conclusion, Inspector
from mobile_scanner.list_errors import ServerAnswerError, ServerUnreachableError
from mobile_scanner.offline import HeldLists
from mobile_scanner.online import MAX_VERDICT_BYTES, PAUSE_SECONDS
from mobile_scanner.online import Service as AskedService
from mobile_scanner.server import ask, parse_server
from tests.mobile_scanner.district import LICENSE, NOWHERE_NEAR, PREMISES, ROOT, District
from tests.mobile_scanner.serving import Service, giving, serve

NOW = datetime.now(UTC)
CHAOYANG = District(at=NOW)
TEXT = CHAOYANG.text()
FORGED = TEXT[:-1] + str((int(TEXT[-1]) + 1) % 10)
VERIFY = "/api/v1/verify"


def trusted(district: District = CHAOYANG, values: dict[int, int] | None = None) -> TrustedSet:
    held = TrustedSet.start(ROOT, CHAOYANG.trust_list())
    held = held.admit_status_list(district.status_list(values), number=0)
    return held.admit_code_list(CHAOYANG.code_list())


def answering(*values: int, known: bool = True) -> RegistryAnswer:
    return RegistryAnswer(known, True, values or (0, 0, 0), int(NOW.timestamp()))


@pytest.fixture
def service() -> Iterator[Service]:
    with serve(Service(trusted=trusted(), registry=lambda *_: answering())) as running:
        yield running


def inspector(service: Service, held: TrustedSet | None = None) -> Inspector:
    lists = HeldLists(trusted=held or trusted())
    return Inspector(
        lists=lambda: lists,
        clock=lambda: datetime.now(UTC),
        service=AskedService(parse_server(service.url)),
    )


def conclude(person: Inspector, text: str = TEXT) -> Conclusion:
    return person.conclude(text, person.judge(text))


def codes(conclusion: Conclusion) -> list[str]:
    return [reason["code"] for reason in conclusion.verdict["reasons"]]


def test_a_license_that_the_registry_knows_is_valid_and_says_so(service: Service) -> None:
    conclusion = conclude(inspector(service))
    assert conclusion.not_asked is None
    assert conclusion.verdict["outcome"] == "valid"
    assert conclusion.verdict["checked"]["registry"] == "passed"
    assert conclusion.verdict["as_of"]["registry"] is not None
    assert service.posted == [{"text": TEXT, "near": None}]


def test_with_a_fresh_list_the_verdict_is_the_services_own(service: Service) -> None:
    joined = conclude(inspector(service)).verdict
    own = json.loads(service.verdict({"text": TEXT, "near": None}))
    own["as_of"]["now"] = joined["as_of"]["now"]
    assert joined == own


def test_a_license_that_ended_an_hour_ago_is_told_by_the_registry(service: Service) -> None:
    service.registry = lambda *_: answering(1, 12, 0)
    conclusion = conclude(inspector(service))
    assert conclusion.verdict["outcome"] == "not_in_force"
    assert codes(conclusion) == ["license-void", "permit-cancelled"]
    assert [permit["state"] for permit in conclusion.verdict["permits"]] == [
        "cancelled",
        "in_force",
    ]


def test_a_license_off_the_books_is_rejected_and_shows_no_holder(service: Service) -> None:
    service.registry = lambda *_: answering(known=False)
    conclusion = conclude(inspector(service))
    assert conclusion.verdict["outcome"] == "rejected"
    assert codes(conclusion) == ["registry-unknown"]
    assert conclusion.verdict["license"] is None


def test_a_list_that_is_old_here_is_made_up_for_by_the_registry(service: Service) -> None:
    old = trusted(replace(CHAOYANG, at=NOW - timedelta(days=5)))
    person = inspector(service, old)
    assert person.judge(TEXT).outcome == "indeterminate"
    assert conclude(person).verdict["outcome"] == "valid"


def test_a_server_that_says_green_does_not_revive_what_the_signed_list_ended(
    service: Service,
) -> None:
    conclusion = conclude(inspector(service, trusted(values={10: 1})))
    assert conclusion.verdict["outcome"] == "not_in_force"
    assert codes(conclusion) == ["license-void"]


@pytest.mark.parametrize("text", [FORGED, "wxp://f2f0abc", "WIFI:S:shop;P:secret;;"])
def test_what_is_refused_here_is_shown_to_no_server(service: Service, text: str) -> None:
    local = inspector(service).judge(text)
    assert conclude(inspector(service), text).verdict["outcome"] == local.outcome
    assert service.asked == []


def test_the_place_is_told_to_the_service_and_counts(service: Service) -> None:
    far = replace(inspector(service), near=NOWHERE_NEAR)
    assert conclude(far).verdict["outcome"] == "attention"
    near = replace(inspector(service), near=PREMISES)
    assert conclude(near).verdict["checked"]["place"] == "passed"
    assert [body["near"] for body in service.posted] == [
        {"latitude": 39.9042, "longitude": 116.4074},
        {"latitude": 39.9219, "longitude": 116.4435},
    ]


def test_the_details_of_a_city_code_are_fetched_and_proved_by_their_digest(
    service: Service,
) -> None:
    text, claims = CHAOYANG.city_code(), CHAOYANG.claims()
    person = inspector(service)
    assert codes(conclude(person, text)) == ["details-missing"]
    service.claims[reference_digest(claims).hex()] = claims
    conclusion = conclude(person, text)
    assert conclusion.verdict["outcome"] == "valid"
    license = conclusion.verdict["license"]
    assert license is not None
    assert license["holder"] == {
        "name": "北京晨光小馆餐饮管理有限公司",
        "uscc": "91110105MAXX00015X",
    }
    service.claims[reference_digest(claims).hex()] = CHAOYANG.claims()[:-1] + b"x"
    assert conclude(person, text).verdict["outcome"] == "rejected"


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{}",
        b"null",
        b'{"outcome": "valid"}',
        b"\xff",
        b"[" * 100_000,
        b" " * (MAX_VERDICT_BYTES + 1),
    ],
)
def test_an_answer_that_is_no_verdict_leaves_our_own_and_is_told(
    service: Service, answer: bytes
) -> None:
    service.routes[VERIFY] = giving(answer)
    conclusion = conclude(inspector(service))
    assert isinstance(conclusion.not_asked, ServerAnswerError)
    assert conclusion.verdict["outcome"] == "valid"
    assert conclusion.verdict["checked"]["registry"] == "not_checked"


@pytest.mark.parametrize("status", [301, 302, 307, 404, 429, 500, 503])
def test_a_server_that_does_not_answer_the_question_is_told(service: Service, status: int) -> None:
    service.routes[VERIFY] = giving(b"{}", status=status, headers={"Location": "/elsewhere"})
    conclusion = conclude(inspector(service))
    assert isinstance(conclusion.not_asked, ServerAnswerError)
    assert str(status) in conclusion.not_asked.cause
    assert service.asked == [f"POST {VERIFY}"]


def test_an_answer_about_another_license_is_told_and_not_used(service: Service) -> None:
    other = service.verdict({"text": CHAOYANG.text(LICENSE._replace(serial=9)), "near": None})
    service.routes[VERIFY] = giving(other)
    conclusion = conclude(inspector(service))
    assert isinstance(conclusion.not_asked, ServerAnswerError)
    assert conclusion.verdict["checked"]["registry"] == "not_checked"


def test_a_server_that_is_gone_costs_one_wait_and_is_tried_again_later(service: Service) -> None:
    person = inspector(service)
    now = 1000.0
    gone = parse_server(service.url)
    assert person.service is not None
    asked = AskedService(gone, clock=lambda: now)
    person = replace(person, service=asked)

    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    service.routes[VERIFY] = hang_up
    for _ in range(3):
        conclusion = conclude(person)
        assert isinstance(conclusion.not_asked, ServerUnreachableError)
        assert conclusion.verdict["outcome"] == "valid"
    assert len(service.asked) == 1
    del service.routes[VERIFY]
    now += PAUSE_SECONDS
    assert conclude(person).not_asked is None


def test_a_server_that_drips_its_answer_keeps_nobody_waiting(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(100):
            try:
                handler.wfile.write(b"H")
                time.sleep(0.05)
            except OSError:
                return

    monkeypatch.setattr("mobile_scanner.online.SECONDS", 0.3)
    service.routes[VERIFY] = drip
    started = time.monotonic()
    assert isinstance(conclude(inspector(service)).not_asked, ServerUnreachableError)
    assert time.monotonic() - started < 2


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for 127.0.0.1 that no authority has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


@pytest.fixture
def secure_url(certificate: Path) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            giving(b"secret")(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that hangs up on the certificate

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Quiet(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_that_the_system_does_not_know_is_no_server(secure_url: str) -> None:
    with pytest.raises(ServerUnreachableError, match="CERTIFICATE_VERIFY_FAILED"):
        ask(parse_server(secure_url), "/", limit=100, seconds=5)


def test_a_certificate_that_the_system_knows_is_one(
    secure_url: str, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert ask(parse_server(secure_url), "/", limit=100, seconds=5) == b"secret"


def test_a_typed_code_has_no_corners(service: Service) -> None:
    code = Code(text=TEXT, corners=None, verdict=conclude(inspector(service)).verdict)
    assert code.as_dict()["corners"] is None
