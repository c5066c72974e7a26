"""Recording something: in the browser piece by piece, or from a file; listened to before it is kept.

Every piece that was acknowledged is on disk, so a power cut costs a second of speech and no more;
what was begun and never finished waits for the person who began it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import abort, after_this_request, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.clock import CHINA, now, today
from assistant.web.entries import row_id
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.sound import send_bytes, sound_folder, unfinished_folder
from assistant.web.workbench import blueprint, studio_list
from assistant.web.workbench.sound_standing import (
    RECORDING_LABELS,
    load_spoken,
    speaker_line,
    speakers_for,
    takes_of,
)
from assistant.web.workbench.standing import person
from assistant.web.workbench.takes import standing_of
from corpus.parallel import sound_uploads
from corpus.parallel.audio import LARGEST_FILE, LONGEST_SECONDS, SoundRefused, prepare, sniff
from corpus.parallel.recordings import ConsentMissing, save_files, store_recording
from corpus.parallel.spoken import Spoken
from corpus.parallel.tables import Speaker

MOST_UNFINISHED = 20
FORM_AROUND_A_FILE = 64 * 1024


@blueprint.url_value_preprocessor
def _size_of_a_sound(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A recording may be larger than other uploads, one of its pieces is far smaller; said before it is read."""
    if endpoint == "workbench.upload_take":
        request.max_content_length = LARGEST_FILE + FORM_AROUND_A_FILE
    elif endpoint == "workbench.keep_piece":
        request.max_content_length = sound_uploads.LARGEST_PIECE


@blueprint.get("/record/<any(unit,term,prompt):kind>/<row>")
def record(kind: str, row: str) -> str:
    """The page of one thing to speak: its words, the recorder, the takes there are."""
    return _page(load_spoken(collection_reader(), kind, row))


def _page(spoken: Spoken, reason: str = "") -> str:
    session = collection_reader()
    speakers = speakers_for(session, spoken.variety)
    chosen = _chosen_speaker(speakers)
    walk = studio_list.walk_from(session, request.values.get("list", ""), spoken)
    g.records_sound = chosen is not None
    return render_template(
        "workbench/record.html",
        spoken=spoken,
        reason=reason,
        speakers=[(each.id, speaker_line(each)) for each in speakers],
        speaker=chosen,
        walk=walk,
        takes=[standing_of(session, take, spoken) for take in takes_of(session, spoken)],
        labels=RECORDING_LABELS,
        most_minutes=LONGEST_SECONDS // 60,
        most_megabytes=LARGEST_FILE // 1024 // 1024,
    )


def _chosen_speaker(speakers: list[Speaker]) -> Speaker | None:
    """The speaker the address names; the only one where there is no choice."""
    wanted = row_id(request.values.get("speaker", ""))
    found = next((each for each in speakers if each.id == wanted), None)
    return speakers[0] if found is None and len(speakers) == 1 else found


def _speaker(session: Session, spoken: Spoken) -> Speaker | None:
    wanted = row_id(request.form.get("speaker", ""))
    return next((each for each in speakers_for(session, spoken.variety) if each.id == wanted), None)


def _problem(status: int, sentence: str, **more: int) -> tuple[Response, int]:
    return jsonify(problem=sentence, **more), status


@blueprint.post("/record/<any(unit,term,prompt):kind>/<row>/takes")
def begin_take(kind: str, row: str) -> tuple[Response, int]:
    """Begin a take in the browser: its token for the pieces, as JSON."""
    session = collection_reader()
    spoken = load_spoken(session, kind, row)
    speaker = _speaker(session, spoken)
    if speaker is None:
        return _problem(422, _("请先选说话人"))
    me = person()
    if len(unfinished_takes()) >= MOST_UNFINISHED:
        return _problem(409, _("没有录完的太多了，请先在录音室把它们保存或者删除"))
    token = sound_uploads.begin_upload(
        unfinished_folder(),
        {
            "account": me.account_id or 0,
            "kind": spoken.kind.value,
            "row": spoken.row,
            "speaker": speaker.id,
            "words_hash": spoken.words_hash,
            "title": spoken.title,
        },
    )
    return jsonify(
        token=token,
        pieces=url_for("workbench.keep_piece", token=token, number=0)[:-1],
        finish=url_for("workbench.finish_take", token=token),
        discard=url_for("workbench.discard_take", token=token),
    ), 201


def _mine(token: str) -> dict[str, str | int]:
    """What was noted about an unfinished take of this person; 404 for anybody else's."""
    try:
        about = sound_uploads.about_upload(unfinished_folder(), token)
    except sound_uploads.UploadNotFound:
        abort(404)
    if not about or about.get("account") != person().account_id:
        abort(404)
    return about


def unfinished_takes() -> list[dict[str, Any]]:
    """What this person began and never finished, the newest first: its token, title, and when it stopped."""
    folder = unfinished_folder()
    found = []
    for token in sound_uploads.unfinished(folder):
        try:
            about = sound_uploads.about_upload(folder, token)
            stopped_at: datetime = sound_uploads.last_piece_at(folder, token).astimezone(CHINA)
        except (sound_uploads.UploadNotFound, OSError):
            continue  # finished by its person in another window meanwhile
        if about.get("account") == person().account_id:
            found.append(about | {"token": token, "stopped_at": stopped_at})
    return sorted(found, key=lambda each: each["stopped_at"], reverse=True)


@blueprint.post("/takes/<token>/pieces/<int:number>")
def keep_piece(token: str, number: int) -> tuple[Response, int]:
    """One piece of a take, on disk before it is acknowledged; the number of the next one as JSON."""
    _mine(token)
    content = request.get_data(cache=False)
    try:
        following = sound_uploads.add_piece(unfinished_folder(), token, number=number, content=content)
    except SoundRefused as refused:
        return _problem(422, str(refused))
    except ValueError as gap:
        return _problem(409, str(gap))
    except sound_uploads.UploadNotFound:
        abort(404)
    return jsonify(next=following), 200


@blueprint.get("/takes/<token>/sound")
def unfinished_sound(token: str) -> Response:
    """What was kept of an unfinished take, to be listened to before it is stored or discarded."""
    _mine(token)
    try:
        content = sound_uploads.assemble(unfinished_folder(), token)
        return send_bytes(content, sniff(content[:64]))
    except (SoundRefused, sound_uploads.UploadNotFound):
        abort(404)


@blueprint.post("/takes/<token>/finish")
def finish_take(token: str) -> Response | tuple[str, int]:
    """Trim and level what was recorded and keep it as a draft; the pieces leave once it is kept."""
    about = _mine(token)
    spoken = load_spoken(collection_reader(), str(about.get("kind")), str(about.get("row")))
    try:
        content = sound_uploads.assemble(unfinished_folder(), token)
        _keep(spoken, content, speaker_id=int(about["speaker"]), words_hash=str(about.get("words_hash", "")))
    except (SoundRefused, ConsentMissing) as refused:
        return _page(spoken, str(refused)), 422
    except sound_uploads.UploadNotFound:
        abort(404)

    @after_this_request
    def _discard(response: Response) -> Response:
        if response.status_code < 400:
            sound_uploads.discard_upload(unfinished_folder(), token)
        return response

    return _onwards(spoken, int(about["speaker"]))


@blueprint.post("/takes/<token>/discard")
def discard_take(token: str) -> Response:
    """Not wanted: the pieces are deleted."""
    _mine(token)
    sound_uploads.discard_upload(unfinished_folder(), token)
    return redirect(url_for("workbench.studio"), 303)


@blueprint.post("/record/<any(unit,term,prompt):kind>/<row>/upload")
def upload_take(kind: str, row: str) -> Response | tuple[str, int]:
    """A file recorded elsewhere, judged by its content; the way without scripts."""
    session = collection_reader()
    spoken = load_spoken(session, kind, row)
    speaker = _speaker(session, spoken)
    if speaker is None:
        return _page(spoken, _("请先选说话人")), 422
    chosen = request.files.get("file")
    content = chosen.read() if chosen is not None else b""
    if not content:
        return _page(spoken, _("请选择一个文件")), 422
    try:
        _keep(spoken, content, speaker_id=speaker.id, words_hash=spoken.words_hash)
    except (SoundRefused, ConsentMissing) as refused:
        return _page(spoken, str(refused)), 422
    return _onwards(spoken, speaker.id)


def _keep(spoken: Spoken, content: bytes, *, speaker_id: int, words_hash: str) -> None:
    """Prepare and save first, so that no write transaction waits for it; then the row."""
    kind, sound = prepare(content)
    path, original_path = save_files(sound_folder(), original=content, kind=kind, sound=sound)
    session = collection_writer()
    speaker = session.get(Speaker, speaker_id)
    if speaker is None:
        raise ConsentMissing(_("没有这个说话人，请重新选择。"))
    if speaker.consent_withdrawn_on is not None and speaker.consent_withdrawn_on <= today():
        raise ConsentMissing(_("说话人已撤回同意，不能保存这段录音，请删除它。"))
    store_recording(
        session,
        speaker=speaker,
        kind=spoken.kind,
        object_key=spoken.object_key,
        path=path,
        original_path=original_path,
        sound=sound,
        now=now(),
        words_hash=words_hash,
        recorder_id=person().account_id,
    )


def _onwards(spoken: Spoken, speaker_id: int) -> Response:
    """To the next of the list in a studio session, else back to what was recorded."""
    flash(_("已存下，等另一个人听过批准。"), "good")
    chosen = request.form.get("list", "")
    walk = studio_list.walk_from(collection_reader(), chosen, spoken)
    following = walk.following if walk is not None else None
    target = following or spoken
    return redirect(
        url_for(
            "workbench.record",
            kind=target.kind.value,
            row=target.row,
            speaker=speaker_id,
            list=chosen if walk is not None else None,
        ),
        303,
    )
