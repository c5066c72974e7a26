"""Recordings of a song, stanza by stanza, as the collection keeps recordings: with speaker, consent and approval.

A recording is tied to the words of its stanza. When they change, it belongs to nothing any more and the
stanza has none until somebody sings the new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from assistant.outreach.material import Sound
from assistant.outreach.models import OutreachItem
from assistant.outreach.sounds import stanza_key
from assistant.outreach.verse import SongNotReadable, check_song
from assistant.outreach.verse_forms import FORMS
from corpus.parallel.tables import ConsentScope, RecordedKind, Recording, RecordingStatus, Speaker

HEARD = (RecordingStatus.DRAFT, RecordingStatus.APPROVED)


@dataclass(frozen=True)
class StanzaPlace:
    """A stanza that can be recorded: ``section.stanza`` (from 1), its heading, its words, its key."""

    part: str
    heading: str
    words: str
    key: str


def stanzas_of(item: OutreachItem) -> list[StanzaPlace]:
    """All stanzas of a material's song in order; none where the song cannot be read."""
    try:
        sections = check_song(item.song, FORMS["free"]).sections
    except SongNotReadable:
        return []
    return [
        StanzaPlace(f"{n}.{m}", section.heading, stanza.words, stanza_key(item.key, stanza.words))
        for n, section in enumerate(sections, start=1)
        for m, stanza in enumerate(section.stanzas, start=1)
    ]


def takes_of(session: Session, item: OutreachItem) -> dict[str, list[Recording]]:
    """The takes of each stanza by its part, newest first; withdrawn and replaced ones are left out."""
    places = stanzas_of(item)
    takes = session.scalars(
        select(Recording)
        .where(
            Recording.kind == RecordedKind.PROMPT,
            Recording.object_key.in_([place.key for place in places]),
            Recording.status.in_(HEARD),
        )
        .order_by(Recording.id.desc())
    ).all()
    return {place.part: [take for take in takes if take.object_key == place.key] for place in places}


def is_take_of(item: OutreachItem, recording: Recording) -> bool:
    """Whether a recording speaks words of this material, present or past."""
    return recording.kind is RecordedKind.PROMPT and recording.object_key.startswith(f"song/{item.key}/")


def may_go_out(speaker: Speaker) -> bool:
    """Whether the speaker's consent reaches materials that are handed out, and still stands."""
    return speaker.consent_scope is ConsentScope.OUTREACH and speaker.consent_withdrawn_on is None


def approved_sounds(session: Session, item: OutreachItem, *, folder: Path) -> tuple[Sound, ...]:
    """What goes out with the song: the newest approved take of each stanza whose file is there and whose singer agreed."""
    if not item.song:
        return ()
    found = []
    for part, takes in takes_of(session, item).items():
        take = _approved(takes, folder)
        if take is not None:
            note = f"{take.speaker.village or ''}　录音编号 {take.id}，讲唱人已同意使用".strip("　")
            found.append(Sound(part, folder / take.path, take.length_ms / 1000, note))
    return tuple(found)


def _approved(takes: Sequence[Recording], folder: Path) -> Recording | None:
    return next(
        (
            take
            for take in takes
            if take.status is RecordingStatus.APPROVED
            and may_go_out(take.speaker)
            and (folder / take.path).is_file()
        ),
        None,
    )
