"""The service's settings: environment, then a file of them, then safe defaults; checked at start.

Every setting has an environment variable, its name in upper case behind ``VERIFY_SERVICE_``
(``VERIFY_SERVICE_PUBLIC_HOST``), and a key of its name in a TOML file. A setting that nobody knows
is refused, so that a slip of the pen is not a default. No secret is kept here: keys are named by
URI, tokens are in the registry as digests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from os import environ
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from verify_service.errors import ServiceError
from verify_service.identifiers import check_division_code, parse_uscc
from verify_service.identifiers.errors import DivisionCodeError, UsccError
from verify_service.issuing.sheet import Use

PREFIX: Final = "VERIFY_SERVICE_"
FILE_VARIABLE: Final = "VERIFY_SERVICE_SETTINGS"
"""Names the TOML file where the program is given none."""

_MIB: Final = 1 << 20


@dataclass(eq=False, kw_only=True)
class SettingsError(ServiceError):
    """``source`` is the file, or ``environment``; ``faults`` names settings and what is wrong."""

    source: str
    faults: tuple[str, ...]

    @property
    def listed(self) -> str:
        return "; ".join(self.faults)

    def message(self) -> dict[str, str]:
        return {
            "zh": f"配置有误（{self.source}）：{self.listed}",
            "en": f"the settings are wrong ({self.source}): {self.listed}",
        }


def _division(code: str) -> str:
    try:
        return check_division_code(code)
    except DivisionCodeError as error:
        raise ValueError(str(error)) from None


def _uscc(code: str) -> str:
    try:
        return parse_uscc(code).code
    except UsccError as error:
        raise ValueError(str(error)) from None


def _key_uri(uri: str) -> str:
    if not uri.startswith(("file:", "pkcs11:")):
        raise ValueError("a key is named by a URI, file:PATH or pkcs11:…")
    return uri


def _upper_host(host: str) -> str:
    return host.upper()


Host = Annotated[
    str,
    Field(max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)*$"),
    AfterValidator(_upper_host),
]
"""A DNS name without a port; kept in upper case, as symbols carry it."""
DivisionCode = Annotated[str, AfterValidator(_division)]
BureauUscc = Annotated[str, AfterValidator(_uscc)]
KeyUri = Annotated[str, AfterValidator(_key_uri)]
Lifetime = Annotated[timedelta, Field(gt=timedelta(0), le=timedelta(days=366))]

DeskTime = Annotated[timedelta, Field(ge=timedelta(minutes=1), le=timedelta(days=1))]


class Settings(BaseSettings):
    """What an operator may set. Durations are ISO 8601 (``P3D``) or seconds."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, env_ignore_empty=True
    )

    database: str = "sqlite:///var/registry.sqlite3"

    issuer: DivisionCode = "110105"
    public_host: Host = "LICENSE.EXAMPLE"
    number_prefix: Annotated[str, Field(pattern=r"^[^\W\d_]{1,8}$")] = "朝综许"
    issuer_uscc: BureauUscc = "11110105MAXX90014Q"
    e_license_type: Annotated[str, Field(pattern=r"^[0-9A-Z]{21}$")] = "11110105MAXX90014Q001"
    issuer_key: KeyUri = "file:keys/dev/issuer.pem"
    catalog_edition: Annotated[int, Field(ge=2000, le=2255)] = 2023
    catalog_file: Path | None = None  # another district's catalog, instead of the built-in one
    sheet_use: Use = Use.OFFICIAL

    trust_list: Path = Path("keys/trust/trust-list.cbor")
    root: Path = Path("keys/trust/root.cbor")  # the pin
    roots: Path = Path("keys/trust/roots")  # a folder of its successors, NUMBER.cbor
    peers: Path = Path("var/peers")

    status_list_capacity: Annotated[int, Field(ge=1 << 10, le=1 << 20)] = 1 << 17
    list_lifetime: Lifetime = timedelta(days=7)
    list_ttl: Lifetime = timedelta(hours=12)
    recall_days: Annotated[int, Field(ge=1, le=365)] = 15
    reissue_days: Annotated[int, Field(ge=1, le=365)] = 30
    policy_file: Path | None = None  # a bureau's own policies, instead of the plan's literal one
    token_lifetime: Lifetime = timedelta(days=180)

    desk_enabled: bool = True
    desk_idle: DeskTime = timedelta(minutes=30)
    desk_lifetime: DeskTime = timedelta(hours=12)
    desk_address_header: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9-]{1,60}$")] = None
    argon2_mebibytes: Annotated[int, Field(ge=19, le=1024)] = 64  # 19: the least of OWASP's advice
    argon2_passes: Annotated[int, Field(ge=2, le=20)] = 3
    argon2_at_once: Annotated[int, Field(ge=1, le=32)] = 2

    place_limit_m: Annotated[int, Field(ge=20, le=20_000)] = 200
    expiring_days: Annotated[int, Field(ge=0, le=365)] = 30

    request_bytes: Annotated[int, Field(ge=8 << 10, le=16 * _MIB)] = 256 << 10
    table_bytes: Annotated[int, Field(ge=64 << 10, le=64 * _MIB)] = 64 * _MIB  # 部门报送的文件
    photograph_bytes: Annotated[int, Field(ge=64 << 10, le=64 * _MIB)] = 20 * _MIB
    photograph_pixels: Annotated[int, Field(ge=100_000, le=200_000_000)] = 64_000_000
    photograph_seconds: Annotated[float, Field(ge=0.5, le=120)] = 8.0  # for reading one
    photograph_mebibytes: Annotated[int, Field(ge=256, le=1 << 16)] = 1024  # for reading one
    photograph_workers: Annotated[int, Field(ge=1, le=32)] = 2
    photograph_queue: Annotated[int, Field(ge=0, le=1000)] = 16

    @model_validator(mode="after")
    def _looked_at_in_time(self) -> Self:
        if self.list_ttl * 2 > self.list_lifetime:
            raise ValueError(
                "list_ttl has to be at most half of list_lifetime, or verifiers would hold an"
                " expired list before they look for the next one"
            )
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls)
        return init_settings, env_settings, dotenv_settings, toml

    @property
    def public_url(self) -> str:
        """``https://`` and the public host in lower case, without a slash at its end."""
        return f"https://{self.public_host.lower()}"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; `path` is a TOML file, or a file of ``NAME=value`` lines (``.env``).

    Without a path, the environment may name one (`FILE_VARIABLE`). Variables of the environment
    go before the file. Raises `SettingsError`.
    """
    named = environ.get(FILE_VARIABLE)
    path = path or (Path(named) if named else None)
    source = str(path) if path else "environment"
    if path is not None and not path.is_file():
        fault = "not a plain file" if path.exists() else "no such file"
        raise SettingsError(source=source, faults=(fault,))
    _refuse_unknown_variables()
    try:
        return _reading(path)()
    except ValidationError as error:
        raise SettingsError(source=source, faults=_faults(error)) from None
    except RecursionError:
        raise SettingsError(source=source, faults=("nested too deeply",)) from None
    except ValueError as error:  # no TOML, no UTF-8, or a number of thousands of digits
        raise SettingsError(source=source, faults=(str(error),)) from None


def _reading(path: Path | None) -> type[Settings]:
    """Return the settings' class, bound to the file that it is to read."""
    if path is None:
        return Settings
    if path.suffix == ".toml":
        model_config = SettingsConfigDict(toml_file=path)
    else:
        model_config = SettingsConfigDict(env_file=path, env_file_encoding="utf-8")
    return type("FileSettings", (Settings,), {"model_config": model_config, "__module__": __name__})


def _refuse_unknown_variables() -> None:
    """Refuse a variable with our prefix that is no setting; pydantic ignores those."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields} | {FILE_VARIABLE}
    unknown = sorted(
        name for name in environ if name.upper().startswith(PREFIX) and name.upper() not in known
    )
    if unknown:
        raise SettingsError(
            source="environment", faults=tuple(f"{name}: no such setting" for name in unknown)
        )


def _faults(error: ValidationError) -> tuple[str, ...]:
    return tuple(
        f"{'.'.join(map(str, fault['loc'])) or 'settings'}: {_sentence(fault)}"
        for fault in error.errors(include_url=False, include_input=False)
    )


def _sentence(fault: Mapping[str, object]) -> str:
    return "no such setting" if fault["type"] == "extra_forbidden" else str(fault["msg"])
