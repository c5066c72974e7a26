"""The trail over the years: a million lines checked, none that can be purged, alerts on the very day."""

from __future__ import annotations

import csv
import io
import os
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert, inspect, select, update

from corpus.database import Store
from mediation_rooms import audit, audit_anchor, audit_reading, browsing_alerts, samples
from mediation_rooms.actor import Actor
from mediation_rooms.audit import AuditChain, AuditRecord
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.permissions import APART, TABLE, Action, Role
from tests.assistant.casework.conftest import make_case, rooms

FIXTURES = (make_case, rooms)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LINES = int(os.environ.get("TRAIL_LINES", "1000000"))
ROOT = Path(__file__).resolve().parents[3]


def fill(store: Store, count: int) -> None:
    """A chain of true lines, written in bulk as no page does."""
    previous, table = audit.FIRST_HASH, AuditRecord.__table__
    with store.writing() as session:
        for first in range(1, count + 1, 20_000):
            rows = []
            for sequence in range(first, min(first + 20_000, count + 1)):
                moment = NOW - timedelta(days=365) + timedelta(seconds=sequence)
                line = AuditRecord(
                    chain=3, sequence=sequence, happened_at=moment, wall_clock=moment.isoformat(), account_id=7,
                    actor_name="示例甲", device="", action="case.view", object_kind="case_file",
                    object_id=str(sequence % 900), result="done", reason="", previous_hash=previous, own_hash="",
                )  # fmt: skip
                line.own_hash = previous = audit.hash_of(line)
                rows.append(
                    {column.name: getattr(line, column.name) for column in table.c if column.name != "id"}
                )
            session.execute(insert(table), rows)
        session.add(AuditChain(chain=3, sequence=count, last_hash=previous, last_at=NOW))


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_million_lines_are_verified_in_a_minute(case_store: Store):
    """AUD-06: a chain of 1,000,000 lines, read and checked whole; one changed in the middle is named."""
    fill(case_store, LINES)
    began, worked = time.perf_counter(), time.process_time()
    with case_store.reading() as session:
        verdict = audit_anchor.verify(session)
    waited, spent = time.perf_counter() - began, time.process_time() - worked
    print(f"AUD-06: {verdict.line_count:,} lines in {waited:.1f} s, {spent:.1f} s of the processor")
    assert (verdict.line_count, verdict.broken) == (LINES, ())
    assert (
        spent < 60 * LINES / 1_000_000
    )  # the processor's own time: other work on the machine is not the trail's
    with case_store.writing() as session:
        session.connection().exec_driver_sql("DROP TRIGGER audit_records_no_update")
        session.execute(
            update(AuditRecord).where(AuditRecord.sequence == LINES // 2).values(actor_name="别人")
        )
    with case_store.reading() as session:
        (link,) = audit_anchor.verify(session).broken
    assert link.sequence == LINES // 2


def test_lines_of_last_year_are_there_and_come_out_whole(app: Flask):
    """AUD-07: older than six months, read and exported; every exported line proves its hash again."""
    old = datetime.now(UTC) - timedelta(days=400)
    actor = Actor(account_id=7, name="示例甲", room_id=3)
    with app.extensions["stores"].cases.writing() as session:
        for number in range(5):
            audit.record(
                session, actor=actor, action="case.view", object_id=number, room_id=3,
                now=old + timedelta(days=number),
            )  # fmt: skip
    printed = app.test_cli_runner().invoke(args=["audit", "export"])
    assert printed.exit_code == 0, printed.output
    rows = list(csv.DictReader(io.StringIO(printed.output)))
    assert len(rows) == 5
    assert rows[0]["wall_clock"][:10] == old.astimezone(audit.WALL).date().isoformat()
    with app.extensions["stores"].cases.reading() as session:
        stored = session.scalars(select(AuditRecord).order_by(AuditRecord.id)).all()
        assert [row["own_hash"] for row in rows] == [audit.hash_of(line) for line in stored[:5]]
        assert [line.action for line in stored[5:]] == ["trail.export"]


def test_nothing_in_the_programme_can_purge_the_trail():
    """AUD-07: no statement anywhere deletes or changes lines, no command offers it; the database refuses too."""
    for folder in ("assistant", "mediation_rooms", "corpus"):
        for path in (ROOT / folder).rglob("*.py"):
            source = path.read_text("utf-8")
            assert not re.search(r"\b(delete|update)\(\s*(audit\.)?AuditRecord\b", source), path
            assert not re.search(
                r"(DELETE FROM|UPDATE|TRUNCATE)\s+audit_records", source.replace("BEFORE", "")
            ), path
    from assistant.cli.audit import audit as commands

    assert set(commands.commands) == {"verify", "anchor", "export"}


def test_three_administrators_share_no_permission_over_the_trail():
    """AUD-07: who runs the system, who gives accounts and who reads the trail are three people."""
    assert TABLE[Action.READ_TRAIL].roles == {Role.AUDITOR}
    assert TABLE[Action.OPERATE].roles.isdisjoint({Role.AUDITOR, Role.SECURITY_OFFICER})
    assert Role.AUDITOR not in TABLE[Action.MANAGE_ACCOUNTS].roles
    assert set(APART) == {Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR}


def alerts(app: Flask, room_id: int) -> list[tuple[str, str]]:
    with app.extensions["stores"].cases.reading() as session:
        return [(line.object_id, line.reason) for line in audit_reading.alerts(session, room_id=room_id)]


def test_browsing_leaves_an_alert_on_the_same_day_and_one_a_day(app: Flask, rooms, make_case):
    """AUD-08: more than 50 files, more than 20 of other villages, night, one's own name: a line each, once."""
    room_id = next(iter(rooms.values()))
    case_id = make_case(samples.boundary_case_opened, days_ago=1)
    noon, night = (NOW.replace(hour=hour) for hour in (4, 17))
    cases = app.extensions["stores"].cases
    with cases.writing() as session:
        original = session.get_one(CaseFile, case_id)
        columns = [
            attribute.key
            for attribute in inspect(CaseFile).column_attrs
            if attribute.key not in ("id", "number", "form_token")
        ]
        values = {name: getattr(original, name) for name in columns}
        foreign = [CaseFile(**{**values, "division_code": "532923100000"}) for _number in range(25)]
        own = [CaseFile(**values) for _number in range(30)]
        session.add_all(foreign + own)
        session.flush()
        ids = [case.id for case in foreign], [case.id for case in own]

    def look(account: int, files: list[int], now: datetime) -> None:
        actor = Actor(account, f"示例{account}", room_id=room_id)
        with cases.writing() as session:
            for number in files:
                audit.record(
                    session, actor=actor, action="case.view", object_kind="case_file", object_id=number,
                    room_id=room_id, now=now,
                )  # fmt: skip
                browsing_alerts.after_look(session, actor=actor, now=now)

    look(11, ids[0] + ids[1], noon)
    look(12, ids[0][:20] + ids[1], noon)
    look(13, ids[1][:2], night)
    look(14, ids[0][:20] * 5 + ids[1], noon)
    with cases.writing() as session:
        actor = Actor(15, "示例寻己", room_id=room_id)
        for question in ("示例寻己 田埂", "示例寻己", "别人"):
            browsing_alerts.after_search(session, question=question, actor=actor, now=noon)
    with cases.reading() as session:
        told = [
            (line.object_id, line.reason)
            for line in audit_reading.alerts(session, room_id=room_id, now=NOW + timedelta(days=1))
        ]
    assert sorted(told) == sorted(
        [
            ("11", browsing_alerts.FOREIGN), ("11", browsing_alerts.MANY), ("13", browsing_alerts.NIGHT),
            ("15", browsing_alerts.OWN_NAME),
        ]
    )  # fmt: skip


def test_the_head_of_the_room_reads_the_alert_and_a_search_leaves_a_line_without_its_words(
    app: Flask, signed_in, rooms, make_case
):
    """AUD-08, AUD-01: through the pages: a person looks for the own name; the head sees it on the same day."""
    make_case(samples.boundary_case_mediating)
    room_id = next(iter(rooms.values()))
    browser, head = signed_in("mediator", room_id=room_id), signed_in("room_head", room_id=room_id)
    assert browser.post("/cases/files", data={"q": "示例工作人员1"}).status_code == 200
    assert (str(browser.account_id), browsing_alerts.OWN_NAME) in alerts(app, room_id)
    page = head.get("/account/trail/room").text
    assert browsing_alerts.OWN_NAME in page
    with app.extensions["stores"].cases.reading() as session:
        line = session.scalars(select(AuditRecord).where(AuditRecord.action == "case.search")).one()
    assert line.reason == "找到 0 件"
