"""Sealed files: only their numbers are seen; the head of the room lets one person open one, for days."""

from __future__ import annotations

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.opening import me
from assistant.web.clock import now, today
from assistant.web.entries import Entered
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import privacy
from mediation_rooms.accounts import Account
from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.permissions import Action, Role, may
from mediation_rooms.visibility import sealed_cases_to_open, visible_cases

USUAL_DAYS = 7


def _staff(session: Session, actor: Actor) -> list[Account]:
    """The working accounts of this room that handle cases."""
    accounts = session.scalars(
        select(Account)
        .where(Account.room_id == actor.room_id, Account.is_disabled.is_(False))
        .order_by(Account.display_name)
    )
    return [each for each in accounts if each.roles & {Role.MEDIATOR, Role.ROOM_HEAD}]


@blueprint.get("/sealed")
def sealed() -> str:
    """The room's sealed files by number, and those this person was let into."""
    return _page({})


def _page(problems: dict[str, str]) -> str:
    session, actor = case_reader(), me()
    numbers = sealed_cases_to_open(session, actor=actor)
    let_into = visible_cases(actor, today=today()).where(CaseFile.is_sealed)
    readable = session.scalars(let_into)
    return render_template(
        "casework/sealed.html",
        numbers=numbers,
        opened={file.id for file in readable},
        may_approve=may(actor, Action.APPROVE_SEALED_ACCESS),
        staff=[(each.id, each.display_name) for each in _staff(session, actor)],
        until=today() + timedelta(days=USUAL_DAYS),
        problems=problems,
    )


@blueprint.post("/sealed/<int:case_id>")
def approve_opening(case_id: int) -> Response | tuple[str, int]:
    """Let one person of the room open one sealed file until a day, with the reason."""
    session, actor = case_writer(), me()
    entered = Entered(request.form)
    case = privacy.sealed_case_for_approval(session, case_id=case_id, approver=actor)
    account = entered.row_of("account", _staff(session, actor))
    until, reason = entered.needed_day("until"), entered.needed("reason")
    try:
        entered.check()
        privacy.approve_opening(
            session, case, account_id=account.id, until=until, reason=reason, approver=actor, now=now()
        )
    except InvalidEntry as refused:
        session.rollback()
        return _page(refused.problems), 422
    flash(_("已经批准。"), "good")
    return redirect(url_for("casework.sealed"), 303)
