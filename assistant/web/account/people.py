"""Accounts of others: make, change, reset, disable. Nobody sees or chooses another's password."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web import sign_in as verbs
from assistant.web.account import blueprint
from assistant.web.entries import row_id
from assistant.web.sessions import case_reader, case_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms import accounts
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.permissions import ROLE_NAMES, Role
from mediation_rooms.sign_in_sessions import moment


@blueprint.get("/people")
def people() -> str:
    """All accounts."""
    return _list({}, {})


def _list(problems: dict[str, str], entered: dict[str, str]) -> str:
    session = case_reader()
    return render_template(
        "account/people.html",
        people=session.scalars(select(accounts.Account).order_by(accounts.Account.user_name)).all(),
        stale={account.id for account in accounts.stale_accounts(session, now=moment().now)},
        role_names=ROLE_NAMES,
        rooms=_room_choices(session),
        problems=problems,
        entered=entered,
    )


def _room_choices(session: Session) -> list[tuple[int, str]]:
    """Every room by name, so that nobody has to know a number."""
    found = session.scalars(select(MediationRoom).order_by(MediationRoom.name))
    return [(room.id, room.name) for room in found]


def _standing() -> tuple[frozenset[Role], int | None, str | None]:
    """Roles, room and area from the form; fields it does not know are ignored."""
    roles = frozenset(Role(name) for name in request.form.getlist("roles") if name in ROLE_NAMES)
    return (
        roles,
        row_id(request.form.get("room_id")),
        request.form.get("division_code", "").strip()[:12] or None,
    )


@blueprint.post("/people")
def create() -> str | tuple[str, int]:
    """Make an account; the one-time code is shown once."""
    roles, room_id, division_code = _standing()
    entered = {name: request.form.get(name, "")[:60] for name in ("user_name", "display_name")}
    try:
        _account, code = accounts.create_account(
            case_writer(),
            actor=signed_in_account().actor,
            roles=roles,
            room_id=room_id,
            division_code=division_code,
            now=moment().now,
            **entered,
        )
    except InvalidEntry as refused:
        case_writer().rollback()
        return _list(refused.problems, entered), 422
    return render_template("account/one_time_code.html", user_name=entered["user_name"], code=code)


@blueprint.route("/people/<int:account_id>", methods=["GET", "POST"])
def person(account_id: int) -> str | Response | tuple[str, int]:
    """Look at an account or change its roles, room, area, or whether it works."""
    session = case_reader() if request.method == "GET" else case_writer()
    account = accounts.load(session, account_id)
    problems: dict[str, str] = {}
    if request.method == "POST":
        roles, room_id, division_code = _standing()
        try:
            accounts.change_standing(
                session,
                account,
                actor=signed_in_account().actor,
                roles=roles,
                room_id=room_id,
                division_code=division_code,
                is_disabled=request.form.get("is_disabled") == "yes",
                now=moment().now,
            )
            flash(_("已经保存。"), "good")
            return redirect(url_for("account.people"), 303)
        except InvalidEntry as refused:
            problems = refused.problems
    page = render_template(
        "account/person.html",
        person=account,
        role_names=ROLE_NAMES,
        rooms=_room_choices(case_reader()),
        problems=problems,
    )
    return (page, 422) if problems else page


@blueprint.post("/people/<int:account_id>/reset")
def reset(account_id: int) -> str:
    """Take the password away and show a one-time code once."""
    session = case_writer()
    account = accounts.load(session, account_id)
    code = accounts.reset(session, account, actor=signed_in_account().actor, now=moment().now)
    return render_template("account/one_time_code.html", user_name=account.user_name, code=code)


@blueprint.post("/kiosk-device")
def enrol_kiosk() -> Response:
    """Mark this browser as a kiosk; from now on nobody signs in here."""
    response = redirect(url_for("sign_in.signed_out"), 303)
    verbs.enrol_as_kiosk(response)
    return response
