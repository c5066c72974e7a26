"""What leaves a line in the trail: one table for every address of the house, and the edge that sees to it.

Verbs of the case store write their line in their own transaction. What happens in the other store, leaves
as a file, or only begins long work has no such verb: there the edge writes the line, into the same
transaction where the case store is written as well, otherwise before the other store commits, so that no
act stands without its line. An unsafe request of a verb that forgot its line gets one from the edge too.
``tests/attacks/test_every_act.py`` fails for an address that stands in none of the three tables.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from flask import Flask, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from assistant.web.sign_in import case_store, current_account, device_name
from mediation_rooms import audit
from mediation_rooms.audit import AuditRecord

BY_ITS_VERB: Final = frozenset(
    {
        # account
        "account.password",
        "account.create",
        "account.person",
        "account.reset",
        "account.end_other_sessions",
        "account.enrol_kiosk",
        "account.mark_machine",
        "account.unmark_machine",
        "account.new_recovery_codes",
        "account.replace_second_factor",
        # casework: looks and searches are lines of mediation_rooms.reading
        "casework.show",
        "casework.act_form",
        "casework.paper",
        "casework.rights_aloud",
        "casework.attachment",
        "casework.dossier",
        "casework.bound_dossier",
        "casework.bind_dossier",
        "casework.teaching",
        "casework.reveal",
        "casework.create",
        "casework.find_files",
        "casework.report_dispute",
        "casework.do_act",
        "casework.write_note",
        "casework.give_opinion",
        "casework.keep_round",
        "casework.keep_prevented",
        "casework.open_request",
        "casework.answer_request",
        "casework.forget_request",
        "casework.decide_data_request",
        "casework.decide_restriction",
        "casework.lift_restriction",
        "casework.personal_copy",
        "casework.propose_destruction",
        "casework.agree_to_destruction",
        "casework.prepare_teaching",
        "casework.rewrite_teaching",
        "casework.review_teaching",
        "casework.teaching_file",
        "casework.approve_opening",
        # overview
        "overview.export_ledger",
        "overview.import_kept_ledger",
        "overview.agree_to_export",
        "overview.keep_entry",
        "overview.change_terms",
    }
)
"""Endpoints whose verb writes the line. Their reading methods leave one where a file is looked at."""

BY_THE_EDGE: Final[dict[str, str]] = {
    "account.trail": "trail.view",
    "account.room_trail": "trail.view",
    "casework.data_requests": "privacy.list",
    "overview.table_file": "statistics.export",
    "overview.register_entry": "register.view",
    "overview.register_changes": "register.export",
    "work.cancel_job": "work.cancel",
    "work.job_file": "work.download",
    "workbench.begin": "unit.begin",
    "workbench.write": "unit.write",
    "workbench.take_step": "unit.step",
    "workbench.comment": "unit.comment",
    "workbench.assign": "unit.assign",
    "workbench.align": "unit.import",
    "workbench.store": "unit.import",
    "workbench.export": "unit.export",
    "workbench.booklet": "unit.export",
    "workbench.speakers": "speaker.list",
    "workbench.add_speaker": "speaker.add",
    "workbench.withdraw_consent": "speaker.withdraw",
    "workbench.finish_take": "recording.store",
    "workbench.upload_take": "recording.store",
    "workbench.approve_recording": "recording.approve",
    "workbench.withdraw_recording": "recording.withdraw",
    "workbench.propose_term": "term.propose",
    "workbench.term_step": "term.step",
    "workbench.store_glossary": "term.import",
    "workbench.glossary_tbx": "term.export",
    "outreach.load_starter_set": "outreach.load",
    "outreach.export": "outreach.export",
    "outreach.event_report": "outreach.export",
    "outreach.take_step": "outreach.step",
    "outreach.create": "outreach.write",
    "outreach.save": "outreach.write",
    "outreach.save_song": "outreach.write",
    "outreach.take_in_story": "outreach.import",
    "outreach.add_picture": "outreach.picture",
    "outreach.add_sound": "outreach.sound",
    "outreach.change_sound": "outreach.sound",
    "outreach.make_pack": "outreach.pack",
    "outreach.record": "event.write",
    "outreach.save_event": "event.write",
    "outreach.call_off_event": "event.call_off",
    "outreach.undo_event": "event.undo",
    "outreach.add_photograph": "event.photograph",
    "outreach.withdraw_photograph": "event.photograph",
    "outreach.write_paper_answers": "event.answers",
    "outreach.take_in_counts": "event.counts",
}
"""endpoint → the action of the line that the edge writes when the answer is given."""

_LIST = "a list; opening what it names is the act"
_OWN = "one's own standing"
_FORM = "an empty form; sending it is the act"
_DRAFT = "what one is typing, for oneself"
_PREVIEW = "nothing is stored or handed out yet"
_WORK = "texts and figures without persons"
NO_LINE: Final[dict[str, str]] = {
    "account.index": _OWN,
    "account.backups": "dates and sizes",
    "account.alive": "a sign of life of an open page",
    "account.machine": _OWN,
    "account.second_factor_state": _OWN,
    "account.people": "names of the house's own staff",
    "work.job": _OWN,
    "work.job_state": _OWN,
    "casework.index": _LIST,
    "casework.files": "a list; asked with words it is a search, which has its line",
    "casework.month": _LIST,
    "casework.screening": _LIST,
    "casework.odd_patterns": "figures",
    "casework.new": _FORM,
    "casework.keep_intake_draft": _DRAFT,
    "casework.discard_intake_draft": _DRAFT,
    "casework.keep_draft": _DRAFT,
    "casework.discard_draft": _DRAFT,
    "casework.forms": _FORM,
    "casework.empty_form": _FORM,
    "casework.request_list": _LIST,
    "casework.reports": "what one reported oneself",
    "casework.retention": "numbers and days",
    "casework.sealed": "numbers only",
    "overview.index": "figures",
    "overview.table": "figures",
    "overview.ledger": _FORM,
    "overview.preview_ledger": _PREVIEW,
    "overview.handed_on": "what was handed on, without its content",
    "overview.registers": _LIST,
    "workbench.index": _WORK,
    "workbench.unit": _WORK,
    "workbench.keep_unit_draft": _DRAFT,
    "workbench.discard_unit_draft": _DRAFT,
    "workbench.check_text": _PREVIEW,
    "workbench.stale": _WORK,
    "workbench.phrases": _WORK,
    "workbench.exchange": _WORK,
    "workbench.preview": _PREVIEW,
    "workbench.studio": _WORK,
    "workbench.record": _WORK,
    "workbench.begin_take": _PREVIEW,
    "workbench.keep_piece": _PREVIEW,
    "workbench.discard_take": _PREVIEW,
    "workbench.unfinished_sound": _PREVIEW,
    "workbench.recordings": _WORK,
    "workbench.recording_sound": "sound that its speaker agreed to",
    "workbench.glossary": _WORK,
    "workbench.concept": _WORK,
    "workbench.new_term": _FORM,
    "workbench.glossary_exchange": _WORK,
    "workbench.preview_glossary": _PREVIEW,
    "outreach.index": _WORK,
    "outreach.recheck": "the law is looked up again; nothing is decided",
    "outreach.item": _WORK,
    "outreach.picture": _WORK,
    "outreach.new": _FORM,
    "outreach.edit": _FORM,
    "outreach.song": _WORK,
    "outreach.try_song": _PREVIEW,
    "outreach.edit_song": _FORM,
    "outreach.keep_draft": _DRAFT,
    "outreach.preview_entry": _PREVIEW,
    "outreach.preview_picture": _PREVIEW,
    "outreach.sounds": _WORK,
    "outreach.sound": "sound that its speaker agreed to",
    "outreach.pack": _FORM,
    "outreach.events": _LIST,
    "outreach.new_event": _FORM,
    "outreach.event": _WORK,
    "outreach.edit_event": _FORM,
    "outreach.discard_event_draft": _DRAFT,
    "outreach.photograph": "a picture whose consent is noted beside it",
    "outreach.event_figures": "figures",
    "outreach.versions": _WORK,
}
"""endpoint → why it leaves no line."""

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
BESIDE = frozenset({"form.forged_field", "browsing.alert", "clock.jumped"})
"""Lines that stand beside the line of an act and never for it."""
UNTOLD = "act."
"""Before the name of an address whose verb forgot its line."""
TOLD_OF = ("step", "what", "key", "kind", "ending", "queue", "name")
"""Parts of an address that say what was done; an answer below 400 means that they were words of the table."""


ASIDE = frozenset({"audit_records", "audit_chains", "sign_in_sessions", "form_drafts", "row_seals"})
"""Tables that a request also writes when it does nothing."""


@dataclass
class Told:
    """What one request did so far: the actions of its lines, and whether it changed rows."""

    lines: list[str] = field(default_factory=list)
    changed_rows: bool = False


def told() -> Told:
    """Of the present request."""
    found: Told = request.environ.setdefault("assistant.told", Told())
    return found


@event.listens_for(Session, "after_flush")
def _wrote(session: Session, _context: Any) -> None:
    """Remember in the request that rows were changed."""
    if has_request_context():
        rows = (*session.new, *session.dirty, *session.deleted)
        told().changed_rows |= any(row.__tablename__ not in ASIDE for row in rows)


@event.listens_for(Session, "after_rollback")
def _took_back(_session: Session) -> None:
    """What was rolled back did not happen."""
    if has_request_context():
        told().changed_rows = False


@event.listens_for(AuditRecord, "after_insert")
def _count(_mapper: Any, _connection: Any, line: AuditRecord) -> None:
    """Remember in the request which lines it has written."""
    if has_request_context() and line.action not in BESIDE:
        told().lines.append(line.action)


def lines_written() -> list[str]:
    """The actions told in this request so far; looking at a file is not the act of a request that changes one."""
    lines = told().lines
    return lines if request.method in SAFE_METHODS else [each for each in lines if each != "case.view"]


def line_is_due() -> bool:
    """Whether this request, about to be answered, is an act whose line is still missing.

    An unsafe request is one when it changed rows: a form that is shown again did nothing.
    """
    endpoint = str(request.endpoint)
    if current_account() is None or case_store() is None or lines_written():
        return False
    if request.method not in SAFE_METHODS:
        return (endpoint in BY_ITS_VERB or endpoint in BY_THE_EDGE) and told().changed_rows
    is_empty_form = endpoint == "overview.register_entry" and "row_id" not in (request.view_args or {})
    return request.method == "GET" and endpoint in BY_THE_EDGE and not is_empty_form


def leave_line(session: Session | None, *, result: str = "done") -> None:
    """Write the line of this request: into ``session`` when the case store is being written, else at once."""
    account = current_account()
    cases = case_store()
    if account is None or cases is None:
        return
    endpoint = str(request.endpoint)
    values = request.view_args or {}
    line: dict[str, Any] = {
        "actor": account.actor,
        "action": BY_THE_EDGE.get(endpoint, f"{UNTOLD}{endpoint}")[:60],
        "object_kind": endpoint.partition(".")[0],
        "object_id": _object_of(values),
        "room_id": account.room_id,
        "reason": " ".join(str(values[name]) for name in TOLD_OF if name in values),
        "result": result,
    }
    if session is not None:
        audit.record(session, **line)
        return
    with cases.writing() as own:
        audit.record(own, **line)


def refused() -> None:
    """Somebody of the house asked for an address that their roles do not open."""
    account = current_account()
    cases = case_store()
    if account is None or cases is None:
        return
    with cases.writing() as line:
        audit.record(
            line,
            actor=account.actor,
            action="access",
            object_kind=str(request.endpoint)[:60],
            room_id=account.room_id,
            result="refused",
        )


def _object_of(values: dict[str, Any]) -> str:
    """The row an address is about: its last number, or the name of a piece of work."""
    numbers = [str(value) for value in values.values() if isinstance(value, int)]
    named = [str(values[name]) for name in ("public_id", "row", "token") if name in values]
    return (numbers[-1:] or named[:1] or [""])[0][:60]


def install(app: Flask) -> None:
    """Every line of a request says from which device it was asked."""

    @app.before_request
    def _on_this_device() -> None:
        audit.on_device(device_name())

    @app.teardown_request
    def _left_it(_error: BaseException | None) -> None:
        audit.on_device("")
