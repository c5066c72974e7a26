"""Every form, with fields it does not have: nothing of them is stored, and the trail says who tried."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text

from assistant.web.casework.act_list import all_acts
from assistant.web.forged_fields import FORGED, forged
from corpus.database import Store
from mediation_rooms import samples
from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.permissions import Role
from tests.assistant.casework.conftest import make_case, rooms
from tests.assistant.casework.test_pages import INTAKE
from tests.attacks.sampling import routes

FIXTURES = (make_case, rooms)
MARK = "伪造的内容"
FORGERY = dict.fromkeys(FORGED, MARK) | {
    "room_id": "2", "state": "archived", "number": MARK, "is_sealed": "yes", "created_at": "1970-01-01",
    "received_at": "1970-01-01T00:00", "id": "1", "version_id": "99", "legal_hold": "yes",
}  # fmt: skip
DEFAULTS = {
    "select": re.compile(r'<select\b[^>]*name="([\w-]+)".*?<option value="([^"]+)"', re.DOTALL),
    "input": re.compile(r'<input\b(?![^>]*checkbox)[^>]*name="([\w-]+)"[^>]*?value="([^"]*)"'),
    "area": re.compile(r'<textarea\b[^>]*name="([\w-]+)"[^>]*>(.*?)</textarea>', re.DOTALL),
}


def as_filled_in(page: str) -> dict[str, str]:
    """What the first person who opens a form would send: its own values, a word where there is none."""
    form = max(re.findall(r'<form\b[^>]*method="post".*?</form>', page, re.DOTALL), key=len, default="")
    values = {
        name: unescape(value) or "示例" for kind in DEFAULTS.values() for name, value in kind.findall(form)
    }
    return {name: value for name, value in values.items() if name not in FORGED | {"room_id", "csrf_token"}}


def all_values(store: Store) -> dict[str, list[Any]]:
    """Every row of every table, as the database holds it."""
    with store.reading() as session:
        names = inspect(session.connection()).get_table_names()
        return {
            name: [tuple(row) for row in session.execute(text(f'SELECT * FROM "{name}"'))] for name in names
        }


def must_hold_nothing_forged(store: Store) -> None:
    for table, rows in all_values(store).items():
        for row in rows:
            if table not in ("audit_records", "form_drafts"):
                assert not any(MARK in str(value) for value in row), (table, row)
                assert not any(str(value).startswith("1970") for value in row), (table, row)


def of_room(store: Store, room_id: int) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).where(CaseFile.room_id == room_id)) or 0


def lines(app: Flask) -> int:
    with app.extensions["stores"].cases.reading() as session:
        tried = select(func.count()).where(AuditRecord.action == "form.forged_field")
        return session.scalar(tried) or 0


@pytest.mark.parametrize("role", [Role.MEDIATOR, Role.ROOM_HEAD])
def test_no_form_of_a_file_takes_over_a_field_it_does_not_have(app: Flask, signed_in, rooms, make_case, role):
    """ACC-09: intake, note and every act, sent as its page fills it in, with 26 more fields."""
    own, other = list(rooms.values())[:2]
    cases, browser = app.extensions["stores"].cases, signed_in(role, room_id=own)
    forgery = {**FORGERY, "room_id": str(other)}
    stored, tried = 0, 0
    before = of_room(cases, other)
    for sample, days in (
        (samples.boundary_case_opened, 1), (samples.boundary_case_mediating, 9), (samples.boundary_case_in_force, 9),
    ):  # fmt: skip
        case_id = make_case(sample, days_ago=days)
        for key in all_acts():
            address = f"/cases/{case_id}/acts/{key}"
            page = browser.get(address)
            if page.status_code != 200:
                continue
            answer = browser.post(address, data={**forgery, **as_filled_in(page.text)})
            assert answer.status_code in (303, 409, 413, 422), (key, answer.status_code)
            stored, tried = stored + (answer.status_code == 303), tried + 1
        browser.post(f"/cases/{case_id}/notes", data={**forgery, "text": "示例便条"})
        with cases.reading() as session:
            case = session.get_one(CaseFile, case_id)
            assert (case.room_id, case.is_sealed, case.legal_hold) == (own, False, False)
            assert case.received_by != MARK
    answer = browser.post("/cases/new", data={**forgery, **INTAKE})
    assert answer.status_code == 303
    assert stored >= 3
    must_hold_nothing_forged(cases)
    assert of_room(cases, other) == before
    assert lines(app) >= tried + 4


def test_no_other_form_takes_them_over_either(app: Flask, signed_in, rooms):
    """ACC-09: every unsafe route of every surface by everybody who may; both databases searched."""
    people = (Role.ADMINISTRATOR, Role.REVIEWER, Role.TRANSLATOR, Role.EDUCATOR, Role.JURIST, Role.ROOM_HEAD)
    stores = app.extensions["stores"]
    for role in people:
        for route in routes(app):
            if route.method != "POST" or route.endpoint in ("sign_in.sign_out", "account.enrol_kiosk"):
                continue
            browser = signed_in(role, room_id=next(iter(rooms.values())))
            fields = as_filled_in(browser.get(route.address).text)
            taken = {"user_name", "display_name"} & set(fields)
            fields |= dict.fromkeys(taken, f"示例{browser.account_id}号")
            answer = browser.post(route.address, data={**FORGERY, **fields})
            assert answer.status_code < 500, route
    must_hold_nothing_forged(stores.cases)
    must_hold_nothing_forged(stores.collection)


def test_what_counts_as_forged_is_in_no_form(app: Flask, signed_in, rooms, make_case):
    """ACC-09: no page of any role has a control of that name, so an honest person never leaves the line."""
    case_id = make_case(samples.boundary_case_mediating)
    browser = signed_in(
        *(role for role in Role if role not in {Role.AUDITOR, Role.SECURITY_OFFICER}), room_id=1
    )
    addresses = [route.address for route in routes(app) if route.method == "GET"]
    addresses += [f"/cases/{case_id}/acts/{key}" for key in all_acts()]
    for address in addresses:
        answer = browser.get(address)
        if answer.mimetype == "text/html":
            for control in re.findall(r"<(?:input|select|textarea)\b[^>]*>", answer.text):
                name = re.search(r'\bname="([^"]+)"', control)
                if name and not address.startswith("/account"):
                    assert not forged("x", {name[1]}), (address, control)
