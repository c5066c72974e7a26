"""What a book of many items has beside them: an index of the articles and of the tunes, by the places of the items."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.outreach.material import Material
from assistant.outreach.verse import check_song
from assistant.outreach.verse_forms import FORMS

MOST_ITEMS = 100


def index_of(materials: Sequence[Material]) -> list[tuple[str, list[int]]]:
    """Every article, then every school, beat and melody that a song names, with the items (from 0), in order of code points."""
    articles: dict[str, list[int]] = {}
    tunes: dict[str, list[int]] = {}
    for place, material in enumerate(materials):
        for source in dict.fromkeys(material.sources):
            articles.setdefault(source, []).append(place)
        for tune in dict.fromkeys(_tunes(material)):
            tunes.setdefault(tune, []).append(place)
    return [*sorted(articles.items()), *sorted(tunes.items())]


def _tunes(material: Material) -> list[str]:
    if not material.song:
        return []
    return [
        f"{label}：{value}"
        for section in check_song(material.song, FORMS["free"]).sections
        for label, value in (("腔", section.school), ("板", section.beat), ("调", section.melody))
        if value
    ]
