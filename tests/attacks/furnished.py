"""A house with something in every corner: one row at least for every kind of address the application has.

:func:`furnish` fills the collection once; :func:`fill_room` fills one mediation room with files, requests,
appraisals, exports and work in the queue, every free text of it holding a marker word.
"""

from __future__ import annotations

import io
import itertools
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask
from PIL import Image

from assistant import jobs
from assistant.outreach import items
from assistant.outreach.codes import code_of
from assistant.outreach.event_models import ConsentBasis
from assistant.outreach.event_photographs import add_photograph
from assistant.outreach.events import EventEntry, record_event
from assistant.outreach.items import Editor, ItemEntry
from assistant.outreach.kinds import ItemKind
from assistant.outreach.quiz import read_question
from assistant.search_service import build_index
from assistant.web.clock import CHINA
from corpus.bai.glossary import starter_rows, store_rows
from corpus.bai.varieties import Variety
from corpus.citation import Citation
from corpus.database import Store
from corpus.parallel import units
from corpus.parallel.tables import RecordedKind
from corpus.parallel.unit_tables import UnitScript
from mediation_rooms import evidence, people, privacy, referrals, requests, retention, samples
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile, CaseNote
from mediation_rooms.models.handing_on import HandedKind, HandedOn
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import ConsentKind, DataRequestKind, Manner, RetentionClass
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import sample_room
from tests.assistant.sample_recording import store_sample_recording

NOW = datetime.now(CHINA).replace(microsecond=0)
PLACE = "【译文占位甲】"
EVERYBODY = tuple(role for role in Role if role not in {Role.AUDITOR, Role.SECURITY_OFFICER})
"""Roles that one person can hold together."""
FAR = 11 * 366 + 200
"""Days ago of a file whose years of keeping are over."""


@jobs.job("attack.sheet")
def _sheet(context: jobs.JobContext) -> dict[str, str]:
    context.file("sheet.txt").write_text("做好了", encoding="utf-8")
    return {"file": "sheet.txt"}


@dataclass(frozen=True)
class Filled:
    """What :func:`fill_room` made."""

    room_id: int
    open_id: int
    in_force_id: int
    archived_id: int
    old_id: int
    sealed_id: int
    attachment_id: int
    asked_id: int


def furnish(app: Flask, *, index: bool = True) -> None:
    """A text, a speaker, a recording, a glossary, materials, an event with a quiz, a photograph and codes.

    The law and the rooms are expected to be there (fixture ``rooms``).
    """
    store: Store = app.extensions["stores"].collection
    with store.writing() as session:
        store_rows(session, rows=itertools.islice(starter_rows(), 40))
        translator, reviewer = units.Person(1, "示例译者"), units.Person(2, "示例审校")
        for article in (1, 2):
            unit = units.begin_unit(
                session,
                Citation("示例法", article),
                variety=Variety.CENTRAL,
                script=UnitScript.HAN,
                on=NOW.date(),
            )
            units.write_text(
                session, unit, text=PLACE, person=translator, now=NOW, on=NOW.date(), provenance="示例来源"
            )
        units.review(session, unit, person=reviewer, now=NOW, on=NOW.date())
        store_sample_recording(session, app, kind=RecordedKind.UNIT, key=f"unit:{unit.id}", now=NOW)
        _materials(session)
    if index:
        build_index(store, app.extensions["settings"].index_directory)


def _materials(session: Any) -> None:
    teacher = Editor(1, "示例宣传员")
    poster = ItemEntry(
        title="示例海报", written_on=NOW.date(), topic="neighbours", author="示例宣传员", rights="可以自由复印散发",
        lines=("先看约定",), points=(("水渠谁来修？", "先看大家怎么约定的。"),), script="修水渠先看约定。",
        kind=ItemKind.POSTER, articles=("《示例法》第二条",),
    )  # fmt: skip
    asked = read_question("水渠谁来修？", "*先看约定\n谁力气大谁修", "《示例法》第二条").as_stored()
    quiz = ItemEntry(
        title="示例小问答", written_on=NOW.date(), topic="neighbours", rights="可以自由使用", lines=("先看约定",),
        kind=ItemKind.QUIZ, articles=("《示例法》第二条",), questions=(asked,),
    )  # fmt: skip
    song = ItemEntry(
        title="示例唱词", written_on=NOW.date(), topic="neighbours", rights="可以自由使用", lines=("先看约定", "再找村里"),
        kind=ItemKind.BAIQU, script="先看约定\n再找村里", articles=("《示例法》第二条",),
    )  # fmt: skip
    made = [items.write_item(session, entry=entry, editor=teacher, now=NOW) for entry in (poster, quiz, song)]
    held = EventEntry(
        title="示例活动", held_on=date(2026, 11, 20), division_code="532901104213", language_code="bfs",
        topics=("neighbours",), materials=((made[1].id, 30), (made[0].id, 10)),
    )  # fmt: skip
    event = record_event(session, entry=held, editor=teacher, now=NOW)
    add_photograph(
        session, event, content=picture(), consent=ConsentBasis.NOBODY, consent_note="", caption="示例照片",
        editor=teacher, now=NOW,
    )  # fmt: skip
    code_of(session, item=made[0])
    code_of(session, event=event)


def picture(form: str = "JPEG") -> bytes:
    """A small picture."""
    drawn = io.BytesIO()
    Image.new("RGB", (640, 480), (120, 20, 20)).save(drawn, form)
    return drawn.getvalue()


def fill_room(app: Flask, code: str, *, marker: str = "示例", expert: str | None = None) -> Filled:
    """Files in every state with everything that hangs on them, in the room of this code.

    ``expert`` names a room with which the open file is shared and which is asked for its opinion.
    """
    folder = app.extensions["settings"].instance_directory / "attachments"
    stored = evidence.keep_file(folder, evidence.check_file(b"%PDF-1.4 " + marker.encode()))
    with app.extensions["stores"].cases.writing() as session:
        room = sample_room(session, code)
        keeper = Actor(None, f"{marker}甲", room_id=room.id, roles=frozenset({"mediator"}))
        second = Actor(901, f"{marker}乙", room_id=room.id, roles=frozenset({"mediator"}))

        def make(sample: Any, days_ago: int) -> CaseFile:
            case: CaseFile = sample(session, actor=keeper, now=NOW - timedelta(days=days_ago))
            session.flush()
            return case

        opened = make(samples.boundary_case_mediating, 9)
        make(samples.boundary_case_opened, 1)
        in_force = make(samples.boundary_case_in_force, 60)
        archived = make(samples.boundary_case_archived, 200)
        old, sealed = make(samples.boundary_case_archived, FAR), make(samples.boundary_case_mediating, 12)
        old.retention_class = RetentionClass.SHORT
        older = make(samples.boundary_case_archived, FAR + 30)
        older.retention_class = RetentionClass.SHORT
        for case in (opened, in_force, archived, old, older, sealed):
            _mark(case, marker)
        for party in archived.parties:
            people.record_consent(
                session,
                party,
                kind=ConsentKind.TEACHING,
                is_given=True,
                manner=Manner.WRITTEN,
                actor=keeper,
                now=NOW,
            )
        attachment = evidence.attach(
            session, opened, stored=stored, original_name=f"{marker}.pdf", place="evidence", actor=keeper,
            now=NOW - timedelta(days=1),
        )  # fmt: skip
        for kind in (DataRequestKind.COPY, DataRequestKind.CORRECTION):
            asked = privacy.ask_about_data(
                session, in_force, party=in_force.parties[0], kind=kind, words=marker, actor=keeper, now=NOW
            )
        retention.propose_destruction(session, older, reason=marker, actor=second, now=NOW)
        entry = requests.HelpEntry(
            form_token=secrets.token_hex(16), room_id=room.id, division_code="532901104213", notice_version="示例",
            notice_language_code="zh", words=marker, contact_name=marker, contact_phone="139",
        )  # fmt: skip
        requests.ask_for_help(session, entry=entry, now=NOW)
        session.add(
            HandedOn(
                room_id=room.id,
                kind=HandedKind.LEDGER,
                part="2026",
                recipient=marker,
                purpose=marker,
                basis=marker,
                fields=marker,
                person_count=60,
                asked_by_account_id=None,
                asked_by=marker,
                asked_at=NOW,
            )
        )
        if expert is not None:
            _share(session, opened, sample_room(session, expert), marker, keeper)
        sealed.is_sealed = True
        session.flush()
        return Filled(
            room.id, opened.id, in_force.id, archived.id, old.id, sealed.id, attachment.id, asked.id
        )


def _mark(case: CaseFile, marker: str) -> None:
    case.title = case.statement = case.requests = case.occurred_place = marker
    for party in case.parties:
        party.name = party.address = marker
        party.phone = "13911112222"
    case.notes.append(CaseNote(written_at=NOW.astimezone(UTC), written_by=marker, text=marker))


def _share(session: Any, case: CaseFile, room: MediationRoom, marker: str, keeper: Actor) -> None:
    for party in case.parties:
        people.record_consent(
            session, party, kind=ConsentKind.SHARING, is_given=True, manner=Manner.WRITTEN, subject=room.name,
            actor=keeper, now=NOW,
        )  # fmt: skip
    referrals.share_with_room(session, case, room, purpose=marker, until=None, actor=keeper, now=NOW)
    referrals.ask_opinion(session, case, room, question=marker, actor=keeper, now=NOW)


def begin_work(app: Flask, browser: Any, room: Filled) -> list[str]:
    """What only begins when somebody presses a button, begun by this browser; addresses to start walking from."""
    for address, fields in (
        (f"/cases/{room.archived_id}/teaching", {}),
        (f"/cases/{room.archived_id}/dossier", {}),
        (f"/cases/{room.open_id}/acts/note/draft", {"text": "写了一半"}),
        (f"/cases/{room.open_id}/acts/party/draft", {"name": "写了一半"}),
        ("/cases/new/draft", {"statement": "写了一半"}),
        ("/workbench/units/1/draft", {"text": PLACE}),
        ("/outreach/drafts/event-new", {"title": "写了一半"}),
    ):
        browser.post(address, data=fields)
    request = re.search(r"/cases/requests/\d+", browser.get("/cases/requests").text)
    if request:
        browser.post(request[0])
    take = browser.post("/workbench/record/unit/1/takes", data={"speaker": "1"})
    with app.app_context():
        works = [
            (queue, jobs.enqueue("attack.sheet", queue=queue, owner_id=browser.account_id))
            for queue in ("collection", "cases")
        ]
        jobs.run_waiting(app)
        works.append(("cases", jobs.enqueue("attack.sheet", queue="cases", owner_id=browser.account_id)))
    ways = [
        f"/cases/{case_id}" for case_id in (room.open_id, room.in_force_id, room.archived_id, room.old_id)
    ]
    ways += [
        f"/cases/{room.archived_id}/teaching",
        f"/cases/{room.archived_id}/dossier",
        "/outreach/events/1",
    ]
    ways += [
        f"/work/{queue}/{public_id}{rest}"
        for queue, public_id in works
        for rest in ("", "/state", "/files/sheet.txt")
    ]
    if take.status_code == 201:
        ways.append(f"/workbench/takes/{take.json['token']}/sound")
    return ways
