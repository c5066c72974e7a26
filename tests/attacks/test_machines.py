"""Machines: kiosks where nobody signs in, and machines that several people use."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from mediation_rooms import accounts
from mediation_rooms.accounts import Account
from mediation_rooms.audit import AuditRecord
from mediation_rooms.permissions import Role
from mediation_rooms.sign_in_sessions import SignInSession
from tests.attacks.test_sign_in import TESTER, account, try_in
from tests.conftest import PASSWORD


@pytest.fixture
def enrolled(app: Flask, signed_in):
    """A browser that an administrator has just made a kiosk."""
    browser = signed_in(Role.ADMINISTRATOR)
    assert "改成自助终端" in browser.get("/account/machine").text
    assert browser.post("/account/kiosk-device").status_code == 303
    return browser


def lines(app: Flask, **wanted: str) -> list[AuditRecord]:
    with app.extensions["stores"].cases.reading() as session:
        return list(session.scalars(select(AuditRecord).filter_by(**wanted)))


def test_staff_cannot_sign_in_on_a_machine_enrolled_as_kiosk(app: Flask, enrolled):
    """KIO-07: 403 and a line in the trail; by password, by a one-time code, by a code of the app, and nobody stays in."""
    with app.extensions["stores"].cases.reading() as session:
        assert session.scalars(select(SignInSession)).all() == [], "who enrolled it is signed out"
    account(app, "a1")
    secret = pyotp.random_base32(32)
    account(app, "officer", Role.COUNTY_OFFICER, secret=secret)
    with app.extensions["stores"].cases.writing() as session:
        _new, code = accounts.create_account(
            session, actor=TESTER, user_name="new", display_name="示例新", roles=frozenset(),
            room_id=None, division_code=None, now=datetime.now(UTC),
        )  # fmt: skip
    assert try_in(enrolled, "a1").status_code == 403
    fields = {"user_name": "new", "code": code, "password": "猫 走过 石桥 twelve"}
    assert enrolled.post("/sign-in/first", data=fields).status_code == 403
    pending = app.test_client()
    try_in(pending, "officer")
    enrolled.set_cookie("session", pending.get_cookie("session").value)
    assert enrolled.post("/sign-in/code", data={"code": pyotp.TOTP(secret).now()}).status_code == 403
    assert enrolled.get("/account/").status_code == 302
    assert [line.result for line in lines(app, reason="kiosk")] == ["refused"] * 3
    assert len(lines(app, action="machine.kiosk")) == 1
    with app.extensions["stores"].cases.reading() as session:
        assert accounts.find_by_user_name(session, "new").password_hash is None


def test_only_an_administrator_makes_a_machine_a_kiosk(signed_in):
    """KIO-07: others do not even see the button."""
    browser = signed_in(Role.MEDIATOR, room_id=1)
    assert browser.post("/account/kiosk-device").status_code == 404
    assert "自助终端" not in browser.get("/account/machine").text


def only_session(app: Flask) -> SignInSession:
    with app.extensions["stores"].cases.reading() as session:
        return session.scalars(select(SignInSession)).one()


def grow_idle(app: Flask, minutes: int) -> None:
    with app.extensions["stores"].cases.writing() as session:
        row = session.scalars(select(SignInSession)).one()
        row.seen_boot_seconds -= minutes * 60 + 1
        row.seen_at -= timedelta(minutes=minutes, seconds=1)


def test_whoever_signs_in_says_that_others_use_this_machine(app: Flask, visitor):
    """SES-04, KIO-05: ticked on the form, also where a code follows; five minutes later the session is over."""
    secret = pyotp.random_base32(32)
    account(app, "officer", Role.COUNTY_OFFICER, secret=secret)
    assert "这台机器别人也用" in visitor.get("/sign-in/").text
    fields = {"user_name": "officer", "password": PASSWORD, "shared_machine": "yes"}
    assert visitor.post("/sign-in/", data=fields).status_code == 303
    assert visitor.post("/sign-in/code", data={"code": pyotp.TOTP(secret).now()}).status_code == 303
    assert only_session(app).is_shared_machine
    assert visitor.get_cookie("known") is None, "nothing of the person stays on the machine"
    grow_idle(app, 4)
    assert visitor.get("/account/").status_code == 200
    grow_idle(app, 5)
    assert visitor.get("/account/").status_code == 302


def test_a_machine_is_marked_once_and_every_session_on_it_is_short(app: Flask, visitor):
    """SES-04: the mark is signed and stays in the browser; taking it away shortens nothing that runs."""
    account(app, "a1")
    account(app, "a2")
    try_in(visitor, "a1")
    assert not only_session(app).is_shared_machine
    before = visitor.get_cookie("session").value
    assert visitor.post("/account/machine").status_code == 303
    assert visitor.get_cookie("session").value != before
    assert only_session(app).is_shared_machine, "the present session too"
    visitor.post("/sign-in/out")
    try_in(visitor, "a2")
    assert only_session(app).is_shared_machine
    assert "5 分钟不动就退出" in visitor.get("/account/machine").text
    assert visitor.post("/account/machine/own").status_code == 303
    visitor.post("/account/end-other-sessions")
    assert only_session(app).is_shared_machine, "until somebody signs in anew"
    visitor.post("/sign-in/out")
    try_in(visitor, "a1")
    assert not only_session(app).is_shared_machine
    visitor.post("/sign-in/out")
    visitor.set_cookie("shared", "abc." + "0" * 64)
    try_in(visitor, "a1")
    assert not only_session(app).is_shared_machine, "a forged mark is no mark"


def test_the_operator_says_it_of_all_machines(app: Flask, visitor):
    """SES-04: ``SHARED_MACHINES=on``."""
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], shared_machines=True)
    account(app, "a1")
    assert "这台机器别人也用" not in visitor.get("/sign-in/").text
    try_in(visitor, "a1")
    assert only_session(app).is_shared_machine
    assert "管理员设定的" in visitor.get("/account/machine").text


def test_guessing_from_many_addresses_is_slowed_down_and_the_person_at_her_desk_is_not(app: Flask, visitor):
    """AUT-01, AUT-02: the strange devices of one account count together, whatever their addresses."""
    account(app, "a1")
    own = app.test_client()
    assert try_in(own, "a1").status_code == 303
    own.delete_cookie("session")
    codes = []
    for number in range(50):
        stranger = app.test_client()
        stranger.environ_base["REMOTE_ADDR"] = f"198.51.100.{number}"
        codes.append(try_in(stranger, "a1", "wrong wrong wrong").status_code)
    assert codes[:39] == [403] * 39
    assert codes[-1] == 429
    assert try_in(own, "a1").status_code == 303
    with app.extensions["stores"].cases.reading() as session:
        assert session.scalars(select(Account)).one().user_name == "a1"
