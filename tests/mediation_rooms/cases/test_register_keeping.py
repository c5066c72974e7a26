"""Rooms, committees and mediators are made and changed by people, from a form or from one file."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from mediation_rooms import registers
from mediation_rooms.actor import Actor, programme
from mediation_rooms.audit import AuditRecord
from mediation_rooms.errors import InvalidEntry, NotFound
from mediation_rooms.models.registers import Committee, Mediator
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import CommitteeKind, HostKind, RoomKind
from mediation_rooms.opening_hours import hours_as_text, hours_from
from mediation_rooms.register_files import TEMPLATE, UnreadableRegisters, load_registers
from mediation_rooms.register_keeping import (
    CommitteeEntry,
    Hours,
    MediatorEntry,
    RoomEntry,
    keep_committee,
    keep_mediator,
    keep_room,
)
from mediation_rooms.rooms import directory, may_issue

NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
ADMINISTRATOR = Actor(1, "示例管理员", roles=frozenset({"administrator"}))
COUNTY = Actor(2, "示例县级人员", roles=frozenset({"county_officer"}), division_code="532901")
OTHER_COUNTY = Actor(3, "示例外县人员", roles=frozenset({"county_officer"}), division_code="532922")
COMMITTEE = CommitteeEntry(
    code="demo", name="示例调委会", number_prefix="示例", kind=CommitteeKind.TOWNSHIP, host_body="示例镇",
    division_code="532901104",
)  # fmt: skip
ROOM = RoomEntry(
    code="demo-room", name="示例室", kind=RoomKind.JINHUA, host_kind=HostKind.COURT, host_body="示例法庭",
    legal_basis="人民调解法第八条", division_code="532901104", hours=(Hours(0, time(8, 30), time(17, 30)),),
    language_codes=frozenset({"bfs", "zh"}), subject_codes=frozenset({"neighbour"}),
)  # fmt: skip


@pytest.fixture
def session(case_store):
    with case_store.writing() as opened:
        yield opened


def test_an_empty_installation_is_set_up_by_an_administrator_and_changed_by_its_county(session):
    committee = keep_committee(session, None, entry=COMMITTEE, actor=ADMINISTRATOR, now=NOW)
    person = keep_mediator(
        session,
        None,
        entry=MediatorEntry(
            name="示例甲", language_codes=frozenset({"bfs"}), interprets_codes=frozenset({"bfs"})
        ),
        actor=ADMINISTRATOR,
        now=NOW,
    )
    values = ROOM.__dict__ | {"committee_id": committee.id, "mediator_ids": frozenset({person.id})}
    room = keep_room(session, None, entry=RoomEntry(**values), actor=ADMINISTRATOR, now=NOW)
    assert may_issue(room, "agreement")
    assert [each.name for each in directory(session, now=NOW)] == ["示例室"]
    changed = values | {
        "name": "示例金花室",
        "language_codes": frozenset({"bfs"}),
        "mediator_ids": frozenset(),
    }
    keep_room(session, room, entry=RoomEntry(**changed), actor=COUNTY, now=NOW)
    assert [row.language_code for row in room.languages] == ["bfs"]
    assert room.members[0].until_on == date(2026, 11, 26)
    with pytest.raises(NotFound):
        keep_room(session, room, entry=RoomEntry(**changed), actor=OTHER_COUNTY, now=NOW)
    actions = session.scalars(select(AuditRecord.action)).all()
    assert actions.count("register.room") == 2


def test_the_head_of_a_room_changes_its_hours_but_not_what_it_rests_on(session):
    room = keep_room(session, None, entry=ROOM, actor=ADMINISTRATOR, now=NOW)
    head = Actor(4, "示例负责人", room_id=room.id, roles=frozenset({"room_head"}))
    keep_room(session, room, entry=RoomEntry(**ROOM.__dict__ | {"phone": "0000-1"}), actor=head, now=NOW)
    assert room.phone == "0000-1"
    with pytest.raises(InvalidEntry) as refused:
        keep_room(
            session, room, entry=RoomEntry(**ROOM.__dict__ | {"host_body": "别处"}), actor=head, now=NOW
        )
    assert refused.value.problems == {"host_body": "这一项由上级中心修改"}


def test_every_problem_of_an_entry_is_said_at_once(session):
    keep_committee(session, None, entry=COMMITTEE, actor=ADMINISTRATOR, now=NOW)
    bad = CommitteeEntry(
        code="演示 一",
        name=" ",
        number_prefix="示例",
        kind=CommitteeKind.VILLAGE,
        host_body="",
        division_code="0",
    )
    with pytest.raises(InvalidEntry) as refused:
        keep_committee(session, None, entry=bad, actor=ADMINISTRATOR, now=NOW)
    assert set(refused.value.problems) == {"code", "name", "host_body", "division_code", "number_prefix"}


def test_changes_of_a_committee_are_kept_for_the_court(session):
    committee = keep_committee(session, None, entry=COMMITTEE, actor=ADMINISTRATOR, now=NOW)
    renamed = CommitteeEntry(**COMMITTEE.__dict__ | {"name": "示例新调委会"})
    keep_committee(session, committee, entry=renamed, actor=COUNTY, now=NOW)
    lines = registers.changes_since(session, area_code="532901", since=NOW)
    assert ("名称变更", "示例调委会", "示例新调委会") in [
        (line.what, line.before, line.after) for line in lines
    ]


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("周一至周五 08:30-17:30", "周一至周五 08:30-17:30"),
        ("星期六 9:00—12:00\n星期天 9:00-12:00", "周六至周日 09:00-12:00"),
        ("周一 08:00-12:00\n周一 14:00-18:00", "周一 08:00-12:00\n周一 14:00-18:00"),
        ("", ""),
    ],
)
def test_opening_hours_are_read_as_people_write_them_and_written_back(text, again):
    assert hours_as_text(hours_from(text)) == again


@pytest.mark.parametrize("text", ["每天", "周一 25:00-26:00", "周五至周一 08:00-09:00", "周一 17:00-08:00"])
def test_hours_that_cannot_be_are_named_by_line(text):
    with pytest.raises(InvalidEntry, match="第1行"):
        hours_from(text)


FILE = """
[[committee]]
code = "demo"
name = "示例调委会"
number_prefix = "示例"
kind = "township"
host_body = "示例镇"
division_code = "532901104"
[[mediator]]
name = "示例甲"
sex = "female"
languages = ["bfs"]
interprets = ["bfs"]
committee = "demo"
post = "director"
elected_on = 2026-01-31
[[room]]
code = "demo-room"
name = "示例室"
kind = "jinhua"
host_kind = "court"
host_body = "示例法庭"
legal_basis = "人民调解法第八条"
committee = "demo"
division_code = "532901104"
languages = ["bfs"]
subjects = ["neighbour"]
hours = "周一至周五 08:30-17:30"
mediators = ["示例甲"]
"""


def test_one_file_sets_up_everything_and_is_loaded_again_after_a_correction(session):
    actor = programme("命令行")
    for text in (FILE, FILE.replace("示例室", "示例金花室")):
        loaded = load_registers(session, text, actor=actor, now=NOW)
        assert (loaded.committees, loaded.mediators, loaded.rooms) == (1, 1, 1)
    assert session.scalars(select(MediationRoom.name)).all() == ["示例金花室"]
    assert len(session.scalars(select(Mediator)).all()) == 1
    committee = session.scalars(select(Committee)).one()
    assert [term.ends_on for term in committee.terms] == [date(2029, 1, 31)]


def test_a_wrong_file_names_every_place_and_changes_nothing(case_store):
    wrong = FILE.replace('kind = "jinhua"', 'kind = "nothing"').replace(
        'committee = "demo"\npost', 'committee = "x"\npost'
    )
    with pytest.raises(UnreadableRegisters) as refused, case_store.writing() as session:
        load_registers(session, wrong, actor=programme("命令行"), now=NOW)
    assert any("[[mediator]] 第1个（示例甲） committee" in each for each in refused.value.problems)
    assert any(each.startswith("[[room]] 第1个") for each in refused.value.problems)
    with case_store.reading() as session:
        assert session.scalars(select(Committee)).all() == []
    with pytest.raises(UnreadableRegisters), case_store.writing() as session:
        load_registers(session, TEMPLATE, actor=programme("命令行"), now=NOW)
