"""The registers of committees and mediators: terms, validity by law, and changes for the court.

The checks report; they never stop work: a committee with a vacancy goes on mediating, and the
township is told what to mend.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation_rooms import audit
from mediation_rooms.actor import Actor
from mediation_rooms.calendar_days import add_months
from mediation_rooms.case_view import MAJORITY_YEARS, age_on
from mediation_rooms.divisions import code_prefix
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.registers import Committee, CommitteeTerm, Mediator, RegisterChange
from mediation_rooms.models.vocabulary import CommitteeKind, Post, Sex
from mediation_rooms.wording import N_, say

TERM_MONTHS = 36
"""Three years (人民调解法第九条)."""
FEWEST_MEMBERS, MOST_MEMBERS = 3, 9
"""人民调解法第八条."""
TERM_WARNING_DAYS = 90
"""How early an ending term is announced: ours, no law sets it."""
_MEMBER_POSTS = frozenset({Post.DIRECTOR, Post.DEPUTY, Post.MEMBER})


@dataclass(frozen=True)
class RegisterProblem:
    """What a register's entry lacks: one sentence and its article."""

    sentence: str
    article: str


def members_on(committee: Committee, day: date) -> list[CommitteeTerm]:
    """The members (not the engaged mediators) who sit in a committee on a day."""
    return [
        term
        for term in committee.terms
        if term.post in _MEMBER_POSTS
        and term.elected_on <= day
        and (term.left_on is None or term.left_on > day)
    ]


def committee_problems(committee: Committee, *, today: date) -> list[RegisterProblem]:
    """What the law asks of a committee and is missing on a day."""
    members = members_on(committee, today)
    problems = []
    if not FEWEST_MEMBERS <= len(members) <= MOST_MEMBERS:
        problems.append(
            RegisterProblem(
                say(N_("委员应为三至九人，现有%(members)s人"), members=len(members)),
                "人民调解法第八条第二款",
            )
        )
    directors = [term for term in members if term.post is Post.DIRECTOR]
    if len(directors) != 1:
        problems.append(
            RegisterProblem(
                say(N_("应设主任一人，现有%(directors)s人"), directors=len(directors)),
                "人民调解法第八条第二款",
            )
        )
    if not any(term.mediator.sex is Sex.FEMALE for term in members):
        problems.append(RegisterProblem(N_("应当有妇女成员"), "人民调解法第八条第三款"))
    smaller = committee.smaller_ethnicity
    if (
        committee.is_multi_ethnic_area
        and smaller
        and not any(t.mediator.ethnicity == smaller for t in members)
    ):
        problems.append(
            RegisterProblem(
                say(N_("多民族居住地区应当有人数较少民族的成员（这里是%(smaller)s）"), smaller=smaller),
                "人民调解法第八条第三款",
            )
        )
    for term in members:
        if term.ends_on < today:
            problems.append(
                RegisterProblem(
                    say(
                        N_("%(name)s的任期已于%(ends_on)s届满，应当改选或者连选"),
                        name=term.mediator.name,
                        ends_on=term.ends_on,
                    ),
                    "人民调解法第九条第二款",
                )
            )
        elif (term.ends_on - today).days <= TERM_WARNING_DAYS:
            problems.append(
                RegisterProblem(
                    say(
                        N_("%(name)s的任期将于%(ends_on)s届满"), name=term.mediator.name, ends_on=term.ends_on
                    ),
                    "人民调解法第九条第二款",
                )
            )
        born = term.mediator.born_on
        if born is not None and age_on(born, today) < MAJORITY_YEARS:
            problems.append(
                RegisterProblem(
                    say(N_("%(name)s未成年，不能担任调解员"), name=term.mediator.name),
                    "人民调解法第十四条",
                )
            )
    return problems


def note_change(
    session: Session, committee: Committee, *, what: str, before: str, after: str, actor: Actor, now: datetime
) -> RegisterChange:
    """Keep a change for the notice to the basic court (人民调解法第十条), and leave a line in the trail."""
    change = RegisterChange(
        committee_id=committee.id,
        changed_at=now,
        what=what,
        before=before,
        after=after,
        actor_name=actor.name,
    )
    session.add(change)
    session.flush()
    audit.record(
        session,
        actor=actor,
        action="register.change",
        object_kind="committee",
        object_id=committee.id,
        room_id=actor.room_id,
        reason=what,
        now=now,
    )
    return change


def found_committee(
    session: Session,
    *,
    code: str,
    name: str,
    number_prefix: str,
    kind: CommitteeKind,
    host_body: str,
    division_code: str,
    founded_on: date,
    actor: Actor,
    now: datetime,
    has_seal: bool = True,
    smaller_ethnicity: str = "",
    trade: str = "",
    is_sample: bool = False,
) -> Committee:
    """Enter a committee. Raises :class:`InvalidEntry` when code or number prefix is taken."""
    problems: dict[str, str] = {}
    code_prefix(division_code)
    taken = select(Committee.id)
    if session.scalar(taken.where(Committee.code == code)) is not None:
        problems["code"] = say(N_("编码“%(code)s”已经有调委会在用"), code=code)
    if session.scalar(taken.where(Committee.number_prefix == number_prefix)) is not None:
        problems["number_prefix"] = say(
            N_("卷号字头“%(number_prefix)s”已经有调委会在用，两个调委会的卷号会混在一起"),
            number_prefix=number_prefix,
        )
    if problems:
        raise InvalidEntry(problems)
    committee = Committee(
        code=code,
        name=name,
        number_prefix=number_prefix,
        kind=kind,
        host_body=host_body,
        division_code=division_code,
        founded_on=founded_on,
        has_seal=has_seal,
        smaller_ethnicity=smaller_ethnicity,
        trade=trade,
        is_sample=is_sample,
    )
    session.add(committee)
    session.flush()
    note_change(session, committee, what="设立", before="", after=name, actor=actor, now=now)
    return committee


def elect(
    session: Session,
    committee: Committee,
    mediator: Mediator,
    *,
    post: Post,
    elected_on: date,
    actor: Actor,
    now: datetime,
) -> CommitteeTerm:
    """Begin a term of three years. Raises :class:`InvalidEntry` for a minor or a second present term."""
    if mediator.born_on is not None and age_on(mediator.born_on, elected_on) < MAJORITY_YEARS:
        raise InvalidEntry({"mediator": N_("调解员应当是成年公民（人民调解法第十四条）")})
    present = [
        term
        for term in committee.terms
        if term.mediator is mediator and term.left_on is None and term.ends_on >= elected_on
    ]
    if present:
        raise InvalidEntry(
            {
                "mediator": say(
                    N_("%(name)s的任期到%(ends_on)s，还没有届满"),
                    name=mediator.name,
                    ends_on=present[0].ends_on,
                )
            }
        )
    term = CommitteeTerm(
        committee=committee,
        mediator=mediator,
        post=post,
        elected_on=elected_on,
        ends_on=add_months(elected_on, TERM_MONTHS),
    )
    session.add(term)
    session.flush()
    note_change(session, committee, what=post.label, before="", after=mediator.name, actor=actor, now=now)
    return term


def leave_post(
    session: Session, term: CommitteeTerm, *, left_on: date, reason: str, actor: Actor, now: datetime
) -> None:
    """End a term early, with the reason. Raises :class:`InvalidEntry`."""
    if not reason.strip() or left_on < term.elected_on:
        raise InvalidEntry({"reason": N_("要写明离任原因，离任日期不能早于当选日期")})
    term.left_on, term.left_reason = left_on, reason.strip()
    note_change(
        session,
        term.committee,
        what=f"{term.post.label}离任",
        before=term.mediator.name,
        after=reason.strip(),
        actor=actor,
        now=now,
    )


@dataclass(frozen=True)
class ChangeLine:
    """One line of the notice to the basic court."""

    changed_at: datetime
    committee: str
    what: str
    before: str
    after: str


def changes_since(session: Session, *, area_code: str, since: datetime) -> list[ChangeLine]:
    """Changes of committees and members of an area since an instant (人民调解法第十条)."""
    rows = session.execute(
        select(RegisterChange, Committee.name)
        .join(Committee, Committee.id == RegisterChange.committee_id)
        .where(RegisterChange.changed_at >= since, Committee.division_code.startswith(code_prefix(area_code)))
        .order_by(RegisterChange.changed_at, RegisterChange.id)
    )
    return [
        ChangeLine(change.changed_at, name, change.what, change.before, change.after) for change, name in rows
    ]
