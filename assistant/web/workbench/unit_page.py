"""One unit: Chinese, text, memory, glossary, faults of spelling, history with differences, comments."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.clock import now, today
from assistant.web.kiosk.differences import differences
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.sign_in import current_account
from assistant.web.workbench import blueprint
from assistant.web.workbench.sound_standing import RECORDING_LABELS, takes_of
from assistant.web.workbench.standing import (
    ACTION_LABELS,
    SCRIPT_LABELS,
    STATUS_LABELS,
    load_unit,
    person,
)
from assistant.web.workbench.takes import standing_of
from corpus.bai.glossary import concepts_in
from corpus.bai.models import Concept
from corpus.parallel import units
from corpus.parallel.memory import TranslationMemory, memory_version, read_memory
from corpus.parallel.spoken import sounds_of, spoken_term, spoken_unit
from corpus.parallel.tables import Recording
from corpus.parallel.unit_tables import TranslationUnit, UnitStatus
from mediation_rooms.permissions import Action, may

MEMORY_HITS = 4
STEPS = ("review", "approve", "send_back", "withdraw")


def _memory(session: Session) -> TranslationMemory:
    """The memory of this process, made anew after every saved text."""
    version = memory_version(session)
    kept: tuple[int, TranslationMemory] | None = current_app.extensions.get("translation_memory")
    if kept is None or kept[0] != version:
        kept = (version, read_memory(session))
        current_app.extensions["translation_memory"] = kept
    return kept[1]


@blueprint.get("/units/<int:unit_id>")
def unit(unit_id: int) -> str:
    """The unit as one page."""
    return _page(load_unit(collection_reader(), unit_id))


def _page(
    found: TranslationUnit,
    *,
    text: str | None = None,
    reasons: list[str] | None = None,
    stored: str | None = None,
) -> str:
    session, account = collection_reader(), current_account()
    written = found.text if text is None else text
    before = ""
    history: list[tuple[Any, Any]] = []
    for change in found.changes:
        history.append((change, differences(before, change.text) if change.text != before else ()))
        before = change.text
    is_stale = units.is_stale(session, found, on=today())
    spoken, concepts = spoken_unit(found), concepts_in(session, found.source_text)
    return render_template(
        "workbench/unit.html",
        unit=found,
        text=written,
        reasons=reasons or [],
        stored=stored,
        problems=units.orthography_problems(written, found.script),
        hits=_memory(session).similar(
            found.source_text, variety=found.variety, limit=MEMORY_HITS, leave_out=found.id
        ),
        concepts=concepts,
        history=list(reversed(history)),
        is_stale=is_stale,
        new_source=units.source_on(session, found.citation, on=today()) if is_stale else "",
        statuses=STATUS_LABELS,
        actions=ACTION_LABELS,
        scripts=SCRIPT_LABELS,
        review_problems=units.review_problems(session, found, person=person(), on=today()),
        approval_problems=units.approval_problems(session, found, person=person(), on=today()),
        may_write=account is not None and may(account.actor, Action.TRANSLATE),
        may_review=account is not None and may(account.actor, Action.REVIEW_TRANSLATION),
        is_withdrawn=found.status is UnitStatus.WITHDRAWN,
        may_record=account is not None and may(account.actor, Action.RECORD_SOUND),
        takes=[standing_of(session, take, spoken) for take in takes_of(session, spoken)],
        recording_labels=RECORDING_LABELS,
        term_sounds=_term_sounds(session, concepts),
    )


def _term_sounds(session: Session, concepts: list[Concept]) -> dict[str, Recording]:
    """The approved sound of each form in the margin, by its key."""
    terms = [spoken_term(term) for concept in concepts for term in concept.terms]
    return {take.object_key: take for take in sounds_of(session, terms)}


@blueprint.post("/units/<int:unit_id>")
def write(unit_id: int) -> Response | tuple[str, int]:
    """Save the text as a draft. 409 with both texts when somebody saved since."""
    session = collection_writer()
    found = load_unit(session, unit_id)
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        units.write_text(
            session,
            found,
            text=text,
            person=person(),
            now=now(),
            on=today(),
            seen_version=request.form.get("seen_version", type=int),
            provenance=request.form.get("provenance", "")[:200],
            printed_page=request.form.get("printed_page", "")[:20],
        )
    except units.UnitRefused as refused:
        session.rollback()
        return _page(load_unit(collection_reader(), unit_id), text=text, reasons=refused.reasons), 422
    except units.UnitChangedMeanwhile:
        session.rollback()
        fresh = load_unit(collection_reader(), unit_id)
        sentence = _("您打开以后，别人先保存了。别人存的内容在下面，比对以后再保存。")
        return _page(fresh, text=text, reasons=[sentence], stored=fresh.text), 409
    flash(_("已经保存。"), "good")
    return redirect(url_for("workbench.unit", unit_id=unit_id), 303)


@blueprint.post("/units/<int:unit_id>/steps/<step>")
def take_step(unit_id: int, step: str) -> Response | tuple[str, int]:
    """Review, approve, send back, withdraw."""
    if step not in STEPS:
        abort(404)
    session = collection_writer()
    found = load_unit(session, unit_id)
    remark = request.form.get("remark", "")[:500]
    try:
        if step == "review":
            units.review(session, found, person=person(), now=now(), on=today())
        elif step == "approve":
            units.approve(session, found, person=person(), now=now(), on=today())
        elif step == "send_back":
            units.send_back(session, found, remark=remark, person=person(), now=now())
        else:
            units.withdraw(session, found, remark=remark, person=person(), now=now())
    except units.UnitRefused as refused:
        session.rollback()
        return _page(load_unit(collection_reader(), unit_id), reasons=refused.reasons), 409
    flash(_("已经保存。"), "good")
    return redirect(url_for("workbench.unit", unit_id=unit_id), 303)


@blueprint.post("/units/<int:unit_id>/comments")
def comment(unit_id: int) -> Response | tuple[str, int]:
    """Ask or remark something."""
    session = collection_writer()
    found = load_unit(session, unit_id)
    try:
        units.comment(session, found, text=request.form.get("text", "")[:2000], person=person(), now=now())
    except units.UnitRefused as refused:
        session.rollback()
        return _page(load_unit(collection_reader(), unit_id), reasons=refused.reasons), 422
    return redirect(url_for("workbench.unit", unit_id=unit_id), 303)


@blueprint.post("/units/<int:unit_id>/assign")
def assign(unit_id: int) -> Response:
    """Take the unit oneself, or give it back; with a day."""
    session = collection_writer()
    found = load_unit(session, unit_id)
    takes = request.form.get("takes") == "yes"
    try:
        due_on = date.fromisoformat(request.form.get("due_on", ""))
    except ValueError:
        due_on = None
    units.assign(session, found, assignee_id=person().account_id if takes else None, due_on=due_on)
    return redirect(url_for("workbench.unit", unit_id=unit_id), 303)
