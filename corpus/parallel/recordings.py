"""Recordings: stored with consent, approved, replaced, withdrawn, served by ranges, listed where missing."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from corpus.bai.varieties import Variety
from corpus.database import write_atomically
from corpus.parallel.audio import PreparedSound
from corpus.parallel.tables import ConsentScope, RecordedKind, Recording, RecordingStatus, Speaker


class ConsentMissing(ValueError):
    """The speaker has not agreed, agreed later than the recording, or has withdrawn."""


class RecordingRefused(ValueError):
    """A step that cannot be taken with this take; the message says why."""


class RangeNotSatisfiable(ValueError):
    """The range asked for lies outside the file (HTTP 416)."""


def save_files(folder: Path, *, original: bytes, kind: str, sound: PreparedSound) -> tuple[str, str]:
    """Write the playable sound and the original under random names; returns both names.

    Done before the write transaction: no transaction waits for a disk full of sound.
    """
    name = secrets.token_urlsafe(16)
    played, kept = f"{name}.ogg", f"{name}.{kind}"
    write_atomically(folder / played, lambda handle: handle.write(sound.content) and None)
    write_atomically(folder / "originals" / kept, lambda handle: handle.write(original) and None)
    return played, f"originals/{kept}"


def remove_files(folder: Path, names: Iterable[str]) -> None:
    """Delete sound files of takes that may not be kept; those that are gone already do not matter."""
    for name in names:
        path = folder / name
        if path.resolve().is_relative_to(folder.resolve()):
            path.unlink(missing_ok=True)


def store_recording(
    session: Session,
    *,
    speaker: Speaker,
    kind: RecordedKind,
    object_key: str,
    path: str,
    original_path: str,
    sound: PreparedSound,
    now: datetime,
    words_hash: str = "",
    recorder_id: int | None = None,
) -> Recording:
    """Tie a saved sound to its object as a draft. Raises ConsentMissing."""
    _check_consent(speaker, now.date())
    recording = Recording(
        kind=kind,
        object_key=object_key,
        speaker=speaker,
        path=path,
        original_path=original_path,
        format="ogg",
        sha256=hashlib.sha256(sound.content).hexdigest(),
        size=len(sound.content),
        length_ms=sound.length_ms,
        loudness_lufs=sound.loudness_lufs,
        recorded_at=now,
        words_hash=words_hash,
        recorder_id=recorder_id,
    )
    session.add(recording)
    session.flush()
    return recording


def approval_problems(
    recording: Recording, *, today: date, approver_id: int | None, words_hash: str
) -> list[str]:
    """Why this person cannot let this take be heard now; ``words_hash`` is of the words as they stand now."""
    speaker = recording.speaker
    reasons = [] if recording.status is RecordingStatus.DRAFT else ["只有草稿录音要批准"]
    if approver_id is not None and approver_id == recording.recorder_id:
        reasons.append("自己录的不能自己批准，请另一个人听过再批准")
    if recording.words_hash and words_hash and recording.words_hash != words_hash:
        reasons.append("录音以后文字已经改了，请按现在的文字重录")
    if speaker.consent_withdrawn_on is not None and speaker.consent_withdrawn_on <= today:
        reasons.append("说话人已撤回同意，不能使用其录音")
    if speaker.consent_scope is ConsentScope.WORKBENCH:
        reasons.append("说话人只同意在工作台里听，没有同意在终端上播放")
    return reasons


def approve_recording(
    session: Session,
    *,
    recording: Recording,
    today: date,
    approver_id: int | None = None,
    words_hash: str = "",
) -> None:
    """Let a take be heard; an approved earlier take of the same object and variety is replaced by it.

    Raises ConsentMissing when the speaker has withdrawn or never agreed to be heard by villagers, and
    RecordingRefused when the recorder approves, the words have changed, or the take is no draft.
    """
    _check_consent(recording.speaker, today)
    if recording.speaker.consent_scope is ConsentScope.WORKBENCH:
        raise ConsentMissing("说话人只同意在工作台里听，没有同意在终端上播放。")
    if reasons := approval_problems(recording, today=today, approver_id=approver_id, words_hash=words_hash):
        raise RecordingRefused("；".join(reasons) + "。")
    earlier = session.scalars(
        select(Recording)
        .join(Recording.speaker)
        .where(
            Recording.kind == recording.kind,
            Recording.object_key == recording.object_key,
            Recording.status == RecordingStatus.APPROVED,
            Recording.id != recording.id,
            Speaker.variety == recording.speaker.variety,
            Speaker.village == recording.speaker.village,
        )
    )
    for take in earlier:
        take.status = RecordingStatus.REPLACED
        take.replaced_by_id = recording.id
    recording.status, recording.approver_id = RecordingStatus.APPROVED, approver_id
    session.flush()


def withdraw_recording(session: Session, *, recording: Recording) -> None:
    """Take one recording out of use; its row stays. Raises RecordingRefused when it already is."""
    if recording.status is RecordingStatus.WITHDRAWN:
        raise RecordingRefused("这条录音已经撤回了。")
    recording.status = RecordingStatus.WITHDRAWN
    session.flush()


def withdraw_consent(session: Session, *, speaker: Speaker, today: date) -> int:
    """Take all of a speaker's recordings out of use; returns how many."""
    speaker.consent_withdrawn_on = today
    takes = session.scalars(
        select(Recording).where(
            Recording.speaker_id == speaker.id, Recording.status != RecordingStatus.WITHDRAWN
        )
    ).all()
    for take in takes:
        take.status = RecordingStatus.WITHDRAWN
    session.flush()
    return len(takes)


def takes_to_play(
    session: Session,
    *,
    kind: RecordedKind,
    words: Mapping[str, Collection[str] | None],
    variety: Variety | None = None,
    village: str = "",
) -> dict[tuple[str, Variety], Recording]:
    """The approved take to play of each object in each variety: the listener's village first, then the newest.

    ``words`` names the objects, each with the hashes of the words that may be heard there now (None: any);
    a take that speaks other words is not played. ``variety`` leaves out every other variety.
    """
    found: dict[tuple[str, Variety], Recording] = {}
    if not words:
        return found
    takes = (
        select(Recording)
        .join(Recording.speaker)
        .options(contains_eager(Recording.speaker))
        .where(
            Recording.kind == kind,
            Recording.object_key.in_(words),
            Recording.status == RecordingStatus.APPROVED,
        )
        .order_by(Speaker.village != village, Recording.id.desc())
    )
    if variety is not None:
        takes = takes.where(Speaker.variety == variety)
    for take in session.scalars(takes):
        allowed = words[take.object_key]
        if allowed is None or not take.words_hash or take.words_hash in allowed:
            found.setdefault((take.object_key, take.speaker.variety), take)
    return found


def recording_for(
    session: Session, *, kind: RecordedKind, object_key: str, variety: Variety, village: str = ""
) -> Recording | None:
    """The approved take to play, whatever its words: the listener's village first; never another variety."""
    takes = takes_to_play(session, kind=kind, words={object_key: None}, variety=variety, village=village)
    return takes.get((object_key, variety))


@dataclass(frozen=True, slots=True)
class WantedRecording:
    """One line of a studio session's list: what to speak, as a key and as the text to read from."""

    kind: RecordedKind
    object_key: str
    text: str
    words_hash: str = ""


def still_missing(
    session: Session, *, wanted: Iterable[WantedRecording], variety: Variety
) -> list[WantedRecording]:
    """The recording list: what has no usable take (draft or approved) in the variety, in the order given.

    A take whose words have changed since is no usable one.
    """
    recorded: dict[tuple[RecordedKind, str], set[str]] = {}
    for kind, key, words_hash in session.execute(
        select(Recording.kind, Recording.object_key, Recording.words_hash)
        .join(Recording.speaker)
        .where(
            Speaker.variety == variety,
            Recording.status.in_((RecordingStatus.DRAFT, RecordingStatus.APPROVED)),
        )
    ):
        recorded.setdefault((kind, key), set()).add(words_hash)
    return [
        each
        for each in wanted
        if not recorded.get((each.kind, each.object_key), set()) & {"", each.words_hash}
    ]


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of a single ``Range`` (RFC 9110 §14), or None to send the whole file.

    A header that is malformed or asks for several ranges is ignored, as the standard allows.
    Raises RangeNotSatisfiable.
    """
    match = re.fullmatch(r"bytes=(\d{0,18})-(\d{0,18})", (header or "").strip(), re.ASCII)
    if match is None or match.group(1) == match.group(2) == "":
        return None
    first, last = match.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise RangeNotSatisfiable
        return size - length, size - 1
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if last and int(last) < start:
        return None
    if start >= size:
        raise RangeNotSatisfiable
    return start, end


def _check_consent(speaker: Speaker, day: date) -> None:
    if speaker.consent_on > day:
        raise ConsentMissing("说话人的同意日期晚于录音日期，请先取得同意。")
    if speaker.consent_withdrawn_on is not None and speaker.consent_withdrawn_on <= day:
        raise ConsentMissing("说话人已撤回同意，不能使用其录音。")
