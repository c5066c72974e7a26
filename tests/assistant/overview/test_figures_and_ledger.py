"""Figures without names, the ministry's table, the ledger out and in."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from assistant.web.clock import today
from mediation_rooms import samples
from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.cases import CaseFile
from tests.assistant.casework.conftest import make_case, mediator, rooms

assert make_case, mediator
assert rooms


@pytest.fixture
def real_case(app, make_case):
    """A file in force that counts: samples are left out of figures."""
    case_id = make_case(samples.boundary_case_in_force)
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(CaseFile, case_id).is_sample = False
    return case_id


def test_an_officer_goes_down_level_by_level_and_sees_no_name(signed_in, rooms, real_case):
    officer = signed_in("county_officer", division_code="532901")
    page = officer.get("/overview/")
    assert page.status_code == 200
    assert "喜洲镇" in page.text
    assert "示例甲" not in page.text
    assert officer.get("/overview/?area=532901104").status_code == 200
    assert officer.get("/overview/?area=532922").status_code == 404
    assert officer.get("/overview/table?area=532922").status_code == 404
    assert officer.get("/overview/registers").status_code == 200


def test_the_table_of_a_period_with_its_checks(signed_in, mediator, rooms, real_case):
    page = mediator.get("/overview/")
    assert "加总核对" in page.text
    assert mediator.get("/overview/table?period=2026Q5").status_code == 400
    assert mediator.get("/overview/table.xlsx").status_code == 404
    head = signed_in("room_head", room_id=next(iter(rooms.values())))
    book = load_workbook(io.BytesIO(head.get(f"/overview/table.xlsx?period={today():%Y}").data))
    assert book.active.max_row > 20
    assert "&lt;5" in head.get(f"/overview/table?period={today():%Y}&public=yes").text


def test_the_ledger_goes_out_with_a_reason_and_comes_in_after_a_look(app, signed_in, rooms, real_case):
    head = signed_in("room_head", room_id=next(iter(rooms.values())))
    address = f"/overview/ledger.xlsx?period={today():%Y}"
    assert head.post(address, data={"reason": ""}).status_code == 422
    content = head.post(address, data={"recipient": "示例乡镇", "reason": "报乡镇", "basis": "示例依据"}).data
    assert load_workbook(io.BytesIO(content)).active.max_row == 2
    with app.extensions["stores"].cases.reading() as session:
        assert [
            row.reason for row in session.scalars(select(AuditRecord)) if row.action == "case.export"
        ] == ["示例乡镇：报乡镇（3 人）"]
    looked_at = head.post(
        "/overview/ledger/preview",
        data={"file": (io.BytesIO(content), "台账.xlsx")},
        content_type="multipart/form-data",
    )
    assert looked_at.status_code in (200, 422)
    for rubbish in (b"", b"not a workbook", b"PK\x03\x04broken"):
        refused = head.post(
            "/overview/ledger/preview",
            data={"file": (io.BytesIO(rubbish), "台账.xlsx")},
            content_type="multipart/form-data",
        )
        assert refused.status_code == 422
    assert head.post("/overview/ledger/import", data={"kept": "../../etc/passwd"}).status_code == 422


def test_a_mediator_neither_exports_nor_imports_the_ledger(mediator):
    for address in ("/overview/ledger", "/overview/ledger/preview", "/overview/ledger.xlsx"):
        assert mediator.open(address, method="POST").status_code in (404, 405)
