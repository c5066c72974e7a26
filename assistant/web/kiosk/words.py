"""The glossary for everybody: a word in Bai, Chinese or English, what it is called elsewhere, how it sounds."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from assistant.web.kiosk import blueprint
from assistant.web.kiosk.sound import Sound, heard
from assistant.web.listener import current_listener
from assistant.web.sessions import collection_reader
from corpus.bai.glossary import search_glossary
from corpus.bai.models import Concept, GlossaryTerm
from corpus.parallel.spoken import spoken_term

LONGEST_WORD = 80
MOST_FORMS = 12


@dataclass(frozen=True, slots=True)
class Word:
    """A concept with its approved forms, each with its sound where there is one."""

    concept: Concept
    forms: tuple[tuple[GlossaryTerm, Sound | None], ...]


@blueprint.get("/words")
def words() -> str:
    """Approved forms only; the listener's village stands first, then the variety, then the others as text."""
    asked = request.args.get("q", "")[:LONGEST_WORD].strip()
    listener = current_listener()
    hits = search_glossary(
        collection_reader(), asked, variety=listener.variety, village=listener.village, approved_only=True
    )
    sounds = heard(spoken_term(term) for hit in hits for term in hit.forms[:MOST_FORMS])
    found = [
        Word(hit.concept, tuple((term, sounds.get(f"term:{term.id}")) for term in hit.forms[:MOST_FORMS]))
        for hit in hits
    ]
    return render_template("kiosk/words.html", asked=asked, words=found)
