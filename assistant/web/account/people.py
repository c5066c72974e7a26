"""Accounts of others: make, change, reset, disable. Nobody sees or chooses another's password."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.hidden_marks import without_hidden_marks
from assistant.i18n import gettext as _
from assistant.web.account import blueprint
from assistant.web.entries import row_id
from assistant.web.sessions import case_reader, case_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms import account_standing, accounts
from mediation_rooms.divisions import all_divisions, full_name
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.permissions import ROLE_NAMES, Role
from mediation_rooms.sign_in_sessions import moment


@dataclass(frozen=True)
class Entered:
    """What stands in the form about an account, as entered or as kept."""

    user_name: str = ""
    display_name: str = ""
    roles: frozenset[Role] = frozenset()
    room_id: int | None = None
    division: str = ""
    mediator_id: int | None = None
    is_disabled: bool = False

    @property
    def division_code(self) -> str | None:
        """The code of the area that was written, as a code or by its name."""
        return account_standing.division_from(self.division, roles=self.roles)


def _entered() -> Entered:
    """What came with the form; fields it does not know are ignored."""

    def line(name: str) -> str:
        return without_hidden_marks(request.form.get(name, "")).strip()[:60]

    return Entered(
        user_name=line("user_name"),
        display_name=line("display_name"),
        roles=frozenset(Role(name) for name in request.form.getlist("roles") if name in ROLE_NAMES),
        room_id=row_id(request.form.get("room_id")),
        division=line("division"),
        mediator_id=row_id(request.form.get("mediator_id")),
        is_disabled=request.form.get("is_disabled") == "yes",
    )


def _kept(session: Session, account: accounts.Account) -> Entered:
    code = account.division_code or ""
    mediator = account_standing.mediator_of(session, account.id)
    return Entered(
        user_name=account.user_name,
        display_name=account.display_name,
        roles=account.roles,
        room_id=account.room_id,
        division=full_name(code) if code in all_divisions() else code,
        mediator_id=mediator.id if mediator is not None else None,
        is_disabled=account.is_disabled,
    )


def _check(session: Session, entered: Entered) -> None:
    found = account_standing.standing_problems(
        session, roles=entered.roles, room_id=entered.room_id, division_code=entered.division_code
    )
    if "division_code" in found:
        found["division"] = found.pop("division_code")
    if found:
        raise InvalidEntry(found)


def _choices(session: Session, account_id: int | None) -> dict[str, object]:
    """Rooms and people of the register by name, so that nobody has to know a number."""
    rooms = session.scalars(
        select(MediationRoom).where(MediationRoom.closed_on.is_(None)).order_by(MediationRoom.name)
    )
    people = account_standing.mediators_to_link(session, account_id)
    return {
        "role_names": ROLE_NAMES,
        "rooms": [(room.id, room.name) for room in rooms],
        "mediators": [(each.id, each.name) for each in people],
    }


@blueprint.get("/people")
def people() -> str:
    """All accounts."""
    return _list({}, Entered())


def _list(problems: dict[str, str], entered: Entered) -> str:
    session = case_reader()
    return render_template(
        "account/people.html",
        people=session.scalars(select(accounts.Account).order_by(accounts.Account.user_name)).all(),
        stale={account.id for account in accounts.stale_accounts(session, now=moment().now)},
        room_names={
            row.id: row.name for row in session.execute(select(MediationRoom.id, MediationRoom.name))
        },
        linked=account_standing.linked_mediators(session),
        problems=problems,
        entered=entered,
        **_choices(session, None),
    )


@blueprint.post("/people")
def create() -> str | tuple[str, int]:
    """Make an account; the one-time code is shown once."""
    entered, session, actor, now = _entered(), case_writer(), signed_in_account().actor, moment().now
    try:
        _check(session, entered)
        account, code = accounts.create_account(
            session,
            actor=actor,
            user_name=entered.user_name,
            display_name=entered.display_name,
            roles=entered.roles,
            room_id=entered.room_id,
            division_code=entered.division_code,
            now=now,
        )
        account_standing.link_mediator(
            session, account, mediator_id=entered.mediator_id, actor=actor, now=now
        )
    except InvalidEntry as refused:
        session.rollback()
        return _list(refused.problems, entered), 422
    return render_template("account/one_time_code.html", user_name=account.user_name, code=code)


@blueprint.route("/people/<int:account_id>", methods=["GET", "POST"])
def person(account_id: int) -> str | Response | tuple[str, int]:
    """Look at an account or change its name, roles, room, area, person, or whether it works."""
    session = case_reader() if request.method == "GET" else case_writer()
    account = accounts.load(session, account_id)
    if request.method == "GET":
        return _person_page(account, _kept(session, account), {})
    entered, actor, now = _entered(), signed_in_account().actor, moment().now
    try:
        if not entered.is_disabled:
            _check(session, entered)
        accounts.change_standing(
            session,
            account,
            actor=actor,
            display_name=entered.display_name,
            roles=entered.roles,
            room_id=entered.room_id,
            division_code=entered.division_code,
            is_disabled=entered.is_disabled,
            now=now,
        )
        account_standing.link_mediator(
            session, account, mediator_id=entered.mediator_id, actor=actor, now=now
        )
    except InvalidEntry as refused:
        session.rollback()
        return _person_page(accounts.load(session, account_id), entered, refused.problems), 422
    flash(_("已经保存。"), "good")
    return redirect(url_for("account.people"), 303)


def _person_page(account: accounts.Account, entered: Entered, problems: dict[str, str]) -> str:
    return render_template(
        "account/person.html",
        person=account,
        entered=entered,
        problems=problems,
        **_choices(case_reader(), account.id),
    )


@blueprint.post("/people/<int:account_id>/reset")
def reset(account_id: int) -> str:
    """Take the password away and show a one-time code once."""
    session = case_writer()
    account = accounts.load(session, account_id)
    code = accounts.reset(session, account, actor=signed_in_account().actor, now=moment().now)
    return render_template("account/one_time_code.html", user_name=account.user_name, code=code)
