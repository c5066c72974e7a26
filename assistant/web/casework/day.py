"""The room's day, its files with a search, and the month. Sealed files are in none of them."""

from __future__ import annotations

import calendar
from collections import defaultdict
from datetime import date, datetime, time, timedelta

from flask import render_template, request
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from assistant.web.casework import blueprint
from assistant.web.casework.opening import me, searched
from assistant.web.casework.wording import state_kind
from assistant.web.clock import CHINA, today
from assistant.web.sessions import case_reader
from corpus.search import cut_words
from mediation_rooms import requests
from mediation_rooms.calendar_days import kind_of_day
from mediation_rooms.finding import LONGEST_QUESTION, matching
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.hearings import MediationSession
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import CaseState
from mediation_rooms.permissions import Action, may
from mediation_rooms.referrals import opinions_to_give
from mediation_rooms.visibility import OPEN_STATES, may_read, sealed_cases_to_open, visible_cases

FILES_A_PAGE = 30
MOST_URGENT = 12
SOON_DAYS = 7
FARTHEST_OFFSET = 1_000_000


def _sittings(session: Session, *, begins: date, ends: date) -> list[MediationSession]:
    """Planned and held sittings of files in reach, from the first day to before the last."""
    reach = (
        select(MediationSession)
        .join(CaseFile, MediationSession.case_id == CaseFile.id)
        .where(
            may_read(me(), today=today()),
            MediationSession.cancelled_reason == "",
            MediationSession.starts_at >= datetime.combine(begins, time(), CHINA),
            MediationSession.starts_at < datetime.combine(ends, time(), CHINA),
        )
        .options(joinedload(MediationSession.case))
        .order_by(MediationSession.starts_at)
    )
    return list(session.scalars(reach))


@blueprint.get("/")
def index() -> str:
    """Today: sittings, what is overdue or falls due within a week, requests, files still to accept."""
    session, day = case_reader(), today()
    actor = me()
    in_reach = visible_cases(actor, today=day).where(CaseFile.state.in_(OPEN_STATES))
    urgent = (
        in_reach.where(CaseFile.next_due_on <= day + timedelta(days=SOON_DAYS))
        .order_by(CaseFile.next_due_on, CaseFile.id)
        .limit(MOST_URGENT)
    )
    fresh = (
        in_reach.where(CaseFile.state == CaseState.RECEIVED)
        .order_by(CaseFile.received_at.desc())
        .limit(MOST_URGENT)
    )
    is_staff = may(actor, Action.RECEIVE_REQUESTS)
    return render_template(
        "casework/day.html",
        room=session.get(MediationRoom, actor.room_id) if actor.room_id is not None else None,
        day=day,
        sittings=_sittings(session, begins=day, ends=day + timedelta(days=1)),
        urgent=session.scalars(urgent).all(),
        fresh=session.scalars(fresh).all(),
        request_count=len(requests.inbox(session, actor=actor)) if is_staff else 0,
        sealed_count=len(sealed_cases_to_open(session, actor=actor)) if is_staff else 0,
        may_write=may(actor, Action.WRITE_CASES),
        may_watch=may(actor, Action.READ_ROOM_TRAIL),
        asked=opinions_to_give(session, actor=actor, today=today()),
        is_staff=is_staff,
        state_kind=state_kind,
    )


@blueprint.get("/files")
def files() -> str:
    """Open files by due day, or all of them."""
    return _file_list("")


@blueprint.post("/files")
def find_files() -> str:
    """Files by party, words or number. Asked for by POST: a name or an ID number stands in no address."""
    return _file_list(request.form.get("q", "").strip()[:LONGEST_QUESTION])


def _file_list(question: str) -> str:
    session, day = case_reader(), today()
    shows_all = request.args.get("all") == "yes"
    offset = min(max(request.values.get("offset", 0, type=int), 0), FARTHEST_OFFSET)
    found = visible_cases(me(), today=day)
    if question:
        found = matching(found, question, cut=cut_words)
    elif not shows_all:
        found = found.where(CaseFile.state.in_(OPEN_STATES))
    total = (
        session.scalar(select(func.count()).select_from(found.with_only_columns(CaseFile.id).subquery())) or 0
    )
    if question:
        searched(question, total)
    in_order = found.order_by(CaseFile.next_due_on.is_(None), CaseFile.next_due_on, CaseFile.id.desc())
    return render_template(
        "casework/files.html",
        files=session.scalars(in_order.limit(FILES_A_PAGE).offset(offset)).all(),
        total=total,
        limit=FILES_A_PAGE,
        offset=offset,
        shows_all=shows_all,
        question=question,
        day=day,
        state_kind=state_kind,
    )


@blueprint.get("/calendar")
def month() -> str:
    """A month: sittings on their day, and the next thing that falls due in each file."""
    first = _first_of_month(request.args.get("month", ""))
    following = (first + timedelta(days=31)).replace(day=1)
    session = case_reader()
    due = (
        visible_cases(me(), today=today())
        .where(
            CaseFile.state.in_(OPEN_STATES),
            CaseFile.next_due_on >= first,
            CaseFile.next_due_on < following,
        )
        .order_by(CaseFile.next_due_on)
    )
    due_by_day: dict[date, list[CaseFile]] = defaultdict(list)
    for file in session.scalars(due):
        if file.next_due_on is not None:
            due_by_day[file.next_due_on].append(file)
    sittings_by_day: dict[date, list[MediationSession]] = defaultdict(list)
    for sitting in _sittings(session, begins=first, ends=following):
        sittings_by_day[sitting.starts_at.astimezone(CHINA).date()].append(sitting)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    kinds = {each: kind_of_day(each) for week in weeks for each in week}
    return render_template(
        "casework/month.html",
        first=first,
        kinds=kinds,
        is_certain=kinds[first].is_certain,
        previous=(first - timedelta(days=1)).replace(day=1),
        following=following,
        weeks=weeks,
        due_by_day=due_by_day,
        sittings_by_day=sittings_by_day,
        day=today(),
    )


def _first_of_month(written: str) -> date:
    """The first day of ``2026-11``; of this month for anything else."""
    try:
        first = date.fromisoformat(f"{written}-01")
    except ValueError:
        first = today().replace(day=1)
    return first if 2000 <= first.year <= 2100 else today().replace(day=1)
