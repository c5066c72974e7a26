"""Numbers without gaps, also when many accept at once."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.database import Store
from mediation_rooms import cases, sample_acts, samples
from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.numbering import FileNumber, issue_number, number_register, void_number
from mediation_rooms.sample_rooms import sample_room


def test_forty_acceptances_from_eight_threads_leave_no_gap_and_no_double(rooms_store: Store) -> None:
    now = sample_acts.sample_moment(date(2026, 3, 2))
    with rooms_store.writing() as session:
        room = sample_room(session, "sample-jinhua")
        room_id, committee_id = room.id, room.committee_id
    actor = Actor(2, "示例调解员甲", room_id=room_id)
    failures: list[BaseException] = []

    def accept_five() -> None:
        try:
            for turn in range(5):
                with rooms_store.writing() as session:
                    room = sample_room(session, "sample-jinhua")
                    assert room.committee is not None
                    issue_number(session, committee=room.committee, year=2026, case_id=None, now=now)
                    if turn == 2:
                        # A transaction that fails gives its number back.
                        raise LookupError
        except LookupError:
            for _ in range(3):
                with rooms_store.writing() as session:
                    room = sample_room(session, "sample-jinhua")
                    assert room.committee is not None
                    issue_number(session, committee=room.committee, year=2026, case_id=None, now=now)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=accept_five) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    with rooms_store.writing() as session:
        assert committee_id is not None
        register = number_register(session, committee_id=committee_id, year=2026)
        assert (register.last_serial, register.missing_serials) == (40, ())
        case = samples.boundary_case_opened(session, actor=actor, now=now)
        cases.accept(session, case, actor=actor, reason="受理", now=now)
        assert case.number == "（2026）示镇人调字第41号"


def test_each_committee_and_year_counts_for_itself(rooms_store: Store) -> None:
    now = sample_acts.sample_moment(date(2026, 3, 2))
    with rooms_store.writing() as session:
        town = sample_room(session, "sample-jinhua").committee
        village = sample_room(session, "sample-elder").committee
        assert town is not None and village is not None
        numbers = [
            issue_number(session, committee=committee, year=year, case_id=None, now=now).number
            for committee, year in ((town, 2026), (village, 2026), (town, 2027), (town, 2026))
        ]
    assert numbers == [
        "（2026）示镇人调字第1号",
        "（2026）示村人调字第1号",
        "（2027）示镇人调字第1号",
        "（2026）示镇人调字第2号",
    ]


def test_a_voided_number_stays_with_its_reason_and_is_not_given_again(rooms_store: Store) -> None:
    now = sample_acts.sample_moment(date(2026, 3, 2))
    with rooms_store.writing() as session:
        room = sample_room(session, "sample-jinhua")
        actor = Actor(2, "示例调解员甲", room_id=room.id)
        case = samples.boundary_case_opened(session, actor=actor, now=now)
        cases.accept(session, case, actor=actor, reason="受理", now=now)
        cases.void(session, case, actor=actor, reason="同一纠纷重复登记", now=now)
        assert room.committee is not None
        register = number_register(session, committee_id=room.committee.id, year=2026)
        assert [(row.number, row.void_reason) for row in register.voided] == [
            ("（2026）示镇人调字第1号", "同一纠纷重复登记")
        ]
        assert issue_number(
            session, committee=room.committee, year=2026, case_id=None, now=now
        ).number.endswith("第2号")
        assert session.get(CaseFile, case.id) is case
        with pytest.raises(InvalidEntry, match="写明原因"):
            void_number(session, number="（2026）示镇人调字第2号", reason=" ", now=now)


@given(
    year=st.integers(1950, 2999),
    prefix=st.text("示喜金阿鹏村镇人", min_size=1, max_size=8),
    serial=st.integers(1, 10**6),
)
def test_a_number_survives_printing_and_parsing(year: int, prefix: str, serial: int) -> None:
    number = FileNumber(year, prefix, serial)
    assert FileNumber.parse(str(number)) == number
    assert FileNumber.parse(str(number).replace("（", "(").replace("）", " ) ")) == number


@pytest.mark.parametrize(
    "text", ["", "2026喜金人调字第1号", "（2026）喜金人调字第0号", "（2026）调字第1号", "（26）喜调字第1号"]
)
def test_rubbish_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="应写成"):
        FileNumber.parse(text)
