"""Invented rooms, committees and mediators, for a fresh installation and for tests. Nobody here exists."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.models.registers import Committee, Mediator, MediatorLanguage
from mediation_rooms.models.rooms import MediationRoom, OpeningHours, RoomLanguage, RoomMember, RoomSubject
from mediation_rooms.models.vocabulary import CommitteeKind, HostKind, Post, RoomKind, Sex
from mediation_rooms.registers import elect, found_committee

DATA = Path(__file__).with_name("data") / "sample_rooms.toml"
SAMPLE_TERM_BEGINS = date(2024, 3, 1)


def load_sample_rooms(session: Session, *, actor: Actor, now: datetime) -> list[MediationRoom]:
    """The invented rooms, committees and mediators; a second call changes nothing."""
    present = session.scalars(select(MediationRoom).where(MediationRoom.is_sample)).all()
    if present:
        return list(present)
    data = tomllib.loads(DATA.read_text(encoding="utf-8"))
    committees = {
        row["code"]: found_committee(
            session,
            code=row["code"],
            name=row["name"],
            number_prefix=row["number_prefix"],
            kind=CommitteeKind(row["kind"]),
            host_body=row["host_body"],
            division_code=row["division_code"],
            founded_on=row["founded_on"],
            smaller_ethnicity=row["smaller_ethnicity"],
            actor=actor,
            now=now,
            is_sample=True,
        )
        for row in data["committee"]
    }
    mediators = {row["name"]: _mediator(session, row, committees, actor, now) for row in data["mediator"]}
    return [_room(session, row, committees, mediators) for row in data["room"]]


def _mediator(
    session: Session,
    row: dict[str, object],
    committees: dict[str, Committee],
    actor: Actor,
    now: datetime,
) -> Mediator:
    spoken, interpreted = row["languages"], row["interprets"]
    if not isinstance(spoken, list) or not isinstance(interpreted, list):
        raise TypeError("sample_rooms.toml: languages and interprets must be lists")
    mediator = Mediator(
        name=str(row["name"]),
        sex=Sex(str(row["sex"])),
        ethnicity=str(row["ethnicity"]),
        education=str(row["education"]),
        working_since_on=SAMPLE_TERM_BEGINS,
        is_sample=True,
        languages=[
            MediatorLanguage(language_code=code, can_interpret=code in interpreted) for code in spoken
        ],
    )
    session.add(mediator)
    session.flush()
    elect(
        session,
        committees[str(row["committee"])],
        mediator,
        post=Post(str(row["post"])),
        elected_on=SAMPLE_TERM_BEGINS,
        actor=actor,
        now=now,
    )
    return mediator


def _room(
    session: Session,
    row: dict[str, object],
    committees: dict[str, Committee],
    mediators: dict[str, Mediator],
) -> MediationRoom:
    hours, spoken, subjects, names = row["hours"], row["languages"], row["subjects"], row["mediators"]
    if not isinstance(hours, dict) or not isinstance(spoken, list):
        raise TypeError("sample_rooms.toml: hours must be a table, languages a list")
    if not isinstance(subjects, list) or not isinstance(names, list):
        raise TypeError("sample_rooms.toml: subjects and mediators must be lists")
    committee = committees.get(str(row.get("committee", "")))
    room = MediationRoom(
        code=str(row["code"]),
        name=str(row["name"]),
        kind=RoomKind(str(row["kind"])),
        host_kind=HostKind(str(row["host_kind"])),
        host_body=str(row["host_body"]),
        legal_basis=str(row["legal_basis"]),
        committee=committee,
        has_seal=False,
        division_code=str(row["division_code"]),
        address=str(row["address"]),
        phone=str(row["phone"]),
        founded_on=SAMPLE_TERM_BEGINS,
        is_sample=True,
        hours=[
            OpeningHours(
                weekday=day,
                opens_at=time.fromisoformat(hours["opens_at"]),
                closes_at=time.fromisoformat(hours["closes_at"]),
            )
            for day in hours["days"]
        ],
        languages=[RoomLanguage(language_code=code) for code in spoken],
        subjects=[RoomSubject(kind_code=code) for code in subjects],
        members=[RoomMember(mediator=mediators[name], since_on=SAMPLE_TERM_BEGINS) for name in names],
    )
    session.add(room)
    session.flush()
    return room


def sample_room(session: Session, code: str) -> MediationRoom:
    """A sample room that was loaded before. Raises ``NoResultFound``."""
    return session.scalars(select(MediationRoom).where(MediationRoom.code == code)).one()


def sample_mediator(session: Session, name: str) -> Mediator:
    """A sample mediator that was loaded before. Raises ``NoResultFound``."""
    return session.scalars(select(Mediator).where(Mediator.name == name)).one()
