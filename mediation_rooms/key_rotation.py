"""Everything that is encrypted, brought to the keys of today: fields, blind indexes, and what was plain once.

One transaction over the case store: a kill leaves the old state or the new one, both readable with the ring.
Rows that are not what was saved are told and keep a seal that fits nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.orm import Session

from mediation_rooms import integrity
from mediation_rooms.encryption import holds_plain_text, reencrypt_all, reindex_all
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.store import Base


@dataclass(frozen=True)
class Renewed:
    """How many fields were encrypted anew, how many indexes computed anew, and which rows are damaged."""

    field_count: int
    index_count: int
    damaged: tuple[integrity.DamagedRow, ...]


def renew(session: Session) -> Renewed:
    """Encrypt and index everything with the current keys; the caller commits."""
    damaged = integrity.damaged_rows(session)
    _cover_titles(session)
    fields = reencrypt_all(session.connection(), Base.metadata)
    indexes = reindex_all(session.connection(), Base.metadata)
    integrity.reseal(session)
    integrity.mark_damaged(session.connection(), damaged)
    return Renewed(fields, indexes, tuple(damaged))


def needs_renewing(session: Session) -> bool:
    """Whether an older version left something readable that is encrypted today."""
    titled = session.query(CaseFile.id).filter(CaseFile.title_of_before != "").first() is not None
    return titled or holds_plain_text(session.connection(), Base.metadata)


def _cover_titles(session: Session) -> None:
    """Move the names on covers out of the column that older versions kept unencrypted."""
    table = CaseFile.__table__
    rows = session.execute(
        CaseFile.__table__.select().with_only_columns(table.c.id, table.c.title).where(table.c.title != "")
    ).all()
    for row in rows:
        session.execute(
            update(CaseFile).where(CaseFile.id == row.id).values(title=row.title, title_of_before="")
        )
