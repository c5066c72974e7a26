"""One unit: Chinese, text, memory, glossary, faults of spelling, history with differences, comments."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.clock import now, today
from assistant.web.entries import row_id
from assistant.web.kiosk.differences import differences
from assistant.web.sessions import case_reader, case_writer, collection_reader, collection_writer
from assistant.web.sign_in import current_account, signed_in_account
from assistant.web.workbench import blueprint
from assistant.web.workbench.sound_standing import RECORDING_LABELS, takes_of
from assistant.web.workbench.standing import (
    ACTION_LABELS,
    SCRIPT_LABELS,
    STATUS_LABELS,
    load_unit,
    person,
    translators,
)
from assistant.web.workbench.takes import standing_of
from corpus.bai.glossary import concepts_in
from corpus.bai.models import Concept
from corpus.parallel import units
from corpus.parallel.memory import TranslationMemory, memory_version, read_memory
from corpus.parallel.spoken import sounds_of, spoken_term, spoken_unit
from corpus.parallel.tables import Recording
from corpus.parallel.unit_tables import TranslationUnit, UnitStatus
from mediation_rooms import drafts
from mediation_rooms.permissions import Action, may

MEMORY_HITS = 4
FAULTS_SHOWN = 12
DRAFT_FIELDS = ("text", "provenance", "printed_page", "seen_version")
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
    found = load_unit(collection_reader(), unit_id)
    return _page(found, draft=_own_draft(found))


def _form_name(unit_id: int) -> str:
    return f"unit:{unit_id}"


def _own_draft(found: TranslationUnit) -> drafts.Draft | None:
    """What this person typed here and did not save; nothing when it says no more than the unit."""
    account = current_account()
    if account is None or not may(account.actor, Action.TRANSLATE):
        return None
    draft = drafts.find_draft(case_reader(), actor=account.actor, form=_form_name(found.id))
    return draft if draft is not None and _first(draft, "text").strip() != found.text.strip() else None


def _first(draft: drafts.Draft, name: str) -> str:
    return next(iter(draft.fields.get(name, ())), "")


@blueprint.post("/units/<int:unit_id>/draft")
def keep_unit_draft(unit_id: int) -> tuple[str, int]:
    """Keep what is being typed, with the version it was begun from; the unit itself stays as it is."""
    load_unit(collection_reader(), unit_id)
    fields = {name: [request.form.get(name, "").replace("\r\n", "\n")] for name in DRAFT_FIELDS}
    drafts.keep_draft(
        case_writer(),
        actor=signed_in_account().actor,
        form=_form_name(unit_id),
        case_id=None,
        fields=fields,
        now=now(),
    )
    return "", 204


@blueprint.post("/units/<int:unit_id>/draft/discard")
def discard_unit_draft(unit_id: int) -> Response:
    """Throw away what was left unsaved."""
    drafts.drop_draft(case_writer(), actor=signed_in_account().actor, form=_form_name(unit_id))
    return redirect(url_for("workbench.unit", unit_id=unit_id), 303)


@blueprint.post("/units/<int:unit_id>/check")
def check_text(unit_id: int) -> dict[str, list[str]]:
    """The faults of spelling in a text that is being typed; nothing is kept."""
    found = load_unit(collection_reader(), unit_id)
    text = request.form.get("text", "")[: units.LONGEST_TEXT]
    return {
        "reasons": [each.reason for each in units.orthography_problems(text, found.script)[:FAULTS_SHOWN]]
    }


def _page(
    found: TranslationUnit,
    *,
    text: str | None = None,
    reasons: list[str] | None = None,
    stored: str | None = None,
    draft: drafts.Draft | None = None,
) -> str:
    session, account = collection_reader(), current_account()
    written = found.text if text is None else text
    seen_version: int | str = found.version_id
    if draft is not None:
        # begun from an older version, it meets what others saved since when it is sent
        written, seen_version = _first(draft, "text"), _first(draft, "seen_version") or found.version_id
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
        conflict=differences(stored, written) if stored is not None else (),
        draft=draft,
        seen_version=seen_version,
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
        people=translators(),
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
    drafts.drop_draft(case_writer(), actor=signed_in_account().actor, form=_form_name(unit_id))
    flash(_("已经保存。"), "good")
    following = units.next_to_translate(session, found) if request.form.get("then") == "next" else None
    return redirect(url_for("workbench.unit", unit_id=following or unit_id), 303)


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
def assign(unit_id: int) -> Response | tuple[str, int]:
    """Say who translates the unit, by which day; nobody gives it back. 422 for a stranger or no day."""
    session = collection_writer()
    found = load_unit(session, unit_id)
    written, day = request.form.get("assignee", "").strip(), request.form.get("due_on", "").strip()
    assignee_id, reasons, due_on = row_id(written) if written else None, [], None
    if written and (assignee_id is None or assignee_id not in translators()):
        reasons.append(_("请从列表中选择由谁来译"))
    try:
        due_on = date.fromisoformat(day) if day else None
    except ValueError:
        reasons.append(_("日期写成 2026-01-31 的样子。"))
    if reasons:
        session.rollback()
        return _page(load_unit(collection_reader(), unit_id), reasons=reasons), 422
    units.assign(session, found, assignee_id=assignee_id, due_on=due_on)
    flash(_("已经保存。"), "good")
    return redirect(url_for("workbench.unit", unit_id=unit_id), 303)
