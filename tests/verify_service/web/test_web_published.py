"""Published lists at their stable URLs: what is given verifies, and caches are told the truth."""

from base64 import urlsafe_b64decode
from dataclasses import replace
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from credential.envelope import read_sign1, sig_structure
from credential.roots import open_root
from credential.trusted import TrustedSet
from tests.verify_service.web.browser import Browser, code_of
from tests.verify_service.web.conftest import Sample
from verify_service.app import create_app
from verify_service.publishing.well_known import DirectoryDocument, KeySetDocument


def test_the_bundle_lists_what_it_gives(sample: Sample) -> None:
    files = sample.browser.get("/api/v1/bundle").json()["files"]
    assert {file["path"] for file in files} >= {
        "trust-list.cbor",
        "status/110105/0.cbor",
        "status/110108/0.cbor",
        "catalogs/110105/2023.cbor",
    }
    for file in files:
        answer = sample.browser.get(f"/api/v1/bundle/{file['path']}")
        assert answer.headers["content-type"] == "application/cbor"
        assert len(answer.content) == file["size"]
        assert sha256(answer.content).hexdigest() == file["sha256"]


def test_the_published_lists_verify_under_the_pinned_roots(sample: Sample) -> None:
    root = open_root((sample.district.folder / "root.cbor").read_bytes())
    trusted = TrustedSet.start(root, sample.browser.get("/trust-list").content)
    trusted = trusted.admit_status_list(sample.browser.get("/status/0").content, number=0)
    trusted = trusted.admit_code_list(sample.browser.get("/catalogs/2023").content)
    assert trusted.status[("110105", 0)].uri == "https://yz.chaoyang.example/status/0"


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/trust-list", "application/vnd.composite-license.trust-list+cwt"),
        ("/status/0", "application/statuslist+cwt"),
        ("/catalogs/2023", "application/vnd.composite-license.code-list+cwt"),
        ("/api/v1/bundle", "application/json"),
        ("/roots/1", "application/vnd.composite-license.root+cwt"),
        ("/.well-known/jwks.json", "application/jwk-set+json"),
        ("/.well-known/composite-license", "application/json"),
    ],
)
def test_what_has_not_changed_is_not_sent_again(sample: Sample, path: str, media_type: str) -> None:
    first = sample.browser.get(path)
    assert first.headers["content-type"] == media_type
    assert "no-cache" in first.headers["cache-control"]
    assert first.headers["access-control-allow-origin"] == "*"
    tag = first.headers["etag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = sample.browser.get(path, headers={"if-none-match": held})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == tag
    assert sample.browser.get(path, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/status/7",
        "/status/x",
        "/status/0.cbor",
        "/catalogs/1999",
        "/roots/0",
        "/roots/2",
        "/roots/01",
        "/roots/1.cbor",
        "/api/v1/bundle/nothing",
        "/api/v1/bundle/..%2f..%2fsettings.toml",
        "/api/v1/bundle/status/110105/0",
    ],
)
def test_what_is_not_published_is_not_found(sample: Sample, path: str) -> None:
    answer = sample.browser.get(path)
    assert (answer.status_code, code_of(answer)) == (404, "not-registered")


def test_the_pinned_root_is_published_as_it_was_signed(sample: Sample) -> None:
    pinned = (sample.district.folder / "root.cbor").read_bytes()
    assert sample.browser.get("/roots/1").content == pinned


def test_a_list_verifies_under_the_key_that_the_key_set_has_for_it(sample: Sample) -> None:
    keys = {key["kid"]: key for key in sample.browser.get("/.well-known/jwks.json").json()["keys"]}
    message = read_sign1(sample.browser.get("/status/0").content, max_bytes=1 << 20)
    key = keys[message.header.key_id.hex()]
    assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("EC", "P-256", "ES256", "sig")
    x, y = (int.from_bytes(urlsafe_b64decode(key[name] + "=")) for name in ("x", "y"))
    public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    signed = sig_structure(message.protected, b"", message.unverified_payload)
    r, s = (int.from_bytes(message.signature[at : at + 32]) for at in (0, 32))
    public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))


def test_the_key_set_has_this_issuers_keys_alone(sample: Sample) -> None:
    trust = sample.district.chaoyang.lists.current().trust
    of = {issuer.code: {key.key_id.hex() for key in issuer.keys} for issuer in trust.issuers}
    assert len(of) > 1
    keys = sample.browser.get("/.well-known/jwks.json").json()["keys"]
    assert {key["kid"] for key in keys} == of["110105"]
    assert {key["state"] for key in keys} == {"active"}


def test_the_directory_leads_to_everything_that_a_verifier_needs(sample: Sample) -> None:
    found = sample.browser.get("/.well-known/composite-license").json()
    root = open_root(sample.browser.get(found["root"]["url"]).content)
    assert (root.number, root.fingerprint) == (
        found["root"]["number"],
        found["root"]["fingerprint"],
    )
    assert found["root"]["number"] in [each["number"] for each in found["roots"]]
    trusted = TrustedSet.start(root, sample.browser.get(found["trust_list"]["url"]).content)
    assert trusted.trust.number == found["trust_list"]["number"]
    assert found["status_lists"]
    assert found["code_lists"]
    for each in found["status_lists"]:
        message = sample.browser.get(each["url"]).content
        trusted = trusted.admit_status_list(message, number=each["number"])
    for each in found["code_lists"]:
        trusted = trusted.admit_code_list(sample.browser.get(each["url"]).content)
    listed = [("110105", each["number"]) for each in found["status_lists"]]
    assert sorted(trusted.status) == listed
    assert sorted(trusted.code_lists) == [
        ("110105", each["number"]) for each in found["code_lists"]
    ]
    for name in ("bundle", "jwks", "openapi"):
        assert sample.browser.get(found[name]).status_code == 200, name
    answered = sample.browser.post(found["verify"], json={"text": sample.text("S01")})
    assert answered.status_code == 200


def test_what_is_well_known_is_of_its_schema(sample: Sample) -> None:
    directory = sample.browser.get("/.well-known/composite-license").content
    assert DirectoryDocument.model_validate_json(directory).issuer == "110105"
    keys = sample.browser.get("/.well-known/jwks.json").content
    assert KeySetDocument.model_validate_json(keys).keys


def test_a_district_that_is_not_on_the_trust_list_has_no_keys_to_give(sample: Sample) -> None:
    service = sample.district.chaoyang
    stranger = replace(service, office=replace(service.office, code="110101"))
    with Browser(create_app(stranger)) as browser:
        for path in ("/.well-known/jwks.json", "/.well-known/composite-license"):
            answer = browser.get(path)
            assert (answer.status_code, code_of(answer)) == (404, "not-registered")
            assert answer.json()["entity"] == "issuer"


# ---- compression ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/catalogs/2023", "/api/v1/bundle/catalogs/110105/2023.cbor"])
def test_a_code_list_comes_compressed_to_those_who_take_it(sample: Sample, path: str) -> None:
    plain = sample.browser.get(path, headers={"accept-encoding": "identity"})
    packed = sample.browser.get(path, headers={"accept-encoding": "br, GZIP;q=0.5"})
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content  # the client has unfolded it
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    for each in (plain, packed):
        assert each.headers["vary"] == "accept-encoding"
    assert plain.headers["etag"] != packed.headers["etag"]
    for tag in (plain.headers["etag"], packed.headers["etag"], f"W/{packed.headers['etag']}"):
        for encoding in ("identity", "gzip"):
            asked = {"accept-encoding": encoding, "if-none-match": tag}
            again = sample.browser.get(path, headers=asked)
            assert (again.status_code, again.content) == (304, b"")
            assert "content-encoding" not in again.headers


@pytest.mark.parametrize(
    "encodings", ["", "identity", "br", "gzip;q=0", "gzip; q=0.000", "gzipped"]
)
def test_nothing_comes_compressed_to_those_who_do_not_take_it(
    sample: Sample, encodings: str
) -> None:
    answer = sample.browser.get("/catalogs/2023", headers={"accept-encoding": encodings})
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/status/0", "/api/v1/bundle/status/110105/0.cbor", "/.well-known/jwks.json"]
)
def test_what_gzip_would_make_no_shorter_is_left_as_it_is(sample: Sample, path: str) -> None:
    answer = sample.browser.get(path, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers
