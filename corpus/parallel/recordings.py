"""Recordings: stored with consent, approved, replaced, withdrawn, served by ranges, listed where missing."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.database import write_atomically
from corpus.parallel.audio import PreparedSound
from corpus.parallel.tables import RecordedKind, Recording, RecordingStatus, Speaker


class ConsentMissing(ValueError):
    """The speaker has not agreed, agreed later than the recording, or has withdrawn."""


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
    )
    session.add(recording)
    session.flush()
    return recording


def approve_recording(session: Session, *, recording: Recording, today: date) -> None:
    """Let a take be heard; an approved earlier take of the same object and variety is replaced by it.

    Raises ConsentMissing when the speaker has withdrawn since.
    """
    _check_consent(recording.speaker, today)
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
    recording.status = RecordingStatus.APPROVED
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


def recording_for(
    session: Session, *, kind: RecordedKind, object_key: str, variety: Variety, village: str = ""
) -> Recording | None:
    """The approved take to play: the listener's village first, then the variety; never another variety."""
    takes = session.scalars(
        select(Recording)
        .join(Recording.speaker)
        .where(
            Recording.kind == kind,
            Recording.object_key == object_key,
            Recording.status == RecordingStatus.APPROVED,
            Speaker.variety == variety,
        )
        .order_by(Speaker.village != village, Recording.id.desc())
        .limit(1)
    )
    return takes.first()


@dataclass(frozen=True, slots=True)
class WantedRecording:
    """One line of a studio session's list: what to speak, as a key and as the text to read from."""

    kind: RecordedKind
    object_key: str
    text: str


def still_missing(
    session: Session, *, wanted: Iterable[WantedRecording], variety: Variety
) -> list[WantedRecording]:
    """The recording list: what has no usable take (draft or approved) in the variety, in the order given."""
    recorded = {
        (kind, key)
        for kind, key in session.execute(
            select(Recording.kind, Recording.object_key)
            .join(Recording.speaker)
            .where(
                Speaker.variety == variety,
                Recording.status.in_((RecordingStatus.DRAFT, RecordingStatus.APPROVED)),
            )
        )
    }
    return [each for each in wanted if (each.kind, each.object_key) not in recorded]


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
