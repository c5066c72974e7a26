"""What villagers hear: approved recordings by one tap, in the Bai they chose, never in another."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import abort, g, redirect, render_template, request, url_for
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web.kiosk import blueprint
from assistant.web.kiosk.prompts import PAGE_PREFIX, prompts
from assistant.web.listener import (
    Listener,
    chosen_speech,
    current_listener,
    remember_speech,
    short_place,
    speeches_to_choose,
)
from assistant.web.sentences import said
from assistant.web.sessions import collection_reader
from assistant.web.sign_in import safe_next
from assistant.web.sound import send_recording
from corpus.citation import Citation, NotACitation
from corpus.parallel.phrases import approved_phrases
from corpus.parallel.spoken import Spoken, articles_with_sound, sounds_of, sounds_of_article, spoken_unit
from corpus.parallel.tables import Recording, RecordingStatus

LOGGER = logging.getLogger("assistant.kiosk")


@dataclass(frozen=True, slots=True)
class Sound:
    """A recording as a page shows it: where it is played from, whose Bai it is, how long it takes."""

    url: str
    label: str
    length_label: str


def shown(recording: Recording) -> Sound:
    """The variety, the village where it is known, and the part of the article it speaks."""
    speaker = recording.speaker
    try:
        paragraph = Citation.parse(recording.object_key).paragraph
    except NotACitation:
        paragraph = None
    parts = [
        _("第%(number)s款", number=paragraph) if paragraph else "",
        said(speaker.variety.chinese),
        short_place(speaker.village),
    ]
    return Sound(
        url_for("kiosk.sound", recording_id=recording.id),
        " · ".join(part for part in parts if part),
        length_label(recording.length_ms),
    )


def length_label(milliseconds: int) -> str:
    """``0:07``, ``12:30``."""
    seconds = max(1, round(milliseconds / 1000))
    return f"{seconds // 60}:{seconds % 60:02d}"


def article_sounds(session: Session, citation: Citation, *, on: date) -> list[Sound]:
    """The sounds of an article for this listener."""
    listener = current_listener()
    try:
        found = sounds_of_article(
            session, citation, on=on, variety=listener.variety, village=listener.village
        )
    except SQLAlchemyError:
        # a collection carried here before it had recordings still shows its words
        LOGGER.warning("recordings not readable; showing words alone")
        return []
    return [shown(each) for each in found]


def result_sounds(citations: Sequence[str], *, on: date) -> dict[str, Sound]:
    """The sounds of a page of results, by their citations; only in a variety that was chosen."""
    listener = current_listener()
    if listener.variety is None:
        return {}
    parsed = {text: Citation.parse(text) for text in citations}
    try:
        found = articles_with_sound(
            collection_reader(),
            list(parsed.values()),
            variety=listener.variety,
            village=listener.village,
            on=on,
        )
    except SQLAlchemyError:
        LOGGER.warning("recordings not readable; showing words alone")
        return {}
    return {text: shown(found[citation]) for text, citation in parsed.items() if citation in found}


def prompt_sound(name: str) -> Sound | None:
    """The sound of a sentence of the page. Without a choice only where there is one variety to hear."""
    if "prompt_sounds" not in g:
        g.prompt_sounds = _prompt_sounds(current_listener())
    found: dict[str, Sound] = g.prompt_sounds
    return found.get(f"prompt:{name}")


def heard(objects: Iterable[Spoken]) -> dict[str, Sound]:
    """The sounds of these objects for this listener, by their keys."""
    listener = current_listener()
    try:
        takes = sounds_of(collection_reader(), objects, variety=listener.variety, village=listener.village)
    except SQLAlchemyError:
        LOGGER.warning("recordings not readable; showing words alone")
        return {}
    return {take.object_key: shown(take) for take in takes}


def _prompt_sounds(listener: Listener) -> dict[str, Sound]:
    session, sentences = collection_reader(), prompts()
    keys = {each.spoken.object_key: f"prompt:{name}" for name, each in sentences.items()}
    objects = [each.spoken for each in sentences.values()]
    try:
        # a sentence whose Bai is written and approved is heard as it was written, else in a speaker's own words
        for key, unit in approved_phrases(
            session, {f"{PAGE_PREFIX}{name}": each.chinese for name, each in sentences.items()}
        ):
            objects.append(spoken_unit(unit))
            keys[objects[-1].object_key] = f"prompt:{key.removeprefix(PAGE_PREFIX)}"
        takes = sounds_of(session, objects, variety=listener.variety, village=listener.village)
    except SQLAlchemyError:
        LOGGER.warning("recordings not readable; showing words alone")
        return {}
    if len({take.speaker.variety for take in takes}) > 1:
        return {}
    return {keys[take.object_key]: shown(take) for take in takes}


blueprint.add_app_template_global(prompt_sound)
blueprint.add_app_template_global(current_listener)


@blueprint.get("/sounds/<int:recording_id>")
def sound(recording_id: int) -> Response:
    """An approved recording, by ranges."""
    recording = collection_reader().get(Recording, recording_id)
    if recording is None or recording.status is not RecordingStatus.APPROVED:
        abort(404)
    return send_recording(recording)


@blueprint.get("/speech")
def speech() -> str:
    """Choose once which Bai is heard."""
    return render_template(
        "kiosk/speech.html",
        speeches=speeches_to_choose(collection_reader()),
        chosen=request.cookies.get("speech", "") if current_listener().variety else "",
        next=safe_next(request.args.get("next", "/")),
    )


@blueprint.post("/speech")
def choose_speech() -> Response:
    """Remember the choice in this browser and go back to what was being read."""
    value = request.form.get("speech", "")
    if value and chosen_speech(value) is None:
        raise BadRequest(_("请从列表中选择"))
    answer = redirect(safe_next(request.form.get("next", "/")), 303)
    remember_speech(answer, value)
    return answer
