"""Dates of a file that are not in order (pure): apply ≤ accept ≤ session ≤ agree ≤ visit ≤ close ≤ file."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date

from mediation_rooms.case_view import CaseView
from mediation_rooms.wording import N_, say


@dataclass(frozen=True)
class _Event:
    title: str
    on: date | None


def date_problems(view: CaseView) -> list[str]:
    """Dates that are not in order: apply ≤ accept ≤ session ≤ agree ≤ visit ≤ close ≤ file."""
    sessions = [sitting.on for sitting in view.sessions]
    agreed = view.effective_on or (view.agreement.complete_on if view.agreement else None)
    chain = [
        _Event("申请", view.applied_on),
        _Event("受理", view.accepted_on),
        _Event("第一次调解", min(sessions, default=None)),
        _Event("最后一次调解", max(sessions, default=None)),
        _Event("协议生效", agreed),
        _Event("第一次回访", min(view.visits_on, default=None)),
        _Event("最后一次回访", max(view.visits_on, default=None)),
        _Event("结案", view.closed_on),
        _Event("归档", view.archived_on),
    ]
    known = [(event.title, event.on) for event in chain if event.on is not None]
    problems = [
        say(
            N_("%(later)s（%(later_on)s）早于%(earlier)s（%(earlier_on)s），请核对日期"),
            later=later,
            later_on=later_on,
            earlier=earlier,
            earlier_on=earlier_on,
        )
        for (earlier, earlier_on), (later, later_on) in itertools.pairwise(known)
        if later_on < earlier_on
    ]
    if view.agreement is not None and sessions and view.agreement.drafted_on < min(sessions):
        problems.append(
            say(
                N_("协议起草日（%(drafted_on)s）早于第一次调解，请核对日期"),
                drafted_on=view.agreement.drafted_on,
            )
        )
    return problems
