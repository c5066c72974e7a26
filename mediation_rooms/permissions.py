"""Who may do what: the whole policy as one table, printed into docs/security.md from here.

A role opens an action; the *scope* of the action says to which objects it reaches. Scopes are
applied where rows are loaded (:mod:`mediation_rooms.visibility`), and checked again by :func:`may`
when an object is given. What the table does not grant is refused.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol

from mediation_rooms.actor import Actor
from mediation_rooms.wording import N_, say


class Role(enum.StrEnum):
    """What a person is trusted with. A villager has no account and no role."""

    MEDIATOR = "mediator"
    ROOM_HEAD = "room_head"
    GRID_WORKER = "grid_worker"
    TRANSLATOR = "translator"
    REVIEWER = "reviewer"
    EDUCATOR = "educator"
    JURIST = "jurist"
    TOWNSHIP_OFFICER = "township_officer"
    COUNTY_OFFICER = "county_officer"
    PREFECTURE_OFFICER = "prefecture_officer"
    ADMINISTRATOR = "administrator"
    SECURITY_OFFICER = "security_officer"
    AUDITOR = "auditor"


ROLE_NAMES: dict[Role, str] = {
    Role.MEDIATOR: N_("调解员"),
    Role.ROOM_HEAD: N_("调解室负责人"),
    Role.GRID_WORKER: N_("网格员"),
    Role.TRANSLATOR: N_("翻译"),
    Role.REVIEWER: N_("审校"),
    Role.EDUCATOR: N_("普法宣传员"),
    Role.JURIST: N_("法律审核人"),
    Role.TOWNSHIP_OFFICER: N_("乡镇中心人员"),
    Role.COUNTY_OFFICER: N_("县级中心人员"),
    Role.PREFECTURE_OFFICER: N_("州级中心人员"),
    Role.ADMINISTRATOR: N_("系统管理员"),
    Role.SECURITY_OFFICER: N_("安全管理员"),
    Role.AUDITOR: N_("审计员"),
}

OFFICERS = frozenset({Role.TOWNSHIP_OFFICER, Role.COUNTY_OFFICER, Role.PREFECTURE_OFFICER})
ROOM_STAFF = frozenset({Role.MEDIATOR, Role.ROOM_HEAD})
SECOND_FACTOR_REQUIRED = OFFICERS | {
    Role.ROOM_HEAD,
    Role.ADMINISTRATOR,
    Role.SECURITY_OFFICER,
    Role.AUDITOR,
}
"""Roles that reach beyond one's own files sign in with a second factor (ASVS 5.0, 6.3.3)."""
APART = (Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR)
"""No person holds two of these: system, security and audit are kept apart (GB/T 22239, level 2 and 3)."""


class Scope(enum.StrEnum):
    """To which objects a permission reaches."""

    ANY = "any"
    OWN_ROOM = "own_room"
    OWN_AREA = "own_area"
    OWN = "own"


class HasRoom(Protocol):
    """An object that a room keeps."""

    room_id: int | None


class Action(enum.StrEnum):
    """Everything that can be asked of the programme by a person who signed in."""

    READ_CASES = "cases.read"
    WRITE_CASES = "cases.write"
    OPEN_SEALED_CASE = "cases.open_sealed"
    APPROVE_SEALED_ACCESS = "cases.approve_sealed"
    REVEAL_IDENTITY = "cases.reveal_identity"
    RENDER_DOCUMENTS = "cases.documents"
    EXPORT_CASES = "cases.export"
    OVERSEE_EXPORTS = "cases.exports"
    IMPORT_CASES = "cases.import"
    SHARE_CASE = "cases.share"
    ANSWER_DATA_REQUESTS = "cases.data_requests"
    APPRAISE_FILES = "cases.appraise"
    DEIDENTIFY_CASE = "cases.deidentify"
    REVIEW_DEIDENTIFIED = "cases.review_deidentified"
    RECEIVE_REQUESTS = "requests.receive"
    REPORT_DISPUTE = "requests.report"
    READ_REGISTERS = "registers.read"
    WRITE_REGISTERS = "registers.write"
    READ_STATISTICS = "statistics.read"
    EXPORT_STATISTICS = "statistics.export"
    OVERSEE_AREA = "overview.read"
    READ_WORKBENCH = "workbench.read"
    TRANSLATE = "workbench.translate"
    REVIEW_TRANSLATION = "workbench.review"
    IMPORT_UNITS = "workbench.import"
    EXPORT_UNITS = "workbench.export"
    RECORD_SOUND = "workbench.record"
    EDIT_GLOSSARY = "workbench.glossary"
    READ_OUTREACH = "outreach.read"
    WRITE_OUTREACH = "outreach.write"
    CHECK_OUTREACH_LAW = "outreach.check_law"
    CHECK_OUTREACH_LANGUAGE = "outreach.check_language"
    PUBLISH_OUTREACH = "outreach.publish"
    EXPORT_OUTREACH = "outreach.export"
    MANAGE_EVENTS = "outreach.events"
    MANAGE_ACCOUNTS = "accounts.manage"
    READ_TRAIL = "audit.read"
    READ_ROOM_TRAIL = "audit.read_room"
    READ_OWN_TRAIL = "audit.read_own"
    BACK_UP = "backup.run"
    OPERATE = "system.operate"


@dataclass(frozen=True)
class Grant:
    """Who may do an action, to which objects."""

    roles: frozenset[Role]
    scope: Scope


def _to(scope: Scope, *roles: Role) -> Grant:
    return Grant(frozenset(roles), scope)


_LANGUAGE = (Role.TRANSLATOR, Role.REVIEWER)
_TEACHING = (Role.EDUCATOR, Role.JURIST, Role.REVIEWER)
_ALL = tuple(Role)

TABLE: dict[Action, Grant] = {
    Action.READ_CASES: _to(Scope.OWN_ROOM, *ROOM_STAFF, *OFFICERS),
    Action.WRITE_CASES: _to(Scope.OWN_ROOM, *ROOM_STAFF),
    Action.OPEN_SEALED_CASE: _to(Scope.OWN_ROOM, *ROOM_STAFF),
    Action.APPROVE_SEALED_ACCESS: _to(Scope.OWN_ROOM, Role.ROOM_HEAD),
    Action.REVEAL_IDENTITY: _to(Scope.OWN_ROOM, *ROOM_STAFF),
    Action.RENDER_DOCUMENTS: _to(Scope.OWN_ROOM, *ROOM_STAFF),
    Action.EXPORT_CASES: _to(Scope.OWN_ROOM, Role.ROOM_HEAD),
    Action.OVERSEE_EXPORTS: _to(Scope.OWN_ROOM, *ROOM_STAFF, *OFFICERS, Role.ADMINISTRATOR),
    Action.IMPORT_CASES: _to(Scope.OWN_ROOM, Role.ROOM_HEAD),
    Action.SHARE_CASE: _to(Scope.OWN_ROOM, *ROOM_STAFF),
    Action.ANSWER_DATA_REQUESTS: _to(Scope.OWN_ROOM, Role.ROOM_HEAD),
    Action.APPRAISE_FILES: _to(Scope.OWN_ROOM, *ROOM_STAFF),
    Action.DEIDENTIFY_CASE: _to(Scope.OWN_ROOM, *ROOM_STAFF),
    Action.REVIEW_DEIDENTIFIED: _to(Scope.OWN_ROOM, Role.ROOM_HEAD, Role.JURIST),
    Action.RECEIVE_REQUESTS: _to(Scope.OWN_ROOM, *ROOM_STAFF),
    Action.REPORT_DISPUTE: _to(Scope.OWN, Role.GRID_WORKER),
    Action.READ_REGISTERS: _to(Scope.OWN_AREA, *ROOM_STAFF, *OFFICERS, Role.ADMINISTRATOR),
    Action.WRITE_REGISTERS: _to(Scope.OWN_AREA, Role.ROOM_HEAD, *OFFICERS, Role.ADMINISTRATOR),
    Action.READ_STATISTICS: _to(Scope.OWN_AREA, *ROOM_STAFF, *OFFICERS),
    Action.EXPORT_STATISTICS: _to(Scope.OWN_AREA, Role.ROOM_HEAD, *OFFICERS),
    Action.OVERSEE_AREA: _to(Scope.OWN_AREA, *OFFICERS),
    Action.READ_WORKBENCH: _to(Scope.ANY, *_LANGUAGE, Role.JURIST, Role.EDUCATOR),
    Action.TRANSLATE: _to(Scope.ANY, *_LANGUAGE),
    Action.REVIEW_TRANSLATION: _to(Scope.ANY, Role.REVIEWER),
    Action.IMPORT_UNITS: _to(Scope.ANY, *_LANGUAGE),
    Action.EXPORT_UNITS: _to(Scope.ANY, *_LANGUAGE, Role.EDUCATOR),
    Action.RECORD_SOUND: _to(Scope.ANY, *_LANGUAGE, Role.EDUCATOR),
    Action.EDIT_GLOSSARY: _to(Scope.ANY, *_LANGUAGE),
    Action.READ_OUTREACH: _to(Scope.ANY, *_TEACHING, Role.TRANSLATOR, *OFFICERS),
    Action.WRITE_OUTREACH: _to(Scope.ANY, Role.EDUCATOR),
    Action.CHECK_OUTREACH_LAW: _to(Scope.ANY, Role.JURIST),
    Action.CHECK_OUTREACH_LANGUAGE: _to(Scope.ANY, Role.REVIEWER),
    Action.PUBLISH_OUTREACH: _to(Scope.ANY, Role.EDUCATOR),
    Action.EXPORT_OUTREACH: _to(Scope.ANY, *_TEACHING, *OFFICERS),
    Action.MANAGE_EVENTS: _to(Scope.ANY, Role.EDUCATOR),
    Action.MANAGE_ACCOUNTS: _to(Scope.ANY, Role.SECURITY_OFFICER, Role.ADMINISTRATOR),
    Action.READ_TRAIL: _to(Scope.ANY, Role.AUDITOR),
    Action.READ_ROOM_TRAIL: _to(Scope.OWN_ROOM, Role.ROOM_HEAD),
    Action.READ_OWN_TRAIL: _to(Scope.OWN, *_ALL),
    Action.BACK_UP: _to(Scope.ANY, Role.ADMINISTRATOR),
    Action.OPERATE: _to(Scope.ANY, Role.ADMINISTRATOR),
}


def may(actor: Actor, action: Action, obj: HasRoom | None = None) -> bool:
    """Whether the actor may do this at all and, with an object kept by a room, to that object.

    An object of another room is refused for actions whose scope is the own room; reading what was
    shared or referred up is decided by :mod:`mediation_rooms.visibility`, not here.
    """
    grant = TABLE[action]
    if actor.roles.isdisjoint(grant.roles):
        return False
    if obj is None or grant.scope is not Scope.OWN_ROOM:
        return True
    return actor.room_id is not None and obj.room_id == actor.room_id


def role_problems(roles: frozenset[Role]) -> list[str]:
    """Why these roles cannot be held by one person; empty when they can."""
    together = [role for role in APART if role in roles]
    if len(together) > 1:
        names = "、".join(ROLE_NAMES[role] for role in together)
        return [say(N_("%(names)s要由不同的人担任（三员分立）"), names=names)]
    return []


def as_markdown() -> str:
    """The table for the documentation."""
    lines = ["| action | reaches | " + " | ".join(f"`{role}`" for role in Role) + " |"]
    lines.append("| --- | --- |" + " :-: |" * len(Role))
    for action, grant in TABLE.items():
        marks = " | ".join("●" if role in grant.roles else "" for role in Role)
        lines.append(f"| `{action}` | {grant.scope.replace('_', ' ')} | {marks} |")
    return "\n".join(lines) + "\n"
