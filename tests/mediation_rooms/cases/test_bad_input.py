"""What a hurried or a bad hand enters: every line of it is refused with a sentence and changes nothing."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest

from mediation_rooms.agreements import amount_problem
from mediation_rooms.case_view import AgreementView, CaseView, SessionView
from mediation_rooms.date_order import date_problems
from mediation_rooms.dispute_kinds import dispute_kinds
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.evidence import MAX_FILE_BYTES, check_file, shown_name
from mediation_rooms.models.vocabulary import CaseState

DAYS = ("applied_on", "accepted_on", "session", "effective_on", "visit", "closed_on", "archived_on")


def view(days: dict[str, date]) -> CaseView:
    return CaseView(
        state=CaseState.CLOSED,
        kind=dispute_kinds()["neighbour"],
        source_code="application",
        applied_on=days["applied_on"],
        accepted_on=days["accepted_on"],
        sessions=(SessionView(on=days["session"], result=None),),
        agreement=AgreementView(drafted_on=days["effective_on"], effective_on=days["effective_on"]),
        visits_on=(days["visit"],),
        closed_on=days["closed_on"],
        archived_on=days["archived_on"],
    )


IN_ORDER = {name: date(2026, 3, 1) + timedelta(days=7 * number) for number, name in enumerate(DAYS)}


def test_days_in_order_are_no_problem():
    assert date_problems(view(IN_ORDER)) == []


@pytest.mark.parametrize(("earlier", "later"), list(itertools.pairwise(DAYS)))
def test_a_day_before_the_one_it_follows_is_named(earlier, later):
    swapped = IN_ORDER | {earlier: IN_ORDER[later], later: IN_ORDER[earlier]}
    assert any("早于" in sentence for sentence in date_problems(view(swapped)))


@pytest.mark.parametrize(
    ("figures", "words", "says"),
    [
        (Decimal("1200.00"), "人民币壹仟贰佰元整", None),
        (Decimal("1200.00"), "", None),
        (Decimal("1200.00"), "人民币壹仟叁佰元整", "不一致"),
        (None, "人民币壹仟贰佰元整", "没有填数字金额"),
        (Decimal("1200.00"), "一千二百块", "看不懂"),
    ],
)
def test_an_amount_whose_words_and_figures_differ_is_named(figures, words, says):
    found = amount_problem(figures, words)
    assert found is None if says is None else says in str(found)


def test_a_file_beyond_the_limit_is_refused_before_it_is_parsed():
    with pytest.raises(InvalidEntry, match="请缩小或者分开上传"):
        check_file(b"%PDF-1.7" + bytes(MAX_FILE_BYTES))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\调解书.pdf", "调解书.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("//", "未命名"),
        ("行\r\n头.pdf", "行头.pdf"),
    ],
)
def test_a_name_with_slashes_or_invisible_signs_is_only_shown_clean(given, shown):
    assert shown_name(given) == shown
