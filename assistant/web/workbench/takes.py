"""Takes that were kept: listened to, approved by somebody else than the recorder, withdrawn."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.clock import CHINA, today
from assistant.web.kiosk.sound import length_label
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.sign_in import safe_next, signed_in_account
from assistant.web.sound import send_recording
from assistant.web.workbench import blueprint
from assistant.web.workbench.sound_standing import (
    KIND_LABELS,
    RECORDING_LABELS,
    speaker_line,
    spoken_by,
)
from assistant.web.workbench.standing import person
from corpus.parallel.recordings import (
    ConsentMissing,
    RecordingRefused,
    approval_problems,
)
from corpus.parallel.recordings import (
    approve_recording as approve,
)
from corpus.parallel.recordings import (
    withdraw_recording as withdraw,
)
from corpus.parallel.spoken import Spoken
from corpus.parallel.tables import Recording, RecordingStatus
from mediation_rooms.permissions import Action, may

TAKES_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class TakeStanding:
    """A take with what this person can do with it now."""

    take: Recording
    spoken: Spoken | None
    speaker: str
    length: str
    recorded_at: str
    is_outdated: bool
    may_approve: bool
    problems: tuple[str, ...]
    may_withdraw: bool


def standing_of(session: Session, take: Recording, spoken: Spoken | None = None) -> TakeStanding:
    """How a take stands; ``spoken`` where the caller knows what it speaks."""
    spoken = spoken or spoken_by(session, take)
    words_hash = spoken.words_hash if spoken is not None else ""
    reviews = may(signed_in_account().actor, Action.REVIEW_TRANSLATION)
    is_draft = take.status is RecordingStatus.DRAFT
    is_in_use = take.status in (RecordingStatus.DRAFT, RecordingStatus.APPROVED)
    return TakeStanding(
        take=take,
        spoken=spoken,
        speaker=speaker_line(take.speaker),
        length=length_label(take.length_ms),
        recorded_at=take.recorded_at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"),
        is_outdated=bool(take.words_hash and words_hash and take.words_hash != words_hash),
        may_approve=reviews and is_draft,
        problems=tuple(
            approval_problems(take, today=today(), approver_id=person().account_id, words_hash=words_hash)
        )
        if is_draft
        else (),
        may_withdraw=is_in_use and _may_withdraw(take, reviews=reviews),
    )


def _may_withdraw(take: Recording, *, reviews: bool) -> bool:
    """A reviewer withdraws any take, whoever recorded it the own draft."""
    is_own_draft = take.recorder_id == person().account_id and take.status is RecordingStatus.DRAFT
    return reviews or is_own_draft


@blueprint.get("/recordings")
def recordings() -> str:
    """What waits to be heard and approved, the oldest first; or the takes of another status."""
    session = collection_reader()
    status = request.args.get("status", "")
    wanted = RecordingStatus(status) if status in set(RecordingStatus) else RecordingStatus.DRAFT
    takes = session.scalars(
        select(Recording)
        .options(joinedload(Recording.speaker))
        .where(Recording.status == wanted)
        .order_by(Recording.id)
        .limit(TAKES_A_PAGE)
    )
    return render_template(
        "workbench/recordings.html",
        takes=[standing_of(session, take) for take in takes],
        status=wanted,
        labels=RECORDING_LABELS,
        kinds=KIND_LABELS,
    )


@blueprint.get("/recordings/<int:recording_id>/sound")
def recording_sound(recording_id: int) -> Response:
    """A take of any status that is still kept, by ranges."""
    recording = collection_reader().get(Recording, recording_id)
    if recording is None or recording.speaker.consent_withdrawn_on is not None:
        abort(404)
    return send_recording(recording)


def _load(session: Session, recording_id: int) -> Recording:
    recording = session.get(Recording, recording_id)
    if recording is None:
        abort(404)
    return recording


def _back() -> Response:
    fallback = url_for("workbench.recordings")
    return redirect(safe_next(request.form.get("next", fallback)), 303)


@blueprint.post("/recordings/<int:recording_id>/approve")
def approve_recording(recording_id: int) -> Response:
    """Let villagers hear it. Not by the person who recorded, not where the words have changed since."""
    session = collection_writer()
    recording = _load(session, recording_id)
    spoken = spoken_by(session, recording)
    try:
        approve(
            session,
            recording=recording,
            today=today(),
            approver_id=person().account_id,
            words_hash=spoken.words_hash if spoken is not None else "",
        )
    except (ConsentMissing, RecordingRefused) as refused:
        session.rollback()
        flash(str(refused), "danger")
        return _back()
    flash(_("已批准，终端上可以听到了。"), "good")
    return _back()


@blueprint.post("/recordings/<int:recording_id>/withdraw")
def withdraw_recording(recording_id: int) -> Response:
    """Take it out of use. 404 for somebody else's take unless one reviews."""
    session = collection_writer()
    recording = _load(session, recording_id)
    reviews = may(signed_in_account().actor, Action.REVIEW_TRANSLATION)
    if not _may_withdraw(recording, reviews=reviews):
        abort(404)
    try:
        withdraw(session, recording=recording)
    except RecordingRefused as refused:
        session.rollback()
        flash(str(refused), "danger")
        return _back()
    flash(_("已撤回，不再播放。"), "good")
    return _back()
