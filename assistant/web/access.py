"""Which endpoint needs what: one table, grouped by surface. What is not in it is refused.

An entry is ``PUBLIC`` (anybody), ``SIGNED_IN`` (any account, for itself), or an
:class:`~mediation_rooms.permissions.Action`. Somebody who may not sees "not found": a page that
is not yours does not exist. ``tests/attacks`` fails for every route that is missing here and for
every entry whose route is gone.
"""

from __future__ import annotations

from typing import Final, Literal

from flask import Flask, abort, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from assistant.web import acts
from assistant.web.sign_in import current_account, current_stage
from mediation_rooms.passwords import Policy, is_expired
from mediation_rooms.permissions import Action, may
from mediation_rooms.sign_in_sessions import Stage, moment

PUBLIC: Final = "public"
SIGNED_IN: Final = "signed_in"
Need = Action | Literal["public", "signed_in"]

DESPITE_EXPIRY = frozenset({"account.password"})
"""What somebody whose password has expired may still open, beside public pages and signing out."""

ACCESS: dict[str, Need] = {
    # the application itself
    "static": PUBLIC,
    "health.health": PUBLIC,
    # sign in, sign out
    "sign_in.sign_in": PUBLIC,
    "sign_in.code": PUBLIC,
    "sign_in.second_factor": PUBLIC,
    "sign_in.first_password": PUBLIC,
    "sign_in.sign_out": PUBLIC,
    "sign_in.signed_out": PUBLIC,
    # account
    "account.index": SIGNED_IN,
    "account.alive": SIGNED_IN,
    "account.password": SIGNED_IN,
    "account.end_other_sessions": SIGNED_IN,
    "account.room_trail": Action.READ_ROOM_TRAIL,
    "account.trail": Action.READ_TRAIL,
    "account.backups": Action.BACK_UP,
    "account.people": Action.MANAGE_ACCOUNTS,
    "account.create": Action.MANAGE_ACCOUNTS,
    "account.person": Action.MANAGE_ACCOUNTS,
    "account.reset": Action.MANAGE_ACCOUNTS,
    "account.second_factor_state": SIGNED_IN,
    "account.replace_second_factor": SIGNED_IN,
    "account.new_recovery_codes": SIGNED_IN,
    "account.machine": SIGNED_IN,
    "account.mark_machine": SIGNED_IN,
    "account.unmark_machine": SIGNED_IN,
    "account.enrol_kiosk": Action.OPERATE,
    # kiosk: what a villager sees without an account
    "kiosk.home": PUBLIC,
    "kiosk.topic": PUBLIC,
    "kiosk.search": PUBLIC,
    "kiosk.statutes": PUBLIC,
    "kiosk.statute": PUBLIC,
    "kiosk.article": PUBLIC,
    "kiosk.rooms": PUBLIC,
    "kiosk.room": PUBLIC,
    "kiosk.place": PUBLIC,
    "kiosk.choose_place": PUBLIC,
    "kiosk.ask": PUBLIC,
    "kiosk.send": PUBLIC,
    "kiosk.leave": PUBLIC,
    "kiosk.words": PUBLIC,
    "kiosk.sound": PUBLIC,
    "kiosk.speech": PUBLIC,
    "kiosk.choose_speech": PUBLIC,
    "style_guide.index": PUBLIC,
    # api
    "api.search": PUBLIC,
    "api.article": PUBLIC,
    "api.statutes": PUBLIC,
    "api-docs.openapi_json": PUBLIC,
    # long work of the person who asked for it
    "work.job": SIGNED_IN,
    "work.job_state": SIGNED_IN,
    "work.cancel_job": SIGNED_IN,
    "work.job_file": SIGNED_IN,
    # casework
    "casework.index": Action.READ_CASES,
    "casework.screening": Action.WRITE_CASES,
    "casework.keep_round": Action.WRITE_CASES,
    "casework.keep_prevented": Action.WRITE_CASES,
    "casework.give_opinion": Action.WRITE_CASES,
    "casework.odd_patterns": Action.READ_ROOM_TRAIL,
    "casework.files": Action.READ_CASES,
    "casework.find_files": Action.READ_CASES,
    "casework.month": Action.READ_CASES,
    "casework.new": Action.WRITE_CASES,
    "casework.create": Action.WRITE_CASES,
    "casework.keep_intake_draft": Action.WRITE_CASES,
    "casework.discard_intake_draft": Action.WRITE_CASES,
    "casework.show": Action.READ_CASES,
    "casework.write_note": Action.WRITE_CASES,
    "casework.reveal": Action.REVEAL_IDENTITY,
    "casework.attachment": Action.READ_CASES,
    "casework.act_form": Action.WRITE_CASES,
    "casework.do_act": Action.WRITE_CASES,
    "casework.keep_draft": Action.WRITE_CASES,
    "casework.discard_draft": Action.WRITE_CASES,
    "casework.paper": Action.RENDER_DOCUMENTS,
    "casework.rights_aloud": Action.RENDER_DOCUMENTS,
    "casework.dossier": Action.RENDER_DOCUMENTS,
    "casework.bind_dossier": Action.RENDER_DOCUMENTS,
    "casework.bound_dossier": Action.RENDER_DOCUMENTS,
    "casework.forms": Action.RENDER_DOCUMENTS,
    "casework.empty_form": Action.RENDER_DOCUMENTS,
    "casework.reports": Action.REPORT_DISPUTE,
    "casework.report_dispute": Action.REPORT_DISPUTE,
    "casework.request_list": Action.RECEIVE_REQUESTS,
    "casework.open_request": Action.RECEIVE_REQUESTS,
    "casework.answer_request": Action.RECEIVE_REQUESTS,
    "casework.forget_request": Action.RECEIVE_REQUESTS,
    "casework.data_requests": Action.ANSWER_DATA_REQUESTS,
    "casework.decide_data_request": Action.ANSWER_DATA_REQUESTS,
    "casework.decide_restriction": Action.ANSWER_DATA_REQUESTS,
    "casework.lift_restriction": Action.ANSWER_DATA_REQUESTS,
    "casework.personal_copy": Action.ANSWER_DATA_REQUESTS,
    "casework.retention": Action.APPRAISE_FILES,
    "casework.propose_destruction": Action.APPRAISE_FILES,
    "casework.agree_to_destruction": Action.APPRAISE_FILES,
    "casework.teaching": Action.DEIDENTIFY_CASE,
    "casework.prepare_teaching": Action.DEIDENTIFY_CASE,
    "casework.rewrite_teaching": Action.DEIDENTIFY_CASE,
    "casework.review_teaching": Action.REVIEW_DEIDENTIFIED,
    "casework.teaching_file": Action.DEIDENTIFY_CASE,
    "casework.sealed": Action.OPEN_SEALED_CASE,
    "casework.approve_opening": Action.APPROVE_SEALED_ACCESS,
    # overview
    "overview.index": Action.READ_STATISTICS,
    "overview.table": Action.READ_STATISTICS,
    "overview.table_file": Action.EXPORT_STATISTICS,
    "overview.ledger": Action.IMPORT_CASES,
    "overview.export_ledger": Action.EXPORT_CASES,
    "overview.preview_ledger": Action.IMPORT_CASES,
    "overview.import_kept_ledger": Action.IMPORT_CASES,
    "overview.handed_on": Action.OVERSEE_EXPORTS,
    "overview.agree_to_export": Action.OVERSEE_EXPORTS,
    "overview.registers": Action.READ_REGISTERS,
    "overview.register_entry": Action.WRITE_REGISTERS,
    "overview.keep_entry": Action.WRITE_REGISTERS,
    "overview.change_terms": Action.WRITE_REGISTERS,
    "overview.register_changes": Action.WRITE_REGISTERS,
    # workbench
    "workbench.index": Action.READ_WORKBENCH,
    "workbench.begin": Action.TRANSLATE,
    "workbench.unit": Action.READ_WORKBENCH,
    "workbench.write": Action.TRANSLATE,
    "workbench.keep_unit_draft": Action.TRANSLATE,
    "workbench.discard_unit_draft": Action.TRANSLATE,
    "workbench.check_text": Action.TRANSLATE,
    "workbench.take_step": Action.REVIEW_TRANSLATION,
    "workbench.comment": Action.READ_WORKBENCH,
    "workbench.assign": Action.REVIEW_TRANSLATION,
    "workbench.stale": Action.READ_WORKBENCH,
    "workbench.phrases": Action.READ_WORKBENCH,
    "workbench.exchange": Action.READ_WORKBENCH,
    "workbench.preview": Action.IMPORT_UNITS,
    "workbench.store": Action.IMPORT_UNITS,
    "workbench.align": Action.IMPORT_UNITS,
    "workbench.export": Action.EXPORT_UNITS,
    "workbench.booklet": Action.EXPORT_UNITS,
    "workbench.speakers": Action.RECORD_SOUND,
    "workbench.add_speaker": Action.RECORD_SOUND,
    "workbench.withdraw_consent": Action.RECORD_SOUND,
    "workbench.studio": Action.RECORD_SOUND,
    "workbench.record": Action.RECORD_SOUND,
    "workbench.begin_take": Action.RECORD_SOUND,
    "workbench.keep_piece": Action.RECORD_SOUND,
    "workbench.finish_take": Action.RECORD_SOUND,
    "workbench.discard_take": Action.RECORD_SOUND,
    "workbench.unfinished_sound": Action.RECORD_SOUND,
    "workbench.upload_take": Action.RECORD_SOUND,
    "workbench.recordings": Action.READ_WORKBENCH,
    "workbench.recording_sound": Action.READ_WORKBENCH,
    "workbench.approve_recording": Action.REVIEW_TRANSLATION,
    "workbench.withdraw_recording": Action.RECORD_SOUND,
    "workbench.glossary": Action.READ_WORKBENCH,
    "workbench.concept": Action.READ_WORKBENCH,
    "workbench.new_term": Action.EDIT_GLOSSARY,
    "workbench.propose_term": Action.EDIT_GLOSSARY,
    "workbench.term_step": Action.REVIEW_TRANSLATION,
    "workbench.glossary_exchange": Action.EDIT_GLOSSARY,
    "workbench.preview_glossary": Action.EDIT_GLOSSARY,
    "workbench.store_glossary": Action.EDIT_GLOSSARY,
    "workbench.glossary_tbx": Action.EXPORT_UNITS,
    # outreach
    "outreach.index": Action.READ_OUTREACH,
    "outreach.load_starter_set": Action.WRITE_OUTREACH,
    "outreach.recheck": Action.READ_OUTREACH,
    "outreach.item": Action.READ_OUTREACH,
    "outreach.picture": Action.READ_OUTREACH,
    "outreach.export": Action.EXPORT_OUTREACH,
    "outreach.take_step": Action.READ_OUTREACH,
    "outreach.new": Action.WRITE_OUTREACH,
    "outreach.create": Action.WRITE_OUTREACH,
    "outreach.edit": Action.WRITE_OUTREACH,
    "outreach.save": Action.WRITE_OUTREACH,
    "outreach.song": Action.READ_OUTREACH,
    "outreach.try_song": Action.READ_OUTREACH,
    "outreach.edit_song": Action.WRITE_OUTREACH,
    "outreach.save_song": Action.WRITE_OUTREACH,
    "outreach.keep_draft": Action.READ_OUTREACH,
    "outreach.preview_entry": Action.WRITE_OUTREACH,
    "outreach.preview_picture": Action.WRITE_OUTREACH,
    "outreach.add_picture": Action.WRITE_OUTREACH,
    "outreach.sounds": Action.READ_OUTREACH,
    "outreach.sound": Action.READ_OUTREACH,
    "outreach.add_sound": Action.RECORD_SOUND,
    "outreach.change_sound": Action.READ_OUTREACH,
    "outreach.pack": Action.EXPORT_OUTREACH,
    "outreach.make_pack": Action.EXPORT_OUTREACH,
    "outreach.events": Action.MANAGE_EVENTS,
    "outreach.record": Action.MANAGE_EVENTS,
    "outreach.new_event": Action.MANAGE_EVENTS,
    "outreach.event": Action.READ_OUTREACH,
    "outreach.edit_event": Action.MANAGE_EVENTS,
    "outreach.save_event": Action.MANAGE_EVENTS,
    "outreach.call_off_event": Action.MANAGE_EVENTS,
    "outreach.undo_event": Action.MANAGE_EVENTS,
    "outreach.discard_event_draft": Action.MANAGE_EVENTS,
    "outreach.add_photograph": Action.MANAGE_EVENTS,
    "outreach.photograph": Action.READ_OUTREACH,
    "outreach.withdraw_photograph": Action.MANAGE_EVENTS,
    "outreach.write_paper_answers": Action.MANAGE_EVENTS,
    "outreach.event_figures": Action.READ_OUTREACH,
    "outreach.event_report": Action.EXPORT_OUTREACH,
    "outreach.take_in_counts": Action.MANAGE_EVENTS,
    "outreach.versions": Action.READ_OUTREACH,
    "outreach.take_in_story": Action.WRITE_OUTREACH,
    # what a printed code leads to
    "scanned.scan": PUBLIC,
    "scanned.articles": PUBLIC,
    "scanned.questions": PUBLIC,
    "scanned.answer": PUBLIC,
}


def may_open(endpoint: str) -> bool:
    """Whether the present visitor may open this endpoint."""
    need = ACCESS.get(endpoint)
    if need is None:
        return False
    if need == PUBLIC:
        return True
    account = current_account()
    if account is None:
        return False
    return need == SIGNED_IN or may(account.actor, Action(need))


def is_public(endpoint: str | None) -> bool:
    """Whether the endpoint shows the same to everybody."""
    return endpoint is not None and ACCESS.get(endpoint) == PUBLIC


def install(app: Flask) -> None:
    """Refuse by default: checked before every view."""
    app.extensions["may_open"] = may_open
    app.extensions["access"] = ACCESS

    @app.before_request
    def _refuse() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None or is_public(endpoint):
            return None
        if may_open(endpoint):
            return None if endpoint in DESPITE_EXPIRY or not _password_is_expired() else _to_new_password()
        need = ACCESS.get(endpoint)
        if need is None:
            current_app.logger.error("endpoint without a rule", extra={"kind": endpoint})
            abort(404)
        if current_account() is not None or current_app.extensions["stores"].cases is None:
            acts.refused()
            abort(404)
        return _to_sign_in()


def _password_is_expired() -> bool:
    account = current_account()
    if account is None or account.password_changed_at is None:
        return False
    policy: Policy = current_app.extensions["password_policy"]
    return policy.expires_after is not None and is_expired(
        account.password_changed_at, policy=policy, now=moment().now
    )


def _to_new_password() -> Response:
    if request.method not in ("GET", "HEAD"):
        abort(403)
    return redirect(url_for("account.password"))


def _to_sign_in() -> Response:
    stage = current_stage()
    if stage is Stage.CODE:
        return redirect(url_for("sign_in.code"))
    if stage is Stage.ENROL:
        return redirect(url_for("sign_in.second_factor"))
    if request.method not in ("GET", "HEAD"):
        abort(403)
    return redirect(url_for("sign_in.sign_in", next=request.full_path.rstrip("?")))
