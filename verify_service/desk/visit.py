"""Somebody who has logged in, at a page."""

from dataclasses import dataclass
from datetime import datetime

from verify_service.access import Principal
from verify_service.pages.languages import Language
from verify_service.registry.account_records import Account, AccountRole, Session
from verify_service.registry.records import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Whose session it is, which party that is, and when."""

    account: Account
    principal: Principal
    session: Session
    language: Language
    at: datetime

    @property
    def token(self) -> str:
        """What a form of this session holds."""
        return self.session.form_secret.hex()

    @property
    def is_bureau(self) -> bool:
        return self.principal.role is Role.BUREAU

    @property
    def is_supervisor(self) -> bool:
        return self.account.role is AccountRole.SUPERVISOR
