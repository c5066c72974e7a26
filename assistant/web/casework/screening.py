"""Rounds of looking for disputes with their zero reports, and what was prevented, confirmed by a second person."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.acts_intake import kind_choices
from assistant.web.casework.opening import me
from assistant.web.clock import now, today
from assistant.web.entries import Entered, Input, Kind, labelled, shown_values
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import requests
from mediation_rooms.errors import InvalidEntry, StepNotAllowed
from mediation_rooms.models.registers import Committee
from mediation_rooms.models.requests import PreventedEvent, ScreeningRound
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import PreventedKind

MOST_FINDINGS = 5
SHOWN_ROUNDS = 30


def _committee(session: Session) -> Committee:
    """The committee of the actor's room. Raises :class:`StepNotAllowed` for a room without one."""
    room = session.get(MediationRoom, me().room_id) if me().room_id is not None else None
    if room is None or room.committee is None:
        raise StepNotAllowed([_("本室没有所属的人民调解委员会，不登记排查")])
    return room.committee


def _round_inputs() -> Sequence[Input]:
    inputs = [
        Input("screened_on", _("排查日期"), Kind.DAY, value=today(), is_required=True),
        Input("place", _("排查了哪里"), is_required=True),
        Input("screened_by", _("谁去的"), value=me().name, is_required=True),
    ]
    for number in range(1, MOST_FINDINGS + 1):
        inputs += [
            Input(f"heading{number}", _("第%(number)s条纠纷", number=number), Kind.HEADING),
            Input(f"people{number}", _("纠纷方")),
            Input(f"phone{number}", _("电话")),
            Input(f"kind{number}", _("纠纷种类"), Kind.CHOICE, kind_choices(), value="neighbour"),
            Input(f"situation{number}", _("基本情况"), Kind.TEXT, rows=2),
            Input(f"prevented{number}", _("当场劝开，没有闹起来（预防纠纷）"), Kind.YES),
        ]
    return [*inputs, Input("remarks", _("备注"), Kind.TEXT, rows=2)]


def _prevented_inputs() -> Sequence[Input]:
    return [
        Input("kind", _("防止了什么"), Kind.CHOICE, labelled(PreventedKind)),
        Input("happened_on", _("哪一天"), Kind.DAY, value=today(), is_required=True),
        Input("people_count", _("涉及几个人"), Kind.NUMBER, value=1, is_required=True),
        Input("note", _("怎样发现、怎样防止的"), Kind.TEXT, rows=3, is_required=True),
    ]


def _page(problems: dict[str, str], *, form: str = "") -> str:
    session = case_reader()
    committee = _committee(session)
    entered = dict(request.form.lists())
    rounds = select(ScreeningRound).where(ScreeningRound.committee_id == committee.id)
    prevented = select(PreventedEvent).where(PreventedEvent.committee_id == committee.id)
    round_inputs, prevented_inputs = _round_inputs(), _prevented_inputs()
    return render_template(
        "casework/screening.html",
        committee=committee,
        rounds=session.scalars(rounds.order_by(ScreeningRound.screened_on.desc()).limit(SHOWN_ROUNDS)).all(),
        events=session.scalars(
            prevented.order_by(PreventedEvent.happened_on.desc()).limit(SHOWN_ROUNDS)
        ).all(),
        me=me(),
        form=form,
        problems=problems,
        round_inputs=round_inputs,
        round_values=shown_values(round_inputs, entered if form == "round" else None),
        prevented_inputs=prevented_inputs,
        prevented_values=shown_values(prevented_inputs, entered if form == "prevented" else None),
    )


@blueprint.get("/screening")
def screening() -> str:
    """The committee's rounds and what was prevented, with the forms to add to them."""
    return _page({})


@blueprint.post("/screening")
def keep_round() -> Response | tuple[str, int]:
    """Keep a round; without a finding it is an explicit zero report."""
    session, entered = case_writer(), Entered(request.form)
    committee = _committee(session)
    findings = tuple(
        requests.FindingEntry(
            people=entered.text(f"people{number}"),
            kind_code=entered.text(f"kind{number}"),
            situation=entered.long_text(f"situation{number}"),
            phone=entered.text(f"phone{number}", longest=40),
            is_prevented=entered.yes(f"prevented{number}"),
        )
        for number in range(1, MOST_FINDINGS + 1)
        if entered.text(f"people{number}") or entered.long_text(f"situation{number}")
    )
    try:
        screened_on, place = entered.needed_day("screened_on"), entered.needed("place")
        screened_by, remarks = entered.needed("screened_by", longest=120), entered.long_text("remarks")
        entered.check()
        kept = requests.record_screening(
            session, committee, screened_on=screened_on, place=place, screened_by=screened_by,
            findings=findings, remarks=remarks, actor=me(), now=now(),
        )  # fmt: skip
    except InvalidEntry as refused:
        session.rollback()
        return _page(refused.problems, form="round"), 422
    flash(_("零报告已经登记。") if kept.is_zero_report else _("已经保存。"), "good")
    return redirect(url_for("casework.screening"), 303)


@blueprint.post("/screening/prevented")
def keep_prevented() -> Response | tuple[str, int]:
    """Keep what was prevented, or confirm what another recorded."""
    session, entered = case_writer(), Entered(request.form)
    committee = _committee(session)
    try:
        if "event" in request.form:
            events = select(PreventedEvent).where(PreventedEvent.committee_id == committee.id)
            event = entered.row_of("event", session.scalars(events).all())
            entered.check()
            requests.confirm_prevented(session, event, actor=me(), now=now())
        else:
            kind = entered.listed("kind", PreventedKind, PreventedKind.CRIME)
            happened_on, note = entered.needed_day("happened_on"), entered.long_text("note")
            people_count = entered.number("people_count", at_least=1, at_most=100_000)
            entered.check()
            requests.record_prevented(
                session, committee, kind=kind, happened_on=happened_on, people_count=people_count,
                note=note, actor=me(), now=now(),
            )  # fmt: skip
    except InvalidEntry as refused:
        session.rollback()
        return _page(refused.problems, form="prevented"), 422
    flash(_("已经保存。"), "good")
    return redirect(url_for("casework.screening"), 303)
