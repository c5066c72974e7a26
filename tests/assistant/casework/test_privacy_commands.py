"""The register, the report on minors and the list of people of a breach, by command."""

from __future__ import annotations

import csv
import io
import stat
import time

import openpyxl
import pytest
from sqlalchemy import select

from assistant import public_desk
from mediation_rooms import reading, samples
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party
from tests.assistant.casework.conftest import NOW


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["privacy", *arguments])


def test_the_register_names_every_encrypted_field_and_stays_beside_the_older_ones(app, settings, rooms):
    """PRI-13: dated, kept, readable by its owner only; what people must judge is a marked place."""
    outcome = run(app, "register")
    assert outcome.exit_code == 0, outcome.output
    (path,) = (settings.instance_directory / "privacy").iterdir()
    content = path.read_text("utf-8")
    assert "`id_number`" in content
    assert "requests_for_help" in content
    assert "〔由负责人填写〕" in content
    assert "第五十六条" in content
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_report_on_minors_counts_and_names_nobody(app, settings, rooms, make_case):
    """PRI-12 and PRI-13: counts of the year, no name and no number of a file."""
    case_id = make_case(samples.boundary_case_mediating)
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        case.involves_minor = True
        keeper = Actor(1, "示例调解员甲", room_id=case.room_id, roles=frozenset({"mediator"}))
        reading.record_look(session, case, actor=keeper, now=NOW)
        reading.reveal(session, case.parties[0], field="phone", reason="示例", actor=keeper, now=NOW)
        names = [party.name for party in case.parties]
        number = case.number
    outcome = run(app, "minors", "--year", str(NOW.year))
    assert outcome.exit_code == 0, outcome.output
    content = next((settings.instance_directory / "privacy").glob("minors-*")).read_text("utf-8")
    assert "| 当年提出、涉及未成年人的案卷 | 1 |" in content
    assert "没有封存的案卷（应为 0） | 1 |" in content
    assert "| 查看 | 1 |" in content
    assert "| 显示身份信息 | 1 |" in content
    for trace in (*names, number):
        assert trace not in content


def test_the_people_of_a_breach_are_listed_with_a_draft_of_the_notice(app, rooms, make_case, tmp_path):
    """PRI-14: everybody of the room and nobody of another, in far less than ten minutes, with the notice."""
    for _number in range(3):
        make_case(samples.boundary_case_mediating)
    other = make_case(samples.boundary_case_mediating, room=list(rooms)[1])
    with app.extensions["stores"].cases.writing() as session:
        for party in session.get_one(CaseFile, other).parties:
            party.name = "示例外人"
        expected = [
            party.name for party in session.scalars(select(Party).join(CaseFile).where(CaseFile.id != other))
        ]
    began = time.monotonic()
    outcome = run(app, "affected", "--room", next(iter(rooms)), "--to", str(tmp_path / "breach"))
    assert outcome.exit_code == 0, outcome.output
    assert time.monotonic() - began < 60
    with (tmp_path / "breach" / "affected.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert set(expected) <= {row["姓名"] for row in rows}
    assert "示例外人" not in {row["姓名"] for row in rows}
    notice = (tmp_path / "breach" / "notice.md").read_text("utf-8")
    assert "第五十七条" in notice
    assert "信息种类：" in notice
    for name in set(expected):
        assert name not in notice
    assert run(app, "affected", "--room", "none-such", "--to", str(tmp_path / "x")).exit_code != 0


@pytest.mark.parametrize("arguments", [("minors",), ("affected",)])
def test_a_command_without_what_it_needs_says_so(app, arguments):
    assert run(app, *arguments).exit_code == 2


def test_nothing_shared_printed_or_counted_tells_who_the_child_is(
    app, settings, signed_in, visitor, rooms, make_case
):
    """PRI-12: name, number, school and address of a sealed file are in no figure, ledger, list or public page."""
    case_id = make_case(samples.boundary_case_mediating)
    markers = ["示例孩子", "示例小学", "示例巷", "532901201501010000"]
    with app.extensions["stores"].cases.writing() as session:
        case = session.get_one(CaseFile, case_id)
        case.involves_minor = case.is_sealed = True
        case.statement = "示例小学的事"
        party = case.parties[0]
        party.name, party.address, party.id_number = "示例孩子", "示例巷", "532901201501010000"
        markers.append(case.number)
    store = app.extensions["stores"].cases
    public_desk.publish(settings, store, now=NOW)
    head = signed_in("room_head", room_id=next(iter(rooms.values())))
    officer = signed_in("county_officer", division_code="532901")
    ledger = head.post(
        "/overview/ledger.xlsx", data={"recipient": "示例县司法局", "reason": "示例", "basis": "示例依据"}
    )
    assert ledger.status_code == 200
    pages = [(settings.public_directory / "rooms.json").read_text("utf-8"), visitor.get("/rooms").text]
    for browser in (head, officer):
        pages += [
            browser.get(address).get_data(as_text=True)
            for address in (
                "/overview/",
                "/overview/table",
                "/cases/",
                "/cases/files",
                "/cases/data-requests",
            )
        ]
    book = openpyxl.load_workbook(io.BytesIO(ledger.data))
    pages += [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row]
    for marker in filter(None, markers):
        assert not [page for page in pages if marker in page], marker
