"""A person's own data as a copy to take home: every trace, nobody else in it (个人信息保护法第四十五条).

The traces come from :func:`mediation_rooms.privacy.personal_data_of`. Names of the other people of the
same file, and their numbers, are replaced; the keys and internals of the store are left out. The copy is
a paper for the person and the same as JSON for another programme.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.documents.paper import Block, DateLine, LongText, Note, Paper, Paragraph, Table
from mediation_rooms.encryption import normalised
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment, Evidence
from mediation_rooms.models.people import Party
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.rights import Correction, DataRequest
from mediation_rooms.own_trail import OwnLine, own_trail
from mediation_rooms.personal_words import words_of_field, words_of_value
from mediation_rooms.privacy import PersonalTrace, personal_data_of, trace_of

LEFT_OUT = ("id", "version_id", "stored_name", "form_token", "row_id", "ordinal")
OTHERS = "（他人）"
TABLES: Mapping[str, str] = {
    "parties": "当事人登记",
    "representatives": "代理人、监护人",
    "consents": "同意",
    "notices": "告知",
    "signatures": "签名",
    "session_participants": "参加调解",
    "agreement_terms": "协议中的一项",
    "evidence": "提供的证据",
    "attachments": "提供的文件",
    "data_requests": "关于个人信息的请求",
    "processing_restrictions": "限制处理的请求",
    "corrections": "更正过的内容",
    "requests_for_help": "求助",
    "follow_ups": "回访",
    "relations": "和其他当事人的关系",
    "gate_answers": "受理前的问题和回答",
}
"""What the tables are called for a person; a table that is not named here keeps its own name."""


@dataclass(frozen=True)
class PersonalCopy:
    """The copy: whose, made when, and per file the rows with readable fields."""

    name: str
    made_on: date
    rows: tuple[PersonalTrace, ...]
    case_numbers: Mapping[int, str]
    trail: tuple[OwnLine, ...] = ()
    """Who looked at, changed or handed on these data, and when."""

    def as_json(self) -> str:
        """The same for a programme; every row with its file and table."""
        rows = [
            {
                "file": self.case_numbers.get(row.case_id, ""),
                "kind": row.table,
                "label": TABLES.get(row.table, row.table),
                "fields": dict(row.values),
            }
            for row in self.rows
        ]
        content: dict[str, object] = {
            "person": self.name,
            "made_on": self.made_on.isoformat(),
            "records": rows,
        }
        content["trail"] = [asdict(line) for line in self.trail]
        return json.dumps(content, ensure_ascii=False, indent=1)

    def as_paper(self) -> Paper:
        """The copy as a paper, one table a record."""
        blocks: list[Block] = [
            Paragraph(
                f"以下是本调解室保存的{self.name}的个人信息，共 {len(self.rows)} 项。其他人的信息已经遮去。"
            ),
        ]
        for number, row in enumerate(self.rows, start=1):
            label = TABLES.get(row.table, row.table)
            place = self.case_numbers.get(row.case_id, "")
            heading = f"{number}. {label}" + (f"（{place}）" if place else "")
            fields = tuple(
                (words_of_field(name), words_of_value(row.table, name, value))
                for name, value in row.values.items()
            )
            blocks.append(
                Table((heading, ""), fields, (1.0, 3.0)) if fields else LongText(heading, "没有内容", lines=0)
            )
        blocks.append(
            Table(
                ("什么时候", "谁", "做了什么"),
                tuple((line.happened_at, line.who, line.what) for line in self.trail),
                (2.0, 2.0, 2.0),
            )
        )
        blocks.append(
            Note("依据：个人信息保护法第四十四条、第四十五条。对内容有异议的，可以要求更正、补充。")
        )
        blocks.append(DateLine(self.made_on))
        return Paper("personal_copy", "个人信息副本", tuple(blocks))


def copy_for(
    session: Session, *, actor: Actor, now: datetime, id_number: str = "", name: str = ""
) -> PersonalCopy:
    """Gather a person's copy from the actor's room. Leaves a line in the trail.

    Raises :class:`InvalidEntry` when neither number nor name is given.
    """
    traces = list(personal_data_of(session, actor=actor, now=now, id_number=id_number, name=name))
    parties = [session.get_one(Party, trace.row_id) for trace in traces if trace.table == Party.__tablename__]
    for party in parties:
        traces += _beside(session, party)
    case_ids = sorted({trace.case_id for trace in traces})
    others = _others(
        session, case_ids, own={id(party) for party in parties}, own_names={name, *(p.name for p in parties)}
    )
    rows = tuple(
        PersonalTrace(trace.table, trace.row_id, trace.case_id, _readable(trace.values, others))
        for trace in _once(traces)
    )
    found = session.execute(select(CaseFile.id, CaseFile.number).where(CaseFile.id.in_(case_ids)))
    numbers = {row.id: row.number or "" for row in found}
    shown = parties[0].name if parties else name.strip()
    asked = select(DataRequest.id).where(DataRequest.party_id.in_([party.id for party in parties]))
    lines = own_trail(
        session,
        case_ids={party.case_id for party in parties},
        party_ids=[party.id for party in parties],
        request_ids=list(session.scalars(asked)),
    )
    return PersonalCopy(shown, day_of(now), rows, numbers, tuple(lines))


def _beside(session: Session, party: Party) -> list[PersonalTrace]:
    """What belongs to a party without pointing at it: files of its evidence, corrections, its requests for help.

    A request belongs to the person whose telephone it names, or whose name where it names no telephone or
    led to this very file; it need not have become a case.
    """
    files = session.scalars(
        select(Attachment).join(Evidence).where(Evidence.provided_by_party_id == party.id)
    ).all()
    corrected = session.scalars(
        select(Correction).where(Correction.table_name == "parties", Correction.row_id == party.id)
    ).all()
    asked = [
        each
        for each in session.scalars(
            select(RequestForHelp).where(RequestForHelp.room_id == party.case.room_id)
        )
        if _asked_by(each, party)
    ]
    return [trace_of(row, party.case_id) for row in (*files, *corrected, *asked)]


def _asked_by(asked: RequestForHelp, party: Party) -> bool:
    same_name = (asked.contact_name or "").strip() == party.name
    if asked.contact_phone and party.phone:
        field = "parties.phone"
        if normalised(asked.contact_phone, field) == normalised(party.phone, field):
            return True
        return same_name and asked.case_id == party.case_id
    return same_name


def _once(traces: Iterable[PersonalTrace]) -> Iterable[PersonalTrace]:
    return {(trace.table, trace.row_id): trace for trace in traces}.values()


def _others(session: Session, case_ids: list[int], *, own: set[int], own_names: set[str]) -> list[str]:
    """Names and numbers of everybody else in these files, longest first.

    A home or a telephone that the person shares with another party is the person's own as well, and stays.
    """
    found: set[str] = set()
    mine: set[str] = set()
    for case in session.scalars(select(CaseFile).where(CaseFile.id.in_(case_ids))):
        for party in case.parties:
            if id(party) in own:
                mine |= {party.phone or "", party.address or "", party.household_address or ""}
                continue
            found |= {party.name, party.id_number or "", party.phone or "", party.address or ""}
            found |= {each.name for each in party.representatives}
        found |= {
            each.name
            for sitting in case.sessions
            for each in sitting.participants
            if each.name not in own_names
        }
    return sorted((each for each in found - own_names - mine if len(each.strip()) > 1), key=len, reverse=True)


def _readable(values: Mapping[str, str], others: list[str]) -> dict[str, str]:
    kept = {}
    for key, value in values.items():
        if key in LEFT_OUT or key.endswith("_id") or not value:
            continue
        for other in others:
            value = value.replace(other, OTHERS)  # noqa: PLW2901 - the value is cleaned step by step
        kept[key] = value
    return kept
