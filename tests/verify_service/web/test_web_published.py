"""Published lists at their stable URLs: what is given verifies, and caches are told the truth."""

from hashlib import sha256

import pytest

from credential.roots import open_root
from credential.trusted import TrustedSet
from tests.verify_service.web.browser import code_of
from tests.verify_service.web.conftest import Sample


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
        "/api/v1/bundle/nothing",
        "/api/v1/bundle/..%2f..%2fsettings.toml",
        "/api/v1/bundle/status/110105/0",
    ],
)
def test_what_is_not_published_is_not_found(sample: Sample, path: str) -> None:
    answer = sample.browser.get(path)
    assert (answer.status_code, code_of(answer)) == (404, "not-registered")
