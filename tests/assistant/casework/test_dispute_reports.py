"""A grid worker hands a dispute to a room and sees how far it has come, never again what it says."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from assistant.web.casework.reporting import NOTICE_VERSION
from mediation_rooms.actor import programme
from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import load_sample_rooms

WORDS = "示例：两家的墙挨着，昨天吵了一架"


@pytest.fixture
def rooms(app):
    with app.extensions["stores"].cases.writing() as session:
        found = load_sample_rooms(session, actor=programme("示例"), now=datetime.now(UTC))
        return {room.code: room.id for room in found}


def filled_in(room_id: int, **more: str) -> dict[str, str]:
    return {
        "form_token": "token-1", "place": "大理白族自治州大理市喜洲镇周城村", "kind_code": "neighbour", "room": str(room_id),
        "words": WORDS, "contact_name": "示例村民", "contact_phone": "0000-0000009", "notice": NOTICE_VERSION,
    } | more  # fmt: skip


def stored(app) -> list[RequestForHelp]:
    with app.extensions["stores"].cases.reading() as session:
        return list(session.scalars(select(RequestForHelp)))


def test_a_report_reaches_the_room_and_is_read_back_by_nobody_else(app, signed_in, rooms):
    room_id = rooms["sample-jinhua"]
    worker, other = signed_in(Role.GRID_WORKER, room_id=room_id), signed_in(Role.GRID_WORKER, room_id=room_id)
    mediator = signed_in(Role.MEDIATOR, room_id=room_id)
    assert "报告纠纷" in worker.get("/").text
    page = worker.get("/cases/reports")
    assert page.status_code == 200
    place = "532901104213"
    for _twice in range(2):
        assert worker.post("/cases/reports", data=filled_in(room_id, place=place)).status_code == 303
    (report,) = stored(app)
    assert (report.words, report.channel.value, report.reported_by_account_id) == (
        WORDS,
        "screening",
        worker.account_id,
    )
    after = worker.get("/cases/reports").text
    assert report.reference in after
    assert WORDS not in after
    assert "0000-0000009" not in after
    assert report.reference not in other.get("/cases/reports").text
    assert "打开" in mediator.get("/cases/requests").text
    assert WORDS in mediator.post(f"/cases/requests/{report.id}").text
    with app.extensions["stores"].cases.reading() as session:
        actions = session.scalars(select(AuditRecord.action)).all()
    assert actions.count("request.report") == 1
    for address in ("/cases/requests", "/cases/", f"/cases/requests/{report.id}"):
        assert worker.get(address).status_code in (404, 405)
    assert worker.post(f"/cases/requests/{report.id}").status_code == 404


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"words": " "}, "words"),
        ({"room": "99999"}, "room"),
        ({"place": "没有这个村"}, "place"),
        ({"notice": ""}, "notice"),
        ({"contact_phone": "javascript:"}, "contact_phone"),
        ({"form_token": ""}, "form_token"),
    ],
)
def test_a_refused_report_says_why_and_loses_nothing(app, signed_in, rooms, more, named):
    worker = signed_in(Role.GRID_WORKER, room_id=rooms["sample-jinhua"])
    answer = worker.post(
        "/cases/reports", data=filled_in(rooms["sample-jinhua"], place="532901104213") | more
    )
    assert answer.status_code == 422
    assert f'href="#field-{named}"' in answer.text
    kept = re.search(r"<textarea[^>]*>(.*?)</textarea>", answer.text, re.DOTALL).group(1)
    assert kept == more.get("words", WORDS).strip()
    assert stored(app) == []
