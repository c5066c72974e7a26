"""How far a permission reaches on the pages: by whose word, for how long, and nowhere else."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from mediation_rooms import privacy, samples
from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.outcomes import Referral
from mediation_rooms.models.rights import SealedAccess
from mediation_rooms.permissions import Role
from mediation_rooms.visibility import REFERRAL_OPEN_DAYS
from tests.assistant.casework.conftest import NOW, make_case, mediator, rooms

FIXTURES = (make_case, mediator, rooms)
MARKER = "封存记号"


def actions(app: Flask, case_id: int) -> list[str]:
    with app.extensions["stores"].cases.reading() as session:
        found = (
            select(AuditRecord.action)
            .where(AuditRecord.object_kind.startswith("case"), AuditRecord.object_id == str(case_id))
            .order_by(AuditRecord.id)
        )
        return list(session.scalars(found))


def test_a_centre_reads_a_file_only_by_the_rooms_word_and_for_its_time(
    app: Flask, signed_in, mediator, make_case
):
    """ACC-06: not found; referred up with a reason by a person of the room it opens, with two lines; then it is over."""
    case_id = make_case(samples.boundary_case_mediating)
    officer = signed_in(Role.COUNTY_OFFICER, division_code="532901")
    other = signed_in(Role.COUNTY_OFFICER, division_code="532922")
    assert officer.get(f"/cases/{case_id}").status_code == 404
    assert officer.get("/overview/").status_code == 200
    refer = f"/cases/{case_id}/acts/refer"
    assert mediator.post(refer, data={"direction": "up", "reason": " "}).status_code == 422
    assert officer.get(f"/cases/{case_id}").status_code == 404
    assert mediator.post(refer, data={"direction": "up", "reason": "涉及人多"}).status_code == 303
    assert officer.get(f"/cases/{case_id}").status_code == 200
    assert other.get(f"/cases/{case_id}").status_code == 404
    assert officer.post(f"/cases/{case_id}/notes", data={"text": "x"}).status_code == 404
    lines = actions(app, case_id)
    assert "case.refer_up" in lines
    assert lines[-1] == "case.view"
    with app.extensions["stores"].cases.writing() as session:
        sheet = session.scalars(select(Referral).where(Referral.case_id == case_id)).one()
        sheet.sent_at = NOW - timedelta(days=REFERRAL_OPEN_DAYS + 2)
    assert officer.get(f"/cases/{case_id}").status_code == 404


def test_one_approval_opens_a_sealed_file_for_one_person_and_for_its_days(
    app: Flask, signed_in, mediator, make_case
):
    """ACC-07: 404 until the head approves, with a reason and no longer than ninety days; nobody else is let in by it."""
    case_id = make_case(samples.boundary_case_mediating)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        case.is_sealed, room_id = True, case.room_id
    head = signed_in(Role.ROOM_HEAD, room_id=room_id)
    colleague = signed_in(Role.MEDIATOR, room_id=room_id)
    asked = {"account": str(mediator.account_id), "reason": "开庭需要"}
    for until, status in (
        (NOW.date() + timedelta(days=privacy.LONGEST_OPENING_DAYS + 1), 422), (date(2199, 1, 1), 422), (NOW.date(), 303),
    ):  # fmt: skip
        assert mediator.get(f"/cases/{case_id}").status_code == 404
        answer = head.post(f"/cases/sealed/{case_id}", data={**asked, "until": until.isoformat()})
        assert answer.status_code == status, answer.text
    assert mediator.get(f"/cases/{case_id}").status_code == 200
    assert colleague.get(f"/cases/{case_id}").status_code == 404
    assert head.get(f"/cases/{case_id}").status_code == 404, "whoever approves is not let in by it"
    with app.extensions["stores"].cases.writing() as session:
        session.scalars(select(SealedAccess)).one().until_on = NOW.date() - timedelta(days=1)
    assert mediator.get(f"/cases/{case_id}").status_code == 404


def sealed_file(app: Flask, make_case) -> int:
    case_id = make_case(samples.boundary_case_in_force, days_ago=30)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        case.title = case.statement = MARKER
        for party in case.parties:
            party.name = MARKER
        case.is_sealed = True
    return case_id


@pytest.mark.parametrize("roles", [(Role.MEDIATOR, Role.ROOM_HEAD), (Role.COUNTY_OFFICER,)])
def test_a_sealed_file_changes_no_page_no_count_and_no_export_even_of_its_own_room(
    app: Flask, signed_in, rooms, make_case, roles
):
    """ACC-08: search, lists, calendar, counts, ledger and table are the same before and after the file was there."""
    room_id = next(iter(rooms.values()))
    make_case(samples.boundary_case_mediating)
    browser = signed_in(*roles, room_id=room_id if Role.MEDIATOR in roles else None, division_code="532901")
    addresses = [
        "/cases/files",
        f"/cases/files?q={MARKER}",
        "/cases/files?q=13800000000",
        "/cases/calendar",
        "/cases/teaching",
    ]
    addresses += [
        "/cases/retention",
        "/cases/oddities",
        "/cases/data-requests",
        "/overview/",
        f"/overview/table?period={NOW:%Y}",
    ]
    addresses += [f"/overview/table?period={NOW:%Y}&public=yes"]

    def look() -> list[object]:
        pages = [browser.get(address).text.replace(MARKER, "") for address in addresses]
        seen: list[object] = [
            [line for line in page.splitlines() if "csrf" not in line and "nonce" not in line]
            for page in pages
        ]
        table = browser.get(f"/overview/table.xlsx?period={NOW:%Y}")
        seen.append(list(load_workbook(io.BytesIO(table.data)).active.iter_rows(values_only=True)))
        whole = {"recipient": "示例乡镇", "reason": "示例", "basis": "示例依据"}
        ledger = browser.post(f"/overview/ledger.xlsx?period={NOW:%Y}", data=whole)
        if ledger.status_code == 200:
            seen.append(list(load_workbook(io.BytesIO(ledger.data)).active.iter_rows(values_only=True)))
        return seen

    before = look()
    sealed_file(app, make_case)
    after = look()
    for place, (first, second) in enumerate(zip(before, after, strict=True)):
        assert without_numbers_of_requests(first) == without_numbers_of_requests(second), place


def without_numbers_of_requests(seen: object) -> str:
    return re.sub(r"[0-9a-f]{16,}", "", repr(seen))
