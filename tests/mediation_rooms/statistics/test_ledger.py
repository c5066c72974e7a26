"""The 25-column ledger: out, in again, and every faulty cell named."""

import io
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from mediation_rooms import samples
from mediation_rooms.actor import Actor
from mediation_rooms.dispute_kinds import scheme_of_year
from mediation_rooms.ledger.columns import COLUMNS
from mediation_rooms.ledger.importing import import_ledger, plan_import
from mediation_rooms.ledger.reading import REQUIRED
from mediation_rooms.ledger.reading import read_ledger as read_sheet_rows
from mediation_rooms.ledger.rows import ledger_row, ledger_workbook
from mediation_rooms.ledger.workbook import UnreadableWorkbook, rows_as_json, rows_from_json, write_workbook
from mediation_rooms.sample_acts import sample_moment
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from mediation_rooms.statistics.facts import Scope, case_facts, flow, prevention_facts
from mediation_rooms.statistics.periods import Period
from mediation_rooms.statistics.table import count_table

TODAY = date(2026, 11, 24)


@pytest.fixture
def session(case_store):
    with case_store.writing() as opened:
        load_sample_rooms(opened, actor=Actor(1, "示例管理员"), now=sample_moment(date(2026, 1, 5)))
        yield opened


@pytest.fixture
def mediator(session):
    return Actor(2, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)


@pytest.fixture
def cases(session, mediator):
    now = sample_moment(date(2026, 3, 2))
    found = [
        samples.boundary_case_in_force(session, actor=mediator, now=now),
        samples.oral_case_performed(session, actor=mediator, now=now),
    ]
    for case in found:
        session.refresh(case)
    return found


def read_ledger(content, *, today):
    """As the product reads a file, in this process."""
    made = rows_as_json(json.dumps(REQUIRED).encode() + b"\n" + content)
    return read_sheet_rows(rows_from_json(made), today=today)


def workbook(*rows, headings=None):
    headings = headings or [column.heading for column in COLUMNS]
    return write_workbook("台账", [(heading, 12) for heading in headings], rows)


def row(case, **changes):
    values = dict(zip((column.key for column in COLUMNS), ledger_row(case), strict=True))
    return list({**values, **changes}.values())


def test_a_case_leaves_in_twenty_five_cells(cases):
    book = load_workbook(io.BytesIO(ledger_workbook(cases)))
    lines = list(book.active.iter_rows(values_only=True))
    assert len(lines[0]) == 25
    assert lines[0][0] == "案件编码"
    assert len(lines) == 3
    written, oral = lines[1], lines[2]
    assert (written[14], written[18]) == ("调解成功", "书面协议")
    assert (oral[14], oral[18]) == ("调解成功", "口头协议")


def test_the_ledger_comes_back_as_it_went_out(cases, session, mediator):
    reading = read_ledger(
        workbook(*(row(case, province_number=f"云{number}") for number, case in enumerate(cases))),
        today=TODAY,
    )
    assert reading.problems == []
    assert [entry.kind_code for entry in reading.entries] == [case.kind_code for case in cases]
    plan = plan_import(session, entries=reading.entries)
    assert plan.problems == ()
    stored = import_ledger(session, plan=plan, actor=mediator, now=sample_moment(TODAY))
    assert [case.statement for case in stored] == [case.statement for case in cases]
    again = plan_import(session, entries=reading.entries)
    assert (again.placed, len(again.already_present)) == ((), 2)


@pytest.mark.parametrize(
    ("changes", "place", "says"),
    [
        ({"accepted_on": "昨天"}, "E2", "不是日期"),
        ({"accepted_on": "2999-01-01"}, "E2", "今天之后"),
        ({"mediated_on": "2020-01-01"}, "M2", "早于受理时间"),
        ({"kind": "吵架"}, "H2", "不在列表里"),
        ({"source": "路过"}, "F2", "不在列表里"),
        ({"division": "月球"}, "I2", "找不到"),
        ({"amount": "很多"}, "P2", "不是金额"),
        ({"parties": "示例甲"}, "R2", "至少要两方"),
        ({"result": "调解不成", "amount": "5"}, "P2", "不能有协议金额"),
        ({"form": "无"}, "S2", "口头协议"),
        ({"statement": ""}, "T2", "不能空着"),
    ],
)
def test_a_faulty_cell_is_named_with_its_place_and_remedy(cases, changes, place, says):
    reading = read_ledger(workbook(row(cases[0], **changes)), today=TODAY)
    assert reading.entries == []
    assert [problem.place for problem in reading.problems if says in problem.sentence] == [place]


def test_all_problems_of_a_row_are_said_at_once(cases):
    reading = read_ledger(workbook(row(cases[0], kind="吵架", source="路过", amount="很多")), today=TODAY)
    assert len(reading.problems) >= 3


def test_an_unknown_mediator_or_room_is_a_problem_and_nothing_is_stored(cases, session, mediator):
    reading = read_ledger(workbook(row(cases[0], lead_mediator="查无此人", room="没有的室")), today=TODAY)
    plan = plan_import(session, entries=reading.entries)
    assert {problem.heading for problem in plan.problems} == {"主办调解员", "调解工作室"}
    with pytest.raises(ValueError, match="problems"):
        import_ledger(session, plan=plan, actor=mediator, now=sample_moment(TODAY))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not a workbook", "不是完好的 XLSX"),
        (workbook(["甲"], headings=["调委会"]), "缺少栏目"),
    ],
)
def test_what_is_no_ledger_is_refused_with_the_remedy(content, says):
    with pytest.raises(UnreadableWorkbook, match=says):
        read_ledger(content, today=TODAY)


@given(st.sampled_from("=+-@＝＋－＠\t"), st.text(max_size=20))
def test_no_text_becomes_a_formula(sign, text):
    """INP-04."""
    content = write_workbook("表", [("栏", 10)], [[sign + text]])
    cell = load_workbook(io.BytesIO(content)).active["A2"]
    assert cell.value is None or cell.data_type == "s"


def test_the_table_counts_what_the_room_concluded(cases, session, mediator):
    for case in cases:
        case.is_sample = False
    session.flush()
    scope = Scope(room_ids=frozenset({mediator.room_id}))
    period = Period.parse("2026")
    table = count_table(
        case_facts(session, period=period, scope=scope),
        scheme=scheme_of_year(2026),
        period=period,
        scope="示例室",
        prevention=prevention_facts(session, period=period, scope=scope),
        flow=flow(session, period=period, scope=scope),
    )
    assert table.is_consistent
    assert (table.value("total"), table.value("form.written"), table.value("form.oral")) == (2, 1, 1)


def test_a_scope_that_names_nothing_counts_nothing(cases, session):
    assert case_facts(session, period=Period.parse("2026"), scope=Scope()) == []
