"""The password once more before an act that would hurt most at a desk somebody left."""

from __future__ import annotations

import html
import re

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from assistant.web.access import ACCESS
from assistant.web.confirming import ASKS_AGAIN, FIELD
from mediation_rooms.accounts import Account, find_by_user_name
from mediation_rooms.audit import AuditRecord
from mediation_rooms.permissions import TABLE, Action, Role
from tests.attacks.sampling import routes
from tests.attacks.test_sign_in import account, try_in
from tests.conftest import PASSWORD

QUESTION = "请再输一次密码"


def test_every_act_of_the_list_asks_again_and_only_those_who_may(
    app: Flask, signed_in, password_was_typed_long_ago
):
    """SES-01, ASVS 7.5: each endpoint, each role: who may is asked, who may not finds nothing, nothing is done."""
    assert set(ACCESS) >= ASKS_AGAIN
    found = [route for route in routes(app) if route.method == "POST" and route.endpoint in ASKS_AGAIN]
    assert {route.endpoint for route in found} == ASKS_AGAIN
    browsers = {role: signed_in(role, room_id=1, division_code="5329") for role in Role}
    password_was_typed_long_ago()
    for route in found:
        need = ACCESS[route.endpoint]
        for role, browser in browsers.items():
            answer = browser.post(route.address)
            if not isinstance(need, Action) or role in TABLE[need].roles:
                assert (answer.status_code, QUESTION in answer.text) == (403, True), (route, role)
            else:
                assert answer.status_code == 404, (route, role)


def test_nothing_of_the_form_is_lost_and_the_session_gets_a_new_id(
    app: Flask, signed_in, password_was_typed_long_ago
):
    """SES-01: the fields are carried along; after the password the act is done at once, under a new id."""
    browser = signed_in(Role.ADMINISTRATOR)
    password_was_typed_long_ago()
    before = browser.get_cookie("session").value
    fields = {"user_name": "小李<&>", "display_name": '示例"李', "roles": ["translator", "reviewer"]}
    page = browser.post("/account/people", data=fields)
    carried = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text):
        carried.setdefault(name, []).append(html.unescape(value))
    carried.pop("csrf_token")
    assert carried == {name: value if isinstance(value, list) else [value] for name, value in fields.items()}
    wrong = browser.post("/account/people", data={**carried, FIELD: "wrong wrong wrong"})
    assert (wrong.status_code, QUESTION in wrong.text) == (403, True)
    assert "wrong wrong" not in wrong.text
    done = browser.post("/account/people", data={**carried, FIELD: PASSWORD})
    assert done.status_code == 200
    assert PASSWORD not in done.text
    after = browser.get_cookie("session").value
    assert after != before
    thief = app.test_client()
    thief.set_cookie("session", before)
    assert thief.get("/account/").status_code == 302
    assert browser.get("/account/").status_code == 200
    with app.extensions["stores"].cases.reading() as session:
        assert find_by_user_name(session, "小李<&>").roles == {Role.TRANSLATOR, Role.REVIEWER}
        actions = session.scalars(select(AuditRecord.action)).all()
        assert actions.count("sign_in.confirm") == 1
        assert "form.forged_field" not in actions
    again = browser.post("/account/people", data={**fields, "user_name": "小王"})
    assert again.status_code == 200, "for ten minutes nothing is asked"


def test_guessing_at_the_question_is_slowed_down(signed_in, password_was_typed_long_ago):
    """AUT-01: the same counters as at the door."""
    browser = signed_in(Role.ADMINISTRATOR)
    password_was_typed_long_ago()
    codes = [
        browser.post("/account/people", data={FIELD: f"wrong wrong {number}"}).status_code
        for number in range(7)
    ]
    assert codes == [403] * 5 + [429] * 2


def test_another_persons_password_does_not_confirm(app: Flask, signed_in, password_was_typed_long_ago):
    """SES-01: the field of the name is not read; only the own password counts."""
    browser = signed_in(Role.ADMINISTRATOR)
    account(app, "other")
    with app.extensions["stores"].cases.writing() as session:
        other = "另一个人的密码 twelve 猫"
        find_by_user_name(session, "other").password_hash = app.extensions["passwords"].hash(other)
    password_was_typed_long_ago()
    answer = browser.post("/account/people", data={"user_name": "other", FIELD: other})
    assert answer.status_code == 403


@pytest.fixture
def officer(app: Flask, visitor):
    """A signed-in officer with an app and its secret."""
    secret = pyotp.random_base32(32)
    number = account(app, "officer", Role.COUNTY_OFFICER, secret=secret)
    try_in(visitor, "officer")
    assert visitor.post("/sign-in/code", data={"code": pyotp.TOTP(secret).now()}).status_code == 303
    return visitor, secret, number


def codes_of(text: str) -> list[str]:
    return re.findall(r"<code>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</code>", text)


def test_a_phone_is_replaced_only_when_the_new_one_works(app: Flask, officer):
    """AUT-09, SES-03: until then the old one counts; then every other session ends and the paper is new."""
    browser, old, number = officer
    other = app.test_client()
    page = browser.post("/account/second-factor/replace")
    new = re.search(r"[A-Z2-7]{32}", page.text).group(0)
    assert new != old
    assert browser.post("/account/second-factor/replace", data={"code": "000000"}).status_code == 422
    with app.extensions["stores"].cases.reading() as session:
        assert session.get_one(Account, number).totp_secret == old
    done = browser.post("/account/second-factor/replace", data={"code": pyotp.TOTP(new).now()})
    assert done.status_code == 200
    assert len(codes_of(done.text)) == 10
    with app.extensions["stores"].cases.reading() as session:
        assert session.get_one(Account, number).totp_secret == new
    try_in(other, "officer")
    assert other.post("/sign-in/code", data={"code": pyotp.TOTP(old).now()}).status_code == 403
    assert other.post("/sign-in/code", data={"code": codes_of(done.text)[0]}).status_code == 303
    assert "还剩 9 个" in other.get("/account/").text
    assert "9 个" in other.get("/account/second-factor").text


def test_new_printed_codes_make_the_old_ones_void(app: Flask, officer):
    """AUT-09: a sheet that was lost is worth nothing."""
    browser, _secret, _number = officer
    first = codes_of(browser.post("/account/second-factor/recovery-codes").text)
    second = codes_of(browser.post("/account/second-factor/recovery-codes").text)
    assert len(set(first) | set(second)) == 20
    other = app.test_client()
    try_in(other, "officer")
    assert other.post("/sign-in/code", data={"code": first[0]}).status_code == 403
    assert other.post("/sign-in/code", data={"code": second[0]}).status_code == 303


def test_a_secret_shown_to_one_person_is_never_given_to_the_next_in_the_same_browser(app: Flask, visitor):
    """AUT-09: somebody who began to enrol and walked away does not know the next person's secret."""
    shown = []
    for name in ("first", "second"):
        account(app, name, Role.COUNTY_OFFICER)
        try_in(visitor, name)
        page = visitor.get("/sign-in/second-factor").text
        shown.append(re.search(r"[A-Z2-7]{32}", page).group(0))
        assert shown[-1] in visitor.get("/sign-in/second-factor").text, "the same while it is being scanned"
        visitor.delete_cookie("session")
    assert shown[0] != shown[1]


def test_a_cookie_of_an_enrolment_that_cannot_be_read_begins_anew(app: Flask, visitor):
    """AUT-09: keys were changed meanwhile, or somebody wrote into it: a new secret and no failure."""
    account(app, "officer", Role.COUNTY_OFFICER)
    try_in(visitor, "officer")
    with visitor.session_transaction() as messages:
        messages["second_factor"] = "v1:nothing:AAAA"
    assert visitor.get("/sign-in/second-factor").status_code == 200


def test_a_desk_left_open_is_not_enough_to_tie_another_phone(
    app: Flask, visitor, password_was_typed_long_ago
):
    """SES-01, AUT-09: an account without an app is signed in; a passer-by would need the password."""
    account(app, "a1")
    try_in(visitor, "a1")
    secret = re.search(r"[A-Z2-7]{32}", visitor.get("/sign-in/second-factor").text).group(0)
    password_was_typed_long_ago()
    code = pyotp.TOTP(secret).now()
    assert visitor.post("/sign-in/second-factor", data={"code": code}).status_code == 403
    done = visitor.post("/sign-in/second-factor", data={"code": code, FIELD: PASSWORD})
    assert len(codes_of(done.text)) == 10
