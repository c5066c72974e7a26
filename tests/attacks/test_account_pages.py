"""The accounts of others on pages: from nothing to signed in, for every role; resets; what is refused and kept."""

from __future__ import annotations

import io
import logging
import re

import pyotp
from flask import Flask
from sqlalchemy import select

from mediation_rooms.accounts import Account, find_by_user_name
from mediation_rooms.audit import AuditRecord
from mediation_rooms.models.registers import Mediator
from mediation_rooms.permissions import SECOND_FACTOR_REQUIRED, TABLE, Action, Role
from tests.attacks.test_sign_in import try_in
from tests.conftest import PASSWORD

AREA = {
    Role.TOWNSHIP_OFFICER: "532901104",
    Role.COUNTY_OFFICER: "大理市",
    Role.PREFECTURE_OFFICER: "大理白族自治州",
}
OWN_PAGE = {
    Role.MEDIATOR: "/cases/", Role.ROOM_HEAD: "/account/trail/room", Role.GRID_WORKER: "/cases/reports",
    Role.TRANSLATOR: "/workbench/", Role.REVIEWER: "/workbench/", Role.EDUCATOR: "/outreach/", Role.JURIST: "/outreach/",
    Role.TOWNSHIP_OFFICER: "/overview/", Role.COUNTY_OFFICER: "/overview/", Role.PREFECTURE_OFFICER: "/overview/",
    Role.ADMINISTRATOR: "/account/people", Role.SECURITY_OFFICER: "/account/people", Role.AUDITOR: "/account/trail",
}  # fmt: skip
"""Where each role works: a page that it opens."""
NEW = "猫 走过 石桥 twelve"


def code_in(text: str) -> str:
    return re.search(r"<code>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</code>", text).group(1)


def made(administrator, role: Role, room_id: int, **more: str) -> str:
    """Make an account on the page; the one-time code that is shown."""
    fields = {
        "user_name": f"new-{role}", "display_name": "示例新人", "roles": role,
        "room_id": str(room_id) if role in (Role.MEDIATOR, Role.ROOM_HEAD) else "", "division": AREA.get(role, ""),
    } | more  # fmt: skip
    answer = administrator.post("/account/people", data=fields)
    assert answer.status_code == 200, (role, re.findall(r'field-error"[^>]*>(.*?)<', answer.text))
    return code_in(answer.text)


def test_every_role_comes_in_from_nothing_and_reaches_its_work(app: Flask, signed_in, room_ids):
    """AUT-08, AUT-09, AUT-10: made on a page, own password, second factor where it must be, reset, disabled."""
    administrator = signed_in(Role.ADMINISTRATOR)
    for role in Role:
        comes_in_and_goes(app, administrator, role, room_ids)


def comes_in_and_goes(app: Flask, administrator, role: Role, room_ids: list[int]) -> None:
    code = made(administrator, role, room_ids[0])
    browser = app.test_client()
    fields = {"user_name": f"NEW-{role}".upper(), "code": code.upper(), "password": NEW}
    answer = browser.post("/sign-in/first", data=fields)
    assert answer.status_code == 303
    if role in SECOND_FACTOR_REQUIRED:
        assert browser.get(OWN_PAGE[role]).headers["Location"] == "/sign-in/second-factor"
        secret = re.search(r"[A-Z2-7]{32}", browser.get("/sign-in/second-factor").text).group(0)
        sheet = browser.post("/sign-in/second-factor", data={"code": pyotp.TOTP(secret).now()})
        paper = re.findall(r"<code>([a-z0-9-]{14})</code>", sheet.text)
        assert len(paper) == 10
        assert "data-print" in sheet.text
        assert f"new-{role}" in sheet.text
        again = app.test_client()
        assert try_in(again, f"new-{role}", NEW).headers["Location"].startswith("/sign-in/code")
        assert again.get(OWN_PAGE[role]).status_code == 302
        assert again.post("/sign-in/code", data={"code": paper[0]}).status_code == 303
        assert again.get(OWN_PAGE[role]).status_code == 200
    assert browser.get(OWN_PAGE[role]).status_code == 200, role
    with app.extensions["stores"].cases.reading() as session:
        number = find_by_user_name(session, f"new-{role}").id
    answer = administrator.post(f"/account/people/{number}/reset")
    assert browser.get("/account/").status_code == 302, "a reset ends what runs"
    assert try_in(browser, f"new-{role}", NEW).status_code == 403, "the old password is gone"
    fields = {"user_name": f"new-{role}", "code": code_in(answer.text), "password": NEW + "!"}
    assert browser.post("/sign-in/first", data=fields).status_code == 303
    assert (browser.get("/account/").status_code == 302) is (role in SECOND_FACTOR_REQUIRED)
    assert administrator.post(f"/account/people/{number}", data={"is_disabled": "yes"}).status_code == 303
    assert browser.get("/account/").headers["Location"].startswith("/sign-in/?next")
    assert try_in(app.test_client(), f"new-{role}", NEW + "!").status_code == 403


def test_whatever_hands_files_of_people_out_asks_for_the_second_factor_at_the_door():
    """AUT-09: supervisors, administrators, and everybody who may export or approve."""
    beyond = (
        Action.EXPORT_CASES, Action.IMPORT_CASES, Action.ANSWER_DATA_REQUESTS, Action.APPROVE_SEALED_ACCESS,
        Action.EXPORT_STATISTICS, Action.OVERSEE_AREA, Action.MANAGE_ACCOUNTS, Action.READ_TRAIL,
        Action.READ_ROOM_TRAIL, Action.BACK_UP, Action.OPERATE,
    )  # fmt: skip
    for action in beyond:
        assert TABLE[action].roles <= SECOND_FACTOR_REQUIRED, action


def test_the_first_administrator_comes_by_command_and_only_once(app: Flask, visitor):
    """AUT-08: nothing can be signed in to before; the printed code works once and a second first is refused."""
    runner = app.test_cli_runner()
    for name, password in (("admin", "admin"), ("admin", "password123456"), ("administrator", PASSWORD)):
        assert try_in(app.test_client(), name, password).status_code == 403
    outcome = runner.invoke(args=["accounts", "first", "chief", "--name", "示例主管"])
    assert outcome.exit_code == 0, outcome.output
    code = re.search(r"[a-z0-9]{4}(?:-[a-z0-9]{4}){3}", outcome.output).group(0)
    again = runner.invoke(args=["accounts", "first", "other", "--name", "示例另一个"])
    assert again.exit_code != 0
    fields = {"user_name": "chief", "code": code, "password": NEW}
    assert visitor.post("/sign-in/first", data=fields).status_code == 303
    assert visitor.get("/account/people").headers["Location"] == "/sign-in/second-factor"
    assert app.test_client().post("/sign-in/first", data=fields).status_code == 422
    with app.extensions["stores"].cases.reading() as session:
        assert [each.user_name for each in session.scalars(select(Account))] == ["chief"]


def test_a_reset_shows_no_password_anywhere(app: Flask, signed_in, room_ids):
    """AUT-10: neither page nor trail nor log holds a password; the trail holds no one-time code."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        administrator = signed_in(Role.ADMINISTRATOR)
        first = made(administrator, Role.MEDIATOR, room_ids[0])
        browser = app.test_client()
        browser.post("/sign-in/first", data={"user_name": "new-mediator", "code": first, "password": NEW})
        with app.extensions["stores"].cases.reading() as session:
            person = find_by_user_name(session, "new-mediator")
            number, kept = person.id, person.password_hash
        page = administrator.get(f"/account/people/{number}").text
        answer = administrator.post(f"/account/people/{number}/reset", data={"password": "chosen by another"})
        second = code_in(answer.text)
        assert try_in(app.test_client(), "new-mediator", "chosen by another").status_code == 403
        assert second not in administrator.get(f"/account/people/{number}").text, "shown once"
    finally:
        logging.getLogger().removeHandler(handler)
    with app.extensions["stores"].cases.reading() as session:
        trail = repr(
            [(line.reason, line.object_id, line.action) for line in session.scalars(select(AuditRecord))]
        )
    for secret in (NEW, kept, first, second, "chosen by another"):
        assert secret not in stream.getvalue()
        assert secret not in trail
    assert "account.reset" in trail
    for secret in (NEW, kept):
        assert secret not in page + answer.text


REFUSED = (
    ({"roles": "mediator"}, "room_id"),
    ({"roles": "mediator", "room_id": "987654"}, "room_id"),
    ({"roles": "county_officer"}, "division"),
    ({"roles": "county_officer", "division": "532901104"}, "division"),
    ({"roles": "township_officer", "division": "没有这个镇"}, "division"),
    ({"roles": ["county_officer", "township_officer"], "division": "532901"}, "division"),
    ({"roles": "translator", "mediator_id": "987654"}, "mediator_id"),
    ({"roles": ["auditor", "administrator"]}, "roles"),
    ({"roles": "translator", "user_name": "a b"}, "user_name"),
    ({"roles": "translator", "display_name": " "}, "display_name"),
)
"""What cannot work, and the field that says so."""


def test_a_refused_account_says_why_and_loses_nothing(app: Flask, signed_in):
    """AUT-08: a role that could reach nothing is not given; every entry stands in the form again."""
    administrator = signed_in(Role.ADMINISTRATOR)
    for fields, named in REFUSED:
        entered = {
            "user_name": "kept-name",
            "display_name": "示例留下",
            "room_id": "",
            "division": "",
        } | fields
        answer = administrator.post("/account/people", data=entered)
        assert answer.status_code == 422, fields
        assert f'href="#field-{named}"' in answer.text, fields
        assert f'value="{entered["user_name"]}"' in answer.text
        for role in [fields["roles"]] if isinstance(fields["roles"], str) else fields["roles"]:
            assert re.search(rf'value="{role}" checked', answer.text), fields
    with app.extensions["stores"].cases.reading() as session:
        assert find_by_user_name(session, "kept-name") is None


def test_an_account_is_linked_to_the_mediator_of_the_register(app: Flask, signed_in, room_ids):
    """SES-03: on the page, one account one person; taken back, given to another, and known when somebody left."""
    administrator = signed_in(Role.ADMINISTRATOR)
    cases = app.extensions["stores"].cases
    with cases.reading() as session:
        first, second = (each.id for each in session.scalars(select(Mediator).order_by(Mediator.id).limit(2)))
    made(administrator, Role.MEDIATOR, room_ids[0], mediator_id=str(first))
    page = administrator.get("/account/people").text
    offered = re.search(r'<select[^>]*name="mediator_id".*?</select>', page, re.DOTALL).group(0)
    assert f'value="{first}"' not in offered, "who has an account is offered to no other"
    assert f'value="{second}"' in offered
    with cases.reading() as session:
        number = find_by_user_name(session, "new-mediator").id
        assert session.get_one(Mediator, first).account_id == number
    kept = {"roles": "mediator", "room_id": str(room_ids[0]), "display_name": "示例改名"}
    page = administrator.get(f"/account/people/{number}").text
    assert re.search(rf'<option value="{first}" selected', page)
    answer = administrator.post(f"/account/people/{number}", data=kept | {"mediator_id": str(second)})
    assert answer.status_code == 303
    with cases.writing() as session:
        assert session.get_one(Mediator, first).account_id is None
        assert session.get_one(Mediator, second).account_id == number
        assert session.get_one(Account, number).display_name == "示例改名"
        from datetime import date

        session.get_one(Mediator, second).left_on = date(2026, 1, 31)
    assert "名册里已不再担任" in administrator.get("/account/people").text
    other = made(administrator, Role.TRANSLATOR, 0, user_name="another")
    assert other
    refused = administrator.post(
        "/account/people", data={"user_name": "third", "display_name": "示例三", "roles": "translator", "mediator_id": str(second)}
    )  # fmt: skip
    assert refused.status_code == 422
    assert administrator.post(f"/account/people/{number}", data=kept).status_code == 303
    with cases.reading() as session:
        assert session.get_one(Mediator, second).account_id is None
        actions = session.scalars(select(AuditRecord.action)).all()
    assert actions.count("account.mediator") == 3


def test_an_expired_password_opens_nothing_but_the_page_for_a_new_one(app: Flask, signed_in):
    """AUT-07: under ``dengbao`` after 90 days; the same password again is refused; under ``asvs`` nothing expires."""
    from datetime import timedelta

    from mediation_rooms.passwords import POLICIES

    browser = signed_in(Role.TRANSLATOR)
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(Account, browser.account_id).password_changed_at -= timedelta(days=91)
    assert browser.get("/workbench/").status_code == 200
    app.extensions["password_policy"] = POLICIES["dengbao"]
    assert browser.get("/workbench/").headers["Location"] == "/account/password"
    assert browser.post("/workbench/phrases").status_code in (403, 405)
    assert browser.get("/account/password").status_code == 200
    assert browser.get("/").status_code == 200
    same = browser.post("/account/password", data={"current": PASSWORD, "password": PASSWORD})
    assert same.status_code == 422
    new = {"current": PASSWORD, "password": "Correct horse 7 batteries"}
    assert browser.post("/account/password", data=new).status_code == 303
    assert browser.get("/workbench/").status_code == 200


def test_a_password_set_in_one_form_of_letters_signs_in_with_the_other(app: Flask, signed_in, room_ids):
    """AUT-06: set composed on the page, typed decomposed at the door, and the other way round for the user name."""
    import unicodedata

    administrator = signed_in(Role.ADMINISTRATOR)
    code = made(administrator, Role.MEDIATOR, room_ids[0], user_name="é-ŋai-ü")
    words = "ézi hé ŋuo ü 一座桥"
    composed, apart = (unicodedata.normalize(form, words) for form in ("NFC", "NFD"))
    assert composed != apart
    browser = app.test_client()
    name = unicodedata.normalize("NFD", "é-ŋai-ü")
    fields = {"user_name": name, "code": code, "password": composed}
    assert browser.post("/sign-in/first", data=fields).status_code == 303
    assert try_in(app.test_client(), name.upper(), apart).status_code == 303
    assert try_in(app.test_client(), "é-ŋai-ü", composed).status_code == 303
