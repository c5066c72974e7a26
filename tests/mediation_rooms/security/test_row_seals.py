"""Rows of a case that were changed, put in or cut out behind the programme's back."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from corpus.database import Store
from mediation_rooms import samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.integrity import GUARDED_TABLES, DamagedRow, damaged_rows
from mediation_rooms.models.cases import CaseFile, CaseNote
from mediation_rooms.sample_acts import sample_moment
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room

NOW = sample_moment(date(2026, 3, 2))
FLIPS, NOTES = 150, 20


@pytest.fixture
def case_id(case_store: Store) -> int:
    """A file in mediation with a few notes."""
    with case_store.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=NOW - timedelta(days=300))
        actor = Actor(None, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)
        case = samples.boundary_case_mediating(session, actor=actor, now=NOW)
        for number in range(NOTES):
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


@pytest.mark.sqlite("changes single bits of what the file's rows hold")
def test_flipped_bits_in_the_text_of_a_case_are_found(case_store: Store, case_id: int):
    """DUR-12: 150 flips in texts and ciphertexts of a real file, whichever guarded table; 99 of 100 found."""
    places = []
    with case_store.writing() as session:
        actor = Actor(2, "示例调解员甲", room_id=session.get_one(CaseFile, case_id).room_id)
        for make in (samples.boundary_case_in_force, samples.oral_case_performed):
            make(session, actor=actor, now=NOW)
    with case_store.reading() as session:
        for name in sorted(GUARDED_TABLES):
            for row in session.execute(text(f"SELECT * FROM {name}")).mappings():
                texts = [key for key, value in row.items() if isinstance(value, str) and len(value) >= 4]
                places += [(name, row["id"], column) for column in texts]
    assert len({name for name, _row, _column in places}) >= 8
    generator, found = random.Random(7), 0
    for name, row_id, column in generator.choices(places, k=FLIPS):
        with case_store.open_writer() as session:
            session.execute(text("PRAGMA ignore_check_constraints = ON"))  # a disk knows no constraint
            stored = session.scalar(
                text(f"SELECT CAST({column} AS BLOB) FROM {name} WHERE id = :id"), {"id": row_id}
            )
            place, bit = generator.randrange(len(stored)), generator.randrange(8)
            flipped = stored[:place] + bytes([stored[place] ^ (1 << bit)]) + stored[place + 1 :]
            session.execute(
                text(f"UPDATE {name} SET {column} = CAST(:value AS TEXT) WHERE id = :id"),
                {"value": flipped, "id": row_id},
            )
            found += damaged_rows(session) == [DamagedRow(name, row_id)]
            session.rollback()
            session.execute(text("PRAGMA ignore_check_constraints = OFF"))
    print(f"flipped bits: {found} of {FLIPS} found by the seals of the rows")
    assert found >= FLIPS * 0.99


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
