"""Verbs for what was promised and is now done: an instalment paid, an item performed; nobody is presumed to have done it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.agreements import AgreementTerm, Instalment
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.steps import must_be_own, touched
from mediation_rooms.wording import N_, say


def record_payment(
    session: Session,
    case: CaseFile,
    part: Instalment,
    *,
    paid_on: date,
    paid_amount: Decimal,
    receipt_number: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Record that an instalment was paid, with its receipt. Raises :class:`InvalidEntry`."""
    must_be_own(case, actor)
    problems: dict[str, str] = {}
    if part.term.agreement.case_id != case.id:
        problems["instalment"] = N_("这一期不属于本案")
    if paid_on > day_of(now):
        problems["paid_on"] = N_("付款日期不能晚于今天")
    if paid_amount != part.amount:
        problems["paid_amount"] = say(
            N_("这一期应付 %(amount)s 元，实付不同的请另记在回访里"), amount=part.amount
        )
    if problems:
        raise InvalidEntry(problems)
    part.paid_on, part.paid_amount, part.receipt_number = paid_on, paid_amount, receipt_number.strip()
    touched(session, case, actor=actor, action="case.record_payment", now=now, renews_deadline=True)


def record_term_performed(
    session: Session, case: CaseFile, term: AgreementTerm, *, performed_on: date, actor: Actor, now: datetime
) -> None:
    """Record that an item without instalments was performed. Raises :class:`InvalidEntry`."""
    must_be_own(case, actor)
    if term.agreement.case_id != case.id or performed_on > day_of(now):
        raise InvalidEntry({"performed_on": N_("履行日期不能晚于今天，并且要是本案的协议")})
    term.performed_on = performed_on
    touched(session, case, actor=actor, action="case.record_term_performed", now=now, renews_deadline=True)
