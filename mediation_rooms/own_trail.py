"""Who looked at, changed or handed on one person's data, told to that person (个人信息保护法第四十四条、第四十五条).

Lines of the trail about the person's files and about the person's own row in them. Reasons are left out,
because they may name the other side; what was done is told in three words, so that nothing of the other
parties' steps shows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from mediation_rooms.audit import WALL, AuditRecord
from mediation_rooms.audit_reading import LOOKS
from mediation_rooms.ledger.rows import ledger_cases
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.handing_on import HandedKind, HandedOn
from mediation_rooms.statistics.periods import InvalidPeriod, Period

LOOKED = LOOKS | {"case.reveal"}
HANDED = frozenset({"case.export", "case.share"})


@dataclass(frozen=True)
class OwnLine:
    """One line for the person: the clock on the wall, a member of staff, what was done."""

    happened_at: str
    who: str
    what: str


def own_trail(
    session: Session, *, case_ids: Collection[int], party_ids: Collection[int], request_ids: Collection[int]
) -> list[OwnLine]:
    """Everything in the trail about these files and rows, oldest first; ledgers they stood in as well."""
    about = {
        "case_file": case_ids,
        "party": party_ids,
        HandedKind.TEACHING.value: case_ids,
        HandedKind.COPY.value: request_ids,
    }
    statement = select(AuditRecord).where(
        or_(
            *(
                and_(AuditRecord.object_kind == kind, AuditRecord.object_id.in_([str(each) for each in ids]))
                for kind, ids in about.items()
            )
        )
    )
    lines = [OwnLine(line.wall_clock, line.actor_name, _what(line)) for line in session.scalars(statement)]
    lines += _ledgers(session, case_ids)
    return sorted(lines, key=lambda line: line.happened_at)


def _what(line: AuditRecord) -> str:
    done = "查看" if line.action in LOOKED else "对外提供" if line.action in HANDED else "登记、更改"
    return done if line.result == "done" else f"{done}（没有准许）"


def _ledgers(session: Session, case_ids: Collection[int]) -> list[OwnLine]:
    """Ledgers that left with one of the files in them: what they would hold is asked again of the store."""
    rooms = set(session.scalars(select(CaseFile.room_id).where(CaseFile.id.in_(case_ids))))
    handed = session.scalars(
        select(HandedOn).where(
            HandedOn.kind == HandedKind.LEDGER,
            HandedOn.handed_at.is_not(None),
            or_(HandedOn.room_id.in_(rooms), HandedOn.room_id.is_(None)),
        )
    )
    found = []
    for record in handed:
        try:
            period = Period.parse(record.part) if record.part else None
        except InvalidPeriod:
            continue
        own = ledger_cases(select(CaseFile).where(CaseFile.id.in_(case_ids)), period=period)
        if session.scalars(own).first() is not None and record.handed_at is not None:
            moment = record.handed_at.astimezone(WALL).isoformat(timespec="seconds")
            found.append(OwnLine(moment, record.asked_by, f"对外提供：{record.recipient}"))
    return found
