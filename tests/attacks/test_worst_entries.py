"""Numbers no row can have, years no clock can reckon with, characters nobody can see: a sentence, never a 500."""

from __future__ import annotations

import re

import pytest
from werkzeug.datastructures import MultiDict

from assistant.web.entries import LARGEST_ROW_ID, Entered, row_id
from mediation_rooms.permissions import Role
from tests.attacks.sampling import routes

HUGE = "9" * 26
EVERYBODY = tuple(role for role in Role if role not in {Role.SECURITY_OFFICER, Role.AUDITOR})


def test_a_number_that_no_row_can_have_is_not_found_on_any_route(app, signed_in):
    browser = signed_in(*EVERYBODY, room_id=1, division_code="532901")
    numbered = [route for route in routes(app) if "999999" in route.address]
    assert numbered
    for route in numbered:
        answer = browser.open(route.address.replace("999999", HUGE), method=route.method)
        assert answer.status_code in {404, 405}, route  # 405 where another method has a rule of its own


@pytest.mark.parametrize("address", ["/outreach/pack", "/outreach/events", "/cases/new"])
@pytest.mark.parametrize("number", [HUGE, "9" * 5000, "-1", "１２", "x"])
def test_ticked_numbers_that_no_row_can_have_choose_nothing(signed_in, address, number):
    browser = signed_in(*EVERYBODY, room_id=1)
    answer = browser.post(address, data={"items": number, "topics": number, "request": number})
    assert answer.status_code == 422


def test_row_ids_are_plain_numbers_within_both_databases():
    assert row_id(str(LARGEST_ROW_ID)) == LARGEST_ROW_ID
    assert row_id(" 7 ") == 7
    for other in (None, "", str(LARGEST_ROW_ID + 1), "9" * 5000, "-1", "1.5", "１"):
        assert row_id(other) is None


@pytest.mark.parametrize("written", ["0001-01-01", "9999-12-31", "1849-12-31", "2201-01-01"])
def test_years_far_outside_are_named_as_a_slip(written):
    entered = Entered(MultiDict({"day": written, "moment": f"{written}T00:00"}))
    assert entered.day("day") is None
    assert entered.moment("moment") is None
    assert set(entered.problems) == {"day", "moment"}


@pytest.mark.parametrize("written", ["a\x00b", "a\x07b", "\x1b[31m"])
def test_characters_nobody_can_see_are_refused(written):
    entered = Entered(MultiDict({"text": written}))
    entered.long_text("text")
    assert re.search("控制字符", entered.problems["text"])
