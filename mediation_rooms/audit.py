"""The trail: who did what to which thing, when and why, in a chain that shows every later change.

One chain a room. Each line carries a keyed hash (HMAC-SHA-256) over itself and the line before,
so an edited, removed, renumbered, swapped or rebuilt line is found; a cut tail is found against
the anchors of :mod:`mediation_rooms.audit_anchor`. Lines are written in the transaction of the
act. They hold names of staff and ids of things, never content. Nothing ever removes a line, so
the six months that the 网络安全法 asks logs to be kept are always met.
"""

from __future__ import annotations

import hmac
import json
import re
import unicodedata
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Connection, Row, String, UniqueConstraint, event, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from corpus.database import Instant
from mediation_rooms.actor import Actor, programme
from mediation_rooms.keys import key_ring
from mediation_rooms.store import Base

GENERAL_CHAIN = 0
"""The chain of everything that belongs to no room: sign-ins, accounts, backups."""
FIRST_HASH = "0" * 64
CLOCK_TOLERANCE = timedelta(minutes=2)
WALL = ZoneInfo("Asia/Shanghai")
_NUMBERS = re.compile(
    r"\d{6,}[Xx]?"
    r"|(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}"  # a telephone number in groups
    r"|\d{6}(?:[ -]?\d){11}[ -]?[\dXx]"  # an identity number in groups
)
_DEVICE: ContextVar[str] = ContextVar("device", default="")


def on_device(name: str) -> None:
    """Name the device in whose request, or the command in whose process, the next lines are written."""
    _DEVICE.set(name)


class AuditRecord(Base):
    """One line of the trail."""

    __tablename__ = "audit_records"
    __table_args__ = (UniqueConstraint("chain", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[int] = mapped_column(index=True)
    """The room, or 0 for what belongs to no room."""
    sequence: Mapped[int] = mapped_column(BigInteger)
    """Order within the chain, from 1 without gaps; the clock may jump, this does not."""
    happened_at: Mapped[datetime] = mapped_column(Instant, index=True)
    wall_clock: Mapped[str] = mapped_column(String(32))
    """The same moment as the clock on the wall said it, for people."""
    account_id: Mapped[int | None] = mapped_column(index=True)
    actor_name: Mapped[str] = mapped_column(String(120))
    device: Mapped[str] = mapped_column(String(40), default="")
    action: Mapped[str] = mapped_column(String(60), index=True)
    object_kind: Mapped[str] = mapped_column(String(60), default="")
    object_id: Mapped[str] = mapped_column(String(60), default="")
    result: Mapped[str] = mapped_column(String(20), default="done")
    reason: Mapped[str] = mapped_column(String(500), default="")
    previous_hash: Mapped[str] = mapped_column(String(64))
    own_hash: Mapped[str] = mapped_column(String(64))


class AuditChain(Base):
    """The head of a chain: what the next line continues; its row is locked while a line is added."""

    __tablename__ = "audit_chains"

    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    last_hash: Mapped[str] = mapped_column(String(64), default=FIRST_HASH)
    last_at: Mapped[datetime | None] = mapped_column(Instant)


def record(
    session: Session,
    *,
    actor: Actor,
    action: str,
    object_kind: str = "",
    object_id: int | str | None = None,
    room_id: int | None = None,
    result: str = "done",
    reason: str = "",
    device: str = "",
    now: datetime | None = None,
) -> AuditRecord:
    """Add one line in the caller's transaction: it stands if and only if the act stands.

    ``room_id`` chooses the chain. Long digit runs in ``reason`` are blotted out, control
    characters removed, the rest cut at 500 characters. When the clock went back by more than two
    minutes since the last line of the chain, a line ``clock.jumped`` is written first.
    """
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    head = _locked_head(session, room_id or GENERAL_CHAIN)
    if head.last_at is not None and moment < head.last_at - CLOCK_TOLERANCE:
        before = head.last_at.isoformat()
        _append(session, head, moment, actor=programme("时钟"), action="clock.jumped", reason=before)
    return _append(
        session,
        head,
        moment,
        actor=actor,
        action=action,
        object_kind=object_kind,
        object_id="" if object_id is None else str(object_id),
        result=result,
        reason=_clean(reason),
        device=device,
    )


def _locked_head(session: Session, chain: int) -> AuditChain:
    statement = select(AuditChain).where(AuditChain.chain == chain).with_for_update()
    head = session.scalar(statement, execution_options={"populate_existing": True})
    if head is not None:
        return head
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(4711, :chain)"), {"chain": chain})
        head = session.scalar(statement, execution_options={"populate_existing": True})
        if head is not None:
            return head
    head = AuditChain(chain=chain, sequence=0, last_hash=FIRST_HASH, last_at=None)
    session.add(head)
    session.flush()
    return head


def _append(
    session: Session,
    head: AuditChain,
    moment: datetime,
    *,
    actor: Actor,
    action: str,
    object_kind: str = "",
    object_id: str = "",
    result: str = "done",
    reason: str = "",
    device: str = "",
) -> AuditRecord:
    line = AuditRecord(
        chain=head.chain,
        sequence=head.sequence + 1,
        happened_at=moment,
        wall_clock=moment.astimezone(WALL).isoformat(timespec="seconds"),
        account_id=actor.account_id,
        actor_name=_clean(actor.name)[:120],
        device=(device or _DEVICE.get())[:40],
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        result=result,
        reason=reason,
        previous_hash=head.last_hash,
        own_hash="",
    )
    line.own_hash = hash_of(line)
    session.add(line)
    head.sequence, head.last_hash, head.last_at = line.sequence, line.own_hash, moment
    session.flush()
    return line


def hash_of(line: AuditRecord | Row[Any]) -> str:
    """The keyed hash that a line must carry, as an object or as a plain row of the table."""
    moment = line.happened_at.astimezone(UTC).isoformat()
    content: list[int | str | None] = [line.chain, line.sequence, moment]
    content += [line.wall_clock, line.account_id, line.actor_name, line.device, line.action, line.object_kind]
    content += [line.object_id, line.result, line.reason, line.previous_hash]
    message = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return hmac.digest(key_ring().audit_key, message, "sha256").hex()


def _clean(words: str) -> str:
    """One line without control or bidirectional characters, digit runs of six and more blotted out."""
    hidden = ("Cc", "Cf", "Zl", "Zp")
    kept = "".join(" " if unicodedata.category(letter) in hidden else letter for letter in words)
    return _NUMBERS.sub("※", " ".join(kept.split()))[:500]


SQLITE_TRIGGERS = (
    """CREATE TRIGGER IF NOT EXISTS audit_records_no_update BEFORE UPDATE ON audit_records
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS audit_records_no_delete BEFORE DELETE ON audit_records
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
    """CREATE TRIGGER IF NOT EXISTS audit_records_no_replace BEFORE INSERT ON audit_records
       WHEN EXISTS (SELECT 1 FROM audit_records
                    WHERE id = NEW.id OR (chain = NEW.chain AND sequence = NEW.sequence))
       BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END""",
)
POSTGRESQL_TRIGGERS = (
    """CREATE OR REPLACE FUNCTION audit_records_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$""",
    "DROP TRIGGER IF EXISTS audit_records_no_change ON audit_records",
    """CREATE TRIGGER audit_records_no_change BEFORE UPDATE OR DELETE ON audit_records
       FOR EACH ROW EXECUTE FUNCTION audit_records_refuse()""",
    "DROP TRIGGER IF EXISTS audit_records_no_truncate ON audit_records",
    """CREATE TRIGGER audit_records_no_truncate BEFORE TRUNCATE ON audit_records
       FOR EACH STATEMENT EXECUTE FUNCTION audit_records_refuse()""",
)


def install_triggers(connection: Connection) -> None:
    """Make the trail append-only in the database itself. Called by migrations and ``create_all``."""
    dialect = connection.dialect.name
    for statement in SQLITE_TRIGGERS if dialect == "sqlite" else POSTGRESQL_TRIGGERS:
        connection.exec_driver_sql(statement)


@event.listens_for(AuditRecord.__table__, "after_create")
def _protect(_target: object, connection: Connection, **_keywords: object) -> None:
    install_triggers(connection)
