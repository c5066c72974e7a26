"""The ministry's table: a county's printed month, the sum checks, and what small numbers must not reveal."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediation_rooms.dispute_kinds import case_sources, dispute_kinds, kind_schemes
from mediation_rooms.models.vocabulary import CommitteeKind, Lane, PreventedKind
from mediation_rooms.statistics.periods import InvalidPeriod, Period
from mediation_rooms.statistics.suppression import public_cells
from mediation_rooms.statistics.table import CaseFact, PreventionFacts, count_table

PRINTED_MONTH = {
    "marriage_family": 160,
    "neighbour": 278,
    "house_site": 67,
    "contract": 44,
    "business": 31,
    "damages": 76,
    "forest_land": 18,
    "expropriation": 28,
    "pollution": 4,
    "other_labour": 13,
    "other_consumer": 7,
    "medical": 55,
    "traffic": 33,
    "property_service": 1,
    "other": 54,
}
PRINTED_COLUMNS = {**PRINTED_MONTH, "labour": 13, "consumer": 7}
PRINTED_SOURCES = {"own_initiative": 455, "application": 378, "court": 36}
MONTH = Period.parse("2016-08")


def printed_month() -> list[CaseFact]:
    """869 cases with the printed kinds, sources and 842 successes (city figures of August 2016)."""
    kinds = [kind for kind, count in PRINTED_MONTH.items() for _ in range(count)]
    sources = [source for source, count in PRINTED_SOURCES.items() for _ in range(count)]
    return [
        CaseFact(
            kind_code=kind,
            source_code=source,
            subject=CommitteeKind.VILLAGE,
            people_count=2,
            is_success=position < 842,
            lane=Lane.ORAL if position < 400 else Lane.WRITTEN if position < 842 else Lane.UNDECIDED,
            amount=Decimal(1000) if position < 842 else Decimal(0),
        )
        for position, (kind, source) in enumerate(zip(kinds, sources, strict=True))
    ]


def table_of(facts, *, scheme="2016", **keywords):
    return count_table(facts, scheme=kind_schemes()[scheme], period=MONTH, scope="全县", **keywords)


def test_a_county_month_printed_in_2016_comes_out_with_the_printed_numbers_and_shares():
    table = table_of(printed_month())
    assert table.value("total") == 869
    for code in table.scheme.columns:
        assert table.value(f"kind.{code}") == PRINTED_COLUMNS[code], code
    assert table.value("success") == 842
    assert table.success_rate == Decimal("96.9")
    shares = {cell.code: cell.share for cell in table.cells}
    assert (table.value("source.own_initiative"), shares["source.own_initiative"]) == (455, Decimal("52.4"))
    assert (table.value("source.application"), shares["source.application"]) == (378, Decimal("43.5"))
    assert (table.value("source.entrusted"), shares["source.entrusted"]) == (36, Decimal("4.1"))
    assert table.is_consistent


def test_todays_table_has_eighteen_kinds_and_the_2016_table_fifteen():
    assert len([c for c in table_of([], scheme="2018").cells if c.block == "案件分类"]) == 18
    assert len([c for c in table_of([], scheme="2016").cells if c.block == "案件分类"]) == 15


def test_a_month_in_which_nothing_happened_is_reported_as_zero_and_says_so():
    table = table_of([])
    assert table.is_zero_report
    assert table.value("total") == 0
    assert table.success_rate is None
    assert table.is_consistent


def test_a_screening_round_that_found_nothing_is_not_a_silent_month():
    table = table_of([], prevention=PreventionFacts(screening_count=1))
    assert not table.is_zero_report
    assert table.value("screening") == 1


def test_refused_and_withdrawn_cases_stay_in_the_denominator():
    facts = printed_month()[840:]
    table = table_of(facts)
    assert table.value("success") == 2
    assert table.success_rate == Decimal("6.9")


def test_a_kind_that_no_column_counts_breaks_the_check_and_is_named():
    stray = CaseFact("no_such_kind", "application", CommitteeKind.VILLAGE, 2, is_success=False)
    table = table_of([stray])
    assert not table.is_consistent
    assert table.uncounted_codes == ("no_such_kind",)


def test_money_of_a_case_without_agreement_is_caught():
    wrong = CaseFact(
        "neighbour", "application", CommitteeKind.VILLAGE, 2, is_success=False, amount=Decimal(500)
    )
    failed = [check.sentence for check in table_of([wrong]).checks if not check.holds]
    assert failed == ["涉及金额只来自达成协议的案件"]


def test_prevented_pairs_count_events_and_people_apart():
    prevention = PreventionFacts(events={PreventedKind.SUICIDE: (1, 2)})
    table = table_of([], prevention=prevention)
    assert table.value("prevented.suicide.events") == 1
    assert table.value("prevented.suicide.people") == 2
    assert table.value("prevented.mass_fight.events") == 0


facts_strategy = st.lists(
    st.builds(
        CaseFact,
        kind_code=st.sampled_from(sorted(dispute_kinds())),
        source_code=st.sampled_from(sorted(case_sources())),
        subject=st.sampled_from(list(CommitteeKind)),
        people_count=st.integers(1, 9),
        is_success=st.just(True),
        lane=st.sampled_from([Lane.ORAL, Lane.WRITTEN]),
        amount=st.decimals(0, 100000, places=2),
    ),
    max_size=40,
)


@given(facts_strategy, st.sampled_from(["2016", "2018"]))
def test_every_sum_holds_for_whatever_cases_a_period_brings(facts, scheme):
    assert table_of(facts, scheme=scheme).is_consistent


@given(facts_strategy)
def test_no_number_from_one_to_four_leaves_the_room_and_none_can_be_subtracted_back(facts):
    """ACC-15: within one table."""
    table = table_of(facts, scheme="2018")
    public = public_cells(table)
    assert not [cell for cell in public if cell.unit != "万元" and cell.shown in {"1", "2", "3", "4"}]
    for block in ("案件分类", "调解主体"):
        cells = [cell for cell in public if cell.block == block]
        hidden = [cell for cell in cells if cell.shown.startswith(("<", "…"))]
        others = [original for original in table.cells if original.block == block and original.value > 0]
        assert len(hidden) != 1 or len(others) == 1


@given(facts_strategy, st.integers(0, 40))
def test_two_public_reports_that_overlap_tell_nothing_by_their_difference(facts, left_out):
    """ACC-15: a year and its first months, a county and all villages but one: every difference is a multiple of five."""
    whole, part = (public_cells(table_of(some, scheme="2018")) for some in (facts, facts[left_out:]))
    for larger, smaller in zip(whole, part, strict=True):
        assert larger.code == smaller.code
        for cell in (larger, smaller):
            assert cell.shown in ("<5", "…") or int(cell.shown) % 5 == 0
            assert cell.unit != "万元" or cell.shown == "…", "the money of the one case between"


@pytest.mark.parametrize(
    ("text", "cut_off_day", "starts", "ends"),
    [
        ("2026-10", 0, date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-1", 25, date(2025, 12, 26), date(2026, 1, 25)),
        ("2026Q3", 0, date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-h1", 0, date(2026, 1, 1), date(2026, 6, 30)),
        ("2026", 28, date(2025, 12, 29), date(2026, 12, 28)),
        ("2024-02", 0, date(2024, 2, 1), date(2024, 2, 29)),
    ],
)
def test_periods_are_read_as_people_write_them(text, cut_off_day, starts, ends):
    period = Period.parse(text, cut_off_day=cut_off_day)
    assert (period.starts_on, period.ends_on) == (starts, ends)


@pytest.mark.parametrize("text", ["", "2026-13", "2026-0", "去年", "2026Q5", "26-10", "2026-10-01", "0000"])
def test_a_period_that_cannot_be_read_says_how_to_write_one(text):
    with pytest.raises(InvalidPeriod, match=r"2026-10|01 至 12"):
        Period.parse(text)


@given(st.integers(1, 12), st.integers(0, 28), st.integers(2000, 2100))
def test_consecutive_months_leave_no_day_out_and_count_none_twice(month, cut_off_day, year):
    this = Period.parse(f"{year}-{month}", cut_off_day=cut_off_day)
    following = f"{year + month // 12}-{month % 12 + 1}"
    assert (
        Period.parse(following, cut_off_day=cut_off_day).starts_on.toordinal() == this.ends_on.toordinal() + 1
    )
