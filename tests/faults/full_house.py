"""A small installation with rows in every corner: law, texts, sound, materials, files, drafts, jobs, people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from assistant import jobs
from assistant.outreach import items
from assistant.outreach.events import EventEntry, ReachEntry, record_event
from assistant.outreach.items import Editor, ItemEntry
from assistant.outreach.measures import Measure
from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.parallel import units
from corpus.parallel.tables import RecordedKind
from corpus.parallel.unit_tables import UnitScript
from mediation_rooms import accounts, drafts, samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from tests.assistant.sample_law import store_sample_law
from tests.assistant.sample_recording import store_sample_recording

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
PLACE = "【译文占位甲】"
PASSWORD = "苍山十九峰洱海月明 correct"
TITLE = "水渠的事，先看约定"


@jobs.job("test.sheet")
def _sheet(context: jobs.JobContext) -> dict[str, str]:
    context.file("sheet.txt").write_text("做好了", encoding="utf-8")
    return {"file": "sheet.txt"}


def furnish(app: Flask) -> None:
    """Rows in both stores and files in the instance folder."""
    _fill_collection(app)
    _fill_cases(app)
    with app.app_context():
        jobs.enqueue("test.sheet", owner_id=1)
        jobs.run_waiting(app)
        jobs.enqueue("test.sheet", queue="cases", owner_id=1)


def _fill_collection(app: Flask) -> None:
    store = app.extensions["stores"].collection
    store_sample_law(store)
    translator, reviewer = units.Person(1, "示例译者"), units.Person(2, "示例审校")
    with store.writing() as session:
        unit = units.begin_unit(
            session, Citation("示例法", 2), variety=Variety.CENTRAL, script=UnitScript.HAN, on=NOW.date()
        )
        units.write_text(
            session, unit, text=PLACE, person=translator, now=NOW, on=NOW.date(), provenance="示例来源"
        )
        units.review(session, unit, person=reviewer, now=NOW, on=NOW.date())
        units.approve(session, unit, person=reviewer, now=NOW, on=NOW.date())
        store_sample_recording(session, app, kind=RecordedKind.TERM, key="term:1", now=NOW)
        entry = ItemEntry(
            title=TITLE, written_on=NOW.date(), topic="neighbours", author="示例宣传员", rights="可以自由复印散发",
            lines=("先看约定",), points=(("水渠谁来修？", "先看大家怎么约定的。"),), script="乡亲们，修水渠先看约定。",
            articles=("《示例法》第二条",),
        )  # fmt: skip
        items.write_item(session, entry=entry, editor=Editor(1, "示例宣传员"), now=NOW)
        event = EventEntry(
            title="三月街普法", held_on=date(2026, 5, 1), division_code="532901104213", language_code="bfs",
            topics=("fraud",), reach=(ReachEntry(Measure.SHEETS, 300, False, "领取登记"),),
        )  # fmt: skip
        record_event(session, entry=event, editor=Editor(1, "示例宣传员"), now=NOW)


def _fill_cases(app: Flask) -> None:
    with app.extensions["stores"].cases.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=NOW - timedelta(days=300))
        room = sample_room(session, "sample-jinhua")
        actor = Actor(None, "示例调解员甲", room_id=room.id, roles=frozenset({"mediator"}))
        for make in (
            samples.boundary_case_mediating, samples.boundary_case_in_force, samples.boundary_case_archived,
            samples.oral_case_performed,
        ):  # fmt: skip
            make(session, actor=actor, now=NOW - timedelta(days=9))
        for name, role, room_id in (
            ("示例调解员", Role.MEDIATOR, room.id), ("示例译者", Role.TRANSLATOR, None), ("示例宣传员", Role.EDUCATOR, None)
        ):  # fmt: skip
            account, _code = accounts.create_account(
                session, actor=programme("测试"), user_name=name, display_name=name, roles=frozenset({role}),
                room_id=room_id, division_code=None, now=NOW,
            )  # fmt: skip
            account.password_hash = app.extensions["passwords"].hash(PASSWORD)
            account.password_changed_at, account.enrolment_hash = NOW, None
        session.flush()
        case = session.scalars(select(CaseFile)).first()
        assert case is not None
        writer = Actor(1, "示例调解员", room_id=room.id)
        drafts.keep_draft(
            session, actor=writer, form="note", case_id=case.id, fields={"text": ["写了一半"]}, now=datetime.now(UTC)
        )  # fmt: skip
