"""What leaves the programme about people: recorded first, above fifty persons agreed by another person."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from assistant.web.clock import today
from mediation_rooms import handing_on, samples
from mediation_rooms.actor import Actor
from mediation_rooms.models.handing_on import HandedKind, HandedOn
from tests.assistant.casework.conftest import NOW

WHOLE = {"recipient": "示例乡镇", "reason": "示例：季度汇总", "basis": "人民调解法第二十七条"}


@pytest.fixture
def head(signed_in, rooms):
    return signed_in("room_head", room_id=next(iter(rooms.values())))


def records(app):
    with app.extensions["stores"].cases.reading() as session:
        return list(session.scalars(select(HandedOn).order_by(HandedOn.id)))


def test_an_export_without_recipient_purpose_or_basis_is_refused_and_then_recorded(app, head, make_case):
    """PRI-10: recipient, purpose, items, basis and the number of persons stand before the file leaves."""
    make_case(samples.boundary_case_mediating)
    address = f"/overview/ledger.xlsx?period={today():%Y}"
    for missing in WHOLE:
        refused = head.post(address, data=WHOLE | {missing: " "})
        assert refused.status_code == 422
        assert records(app) == []
    assert load_workbook(io.BytesIO(head.post(address, data=WHOLE).data)).active.max_row == 2
    (kept,) = records(app)
    assert (kept.kind, kept.recipient, kept.basis) == (HandedKind.LEDGER, WHOLE["recipient"], WHOLE["basis"])
    assert kept.fields
    assert kept.person_count == 3
    assert kept.handed_at is not None
    page = head.get("/overview/handed-on").text
    assert "示例乡镇" in page
    assert "示例：季度汇总" in page


def test_many_persons_wait_for_a_second_person_of_the_same_room(
    app, head, signed_in, rooms, make_case, monkeypatch
):
    """PRI-10: the asker cannot agree, another room cannot see it, one approval is good for one export."""
    monkeypatch.setattr(handing_on, "MOST_WITHOUT_SECOND_PERSON", 1)
    make_case(samples.boundary_case_mediating)
    address = f"/overview/ledger.xlsx?period={today():%Y}"
    waiting = head.post(address, data=WHOLE)
    assert waiting.status_code == 303
    assert waiting.location == "/overview/handed-on"
    (wish,) = records(app)
    assert wish.handed_at is None
    agree = f"/overview/handed-on/{wish.id}"
    assert head.post(agree).status_code == 422
    stranger = signed_in("room_head", room_id=list(rooms.values())[1])
    assert stranger.post(agree).status_code == 404
    assert "示例乡镇" not in stranger.get("/overview/handed-on").text
    assert head.post(address, data=WHOLE).status_code == 303
    second = signed_in("mediator", room_id=next(iter(rooms.values())))
    assert second.post(agree).status_code == 303
    assert head.post(address, data=WHOLE | {"recipient": "别处"}).status_code == 303
    assert head.post(address, data=WHOLE).status_code == 200
    assert head.post(address, data=WHOLE).status_code == 303
    kept = records(app)[0]
    assert kept.approved_by == "示例工作人员3"
    assert kept.handed_at is not None


def test_fifty_go_and_fifty_one_wait(app, rooms):
    """PRI-10: the number itself."""
    actor = Actor(1, "示例负责人", room_id=next(iter(rooms.values())), roles=frozenset({"room_head"}))
    with app.extensions["stores"].cases.open_writer() as session:
        for count, goes in ((50, True), (51, False)):
            entry = handing_on.HandingEntry(
                HandedKind.LEDGER, "示例乡镇", "示例", "示例", "示例", person_count=count, part=str(count)
            )
            record = handing_on.hand_on(session, entry=entry, actor=actor, now=NOW)
            assert (record.handed_at is not None) is goes


def test_nothing_in_the_programme_removes_a_record_of_handing_on():
    """PRI-10: kept three years at least, because no code deletes a line of that table."""
    for package in ("assistant", "mediation_rooms", "corpus"):
        for path in Path(package).rglob("*.py"):
            content = path.read_text("utf-8")
            assert "delete(HandedOn" not in content, path
            assert "delete(record" not in content or "handing_on" not in content, path
