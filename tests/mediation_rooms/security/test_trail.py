"""The trail: append-only, chained, keyed, anchored."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from corpus.database import Store
from mediation_rooms import audit, audit_anchor, audit_reading, keys
from mediation_rooms.actor import Actor
from mediation_rooms.audit import AuditChain, AuditRecord
from tests.databases import ON_POSTGRES

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ALICE = Actor(account_id=7, name="示例甲", room_id=3)


def write_lines(store: Store, count: int = 8, room_id: int | None = 3, start: datetime = NOW) -> None:
    with store.writing() as session:
        for number in range(count):
            audit.record(
                session, actor=ALICE, action="case.view", object_kind="case_file", object_id=number,
                room_id=room_id, now=start + timedelta(minutes=number),
            )  # fmt: skip


def broken(store: Store, anchors=None) -> tuple:
    with store.reading() as session:
        return audit_anchor.verify(session, anchors=anchors).broken


SLIPPING_PAST_DELETE_TRIGGERS = (
    (
        "INSERT INTO audit_records SELECT * FROM audit_records WHERE id = 2"
        " ON CONFLICT (id) DO UPDATE SET actor_name = 'x'",
        "TRUNCATE audit_records",
    )
    if ON_POSTGRES
    else (
        "INSERT OR REPLACE INTO audit_records SELECT * FROM audit_records WHERE id = 2",
        "REPLACE INTO audit_records SELECT * FROM audit_records WHERE sequence = 3",
    )
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_records SET actor_name = 'x' WHERE id = 1",
        "UPDATE audit_records SET sequence = sequence + 100",
        "DELETE FROM audit_records WHERE id = 1",
        "DELETE FROM audit_records",
        *SLIPPING_PAST_DELETE_TRIGGERS,
    ],
)
def test_the_database_itself_refuses_to_change_the_trail(case_store: Store, statement):
    """AUD-03: six statements, all refused, also the one that slips past delete triggers."""
    write_lines(case_store)
    with pytest.raises(DBAPIError, match="append-only"), case_store.writing() as session:
        session.execute(text(statement))
    assert broken(case_store) == ()


def without_triggers(store: Store, change) -> None:
    """What somebody with the database file and no scruples can do."""
    with store.writing() as session:
        names = ("no_change ON audit_records",) if ON_POSTGRES else ("no_update", "no_delete", "no_replace")
        for name in names:
            session.execute(text(f"DROP TRIGGER audit_records_{name}"))
        change(session)


def edit(session):
    session.execute(update(AuditRecord).where(AuditRecord.sequence == 4).values(actor_name="别人"))


def remove(session):
    session.execute(delete(AuditRecord).where(AuditRecord.sequence == 4))


def renumber(session):
    session.execute(delete(AuditRecord).where(AuditRecord.sequence == 4))
    for sequence in range(5, 9):
        session.execute(
            update(AuditRecord).where(AuditRecord.sequence == sequence).values(sequence=sequence - 1)
        )
    session.execute(update(AuditChain).values(sequence=7))


def swap(session):
    for old, new in ((3, 99), (4, 3), (99, 4)):
        session.execute(update(AuditRecord).where(AuditRecord.sequence == old).values(sequence=new))


def cut_the_tail(session):
    session.execute(delete(AuditRecord).where(AuditRecord.sequence > 5))


def cut_the_tail_and_mend_the_head(session):
    session.execute(delete(AuditRecord).where(AuditRecord.sequence > 5))
    last = session.scalar(select(AuditRecord.own_hash).where(AuditRecord.sequence == 5))
    session.execute(update(AuditChain).values(sequence=5, last_hash=last))


def rebuild_with(session, ring):
    keys.use_key_ring(ring)
    previous = audit.FIRST_HASH
    for line in session.scalars(select(AuditRecord).order_by(AuditRecord.sequence)).all():
        line.reason = "换过的理由"
        line.previous_hash = previous
        line.own_hash = previous = audit.hash_of(line)
        session.flush()
    session.execute(update(AuditChain).values(last_hash=previous))


@pytest.mark.parametrize("change", [edit, remove, renumber, swap, cut_the_tail])
def test_tampering_is_found_without_any_anchor(case_store: Store, change):
    """AUD-04: edit, delete, renumber, swap and a plain tail cut break the chain."""
    write_lines(case_store)
    without_triggers(case_store, change)
    (link,) = broken(case_store)
    assert link.chain == 3
    assert link.sequence in (3, 4, 6)


def test_a_chain_rebuilt_without_the_key_is_found(case_store: Store):
    """AUD-04: a rebuilt chain needs the key."""
    write_lines(case_store)
    right = keys.key_ring()
    without_triggers(case_store, lambda session: rebuild_with(session, keys.new_key_ring()))
    keys.use_key_ring(right)
    assert broken(case_store)[0].sequence == 1


def test_a_chain_rebuilt_with_the_stolen_key_is_found_by_the_anchor(case_store: Store, tmp_path):
    """AUD-04: only an anchor kept elsewhere shows this."""
    write_lines(case_store)
    with case_store.reading() as session:
        audit_anchor.write_anchor(session, tmp_path, now=NOW)
    without_triggers(case_store, lambda session: rebuild_with(session, keys.key_ring()))
    assert broken(case_store) == ()
    assert "锚点" in broken(case_store, tmp_path)[0].why


def test_a_cut_tail_is_found_by_the_anchor_even_when_the_head_was_mended(case_store: Store, tmp_path):
    """AUD-04: cuts of lines newer than the last anchor are the stated limit."""
    write_lines(case_store)
    with case_store.reading() as session:
        path = audit_anchor.write_anchor(session, tmp_path, now=NOW)
    without_triggers(case_store, cut_the_tail_and_mend_the_head)
    assert broken(case_store) == ()
    assert broken(case_store, tmp_path)[0].sequence == 6
    path.write_text(path.read_text().replace("3 8 ", "3 5 "))
    with pytest.raises(ValueError, match="锚点文件"):
        broken(case_store, tmp_path)


def test_a_line_says_who_what_when_and_why_and_holds_no_number_of_a_person(case_store: Store):
    """AUD-02: fields of a line; identity numbers, telephones and control characters never stay in it."""
    with case_store.writing() as session:
        line = audit.record(
            session, actor=ALICE, action="case.export", object_kind="case_file", object_id=5, room_id=3,
            reason="核对 532901199001011234\r\n电话 13800000000 \u202e反", now=NOW,
        )  # fmt: skip
        assert (line.account_id, line.actor_name, line.chain) == (7, "示例甲", 3)
        assert line.wall_clock.startswith("2026-11-24T17:00:00")
        assert "5329" not in line.reason
        assert "1380" not in line.reason
        assert line.reason == "核对 ※ 电话 ※ 反"


def test_a_line_stands_only_with_the_act_it_tells_of(case_store: Store):
    """AUD-01: same transaction, so a refused act leaves no line and no act stands without one."""
    with pytest.raises(RuntimeError), case_store.writing() as session:
        audit.record(session, actor=ALICE, action="case.seal", room_id=3, now=NOW)
        raise RuntimeError
    with case_store.reading() as session:
        assert audit_reading.line_count(session) == 0


def test_a_clock_that_goes_back_leaves_a_line_and_the_chain_whole(case_store: Store):
    """AUD-09: order by sequence; the jump is written."""
    write_lines(case_store, 2)
    write_lines(case_store, 2, start=NOW - timedelta(days=1))
    with case_store.reading() as session:
        actions = session.scalars(select(AuditRecord.action).order_by(AuditRecord.sequence)).all()
    assert actions == ["case.view", "case.view", "clock.jumped", "case.view", "case.view"]
    assert broken(case_store) == ()


@pytest.mark.slow
def test_a_chained_line_costs_less_than_a_few_milliseconds(case_store: Store):
    """AUD-05: the extra of a chained row over a save that is written to the disk as well; 400 of each, in turns."""

    def timed(chained: bool) -> float:
        began = time.process_time()  # other work on the machine is not the trail's
        with case_store.writing() as session:
            session.execute(text("UPDATE audit_chains SET sequence = sequence WHERE chain = 3"))
            if chained:
                audit.record(session, actor=ALICE, action="case.view", room_id=3, now=NOW)
        return time.process_time() - began

    timed(True)
    pairs = [(timed(False), timed(True)) for _save in range(400)]
    plain, chained = (statistics.median(each) for each in zip(*pairs, strict=True))
    print(f"AUD-05: {plain * 1000:.2f} ms without, {chained * 1000:.2f} ms with a line, of the processor")
    assert chained - plain < 0.003


def test_browsing_many_files_or_at_night_is_reported(case_store: Store):
    """AUD-08: the weekly list of the room head."""
    with case_store.writing() as session:
        for number in range(51):
            audit.record(session, actor=ALICE, action="case.view", object_id=number, room_id=3, now=NOW)
        night = Actor(account_id=8, name="示例乙", room_id=3)
        at_night = NOW.replace(hour=17)
        audit.record(session, actor=night, action="case.view", object_id=1, room_id=3, now=at_night)
        quiet = Actor(account_id=9, name="示例丙", room_id=3)
        audit.record(
            session, actor=quiet, action="case.view", object_id=1, room_id=3, now=at_night.replace(hour=3)
        )
        found = audit_reading.browsing_report(session, room_id=3, now=NOW + timedelta(hours=12))
    assert {(entry.actor_name, entry.at_night) for entry in found} == {("示例甲", False), ("示例乙", True)}
