"""Settings: safe defaults, three sources in their order, and a clear word at the start."""

from datetime import timedelta
from pathlib import Path

import pytest

from verify_service.settings import Settings, SettingsError, load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    import os

    for name in list(os.environ):
        if name.startswith("VERIFY_SERVICE_"):
            monkeypatch.delenv(name)


def test_every_setting_has_a_default_and_none_is_a_secret() -> None:
    settings = load_settings()
    assert settings.database == "sqlite:///var/registry.sqlite3"
    assert settings.public_host.endswith(".EXAMPLE")  # of nobody, RFC 2606
    assert not any("secret" in name or "password" in name for name in Settings.model_fields)


def test_a_file_sets_and_the_environment_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('public_host = "yz.chaoyang.example"\nlist_lifetime = "P2D"\nrecall_days = 3\n')
    monkeypatch.setenv("VERIFY_SERVICE_RECALL_DAYS", "5")
    settings = load_settings(file)
    assert settings.public_host == "YZ.CHAOYANG.EXAMPLE"
    assert settings.public_url == "https://yz.chaoyang.example"
    assert settings.list_lifetime == timedelta(days=2)
    assert settings.recall_days == 5


def test_a_file_of_variables_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "service.env"
    file.write_text("VERIFY_SERVICE_PUBLIC_HOST=yz.chaoyang.example\n")
    assert load_settings(file).public_host == "YZ.CHAOYANG.EXAMPLE"


def test_the_environment_may_name_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.toml").write_text("recall_days = 9\n")
    monkeypatch.setenv("VERIFY_SERVICE_SETTINGS", str(tmp_path / "a.toml"))
    assert load_settings().recall_days == 9


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('issuer = "990105"', "issuer"),
        ('issuer = "11010"', "issuer"),
        ('public_host = "two words"', "public_host"),
        ('public_host = "host:8000"', "public_host"),
        ('public_host = "-a.example"', "public_host"),
        ('public_host = ""', "public_host"),
        ('issuer_uscc = "11110105MAXX90014R"', "issuer_uscc"),
        ('issuer_key = "/etc/key.pem"', "issuer_key"),
        ("photograph_pixels = 0", "photograph_pixels"),
        ("request_bytes = 1", "request_bytes"),
        ('list_lifetime = "-P1D"', "list_lifetime"),
        ('list_ttl = "P7D"', "list_ttl"),
        ("recall_days = 0", "recall_days"),
        ('catalog_edition = "old"', "catalog_edition"),
        ("colour = 1", "colour"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, line: str, named: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"{line}\n")
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    (fault,) = caught.value.faults
    assert named in fault
    assert str(file) in str(caught.value)


def test_every_wrong_setting_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('issuer = "x"\nrecall_days = -1\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(file)
    assert len(caught.value.faults) == 2


def test_an_unknown_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERIFY_SERVICE_DATABSE", "sqlite:///x")
    with pytest.raises(SettingsError, match="VERIFY_SERVICE_DATABSE"):
        load_settings()


@pytest.mark.parametrize("content", [b"a = = 1", b"\xff\xfe", b'a = "'])
def test_a_file_that_is_no_toml_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError):
        load_settings(file)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "nothing.toml")
