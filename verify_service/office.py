"""The issuer that this service speaks for: its code, its key, its catalog, and how it numbers."""

from dataclasses import dataclass, field
from datetime import timedelta

from credential.code_list import CodeList, Name, PermitCode
from credential.rules import Policy
from credential.signer import Signer
from verify_service.catalog import Catalog
from verify_service.catalog.bilingual import Bilingual
from verify_service.lifecycle.policy import Policies, builtin_policies


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A bureau at work. ``host`` is in upper case, as symbols have it.

    ``signer`` is None where the private key is not at hand: such a service verifies, and cannot
    issue or re-sign its lists.
    """

    code: str
    host: str
    number_prefix: str
    uscc: str  # 区政务服务局's own, for e-license identifiers
    e_license_type: str
    catalog: Catalog
    signer: Signer | None
    status_list_capacity: int = 1 << 17
    list_lifetime: timedelta = timedelta(days=7)
    list_ttl: timedelta = timedelta(hours=12)
    recall_days: int = 15
    reissue_days: int = 30
    policies: Policies = field(default_factory=builtin_policies)

    @property
    def name(self) -> str:
        """The bureau's full name, such as 北京市朝阳区政务服务局."""
        return f"{self.catalog.division.name.zh}{self.catalog.issuer.zh.removeprefix('区')}"

    @property
    def sign_again_after(self) -> timedelta:
        """The age at which a status list is signed again, though it says what the registry does:
        when copies of it may be asked for again, or after a quarter of what verifiers believe."""
        return min(self.list_ttl, self.list_belief / 4)

    @property
    def list_belief(self) -> timedelta:
        """How long after its signing a status list is believed: till it expires, or till our
        verifiers' own limit is reached."""
        return min(self.list_lifetime, timedelta(seconds=Policy().status_limit))

    def status_uri(self, number: str) -> str:
        return f"https://{self.host.lower()}/status/{number}"

    def status_name(self, number: str) -> str:
        """The path of a status list within a bundle."""
        return f"status/{self.code}/{number}.cbor"

    def status_base_name(self, number: str) -> str:
        """The path of the list that the deltas of a status list are of."""
        return f"status/{self.code}/{number}.base.cbor"

    def status_delta_name(self, number: str) -> str:
        """The path of what a status list says otherwise than its base."""
        return f"status/{self.code}/{number}.delta.cbor"

    @property
    def catalog_name(self) -> str:
        """The path of the code list within a bundle."""
        return f"catalogs/{self.code}/{self.catalog.version}.cbor"


def code_list_of(office: Office, *, issued_at: int) -> CodeList:
    """What the numbers on this office's licenses stand for, to be signed and published."""
    return CodeList(
        office.code,
        office.catalog.version,
        issued_at,
        {code: _name(industry.name) for code, industry in office.catalog.industries.items()},
        {
            code: PermitCode(
                meaning.kind.id,
                _name_in_form(
                    meaning.kind.name, meaning.form.text, meaning.form is meaning.kind.form
                ),
                _name(meaning.department.name),
            )
            for code, meaning in office.catalog.permit_codes.items()
        },
    )


def _name(name: Bilingual) -> Name:
    return Name(name.zh, name.en)


def _name_in_form(name: Bilingual, form: Bilingual, regular: bool) -> Name:  # noqa: FBT001
    """A substitute says so: 卫生许可证（备案凭证）."""
    if regular:
        return _name(name)
    return Name(f"{name.zh}（{form.zh}）", f"{name.en} ({form.en})")
