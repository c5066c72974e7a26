"""A prefecture's case store made in seconds: sample files copied in bulk over as many rooms as there are villages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Table, insert, select

from corpus.database import Store
from mediation_rooms import accounts, samples
from mediation_rooms.actor import Actor, programme
from mediation_rooms.models.cases import CaseFile, CaseNote
from mediation_rooms.models.people import Party
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.permissions import Role
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room
from mediation_rooms.sign_in_sessions import Stage, begin, moment

BATCH = 2_000


def fill(store: Store, *, rooms: int, cases: int) -> list[int]:
    """Sample rooms and files, then copies of them; the ids of the rooms."""
    now = datetime.now(UTC)
    with store.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=now - timedelta(days=300))
        actor = Actor(None, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)
        for make in (
            samples.boundary_case_mediating,
            samples.boundary_case_in_force,
            samples.oral_case_performed,
        ):
            make(session, actor=actor, now=now - timedelta(days=30))
    with store.writing() as session:
        connection = session.connection()
        room_ids = _copy_rooms(connection, rooms)
        _copy_cases(connection, room_ids, cases)
    return room_ids


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(*table.columns)).mappings()]


def _table(model: type) -> Table:
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def _copy_rooms(connection: Connection, count: int) -> list[int]:
    table = _table(MediationRoom)
    present = _rows(connection, table)
    newest = max(row["id"] for row in present)
    unique = [column.name for column in table.columns if column.unique]
    fresh = []
    for number in range(max(count - len(present), 0)):
        row = {**present[number % len(present)], "id": newest + 1 + number, "code": f"load-{number}"}
        row |= {
            name: f"{row[name]}{number}" for name in unique if name != "code" and isinstance(row[name], str)
        }
        fresh.append(row)
    for start in range(0, len(fresh), BATCH):
        connection.execute(insert(table), fresh[start : start + BATCH])
    return [row["id"] for row in present + fresh]


def _copy_cases(connection: Connection, room_ids: list[int], count: int) -> None:
    case_table, party_table, note_table = _table(CaseFile), _table(Party), _table(CaseNote)
    patterns = _rows(connection, case_table)
    parties, notes = _rows(connection, party_table), _rows(connection, note_table)
    newest = max(row["id"] for row in patterns)
    for start in range(0, count, BATCH):
        files, people, words = [], [], []
        for number in range(start, min(start + BATCH, count)):
            pattern = patterns[number % len(patterns)]
            case_id = newest + 1 + number
            files.append(
                {
                    **pattern,
                    "id": case_id,
                    "room_id": room_ids[number % len(room_ids)],
                    "number": f"示例{number}号",
                }
            )
            people += [_copy(row, case_id) for row in parties if row["case_id"] == pattern["id"]]
            words += [_copy(row, case_id) for row in notes if row["case_id"] == pattern["id"]]
        connection.execute(insert(case_table), files)
        if people:
            connection.execute(insert(party_table), people)
        if words:
            connection.execute(insert(note_table), words)


def _copy(row: dict[str, Any], case_id: int) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"} | {"case_id": case_id}


def sign_in(store: Store, roles: list[tuple[Role, int | None, str | None]]) -> list[str]:
    """A signed-in session for each (role, room, division); the tokens."""
    found = []
    with store.writing() as session:
        for number, (role, room_id, division) in enumerate(roles):
            account, _code = accounts.create_account(
                session, actor=programme("测试"), user_name=f"示例{number:03}", display_name=f"示例{number:03}",
                roles=frozenset({role}), room_id=room_id, division_code=division, now=moment().now,
            )  # fmt: skip
            found.append(begin(session, account_id=account.id, stage=Stage.FULL, at=moment()))
    return found
