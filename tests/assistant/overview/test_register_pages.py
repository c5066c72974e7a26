"""Registers are kept on pages: made, changed, elected, and told to the court."""

from __future__ import annotations

import io

from openpyxl import load_workbook
from sqlalchemy import select

from mediation_rooms.models.registers import Committee, Mediator
from mediation_rooms.models.rooms import MediationRoom

COMMITTEE = {
    "name": "示例镇调委会", "code": "demo", "number_prefix": "示", "kind": "township", "host_body": "示例镇政府",
    "place": "喜洲镇", "has_seal": "yes",
}  # fmt: skip
ROOM = {
    "name": "示例室", "code": "demo-room", "kind": "jinhua", "host_kind": "court", "host_body": "示例法庭",
    "legal_basis": "人民调解法第八条", "place": "喜洲镇", "hours": "周一至周五 08:30-17:30",
    "languages": ["bfs", "zh"], "subjects": ["neighbour"],
}  # fmt: skip


def test_an_administrator_sets_up_a_room_without_a_command(app, signed_in):
    administrator = signed_in("administrator")
    assert "还没有登记调解室" in administrator.get("/overview/registers").text
    kept = administrator.post("/overview/registers/committee/new", data=COMMITTEE)
    assert kept.status_code == 303, kept.text
    assert administrator.get(kept.location).status_code == 200
    person = administrator.post(
        "/overview/registers/mediator/new",
        data={"name": "示例甲", "sex": "female", "languages": ["bfs"], "interprets": ["bfs"]},
    )
    assert person.status_code == 303
    with app.extensions["stores"].cases.reading() as session:
        committee, mediator = (
            session.scalars(select(Committee)).one(),
            session.scalars(select(Mediator)).one(),
        )
    elected = administrator.post(
        f"{kept.location}/terms",
        data={"mediator": mediator.id, "post": "director", "elected_on": "2026-01-31"},
    )
    assert elected.status_code == 303
    made = administrator.post(
        "/overview/registers/room/new",
        data=ROOM | {"committee": committee.id, "mediators": [mediator.id]},
    )
    assert made.status_code == 303, made.text
    page = administrator.get(made.location).text
    assert "周一至周五 08:30-17:30" in page
    assert "喜洲镇" in page
    with app.extensions["stores"].cases.reading() as session:
        room = session.scalars(select(MediationRoom)).one()
        assert room.committee_id == committee.id
        assert room.division_code == "532901104"
    book = load_workbook(io.BytesIO(administrator.post("/overview/registers/changes.xlsx").data))
    assert [row[2] for row in book.active.iter_rows(min_row=2, values_only=True)] == ["设立", "主任"]


def test_what_is_wrong_is_said_and_nothing_is_lost(signed_in):
    officer = signed_in("county_officer", division_code="532901")
    wrong = ROOM | {"hours": "每天", "place": "周城", "name": "", "latitude": "north"}
    page = officer.post("/overview/registers/room/new", data=wrong)
    assert page.status_code == 422
    for words in ("第1行看不懂", "这一项要填写", "请写成 25.853000 的样子", "每天"):
        assert words in page.text
    elsewhere = officer.post("/overview/registers/room/new", data=ROOM | {"place": "532922"})
    assert "只能登记自己区域里的调解室" in elsewhere.text


def test_a_head_of_a_room_reaches_only_the_own_room(signed_in, app):
    administrator = signed_in("administrator")
    ids = []
    for number in (1, 2):
        made = administrator.post("/overview/registers/room/new", data=ROOM | {"code": f"demo-{number}"})
        ids.append(int(made.location.rsplit("/", 1)[1]))
    head = signed_in("room_head", room_id=ids[0])
    assert head.get(f"/overview/registers/room/{ids[0]}").status_code == 200
    assert head.get(f"/overview/registers/room/{ids[1]}").status_code == 404
    assert head.post(f"/overview/registers/room/{ids[1]}", data=ROOM).status_code == 404
    assert head.get("/overview/registers/nothing/1").status_code == 404
