"""Recordings of a song's stanzas: heard, uploaded, approved by the reviewer, taken out of use with a way back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach.models import OutreachItem
from assistant.outreach.stanza_sounds import is_take_of, may_go_out, stanzas_of, takes_of
from assistant.web.clock import now, today
from assistant.web.outreach import blueprint
from assistant.web.outreach.standing import allowed, load_item, recordings_folder
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.sign_in import signed_in_account
from corpus.parallel import recordings
from corpus.parallel.audio import SoundRefused, prepare
from corpus.parallel.tables import ConsentScope, RecordedKind, Recording, RecordingStatus, Speaker
from mediation_rooms.permissions import Action

_STEPS = frozenset({"approve", "withdraw", "take-back"})


@blueprint.get("/items/<int:item_id>/sounds")
def sounds(item_id: int) -> str:
    """Every stanza with its takes."""
    return _page(item_id, {})


def _page(item_id: int, problems: dict[str, str]) -> str:
    session = collection_reader()
    item = load_item(session, item_id)
    undone = session.get(Recording, request.args.get("withdrawn", 0, type=int))
    return render_template(
        "outreach/sounds.html",
        item=item,
        places=stanzas_of(item),
        takes=takes_of(session, item),
        speakers=[
            (speaker.id, f"{speaker.name} {speaker.village}")
            for speaker in session.scalars(
                select(Speaker)
                .where(Speaker.consent_withdrawn_on.is_(None), Speaker.consent_scope == ConsentScope.OUTREACH)
                .order_by(Speaker.name)
            )
        ],
        undone=undone if undone is not None and is_take_of(item, undone) else None,
        problems=problems,
        may_record=allowed(Action.RECORD_SOUND),
        may_approve=allowed(Action.CHECK_OUTREACH_LANGUAGE),
    )


@blueprint.post("/items/<int:item_id>/sounds")
def add_sound(item_id: int) -> Response | tuple[str, int]:
    """Take in a recording of one stanza; it is heard outside only after the reviewer approved it."""
    item = load_item(collection_reader(), item_id)
    place = next((each for each in stanzas_of(item) if each.part == request.form.get("part")), None)
    speaker = collection_reader().get(Speaker, request.form.get("speaker", 0, type=int))
    upload = request.files.get("sound")
    problems = {}
    if place is None:
        problems["part"] = _("这一节的词改过了，请刷新后再传")
    if speaker is None or not may_go_out(speaker):
        problems["speaker"] = _("请从列表中选择讲唱人")
    if upload is None or not upload.filename:
        problems["sound"] = _("请选择录音文件")
    if problems or place is None or speaker is None or upload is None:
        return _page(item_id, problems), 422
    content = upload.read()
    try:
        kind, prepared = prepare(content)
        path, original = recordings.save_files(
            recordings_folder(), original=content, kind=kind, sound=prepared
        )
        session = collection_writer()
        recordings.store_recording(
            session,
            speaker=session.get_one(Speaker, speaker.id),
            kind=RecordedKind.PROMPT,
            object_key=place.key,
            path=path,
            original_path=original,
            sound=prepared,
            now=now(),
            recorder_id=signed_in_account().id,
        )
    except (SoundRefused, recordings.ConsentMissing) as refused:
        return _page(item_id, {"sound": str(refused)}), 422
    flash(_("录音收下了，审定以后才会放出去。"), "good")
    return redirect(url_for("outreach.sounds", item_id=item_id), 303)


@blueprint.get("/items/<int:item_id>/sounds/<int:recording_id>.ogg")
def sound(item_id: int, recording_id: int) -> Response:
    """One take, also by parts of the file."""
    item, take = _take(item_id, recording_id)
    path = recordings_folder() / take.path
    if take.status is RecordingStatus.WITHDRAWN or not path.is_file() or not is_take_of(item, take):
        abort(404)
    return send_file(path, mimetype="audio/ogg", conditional=True)


@blueprint.post("/items/<int:item_id>/sounds/<int:recording_id>/<step>")
def change_sound(item_id: int, recording_id: int, step: str) -> Response | tuple[str, int]:
    """Approve a take, take it out of use, or have it back."""
    needed = Action.CHECK_OUTREACH_LANGUAGE if step == "approve" else Action.RECORD_SOUND
    if step not in _STEPS or not allowed(needed):
        abort(404)
    session = collection_writer()
    take = session.get(Recording, recording_id)
    if take is None or not is_take_of(load_item(session, item_id), take):
        abort(404)
    if step == "approve":
        try:
            recordings.approve_recording(
                session, recording=take, today=today(), approver_id=signed_in_account().id
            )
        except (recordings.ConsentMissing, recordings.RecordingRefused) as refused:
            session.rollback()
            return _page(item_id, {"sound": str(refused)}), 409
    elif step == "withdraw":
        take.status = RecordingStatus.WITHDRAWN
        return redirect(url_for("outreach.sounds", item_id=item_id, withdrawn=take.id), 303)
    elif take.speaker.consent_withdrawn_on is None:
        take.status = RecordingStatus.DRAFT
    return redirect(url_for("outreach.sounds", item_id=item_id), 303)


def _take(item_id: int, recording_id: int) -> tuple[OutreachItem, Recording]:
    session = collection_reader()
    take = session.get(Recording, recording_id)
    if take is None:
        abort(404)
    return load_item(session, item_id), take
