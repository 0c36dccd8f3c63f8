"""The tables of people's accounts: who may log in, who has, and how often it was tried."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from verify_service.registry.account_records import AccountRole
from verify_service.registry.models import CLUSTERED, Base, one_of


class AccountRow(Base):
    __tablename__ = "accounts"
    __table_args__ = (
        one_of("role", AccountRole),
        CheckConstraint("(role = 'department') = (department IS NOT NULL)", name="department"),
        CheckConstraint("(role = 'department') = (kinds <> '')", name="kinds"),
        CLUSTERED,
    )

    login: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    department: Mapped[str | None]
    kinds: Mapped[str]
    password_hash: Mapped[bytes]  # so that the ledger, which keeps all, has a digest of it
    password_set_at: Mapped[datetime]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SessionRow(Base):
    __tablename__ = "sessions"
    __table_args__ = (
        CheckConstraint("length(id_digest) = 32", name="id_digest"),
        CheckConstraint("length(form_secret) = 32", name="form_secret"),
        CLUSTERED,
    )

    id_digest: Mapped[bytes] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(ForeignKey("accounts.login"), index=True)
    form_secret: Mapped[bytes]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class LoginAttemptRow(Base):
    """One subject: an account or an address, or the two together."""

    __tablename__ = "login_attempts"
    __table_args__ = (CheckConstraint("times >= 1", name="times"), CLUSTERED)

    subject: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    free_at: Mapped[datetime]


class LoginPlaceRow(Base):
    """An address at which an account has logged in."""

    __tablename__ = "login_places"
    __table_args__ = (CLUSTERED,)

    login: Mapped[str] = mapped_column(ForeignKey("accounts.login"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]
