"""A recording of an invented speaker, stored with its files."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.parallel import recordings
from corpus.parallel.audio import PreparedSound
from corpus.parallel.tables import ConsentForm, RecordedKind, Speaker


def store_sample_recording(
    session: Session, app: Flask, *, kind: RecordedKind, key: str, now: datetime
) -> None:
    """Store a speaker who agreed, and half a kilobyte of sound for the object with this key."""
    folder = app.extensions["settings"].instance_directory / "recordings"
    speaker = Speaker(
        name="示例甲", variety=Variety.CENTRAL, village="示例村", consent_on=date(2026, 11, 1),
        consent_form=ConsentForm.WRITTEN,
    )  # fmt: skip
    session.add(speaker)
    sound = PreparedSound(content=b"OggS" + bytes(500), length_ms=1_000, loudness_lufs=-16.5)
    path, original = recordings.save_files(folder, original=b"RIFF", kind="wav", sound=sound)
    recordings.store_recording(
        session, speaker=speaker, kind=kind, object_key=key, path=path, original_path=original, sound=sound,
        now=now,
    )  # fmt: skip
