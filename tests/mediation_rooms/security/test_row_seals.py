"""Rows of a case that were changed, put in or cut out behind the programme's back."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from corpus.database import Store
from mediation_rooms import samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.integrity import DamagedRow, damaged_rows
from mediation_rooms.models.cases import CaseFile, CaseNote
from mediation_rooms.sample_acts import sample_moment
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room

NOW = sample_moment(date(2026, 3, 2))
FLIPS = 150


@pytest.fixture
def case_id(case_store: Store) -> int:
    """A file in mediation with a note for every flip."""
    with case_store.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=NOW - timedelta(days=300))
        actor = Actor(None, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)
        case = samples.boundary_case_mediating(session, actor=actor, now=NOW)
        for number in range(FLIPS):
            words = f"示例甲说邻居的墙过了界 {number}" * 3
            case.notes.append(CaseNote(text=words, written_at=datetime.now(UTC), written_by="示例调解员甲"))
        return case.id


def test_what_the_programme_writes_and_removes_is_sealed(case_store: Store, case_id: int):
    with case_store.writing() as session:
        case = session.get_one(CaseFile, case_id)
        case.notes.pop()
        case.statement += "（补充）"
    with case_store.reading() as session:
        assert damaged_rows(session) == []


@pytest.mark.sqlite("changes single bytes inside the file's rows")
def test_flipped_bits_in_the_text_of_a_case_are_found(case_store: Store, case_id: int):
    """DUR-12: 150 flips in the stored text of notes, at least 99 of 100 found by row seals."""
    generator = random.Random(7)
    with case_store.writing() as session:
        rows = session.execute(text("SELECT id, CAST(text AS BLOB) FROM case_notes")).all()[:FLIPS]
        for number, stored in rows:
            place, bit = generator.randrange(len(stored)), generator.randrange(7)
            flipped = stored[:place] + bytes([stored[place] ^ (1 << bit)]) + stored[place + 1 :]
            session.execute(
                text("UPDATE case_notes SET text = CAST(:body AS TEXT) WHERE id = :id"),
                {"body": flipped, "id": number},
            )
        session.execute(text("UPDATE case_notes SET text = CAST(text AS TEXT)"))
    with case_store.reading() as session:
        changed = damaged_rows(session)
    assert len(changed) >= FLIPS * 0.99
    assert {row.table_name for row in changed} == {"case_notes"}


def test_a_row_put_in_or_cut_out_behind_the_programme_is_found(case_store: Store, case_id: int):
    """DUR-12: a row without a seal and a seal without a row both tell."""
    with case_store.writing() as session:
        first = session.execute(text("SELECT min(id) FROM case_notes")).scalar_one()
        session.execute(text("DELETE FROM case_notes WHERE id = :id"), {"id": first})
        session.execute(
            text("DELETE FROM row_seals WHERE table_name = 'case_files' AND row_id = :id"), {"id": case_id}
        )
    with case_store.reading() as session:
        assert damaged_rows(session) == [DamagedRow("case_files", case_id), DamagedRow("case_notes", first)]
