"""The pure rules: gates, time limits, agreements, calendars, divisions, masking."""

from __future__ import annotations

import re
import sqlite3
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from corpus.citation import Citation
from mediation_rooms import samples
from mediation_rooms.actor import Actor
from mediation_rooms.agreements import (
    amount_problem,
    confirmation_hindrances,
    content_problems,
    hint_rules,
    hints_for,
    required_copies,
)
from mediation_rooms.calendar_days import add_months, add_working_days, kind_of_day, last_day_of_period
from mediation_rooms.case_view import AgreementView, CaseView, DueView
from mediation_rooms.deadlines import Urgency, deadline_rules, deadlines_of, escalation_of
from mediation_rooms.deidentify import deidentify
from mediation_rooms.dispute_kinds import case_sources, dispute_kinds, kind_schemes, scheme_of_year
from mediation_rooms.divisions import (
    Level,
    all_divisions,
    ancestors,
    code_prefix,
    descendants,
    full_name,
    is_within,
)
from mediation_rooms.gates import all_gates, evaluate, gates_for, referral_sheets
from mediation_rooms.languages import is_bai, understand_each_other
from mediation_rooms.masking import mask_address, mask_id_number, mask_name, mask_phone
from mediation_rooms.models.vocabulary import Answer, CaseState, ConfirmationOutcome, Lane
from mediation_rooms.people import id_number_problem
from mediation_rooms.workflow import STEPS
from tests.shared_data import law_database, shared_data


def view(state: CaseState = CaseState.MEDIATING, kind: str = "neighbour", **facts: object) -> CaseView:
    facts.setdefault("source_code", "application")
    facts.setdefault("applied_on", date(2026, 3, 2))
    return CaseView(state=state, kind=dispute_kinds()[kind], **facts)  # type: ignore[arg-type]


# --- divisions ---------------------------------------------------------------------------------


def test_the_four_levels_are_all_there_and_codes_nest() -> None:
    counts = [sum(1 for each in all_divisions().values() if each.level is level) for level in Level]
    assert counts == [1, 12, 112, 1159]
    for division in all_divisions().values():
        if division.parent_code is not None:
            assert division.code.startswith(code_prefix(division.parent_code))
            assert is_within(division.code, division.parent_code)
    assert len(descendants("532900")) == 12 + 112 + 1159
    assert full_name("532901104213") == "大理白族自治州大理市喜洲镇周城村委会"
    assert [each.level for each in ancestors("532901104213")] == list(Level)
    assert not is_within("532901", "532922") and not is_within("nowhere", "532900")


# --- kinds of dispute ----------------------------------------------------------------------------


def test_eighteen_kinds_now_and_fifteen_in_2016_and_every_kind_has_a_column() -> None:
    assert len(dispute_kinds()) == 18 and len(scheme_of_year(2026).columns) == 18
    old = scheme_of_year(2016)
    assert len(old.columns) == 15
    for scheme in kind_schemes().values():
        assert {scheme.column_of(code) for code in dispute_kinds()} <= set(scheme.columns)
        assert all(scheme.names[column] for column in scheme.columns)
    assert old.column_of("migrant_wages") == old.column_of("other_labour") == "labour"
    assert sum(source.is_entrusted for source in case_sources().values()) == 5


# --- gates ---------------------------------------------------------------------------------------


def all_no(kind: str, source: str = "application") -> dict[str, Answer]:
    gates = gates_for(kind_code=kind, source_code=source, has_minor=False)
    return {gate.code: Answer.NO for gate in gates}


def test_every_family_case_is_asked_about_violence_alone_and_hidden() -> None:
    asked = {
        gate.code: gate
        for gate in gates_for(kind_code="marriage_family", source_code="court", has_minor=False)
    }
    for code in ("violence_now", "violence_past", "violence_against_incapable"):
        assert asked[code].asked_alone and asked[code].is_hidden_from_other_side
    assert "violence_now" not in all_no("contract")


@pytest.mark.parametrize(
    ("kind", "code", "answer", "blocks"),
    [
        ("neighbour", "crime", Answer.YES, True),
        ("neighbour", "crime", Answer.UNSURE, True),
        ("neighbour", "minor_harmed", Answer.UNSURE, True),
        ("neighbour", "other_side_refuses", Answer.YES, True),
        ("marriage_family", "violence_now", Answer.YES, True),
        ("marriage_family", "violence_past", Answer.YES, False),
        ("marriage_family", "status", Answer.YES, True),
        ("forest_land", "land_title", Answer.YES, False),
        ("contract", "administrative", Answer.YES, True),
        ("contract", "escalation", Answer.YES, False),
        ("contract", "minor_party", Answer.YES, False),
    ],
)
def test_what_an_answer_means(kind: str, code: str, answer: Answer, blocks: bool) -> None:
    outcome = evaluate(
        {**all_no(kind), code: answer}, kind_code=kind, source_code="application", has_minor=False
    )
    assert bool(outcome.blocking) is blocks
    assert [result.gate.code for result in outcome.results] == [code]
    if code != "minor_party":
        (sheet,) = referral_sheets(outcome.results)
        assert sheet.targets and sheet.reason and sheet.say and sheet.articles


def test_a_question_left_open_stays_open_and_unsure_is_no_answer_where_it_does_not_count() -> None:
    answers = all_no("contract")
    del answers["crime"]
    answers["already_before"] = Answer.UNSURE
    outcome = evaluate(answers, kind_code="contract", source_code="application", has_minor=False)
    assert [gate.code for gate in outcome.unanswered] == ["crime", "already_before"]
    with pytest.raises(ValueError, match="没有这些问题"):
        evaluate({"nonsense": Answer.NO}, kind_code="contract", source_code="application", has_minor=False)


def test_a_case_sent_by_the_court_is_not_asked_whether_the_court_has_it() -> None:
    assert "already_before" not in all_no("contract", source="court")


# --- calendar ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 2), 36, date(2029, 3, 2)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start: date, months: int, expected: date) -> None:
    assert add_months(start, months) == expected


def test_make_up_days_are_worked_and_holidays_are_not() -> None:
    assert kind_of_day(date(2026, 2, 14)).is_make_up_day  # a Saturday worked before Spring Festival
    assert kind_of_day(date(2026, 10, 1)).holiday_name == "国庆节"
    assert last_day_of_period(date(2026, 10, 1)).day == date(2026, 10, 8)
    assert add_working_days(date(2026, 9, 30), 1).day == date(2026, 10, 8)


def test_a_year_without_announced_holidays_says_so() -> None:
    assert not add_working_days(date(2031, 9, 30), 5).is_certain
    assert add_working_days(date(2031, 9, 30), 1).day == date(2031, 10, 1)


@given(start=st.dates(date(2005, 1, 1), date(2026, 6, 1)), count=st.integers(1, 60))
def test_working_days_add_up(start: date, count: int) -> None:
    end = add_working_days(start, count).day
    days = [start + timedelta(days=each) for each in range(1, (end - start).days + 1)]
    assert sum(kind_of_day(day).is_working for day in days) == count
    assert kind_of_day(end).is_working


# --- deadlines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "code", "due_on"),
    [
        ({"accepted_on": date(2026, 3, 2)}, "ordinary_mediation", date(2026, 4, 2)),
        (
            {
                "source_code": "court",
                "court_stage": "before_filing",
                "entrusted_received_on": date(2026, 3, 2),
            },
            "court_before_filing",
            date(2026, 4, 1),
        ),
        (
            {
                "source_code": "court",
                "court_stage": "after_filing_ordinary",
                "entrusted_received_on": date(2026, 3, 2),
            },
            "court_after_filing_ordinary",
            date(2026, 3, 17),
        ),
        (
            {
                "source_code": "court",
                "court_stage": "after_filing_summary",
                "entrusted_received_on": date(2026, 3, 2),
            },
            "court_after_filing_summary",
            date(2026, 3, 9),
        ),
        ({"kind": "other_labour"}, "labour", date(2026, 3, 17)),
        ({"kind": "medical", "accepted_on": date(2026, 3, 2)}, "medical", date(2026, 4, 14)),
        (
            {"kind": "medical", "accepted_on": date(2026, 3, 2), "appraisal_days_count": 10},
            "medical",
            date(2026, 4, 24),
        ),
        (
            {"source_code": "petition", "entrusted_received_on": date(2026, 3, 2)},
            "petition",
            date(2026, 5, 6),  # the 60th day, 1 May, opens the holiday to 5 May
        ),
        (
            {
                "state": CaseState.CONFIRMED,
                "lane": Lane.WRITTEN,
                "confirmation_outcome": ConfirmationOutcome.CONFIRMED,
                "agreement": AgreementView(
                    date(2026, 3, 2),
                    effective_on=date(2026, 3, 2),
                    dues=(
                        DueView("第1期", date(2026, 6, 1), False),
                        DueView("第2期", date(2026, 9, 1), False),
                    ),
                ),
            },
            "enforcement",
            date(2028, 9, 1),
        ),
    ],
)
def test_time_limits(facts: dict[str, object], code: str, due_on: date) -> None:
    found = [each for each in deadlines_of(view(**facts), date(2026, 3, 3)) if each.code == code]  # type: ignore[arg-type]
    assert [each.due_on for each in found] == [due_on]
    assert found[0].source == deadline_rules()[code].source


def test_nothing_says_that_the_mediation_law_sets_a_limit_for_mediation() -> None:
    for rule in deadline_rules().values():
        if rule.starts in {"accepted", "applied", "entrusted"}:
            assert "人民调解法第" not in rule.source


def test_the_parties_may_extend_and_overdue_work_goes_one_level_up() -> None:
    open_case = view(accepted_on=date(2026, 3, 2))
    late = deadlines_of(open_case, date(2026, 4, 10))
    assert late[0].urgency is Urgency.OVERDUE
    above = escalation_of(late, "532901104213")
    assert above is not None and above.code == "532901104"
    extended = view(accepted_on=date(2026, 3, 2), extended_until=date(2026, 5, 2))
    (only,) = deadlines_of(extended, date(2026, 4, 10))
    assert (only.due_on, only.is_extended) == (date(2026, 5, 2), True)
    assert escalation_of([only], "532901104213") is None


def test_a_closed_case_has_no_deadlines() -> None:
    assert deadlines_of(view(CaseState.CLOSED, accepted_on=date(2026, 3, 2)), date(2027, 1, 1)) == []


# --- agreements ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("违反协议的，由调委会罚款五百元", "fine"),
        ("今后双方不得再起诉", "no_suit"),
        ("双方私了，不报警", "no_police"),
        ("男方不承担孩子抚养费", "child_support"),
        ("女儿由女方带，放弃抚养费", "child_support"),
        ("二儿子不再承担赡养义务", "parents_support"),
        ("退还彩礼后孩子归男方", "bride_price_for_child"),
        ("女方不得探望孩子", "visits_barred"),
        ("丧偶后三年内不得改嫁", "marriage_freedom"),
        ("出嫁的女儿不得分承包地", "daughters"),
        ("该地块归示例甲家所有", "land_title"),
        ("未经同意不得外出", "liberty"),
        ("员工自愿放弃社会保险", "labour_rights"),
        ("按月息三分计算利息", "interest"),
        ("在村里公布名单", "public_apology"),
        ("向调委会交调解费一百元", "mediation_fee"),
    ],
)
def test_wordings_that_the_law_does_not_let_stand_are_pointed_at(text: str, code: str) -> None:
    hints = hints_for(text)
    assert code in {hint.code for hint in hints}
    assert all(text[hint.start : hint.end] == hint.matched and hint.articles for hint in hints)


@pytest.mark.parametrize(
    "text",
    [
        "示例乙赔偿示例甲蚕豆损失3600元，分三期付清。",
        "男方每月10日前支付抚养费800元。",
        "三个子女轮流照料母亲，每人每月给赡养费300元。",
        "示例乙把新墙退到旧界石以内。",
        "女方每月可以探望孩子两次。",
    ],
)
def test_lawful_wordings_are_left_alone(text: str) -> None:
    assert hints_for(text) == []


@pytest.mark.parametrize("parties", [2, 3, 5])
def test_copies_are_one_a_party_and_one_for_the_committee(parties: int) -> None:
    assert required_copies(parties) == parties + 1


@pytest.mark.parametrize(
    ("amount", "words", "is_wrong"),
    [
        (Decimal("3600"), "人民币叁仟陆佰元整", False),
        (Decimal("3600"), "", False),
        (Decimal("3600"), "人民币叁仟陆拾元整", True),
        (Decimal("3600"), "三千多", True),
        (None, "人民币叁仟陆佰元整", True),
    ],
)
def test_an_amount_in_words_equals_its_figures(amount: Decimal | None, words: str, is_wrong: bool) -> None:
    assert (amount_problem(amount, words) is not None) is is_wrong


def test_an_agreement_says_all_that_article_29_asks_for(
    session: Session, mediator: Actor, now: datetime
) -> None:
    case = samples.boundary_case_in_force(session, actor=mediator, now=now)
    agreement = case.agreement
    assert agreement is not None and content_problems(case, agreement) == []
    assert agreement.total_amount_words == "叁仟陆佰元整"
    agreement.responsibilities = ""
    agreement.copies_count = 3
    agreement.terms[1].instalments[0].amount = Decimal("1000.00")
    problems = "；".join(content_problems(case, agreement))
    assert "各方当事人的责任" in problems and "一式4份" in problems and "分期合计 3400.00 元" in problems
    agreement.terms[0].content = "解除收养关系，并赔偿损失"
    assert len(confirmation_hindrances(agreement)) == 2


# --- people --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("11010519491231002X", None),
        ("11010519491231002x", None),
        ("110105194912310021", "最后一位"),
        ("110105194913310021", "出生日期不存在"),
        ("12345", "十八位"),
    ],
)
def test_identity_numbers_are_checked(number: str, problem: str | None) -> None:
    found = id_number_problem(number)
    assert (found is None) if problem is None else (found is not None and problem in found)


def test_masks_show_too_little_to_use() -> None:
    assert mask_name("示例甲") == "示**" and mask_name("") == ""
    assert mask_phone("13800001234") == "138****1234"
    assert mask_id_number("11010519491231002X") == "*" * 16 + "2X"
    assert mask_address("大理市喜洲镇周城村3组12号") == "大理市喜洲镇****"


def test_languages_of_one_family_are_not_taken_for_one_language() -> None:
    assert is_bai("bca") and is_bai("bfs") and not is_bai("zh")
    assert understand_each_other("zh", "zh-x-local") and not understand_each_other("bca", "bfs")


def test_a_teaching_text_keeps_no_person_and_no_day() -> None:
    text = (
        "2026年3月2日，示例甲（身份证11010519491231002X，电话138 0000 1234）在大理市喜洲镇周城村3组12号，"
        "开云L12345撞倒示 例乙的墙，孩子在示例小学读书，账号6222020000000000000。2026-03-05又来。"
    )
    result = deidentify(text, names=["示例甲", "示例乙"], shift_days=-17)
    for secret in ("示例", "1101", "138", "喜洲", "周城", "云L", "6222", "3月2日", "03-05", "小学"):
        assert secret not in result.text, secret
    assert "2026年2月13日" in result.text and "2026年2月16日" in result.text
    assert all(text[span.start : span.end] == span.original for span in result.spans)
    assert {span.kind for span in result.spans} >= {"name", "id_number", "phone", "plate", "date", "place"}


@given(
    st.lists(
        st.sampled_from(
            ["示例甲", "示例乙", "，在", "13800001234", "2026年1月5日", "喜洲镇", "种地", "云L12345"]
        ),
        max_size=12,
    )
)
def test_no_known_name_or_number_survives_any_mixture(pieces: list[str]) -> None:
    result = deidentify("，".join(pieces), names=["示例甲", "示例乙"], shift_days=30)
    for secret in ("示例甲", "示例乙", "13800001234", "2026年1月5日", "喜洲镇", "云L12345"):
        assert secret not in result.text


# --- the law itself ------------------------------------------------------------------------------


def cited_texts() -> list[str]:
    texts = [article for gate in all_gates().values() for article in gate.articles]
    texts += [article for rule in hint_rules() for article in rule.articles]
    texts += [rule.source for rule in deadline_rules().values()]
    texts += [guard.article for step in STEPS for guard in step.guards]
    return sorted(set(texts))


NOT_AT_HAND = (
    "人民调解工作若干规定",  # ministry order 75 (2002), known from published templates only
    "医疗纠纷预防和处理条例",  # State Council regulation, known from the practice notes only
)
IN_FILES = {
    "最高人民法院": "司法解释",
    "人民调解委员会组织条例": "行政法规",
    "信访工作条例": "行政法规",
}


def cited_articles() -> list[tuple[str, str]]:
    """(statute, 第…条) of everything cited; a bare 第…条 belongs to the statute before it."""
    found: set[tuple[str, str]] = set()
    for text in cited_texts():
        statute = ""
        for part in re.split(r"[、；]", text):
            match = re.match(r"(.*?)(?:（司法部令第75号）)?(第[零一二三四五六七八九十百千]+条)", part)
            assert match is not None, text
            statute = match[1] or statute
            assert statute, text
            found.add((statute, match[2]))
    return sorted(found)


@pytest.mark.shared
def test_every_cited_article_of_a_statute_exists_and_is_in_force() -> None:
    laws = sqlite3.connect(f"file:{law_database()}?mode=ro", uri=True)
    checked = 0
    try:
        for statute, article in cited_articles():
            if statute.startswith((*NOT_AT_HAND, *IN_FILES)):
                continue
            citation = Citation.parse(f"{statute}{article}")
            row = laws.execute(
                "SELECT count(*) FROM articles WHERE law_name = ? AND article_no_arabic = ? AND status = '现行有效'",
                (f"中华人民共和国{statute}", citation.article),
            ).fetchone()
            assert row[0] == 1, f"{statute}{article}"
            checked += 1
    finally:
        laws.close()
    assert checked >= 50


@pytest.mark.shared
def test_every_cited_article_of_an_interpretation_or_regulation_stands_in_its_text() -> None:
    checked = 0
    for statute, article in cited_articles():
        folder = next((place for name, place in IN_FILES.items() if statute.startswith(name)), None)
        if folder is None:
            continue
        texts = sorted(shared_data("laws", folder).glob(f"{statute}(*.md"))
        assert texts, statute
        assert re.search(rf"^{article}\s", texts[-1].read_text(encoding="utf-8"), re.MULTILINE), (
            f"{statute}{article}"
        )
        checked += 1
    assert checked >= 8
