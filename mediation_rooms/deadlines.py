"""Time limits of a case, computed from rules in data, each naming the source it rests on. Pure.

The 人民调解法 sets no limit for mediation; nothing here says it does. Instalments, single due dates
and planned follow-ups come from the file itself and name it as their source.
"""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from mediation_rooms.calendar_days import (
    ReckonedDay,
    add_months,
    add_working_days,
    last_day_of_period,
)
from mediation_rooms.case_view import CaseView
from mediation_rooms.divisions import Division, level_above
from mediation_rooms.models.vocabulary import CaseState, ConfirmationOutcome, Lane
from mediation_rooms.wording import N_

DATA = Path(__file__).with_name("data") / "deadlines.toml"
OWN_WARNING_DAYS = 5
"""Days before an instalment, an act or a visit on which it turns urgent: ours, no law sets it."""

_MEDIATING = frozenset({CaseState.ACCEPTED, CaseState.ENQUIRY, CaseState.MEDIATING, CaseState.AGREED})
_PERFORMING = frozenset(
    {CaseState.IN_FORCE, CaseState.CONFIRMING, CaseState.CONFIRMED, CaseState.BREACHED, CaseState.PERFORMED}
)


class Urgency(enum.StrEnum):
    """How a deadline stands on a day."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True)
class DeadlineRule:
    """One rule of the data file."""

    code: str
    title: str
    starts: str
    amount: int
    unit: str
    applies: str
    is_extendable: bool
    warning_days: int
    source: str
    remark: str


@dataclass(frozen=True)
class Deadline:
    """A day by which something must happen, with its source.

    ``is_certain`` is False where the holidays of the year are not yet announced; ``is_extended``
    where the parties agreed on a later day.
    """

    code: str
    title: str
    starts_on: date
    due_on: date
    source: str
    urgency: Urgency
    days_left: int
    is_certain: bool = True
    is_extended: bool = False
    remark: str = ""


@lru_cache(maxsize=1)
def deadline_rules() -> Mapping[str, DeadlineRule]:
    """Every rule by code."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["rule"]
    return {
        row["code"]: DeadlineRule(
            code=row["code"],
            title=row["title"],
            starts=row["starts"],
            amount=row["amount"],
            unit=row["unit"],
            applies=row["applies"],
            is_extendable=row["extendable"],
            warning_days=row["warn"],
            source=row["source"],
            remark=row.get("remark", ""),
        )
        for row in rows
    }


def _is_court(view: CaseView, stage: str) -> bool:
    return view.state in _MEDIATING and view.source_code == "court" and view.court_stage == stage


_APPLIES: Mapping[str, Callable[[CaseView], bool]] = {
    "ordinary": lambda view: (
        view.state in _MEDIATING
        and not view.kind.is_medical
        and not (view.source_code == "court" and view.court_stage)
    ),
    "court_before_filing": lambda view: _is_court(view, "before_filing"),
    "court_after_filing_ordinary": lambda view: _is_court(view, "after_filing_ordinary"),
    "court_after_filing_summary": lambda view: _is_court(view, "after_filing_summary"),
    "labour": lambda view: view.state in _MEDIATING | {CaseState.RECEIVED} and view.kind.is_labour,
    "medical": lambda view: view.state in _MEDIATING and view.kind.is_medical,
    "confirmable": lambda view: (
        view.state in {CaseState.IN_FORCE, CaseState.BREACHED}
        and view.lane is Lane.WRITTEN
        and view.confirmation_applied_on is None
    ),
    "confirming": lambda view: (
        view.state is CaseState.CONFIRMING and view.confirmation_outcome is ConfirmationOutcome.PENDING
    ),
    "confirmed": lambda view: (
        view.confirmation_outcome is ConfirmationOutcome.CONFIRMED
        and view.state in {CaseState.CONFIRMED, CaseState.BREACHED}
    ),
    "petition": lambda view: view.source_code == "petition" and view.state in _MEDIATING,
    "petition_new": lambda view: view.source_code == "petition" and view.state is CaseState.RECEIVED,
}


def _last_due(view: CaseView) -> date | None:
    dues = view.agreement.dues if view.agreement is not None else ()
    return max((due.due_on for due in dues), default=view.effective_on)


_STARTS: Mapping[str, Callable[[CaseView], date | None]] = {
    "applied": lambda view: view.applied_on,
    "accepted": lambda view: view.accepted_on,
    "entrusted": lambda view: view.entrusted_received_on,
    "effective": lambda view: view.effective_on,
    "confirmation_accepted": lambda view: view.confirmation_accepted_on,
    "last_due": _last_due,
}


def _end(rule: DeadlineRule, start: date, view: CaseView) -> ReckonedDay:
    if rule.unit == "working_days":
        counted = add_working_days(start, rule.amount)
        if rule.applies == "medical" and view.appraisal_days_count:
            moved = last_day_of_period(counted.day + timedelta(days=view.appraisal_days_count))
            return ReckonedDay(moved.day, counted.is_certain and moved.is_certain)
        return counted
    if rule.unit == "days":
        return last_day_of_period(start + timedelta(days=rule.amount))
    months = rule.amount * (12 if rule.unit == "years" else 1)
    return last_day_of_period(add_months(start, months))


def urgency_of(due_on: date, today: date, warning_days: int) -> Urgency:
    """How a day stands: overdue, today, within the warning, or later."""
    left = (due_on - today).days
    if left < 0:
        return Urgency.OVERDUE
    if left == 0:
        return Urgency.TODAY
    return Urgency.SOON if left <= warning_days else Urgency.LATER


def _of_rule(rule: DeadlineRule, view: CaseView, today: date) -> Deadline | None:
    start = _STARTS[rule.starts](view)
    if start is None or not _APPLIES[rule.applies](view):
        return None
    end = _end(rule, start, view)
    extended = rule.is_extendable and view.extended_until is not None and view.extended_until > end.day
    due_on = view.extended_until if extended and view.extended_until is not None else end.day
    return Deadline(
        code=rule.code,
        title=rule.title,
        starts_on=start,
        due_on=due_on,
        source=rule.source,
        urgency=urgency_of(due_on, today, rule.warning_days),
        days_left=(due_on - today).days,
        is_certain=extended or end.is_certain,
        is_extended=extended,
        remark=rule.remark,
    )


def _own(code: str, title: str, *, starts_on: date, due_on: date, source: str, today: date) -> Deadline:
    return Deadline(
        code=code,
        title=title,
        starts_on=starts_on,
        due_on=due_on,
        source=source,
        urgency=urgency_of(due_on, today, OWN_WARNING_DAYS),
        days_left=(due_on - today).days,
    )


def _from_the_file(view: CaseView, today: date) -> list[Deadline]:
    if view.state not in _PERFORMING:
        return []
    start = view.effective_on or view.applied_on
    dues = (view.agreement.dues if view.agreement is not None else ()) + (
        view.oral_dues if view.lane is Lane.ORAL else ()
    )
    found = [
        _own(
            "performance",
            due.title,
            starts_on=start,
            due_on=due.due_on,
            source=N_("调解协议；人民调解法第三十一条"),
            today=today,
        )
        for due in dues
        if not due.is_done
    ]
    found += [
        _own(
            "follow_up",
            N_("回访"),
            starts_on=start,
            due_on=day,
            source=N_("人民调解法第三十一条；本室回访计划"),
            today=today,
        )
        for day in view.planned_visits_on
    ]
    return found


def deadlines_of(view: CaseView, today: date) -> list[Deadline]:
    """Every open deadline of a case, the nearest first."""
    found = [_of_rule(rule, view, today) for rule in deadline_rules().values()]
    deadlines = [each for each in found if each is not None] + _from_the_file(view, today)
    return sorted(deadlines, key=lambda each: (each.due_on, each.code))


def escalation_of(deadlines: list[Deadline], division_code: str) -> Division | None:
    """The centre one level up that sees overdue work; None while nothing is overdue."""
    if not any(each.urgency is Urgency.OVERDUE for each in deadlines):
        return None
    return level_above(division_code)


def by_day(deadlines: list[Deadline]) -> dict[date, list[Deadline]]:
    """The deadlines grouped by day, for a calendar."""
    days: dict[date, list[Deadline]] = {}
    for each in deadlines:
        days.setdefault(each.due_on, []).append(each)
    return dict(sorted(days.items()))
