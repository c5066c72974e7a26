"""One thing a mediator can do to a file, as a value: where it is offered, what it asks, what it does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from assistant.web.entries import Entered, Input
from mediation_rooms.actor import Actor
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import CaseState
from mediation_rooms.permissions import Action

S = CaseState
ALL = frozenset(CaseState)
UNFINISHED = ALL - {S.CLOSED, S.ARCHIVED, S.VOIDED, S.DECLINED}
OPEN = frozenset({S.RECEIVED, S.ACCEPTED, S.ENQUIRY, S.MEDIATING, S.AGREED})
TALKING = frozenset({S.ACCEPTED, S.ENQUIRY, S.MEDIATING})
PERFORMING = frozenset(
    {S.IN_FORCE, S.CONFIRMING, S.CONFIRMED, S.CONFIRMATION_REFUSED, S.BREACHED, S.PERFORMED}
)

Asks = Callable[[CaseFile, Actor], Sequence[Input]]
DoesIt = Callable[[Session, CaseFile, Entered, Actor, datetime], Any]


@dataclass(frozen=True)
class Act:
    """One thing to do. ``does`` is called in a write transaction and may raise the domain's refusals.

    ``prepares`` runs before that transaction, for what may take time: checking and keeping files,
    looking up an article. ``step`` names the step of the workflow that the act takes.
    """

    key: str
    label: str
    group: str
    asks: Asks
    does: DoesIt
    states: frozenset[CaseState] = UNFINISHED
    step: str = ""
    lead: str = ""
    action: Action = Action.WRITE_CASES
    prepares: Callable[[Entered], Any] | None = None
    is_fit: Callable[[CaseFile], bool] = lambda _case: True
    """Whether there is something to do it to: an agreement to sign, a visit to record."""

    def is_offered(self, case: CaseFile) -> bool:
        """Whether the page of this file shows it."""
        return case.state in self.states and self.is_fit(case)
