"""Accounts: who may sign in, with which roles, and how somebody becomes able to.

Nobody ever chooses or sees another person's password: who makes or resets an account hands over
a one-time code, good for three days, with which the person sets a password. There is no default
account; the first administrator is made on the command line.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from corpus.database import Instant, Versioned
from mediation_rooms import audit, second_factor
from mediation_rooms.actor import Actor
from mediation_rooms.encryption import EncryptedText
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.permissions import SECOND_FACTOR_REQUIRED, Action, Role, may, role_problems
from mediation_rooms.sign_in_sessions import end_sessions
from mediation_rooms.store import Base
from mediation_rooms.wording import N_

ENROLMENT_LASTS = timedelta(days=3)
LONGEST_USER_NAME = 40
STALE_AFTER = timedelta(days=90)


class Account(Versioned, Base):
    """A person who signs in."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_name: Mapped[str] = mapped_column(String(LONGEST_USER_NAME), unique=True)
    display_name: Mapped[str] = mapped_column(String(60))
    roles_text: Mapped[str] = mapped_column(String(400), default="")
    room_id: Mapped[int | None] = mapped_column(index=True)
    """The mediation room; no foreign key, because accounts outlive rooms."""
    division_code: Mapped[str | None] = mapped_column(String(12))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    password_changed_at: Mapped[datetime | None] = mapped_column(Instant)
    enrolment_hash: Mapped[str | None] = mapped_column(String(64))
    enrolment_until_at: Mapped[datetime | None] = mapped_column(Instant)
    totp_secret: Mapped[str | None] = mapped_column(EncryptedText("accounts.totp_secret"))
    totp_last_step: Mapped[int] = mapped_column(default=0)
    recovery_text: Mapped[str] = mapped_column(Text, default="[]")
    is_disabled: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    signed_in_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held."""
        return frozenset(Role(name) for name in self.roles_text.split())

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role demands a second factor."""
        return not self.roles.isdisjoint(SECOND_FACTOR_REQUIRED)

    @property
    def actor(self) -> Actor:
        """The account as the one who acts."""
        return Actor(
            account_id=self.id,
            name=self.display_name,
            room_id=self.room_id,
            roles=frozenset(self.roles),
            division_code=self.division_code,
        )


def normalised_user_name(written: str) -> str:
    """The one spelling of a user name: NFKC, trimmed, case folded."""
    return unicodedata.normalize("NFKC", written).strip().casefold()[:LONGEST_USER_NAME]


def find_by_user_name(session: Session, user_name: str) -> Account | None:
    """The account of this name, however it was typed."""
    return session.scalar(select(Account).where(Account.user_name == normalised_user_name(user_name)))


def words_about(session: Session, account: Account) -> tuple[str, ...]:
    """What somebody who knows the person would try first: names of the person and of the room."""
    room = session.get(MediationRoom, account.room_id) if account.room_id is not None else None
    return (account.user_name, account.display_name, *((room.name,) if room is not None else ()))


def accounts_that_may(session: Session, action: Action) -> list[Account]:
    """Everybody who is not disabled and may do this somewhere, by name."""
    everybody = session.scalars(
        select(Account).where(Account.is_disabled.is_(False)).order_by(Account.display_name, Account.id)
    )
    return [account for account in everybody if may(account.actor, action)]


def load(session: Session, account_id: int) -> Account:
    """One account. Raises NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound("没有这个账户")
    return account


def create_account(
    session: Session,
    *,
    actor: Actor,
    user_name: str,
    display_name: str,
    roles: frozenset[Role],
    room_id: int | None,
    division_code: str | None,
    now: datetime,
) -> tuple[Account, str]:
    """Make an account without a password and the one-time code to set one.

    Raises InvalidEntry for a name in use, an empty name or roles that one person cannot hold.
    """
    name = normalised_user_name(user_name)
    found: dict[str, str] = {}
    if len(name) < 2 or any(unicodedata.category(letter)[0] in "CZ" for letter in name):
        found["user_name"] = N_("用户名至少两个字，中间不要有空格")
    elif find_by_user_name(session, name) is not None:
        found["user_name"] = N_("这个用户名已经有人用了，请换一个")
    if not display_name.strip():
        found["display_name"] = N_("请填姓名")
    refused = role_problems(roles)
    if refused:
        found["roles"] = refused[0]
    if found:
        raise InvalidEntry(found)
    account = Account(
        user_name=name,
        display_name=display_name.strip()[:60],
        roles_text=_joined(roles),
        room_id=room_id,
        division_code=division_code,
        created_at=now,
    )
    session.add(account)
    session.flush()
    code = _new_code(account, now)
    _tell(session, account, action="account.create", actor=actor, now=now)
    return account, code


def _tell(session: Session, account: Account, *, action: str, actor: Actor, now: datetime) -> None:
    audit.record(session, actor=actor, action=action, object_kind="account", object_id=account.id, now=now)


def _joined(roles: frozenset[Role]) -> str:
    return " ".join(sorted(roles))


def _new_code(account: Account, now: datetime) -> str:
    code = "-".join(
        "".join(secrets.choice(second_factor.ALPHABET) for _letter in range(4)) for _group in range(4)
    )
    account.enrolment_hash = hashlib.sha256(code.encode()).hexdigest()
    account.enrolment_until_at = now + ENROLMENT_LASTS
    return code


def first_administrator_exists(session: Session) -> bool:
    """Whether any account exists; the command that makes the first refuses when one does."""
    return bool(session.scalar(select(func.count()).select_from(Account)))


def reset(session: Session, account: Account, *, actor: Actor, now: datetime) -> str:
    """Take away password and second factor, end all sessions, return a one-time code."""
    account.password_hash = None
    account.totp_secret = None
    account.recovery_text = "[]"
    code = _new_code(account, now)
    end_sessions(session, account.id, now=now)
    _tell(session, account, action="account.reset", actor=actor, now=now)
    return code


def enrolment_is_right(account: Account | None, code: str, *, now: datetime) -> bool:
    """Whether the one-time code is the account's and still good."""
    digest = hashlib.sha256(code.strip().lower().encode()).hexdigest()
    kept = account.enrolment_hash if account is not None else None
    same = hmac.compare_digest(digest, kept or "0" * 64)
    if account is None or account.is_disabled or account.enrolment_until_at is None:
        return False
    issued_at = account.enrolment_until_at - ENROLMENT_LASTS
    return same and issued_at - ENROLMENT_LASTS <= now <= account.enrolment_until_at


def set_password(session: Session, account: Account, *, password_hash: str, now: datetime) -> None:
    """Keep a new password hash; the code is used up and every session everywhere ends."""
    account.password_hash = password_hash
    account.password_changed_at = now
    account.enrolment_hash = None
    account.enrolment_until_at = None
    end_sessions(session, account.id, now=now)
    _tell(session, account, action="account.password", actor=account.actor, now=now)


def set_second_factor(
    session: Session, account: Account, *, secret: str, step: int, now: datetime
) -> list[str]:
    """Keep a confirmed secret; returns the recovery codes to print, which are not kept."""
    account.totp_secret = secret
    account.totp_last_step = step
    _tell(session, account, action="account.second_factor", actor=account.actor, now=now)
    return renew_recovery_codes(session, account, now=now)


def use_second_factor(account: Account, code: str, *, now: datetime) -> bool:
    """Use up a code of the app or a recovery code; False when it is neither."""
    if account.totp_secret is not None:
        step = second_factor.matching_step(
            account.totp_secret, code, now=now, after_step=account.totp_last_step
        )
        if step is not None:
            account.totp_last_step = step
            return True
    kept: list[str] = json.loads(account.recovery_text)
    digest = second_factor.recovery_hash(code)
    if digest in kept:
        kept.remove(digest)
        account.recovery_text = json.dumps(kept)
        return True
    return False


def recovery_codes_left(account: Account) -> int:
    """How many printed codes can still be used."""
    return len(json.loads(account.recovery_text))


def renew_recovery_codes(session: Session, account: Account, *, now: datetime) -> list[str]:
    """Make the printed codes anew; the old ones are void. Returns the codes, which are not kept."""
    codes = second_factor.new_recovery_codes()
    account.recovery_text = json.dumps([second_factor.recovery_hash(code) for code in codes])
    _tell(session, account, action="account.recovery_codes", actor=account.actor, now=now)
    return codes


def change_standing(
    session: Session,
    account: Account,
    *,
    actor: Actor,
    roles: frozenset[Role],
    room_id: int | None,
    division_code: str | None,
    is_disabled: bool,
    now: datetime,
    display_name: str = "",
) -> None:
    """Change name, roles, room, area or whether the account works; its sessions end at once.

    An empty ``display_name`` leaves the name as it is. Raises InvalidEntry when somebody changes their own
    standing or roles exclude each other.
    """
    if actor.account_id == account.id:
        raise InvalidEntry({"roles": N_("自己的角色要由别人来改")})
    refused = role_problems(roles)
    if refused:
        raise InvalidEntry({"roles": refused[0]})
    account.display_name = display_name.strip()[:60] or account.display_name
    account.roles_text = _joined(roles)
    account.room_id = room_id
    account.division_code = division_code
    account.is_disabled = is_disabled
    end_sessions(session, account.id, now=now)
    action = "account.disable" if is_disabled else "account.standing"
    _tell(session, account, action=action, actor=actor, now=now)


def stale_accounts(session: Session, *, now: datetime) -> list[Account]:
    """Working accounts that nobody signed in with for 90 days."""
    edge = now - STALE_AFTER
    last = func.coalesce(Account.signed_in_at, Account.created_at)
    return list(session.scalars(select(Account).where(Account.is_disabled.is_(False), last < edge)))
