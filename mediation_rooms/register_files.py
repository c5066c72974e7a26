"""A whole installation's registers from one TOML file: committees, mediators with their posts, rooms.

The file has tables ``[[committee]]``, ``[[mediator]]`` and ``[[room]]``; ``flask rooms template`` prints one
to fill in. Entries are recognised by their code (a mediator by name and committee), so a corrected file
is simply loaded again. Every problem is reported at once with its table and number; then nothing is kept.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.registers import Committee, CommitteeTerm, Mediator
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import CommitteeKind, HostKind, Post, RoomKind, Sex
from mediation_rooms.opening_hours import hours_from
from mediation_rooms.register_keeping import (
    CommitteeEntry,
    MediatorEntry,
    RoomEntry,
    keep_committee,
    keep_mediator,
    keep_room,
)
from mediation_rooms.registers import elect

TEMPLATE = """# 一次登记全部调委会、调解员和调解室。改好以后：flask --app wsgi rooms load 文件.toml
# 井号后面是说明。日期写成 2026-01-31。没有的项目可以删去。

[[committee]]
code = ""              # 字母、数字、连字符，全州不重复
name = ""
number_prefix = ""     # 卷号“调字”前面的字
kind = "township"      # village neighbourhood township subdistrict enterprise social
host_body = ""
division_code = ""     # 统计用区划代码
smaller_ethnicity = "" # 人数较少的民族

[[mediator]]
name = ""
sex = "female"         # female male not_stated
ethnicity = ""
languages = ["bfs", "zh-x-local"]   # bfs bca bfc zh zh-x-local x-yi lis sign other
interprets = ["bfs"]
committee = ""         # 上面的编码
post = "director"      # director deputy member engaged
elected_on = 2026-01-31

[[room]]
code = ""
name = ""
kind = "jinhua"        # jinhua apeng expert elder lawyer minors volunteer grid
host_kind = "court"    # court procuratorate police justice_office township village university law_firm women_federation other
host_body = ""
legal_basis = "人民调解法第八条"
committee = ""         # 没有所属调委会的删去这一行
division_code = ""
address = ""
phone = ""
languages = ["bfs", "zh"]
subjects = ["marriage_family", "neighbour"]
hours = "周一至周五 08:30-17:30"
mediators = [""]       # 上面的姓名
"""
LISTS = {"languages": "language_codes", "interprets": "interprets_codes", "subjects": "subject_codes"}


@dataclass(frozen=True)
class Loaded:
    """How many entries of each register the file held."""

    committees: int
    mediators: int
    rooms: int


class UnreadableRegisters(ValueError):
    """The file as a whole cannot be loaded; ``problems`` are sentences with their place."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("；".join(problems))


def load_registers(session: Session, text: str, *, actor: Actor, now: datetime) -> Loaded:
    """Keep everything the file holds, or nothing. Raises :class:`UnreadableRegisters`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise UnreadableRegisters([f"文件不是完好的 TOML：{problem}"]) from problem
    problems = [f"没有名为“{name}”的表" for name in data if name not in {"committee", "mediator", "room"}]
    keepers: dict[str, Callable[[Session, dict[str, Any], Actor, datetime], None]] = {
        "committee": _committee,
        "mediator": _mediator,
        "room": _room,
    }
    for table, keep in keepers.items():
        for number, row in enumerate(data.get(table, ()), start=1):
            place = f"[[{table}]] 第{number}个（{row.get('name', '')}）"
            try:
                keep(session, dict(row), actor, now)
            except InvalidEntry as refused:
                problems += [f"{place} {name}：{sentence}" for name, sentence in refused.problems.items()]
            except (ValueError, TypeError, AttributeError) as problem:
                problems.append(f"{place}：{problem}")
    if problems:
        raise UnreadableRegisters(problems)
    return Loaded(*(len(data.get(table, ())) for table in keepers))


def _known(row: Mapping[str, Any], entry: type) -> dict[str, Any]:
    fields = entry.__dataclass_fields__  # type: ignore[attr-defined]
    values = {LISTS.get(name, name): value for name, value in row.items()}
    unknown = [name for name in values if name not in fields]
    if unknown:
        raise InvalidEntry(dict.fromkeys(unknown, "没有这一项，请核对写法"))
    return {
        name: frozenset(value) if name.endswith(("_codes", "_ids")) else value
        for name, value in values.items()
    }


def _committee_by_code(session: Session, code: str) -> Committee | None:
    found: Committee | None = session.scalar(select(Committee).where(Committee.code == code))
    return found


def _committee(session: Session, row: dict[str, Any], actor: Actor, now: datetime) -> None:
    values = _known(row, CommitteeEntry)
    values["kind"] = CommitteeKind(values.get("kind", ""))
    entry = CommitteeEntry(**values)
    keep_committee(session, _committee_by_code(session, entry.code), entry=entry, actor=actor, now=now)


def _mediator(session: Session, row: dict[str, Any], actor: Actor, now: datetime) -> None:
    code, post = row.pop("committee", ""), Post(row.pop("post", Post.MEMBER.value))
    elected_on: date = row.pop("elected_on", day_of(now))
    values = _known(row, MediatorEntry)
    values["sex"] = Sex(values.get("sex", Sex.NOT_STATED.value))
    committee = _committee_by_code(session, code) if code else None
    if code and committee is None:
        raise InvalidEntry({"committee": f"没有编码为“{code}”的调委会"})
    same_name = select(Mediator).where(Mediator.name == values.get("name", ""))
    if committee is not None:
        same_name = same_name.join(CommitteeTerm).where(CommitteeTerm.committee_id == committee.id)
    known = session.scalars(same_name).first()
    kept = keep_mediator(session, known, entry=MediatorEntry(**values), actor=actor, now=now)
    if committee is not None and known is None:
        elect(session, committee, kept, post=post, elected_on=elected_on, actor=actor, now=now)


def _room(session: Session, row: dict[str, Any], actor: Actor, now: datetime) -> None:
    code, names = row.pop("committee", ""), row.pop("mediators", [])
    hours = hours_from(row.pop("hours", ""))
    values = _known(row, RoomEntry) | {"hours": hours}
    values["kind"], values["host_kind"] = RoomKind(values.get("kind", "")), HostKind(values["host_kind"])
    if code:
        committee = _committee_by_code(session, code)
        if committee is None:
            raise InvalidEntry({"committee": f"没有编码为“{code}”的调委会"})
        values["committee_id"] = committee.id
    people = session.scalars(
        select(Mediator).where(Mediator.name.in_(names), Mediator.left_on.is_(None))
    ).all()
    if missing := [name for name in names if name not in {person.name for person in people}]:
        raise InvalidEntry({"mediators": f"没有登记这些调解员：{'、'.join(missing)}"})
    values["mediator_ids"] = frozenset(person.id for person in people)
    present = session.scalar(select(MediationRoom).where(MediationRoom.code == values.get("code", "")))
    keep_room(session, present, entry=RoomEntry(**values), actor=actor, now=now)
