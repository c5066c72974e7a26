"""Is a restored installation one that people can work with: its index is built anew, somebody signs in.

Files and rows being right is not enough (BAK-04): the index never lies in a backup and must come out of the
restored collection, and an account of the restored case store must open a session. Everything happens in
the copy of the drill, which is thrown away.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from assistant.search_service import build_index
from corpus.database import Store
from corpus.search._index import IndexDamaged
from mediation_rooms import accounts, sign_in_sessions
from mediation_rooms.actor import programme
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.passwords import Passwords


@dataclass(frozen=True)
class Trial:
    """What was tried on the restored installation, in words; ``broken`` is empty when all of it works."""

    done: tuple[str, ...]
    broken: tuple[str, ...]


def try_out(instance: Path, *, collection: str, cases: str, passwords: Passwords) -> Trial:
    """Build the index and sign in over the restored files; a store that is not there is not tried."""
    done: list[str] = []
    broken: list[str] = []
    if (instance / collection).exists():
        _index(instance, Store(f"sqlite:///{instance / collection}"), done, broken)
    if (instance / cases).exists():
        _sign_in(Store(f"sqlite:///{instance / cases}"), passwords, done, broken)
    return Trial(tuple(done), tuple(broken))


def _index(instance: Path, store: Store, done: list[str], broken: list[str]) -> None:
    try:
        build_index(store, instance / "index")
    except ValueError:
        done.append("法规库是空的，没有索引可建")
    except (OSError, SQLAlchemyError, IndexDamaged) as problem:
        broken.append(f"索引没有重建成：{problem}")
    else:
        done.append("索引已重建")
    finally:
        store.dispose()


def _sign_in(store: Store, passwords: Passwords, done: list[str], broken: list[str]) -> None:
    """An account of the trial's own, so that nobody's password is needed; then everybody's row is read."""
    password, at = secrets.token_urlsafe(24), sign_in_sessions.moment()
    hashed = passwords.hash(password)
    name = f"drill-{secrets.token_hex(4)}"
    try:
        with store.writing() as session:
            account, _code = accounts.create_account(
                session,
                actor=programme("恢复演练"),
                user_name=name,
                display_name="恢复演练",
                roles=frozenset(),
                room_id=None,
                division_code=None,
                now=datetime.now(UTC),
            )
            accounts.set_password(session, account, password_hash=hashed, now=at.now)
        with store.writing() as session:
            found = accounts.find_by_user_name(session, name)
            if found is None or not passwords.matches(password, found.password_hash):
                broken.append("恢复的案件库里登录不了")
                return
            token = sign_in_sessions.begin(
                session, account_id=found.id, stage=sign_in_sessions.Stage.FULL, at=at
            )
            if sign_in_sessions.find(session, token, at=at) is None:
                broken.append("恢复的案件库里开不了会话")
                return
            known = len([each.actor for each in session.scalars(select(accounts.Account))]) - 1
    except (InvalidEntry, SQLAlchemyError) as problem:
        broken.append(f"恢复的案件库里登录不了：{problem}")
    else:
        done.append(f"已登录，账户 {known} 个都读得出来")
    finally:
        store.dispose()
