"""Random walks of people over rooms and files: nobody ever reads a file that is not theirs."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

import mediation_rooms.models
from corpus.database import Store
from mediation_rooms import samples
from mediation_rooms.actor import Actor
from mediation_rooms.errors import NotFound
from mediation_rooms.models.cases import CaseFile, CaseShare
from mediation_rooms.models.rights import SealedAccess
from mediation_rooms.sample_acts import sample_moment
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from mediation_rooms.visibility import load_case, load_own_case, visible_cases
from tests.databases import Databases
from tests.faults.extent import extent

assert mediation_rooms.models
TODAY = date(2026, 3, 2)
NOW = sample_moment(TODAY)
ROOMS = ("sample-jinhua", "sample-elder", "sample-expert")


class RoomsApart(RuleBasedStateMachine):
    """People open, share, unshare, seal, approve and change rooms; a second bookkeeping says who may read."""

    cases = Bundle("cases")
    databases: ClassVar[Databases]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(self.databases.new("cases", Path(self.folder.name) / "x.sqlite3"))
        self.session = self.store.open_writer()
        load_sample_rooms(self.session, actor=Actor(1, "示例管理员"), now=NOW)
        self.room_ids = [sample_room(self.session, name).id for name in ROOMS]
        self.where = {person: self.room_ids[person % 3] for person in range(4)}
        self.owner: dict[int, int] = {}
        self.shared: set[tuple[int, int]] = set()
        self.sealed: set[int] = set()
        self.approved: set[tuple[int, int]] = set()

    def actor(self, person: int) -> Actor:
        return Actor(100 + person, f"示例{person}", room_id=self.where[person])

    @rule(target=cases, person=some.integers(0, 1))
    def opens(self, person: int) -> int:
        who = Actor(100 + person, "示例", room_id=self.room_ids[person])
        case = samples.boundary_case_opened(self.session, actor=who, now=NOW)
        self.owner[case.id] = self.room_ids[person]
        return case.id

    @rule(case=cases, room=some.integers(0, 2))
    def shares(self, case: int, room: int) -> None:
        if (case, self.room_ids[room]) not in self.shared:
            share = CaseShare(case_id=case, room_id=self.room_ids[room], purpose="问法律意见", shared_at=NOW)
            share.shared_by = "示例"
            self.session.add(share)
            self.session.flush()
            self.shared.add((case, self.room_ids[room]))

    @rule(case=cases, room=some.integers(0, 2))
    def stops_sharing(self, case: int, room: int) -> None:
        for share in self.session.query(CaseShare).filter_by(case_id=case, room_id=self.room_ids[room]):
            share.ended_at = NOW
        self.session.flush()
        self.shared.discard((case, self.room_ids[room]))

    @rule(case=cases, sealed=some.booleans())
    def seals(self, case: int, sealed: bool) -> None:
        self.session.get_one(CaseFile, case).is_sealed = sealed
        self.session.flush()
        (self.sealed.add if sealed else self.sealed.discard)(case)

    @rule(case=cases, person=some.integers(0, 3))
    def approves(self, case: int, person: int) -> None:
        self.session.add(
            SealedAccess(
                case_id=case, account_id=100 + person, reason="办案", approved_by_account_id=1,
                approved_by="示例负责人", approved_at=NOW, until_on=TODAY,
            )
        )  # fmt: skip
        self.session.flush()
        self.approved.add((case, person))

    @rule(person=some.integers(0, 3), room=some.integers(0, 2))
    def moves(self, person: int, room: int) -> None:
        self.where[person] = self.room_ids[room]

    def may_read(self, person: int, case: int) -> bool:
        room = self.where[person]
        reach = self.owner[case] == room or (case, room) in self.shared
        return reach and (case not in self.sealed or (case, person) in self.approved)

    @invariant()
    def nobody_reads_what_is_not_theirs(self) -> None:
        for person in range(4):
            who = self.actor(person)
            listed = {case.id for case in self.session.scalars(visible_cases(who, today=TODAY))}
            assert listed == {case for case in self.owner if self.may_read(person, case)}
            for case in self.owner:
                if not self.may_read(person, case):
                    with pytest.raises(NotFound):
                        load_case(self.session, actor=who, case_id=case, today=TODAY)
                if self.owner[case] != who.room_id:
                    with pytest.raises(NotFound):
                        load_own_case(self.session, actor=who, case_id=case, today=TODAY)

    def teardown(self) -> None:
        self.session.rollback()
        self.session.close()
        self.store.dispose()
        self.databases.forget(self.store.url)
        self.folder.cleanup()


def test_no_walk_of_people_rooms_seals_and_shares_opens_a_foreign_file(empty_stores: Databases):
    """ACC-03, ACC-05, ACC-08: 300 walks of 40 steps in the report, 12 of 25 each day; lists and ids agree with an independent bookkeeping."""
    from hypothesis.stateful import run_state_machine_as_test

    RoomsApart.databases = empty_stores
    walks, steps = extent(300, 12), extent(40, 25)
    run_state_machine_as_test(
        RoomsApart,
        settings=settings(max_examples=walks, stateful_step_count=steps, deadline=None, database=None),
    )
    print(f"walks of people, rooms, shares and seals: {walks} of {steps} steps, 0 foreign files read")
