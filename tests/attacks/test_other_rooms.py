"""Every address with an id, asked with the real ids of another room; every page, searched for its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from mediation_rooms import evidence, samples
from mediation_rooms.actor import Actor
from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.cases import CaseFile, CaseNote
from mediation_rooms.models.evidence import Attachment
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import sample_room
from tests.assistant.casework.conftest import NOW, make_case, rooms
from tests.attacks.fingerprints import fingerprint

FIXTURES = (make_case, rooms)
MARKER = "别室记号"
TRIGGER = "别室找得到的词"
"""A word of the file to ask for; the page repeats the question, so another one is looked for."""
PHONE = "13911112222"
WIDE = tuple(role for role in Role if role not in {Role.SECURITY_OFFICER, Role.AUDITOR, Role.ROOM_HEAD})


@dataclass(frozen=True)
class Foreign:
    """What belongs to the second room: an open file with an attachment, a sealed file."""

    case_id: int
    sealed_id: int
    attachment_id: int
    own_room_id: int


@pytest.fixture
def foreign(app: Flask, rooms: dict[str, int], make_case) -> Foreign:
    """A file of the second room, full of a word that is nowhere else."""
    first, second = list(rooms)[:2]
    case_id = make_case(samples.boundary_case_mediating, room=second)
    sealed_id = make_case(samples.boundary_case_mediating, room=second)
    folder = app.extensions["settings"].instance_directory / "attachments"
    picture = b"%PDF-1.4 " + MARKER.encode()
    stored = evidence.keep_file(folder, evidence.check_file(picture))
    with app.extensions["stores"].cases.writing() as session:
        actor = Actor(account_id=None, name="示例调解员乙", room_id=sample_room(session, second).id)
        for number in (case_id, sealed_id):
            case = session.get_one(CaseFile, number)
            case.title = case.statement = case.requests = case.occurred_place = f"{MARKER}，{TRIGGER}"
            for party in case.parties:
                party.name, party.phone, party.address = MARKER, PHONE, MARKER
            case.notes.append(CaseNote(written_at=NOW, written_by=MARKER, text=MARKER))
        session.get_one(CaseFile, sealed_id).is_sealed = True
        kept = evidence.attach(
            session, session.get_one(CaseFile, case_id), stored=stored, original_name=f"{MARKER}.pdf",
            place="evidence", actor=actor, now=NOW - timedelta(days=1),
        )  # fmt: skip
        session.flush()
        attachment_id = kept.id
    return Foreign(case_id, sealed_id, attachment_id, rooms[first])


def filled(rule: Rule, case_id: int, attachment_id: int) -> str | None:
    """The address of a rule about files with these ids; None for a rule about something else."""
    if "<int:case_id>" not in rule.rule:
        return None
    address = rule.rule.replace("<int:case_id>", str(case_id)).replace(
        "<int:attachment_id>", str(attachment_id)
    )
    address = re.sub(r"<any\((\w+),[^>]*>", r"\1", address)
    return re.sub(r"<[^>]+>", "party" if "/acts/" in address else "agreement", address)


def about_files(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if "<int:case_id>" in rule.rule:
                yield rule, method


FIELDS = {"text": "x", "name": "x", "side": "applicant", "field": "phone", "party": "1", "reason": "看看"}


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ROOM_HEAD])
def test_every_address_of_a_file_is_the_same_404_for_another_room(app: Flask, signed_in, foreign, role):
    """ACC-03: real ids of another room, open and sealed: 404 and the very body of an id that is nothing."""
    browser = signed_in(role, room_id=foreign.own_room_id)
    stores, checked = app.extensions["stores"], 0
    trail = frozenset({"audit_records", "audit_chains", "sign_in_sessions"})
    before = fingerprint(stores.cases, without=trail)
    for rule, method in about_files(app):
        seen = set()
        for case_id in (foreign.case_id, foreign.sealed_id, 999_999):
            address = filled(rule, case_id, foreign.attachment_id)
            assert address is not None
            answer = browser.open(address, method=method, data=FIELDS)
            assert answer.status_code == 404, (rule, method, case_id)
            body = answer.text.replace(answer.headers["X-Request-ID"], "NUMBER")
            seen.add(re.sub(r'name="csrf_token" value="\w+"', "", body))
        assert len(seen) == 1, (rule, method)
        checked += 1
    assert checked >= 12
    assert fingerprint(stores.cases, without=trail) == before
    with stores.cases.reading() as session:
        refused = session.scalars(select(AuditRecord).where(AuditRecord.result == "refused")).all()
    assert len(refused) >= checked


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ROOM_HEAD])
def test_the_room_itself_opens_them(app: Flask, signed_in, foreign, rooms, role):
    """ACC-03: the addresses of the test above are real: their own room gets an answer."""
    browser = signed_in(role, room_id=list(rooms.values())[1])
    opened = [
        browser.get(address).status_code
        for rule, method in about_files(app)
        if method == "GET" and (address := filled(rule, foreign.case_id, foreign.attachment_id))
    ]
    assert opened.count(200) >= 3
    page = browser.get(f"/cases/{foreign.case_id}").text
    assert MARKER in page


def test_an_attachment_is_reached_only_through_its_own_file(app: Flask, signed_in, foreign, make_case):
    """ACC-03: the real id of an attachment under a file of one's own is not found."""
    own = make_case(samples.boundary_case_mediating)
    browser = signed_in(Role.MEDIATOR, room_id=foreign.own_room_id)
    assert browser.get(f"/cases/{own}").status_code == 200
    assert browser.get(f"/cases/{own}/attachments/{foreign.attachment_id}").status_code == 404
    with app.extensions["stores"].cases.reading() as session:
        assert session.get_one(Attachment, foreign.attachment_id).case_id == foreign.case_id
