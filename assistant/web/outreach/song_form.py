"""The song editor's form: sections and stanzas read from it, moved, added and taken away; nothing is stored here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from werkzeug.datastructures import MultiDict

from assistant.outreach.song_notation import WrittenSection, WrittenStanza
from assistant.outreach.verse_forms import FORMS, Delivery, VerseForm

MOST_SECTIONS, MOST_STANZAS, LONGEST_STANZA, LONGEST_NAME = 60, 200, 2_000, 200
MUSIC = ("school", "beat", "melody", "family", "bai_source")


@dataclass
class SongForm:
    """What stands in the editor, the form it is held against, and what stood there before the last move."""

    form: VerseForm
    sections: list[WrittenSection]
    before: str = ""
    problems: dict[str, str] = field(default_factory=dict)


def _number(text: str, most: int) -> int:
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def read_form(fields: MultiDict[str, str]) -> SongForm:
    """The editor's content as it was sent. Text over the limit is a problem, never cut off silently."""
    problems: dict[str, str] = {}

    def text(name: str, place: str, longest: int) -> str:
        value = fields.get(name, "").replace("\r\n", "\n")
        if len(value) > longest:
            problems[place] = f"这里有 {len(value)} 字，最多 {longest} 字，请分成几节。"
        if any(ord(character) < 32 and character not in "\n\t" for character in value):
            problems[place] = "这里有看不见的控制字符，请重新输入。"
        return value

    sections = []
    for number in range(1, _number(fields.get("sections", ""), MOST_SECTIONS) + 1):
        spoken = fields.get(f"delivery-{number}") == Delivery.SPOKEN.value
        section = WrittenSection(Delivery.SPOKEN if spoken else Delivery.SUNG, stanzas=[])
        for name in MUSIC:
            setattr(section, name, text(f"{name}-{number}", f"{number}", LONGEST_NAME).strip())
        for place in range(1, _number(fields.get(f"stanzas-{number}", ""), MOST_STANZAS) + 1):
            key = f"{number}.{place}"
            section.stanzas.append(
                WrittenStanza(
                    text(f"chinese-{key}", key, LONGEST_STANZA), text(f"bai-{key}", key, LONGEST_STANZA)
                )
            )
        sections.append(section)
    form = FORMS.get(fields.get("verse_form", "3715"), FORMS["free"])
    return SongForm(form, sections or [WrittenSection()], fields.get("before", "")[:500_000], problems)


def as_state(sections: list[WrittenSection]) -> str:
    """Everything in the editor as one text, to come back to."""
    return json.dumps([asdict(section) for section in sections], ensure_ascii=False)


def _from_state(state: str) -> list[WrittenSection] | None:
    try:
        rows = json.loads(state)
        return [
            WrittenSection(
                Delivery(row["delivery"]),
                *(str(row[name]) for name in MUSIC),
                stanzas=[WrittenStanza(str(one["chinese"]), str(one["bai"])) for one in row["stanzas"]],
            )
            for row in rows
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _shift(rows: list[WrittenSection] | list[WrittenStanza], place: int, by: int) -> None:
    other = place + by
    if 0 <= place < len(rows) and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]  # type: ignore[call-overload]


def move(held: SongForm, wish: str) -> bool:
    """Carry out a button of the editor (``up-section:2``, ``drop-stanza:1.2``, ``undo`` …); whether it was one.

    What stood there before can be had back once with ``undo``.
    """
    name, _colon, where = wish.partition(":")
    first, _dot, second = where.partition(".")
    section, stanza = _number(first, MOST_SECTIONS) - 1, _number(second, MOST_STANZAS) - 1
    sections = held.sections
    stanzas = sections[section].stanzas if 0 <= section < len(sections) else []
    moves: dict[str, Callable[[], object]] = {
        "add-section": lambda: sections.append(WrittenSection()),
        "add-spoken": lambda: sections.append(WrittenSection(Delivery.SPOKEN)),
        "drop-section": lambda: sections.pop(section) if 0 <= section < len(sections) else None,
        "up-section": lambda: _shift(sections, section, -1),
        "down-section": lambda: _shift(sections, section, 1),
        "add-stanza": lambda: stanzas.append(WrittenStanza()),
        "drop-stanza": lambda: stanzas.pop(stanza) if 0 <= stanza < len(stanzas) else None,
        "up-stanza": lambda: _shift(stanzas, stanza, -1),
        "down-stanza": lambda: _shift(stanzas, stanza, 1),
    }
    state = as_state(sections)
    if name == "undo":
        held.sections = _from_state(held.before) or sections
    elif name in moves:
        moves[name]()
    else:
        return False
    held.before = state
    if not held.sections:
        held.sections = [WrittenSection()]
    return True
