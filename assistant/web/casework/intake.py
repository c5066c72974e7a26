"""Taking a request in while the person speaks: one page, few fields, nothing lost on a power cut."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.acts_intake import kind_choices
from assistant.web.casework.acts_people import (
    entry_of_party,
    notice_of,
    on_the_page,
    person_inputs,
)
from assistant.web.casework.opening import me
from assistant.web.choices import language_choices, place_choices
from assistant.web.clock import now, today
from assistant.web.entries import Entered, Input, Kind, labelled, row_id, shown_values
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import cases, drafts, people, requests
from mediation_rooms.actor import Actor
from mediation_rooms.dispute_kinds import case_sources
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import Channel, Side

FORM = "intake"
NOT_KEPT = frozenset({"csrf_token", "form_token"})


def _room_code(session: Session, actor: Actor) -> str:
    room = session.get(MediationRoom, actor.room_id) if actor.room_id is not None else None
    return room.division_code if room is not None else ""


def _inputs(session: Session, actor: Actor) -> list[Input]:
    village = _room_code(session, actor)
    sources = [(source.code, _(source.name)) for source in case_sources().values()]
    return [
        Input("story-heading", _("什么事"), Kind.HEADING),
        Input("statement", _("照着说的记下来"), Kind.TEXT, is_required=True, rows=7,
              hint=_("谁、什么时候、在哪里、怎么了。可以先记几句，以后再补。")),
        Input("requests", _("想要什么结果"), Kind.TEXT, rows=2, hint=_("一行写一项。")),
        Input("kind_code", _("纠纷种类"), Kind.CHOICE, kind_choices(), value="neighbour"),
        Input("division_code", _("所在村、社区"), Kind.CHOICE, place_choices(village), value=village),
        Input("session_language_code", _("用什么语言说的"), Kind.CHOICE, language_choices(), value="bfs"),
        Input("applicant-heading", _("谁来找的"), Kind.HEADING),
        *person_inputs("applicant-"),
        Input("respondent-heading", _("对方是谁"), Kind.HEADING),
        *person_inputs("respondent-"),
        Input("more-heading", _("怎么来的"), Kind.HEADING),
        Input("source_code", _("案件来源"), Kind.CHOICE, sources, value="application"),
        Input("channel", _("怎样来的"), Kind.CHOICE, labelled(Channel)),
        Input("applied_on", _("哪一天提出的"), Kind.DAY, value=today(), is_required=True),
        Input("occurred_on", _("发生日期"), Kind.DAY),
        Input("occurred_place", _("发生地点")),
        Input("amount_in_dispute", _("涉及金额"), Kind.MONEY),
        Input("entrusted_by", _("由哪个单位移送"), hint=_("委托移送的才填。")),
        Input("entrusted_received_on", _("收到移送材料的日期"), Kind.DAY),
        Input("has_written_application", _("有书面申请"), Kind.YES),
    ]  # fmt: skip


@blueprint.get("/new")
def new() -> str:
    """An empty form, or what was left unsent; ``request`` begins from a request for help."""
    session = case_reader()
    draft = drafts.find_draft(session, actor=me(), form=FORM)
    return _page(session, fields=draft.fields if draft else None, draft=draft)


def _page(
    session: Session,
    *,
    fields: Mapping[str, Sequence[str]] | None,
    problems: dict[str, str] | None = None,
    draft: drafts.Draft | None = None,
) -> str:
    inputs = _inputs(session, me())
    return render_template(
        "casework/new.html",
        inputs=inputs,
        values=shown_values(inputs, fields),
        problems=problems or {},
        draft=draft,
        form_token=next(iter((fields or {}).get("form_token", ())), "") or secrets.token_urlsafe(24),
        request_id=row_id(request.values.get("request")),
    )


def _entry(entered: Entered) -> cases.CaseEntry:
    return cases.CaseEntry(
        kind_code=entered.text("kind_code"),
        source_code=entered.text("source_code"),
        applied_on=entered.needed_day("applied_on"),
        channel=entered.listed("channel", Channel, Channel.IN_PERSON),
        division_code=entered.text("division_code"),
        statement=entered.needed("statement", longest=20_000),
        requests=entered.long_text("requests"),
        amount_in_dispute=entered.money("amount_in_dispute"),
        occurred_on=entered.day("occurred_on"),
        occurred_place=entered.text("occurred_place"),
        session_language_code=entered.text("session_language_code"),
        entrusted_by=entered.text("entrusted_by", longest=120),
        entrusted_received_on=entered.day("entrusted_received_on"),
        has_written_application=entered.yes("has_written_application"),
    )


def _problems_of_people(entered: Entered, sides: Mapping[str, people.PartyEntry]) -> dict[str, str]:
    """Everything wrong with the people, under the names of the form; both sides at once."""
    problems: dict[str, str] = {}
    for prefix, entry in sides.items():
        found = people.entry_problems(entry, today=today())
        if not entered.yes(f"{prefix}told"):
            found["notice"] = _("录入个人信息以前，要先当面告知；还没有告知对方的，先空着，以后再登记")
        problems |= on_the_page(found, prefix)
    return problems


@blueprint.post("/new")
def create() -> Response | tuple[str, int]:
    """Open the file with the people named so far. The same form sent twice opens one file."""
    entered, actor = Entered(request.form), me()
    entry = _entry(entered)
    sides = {
        f"{side.value}-": entry_of_party(entered, side=side, prefix=f"{side.value}-")
        for side in (Side.APPLICANT, Side.RESPONDENT)
        if entered.text(f"{side.value}-name")
    }
    problems = {**cases.entry_problems(entry, today=today()), **entered.problems}
    problems |= _problems_of_people(entered, sides)
    if problems:
        return _refused(problems), 422
    session = case_writer()
    try:
        case = _opened(session, actor, entry, entered.text("form_token", longest=64))
        if not case.parties:
            for prefix, party in sides.items():
                notice = notice_of(entered, actor, prefix=prefix)
                people.add_party(session, case, entry=party, notice=notice, actor=actor, now=now())
    except InvalidEntry as refused:
        session.rollback()
        return _refused(refused.problems), 422
    drafts.drop_draft(session, actor=actor, form=FORM)
    flash(_("已经登记。接下来问清受理前的几个问题。"), "good")
    return redirect(url_for("casework.act_form", case_id=case.id, key="gates"), 303)


def _opened(session: Session, actor: Actor, entry: cases.CaseEntry, form_token: str) -> CaseFile:
    request_id = row_id(request.form.get("request"))
    if request_id is None:
        return cases.open_case(session, actor=actor, entry=entry, now=now(), form_token=form_token or None)
    asked: RequestForHelp = requests.open_request(session, request_id=request_id, actor=actor, now=now())
    return requests.take_up(session, asked, entry=entry, actor=actor, now=now())


def _refused(problems: dict[str, str]) -> str:
    fields = {name: values for name, values in request.form.lists() if name != "csrf_token"}
    return _page(case_reader(), fields=fields, problems=problems)


@blueprint.post("/new/draft")
def keep_intake_draft() -> tuple[str, int]:
    """Keep what is being typed."""
    fields = {name: values for name, values in request.form.lists() if name not in NOT_KEPT}
    drafts.keep_draft(case_writer(), actor=me(), form=FORM, case_id=None, fields=fields, now=now())
    return "", 204


@blueprint.post("/new/draft/discard")
def discard_intake_draft() -> Response:
    """Throw away what was left unsent, and begin anew."""
    drafts.drop_draft(case_writer(), actor=me(), form=FORM)
    return redirect(url_for("casework.new"), 303)
