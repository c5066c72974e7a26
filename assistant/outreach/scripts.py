"""A spoken script cut into sentences: text for the loudspeaker, subtitles with times for a short video."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.outreach.material import Material
from assistant.outreach.setting_problems import refuse_unprintable

SYLLABLES_A_SECOND = 4.0
"""A calm village announcement; news readers speak about five syllables a second."""
SHORTEST_SECONDS, PAUSE_SECONDS, LONGEST_LINE = 1.2, 0.25, 18
_SENTENCE = re.compile(r"[^。！？；]*[。！？；]+[”’」』）]*|[^。！？；]+")
_CLAUSE = re.compile(r"[^，、：]*[，、：]+|[^，、：]+")
_SPOKEN = re.compile(r"[^\W_]")


@dataclass(frozen=True)
class Cue:
    """A subtitle: seconds from the beginning, and what is read."""

    begins: float
    ends: float
    text: str


def sentences(script: str) -> list[str]:
    """The sentences of a script in order; nothing is lost but space around them."""
    return [each.strip() for each in _SENTENCE.findall(script) if each.strip()]


def cues(script: str, *, pace: float = SYLLABLES_A_SECOND) -> list[Cue]:
    """Subtitles timed by the number of syllables at ``pace`` a second. Raises ValueError for a pace of 0."""
    if pace <= 0:
        raise ValueError("语速要大于零，一般每秒 3 到 5 个字。")
    made, clock = [], 0.0
    for line in (line for sentence in sentences(script) for line in _lines(sentence)):
        lasts = max(SHORTEST_SECONDS, len(_SPOKEN.findall(line)) / pace)
        made.append(Cue(round(clock, 3), round(clock + lasts, 3), line))
        clock += lasts + PAUSE_SECONDS
    return made


def script_cues(material: Material) -> list[Cue]:
    """The subtitles of a material. Raises CannotBeSet for a control character."""
    refuse_unprintable([material])
    return cues(material.script)


def _lines(sentence: str) -> list[str]:
    """Lines short enough for a phone, cut after a comma; only an endless clause is cut inside."""
    lines = [""]
    for clause in _CLAUSE.findall(sentence):
        if lines[-1] and len(lines[-1]) + len(clause) > LONGEST_LINE:
            lines.append("")
        lines[-1] += clause
    return [
        piece[start : start + LONGEST_LINE + 1]
        for piece in lines
        if piece
        for start in range(0, len(piece), LONGEST_LINE + 1)
    ]


def as_srt(shown: list[Cue]) -> str:
    """SubRip: numbered, comma before the milliseconds."""
    return "\n".join(
        f"{number}\n{_clock(cue.begins, ',')} --> {_clock(cue.ends, ',')}\n{cue.text}\n"
        for number, cue in enumerate(shown, start=1)
    )


def as_webvtt(shown: list[Cue]) -> str:
    """WebVTT; the signs that mean something there are escaped."""
    escaped = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
    body = "\n".join(
        f"{_clock(cue.begins, '.')} --> {_clock(cue.ends, '.')}\n{cue.text.translate(escaped)}\n"
        for cue in shown
    )
    return f"WEBVTT\n\n{body}"


def loudspeaker_text(material: Material, *, pace: float = SYLLABLES_A_SECOND) -> str:
    """What is read over the loudspeaker: how long it takes, a sentence a line, the sources at the end."""
    refuse_unprintable([material])
    shown = cues(material.script, pace=pace)
    seconds = round(shown[-1].ends) if shown else 0
    lines = [f"【村村响广播稿】{material.title}", f"约 {seconds} 秒（每秒 {pace:g} 个字），念两遍。", ""]
    lines += sentences(material.script)
    lines += ["", f"（白语）{material.bai.text.strip() or material.bai.note}"]
    lines += ["", material.basis, material.imprint]
    return "\n".join(lines) + "\n"


def _clock(seconds: float, mark: str) -> str:
    milliseconds = round(seconds * 1000)
    hours, rest = divmod(milliseconds, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    whole, rest = divmod(rest, 1000)
    return f"{hours:02}:{minutes:02}:{whole:02}{mark}{rest:03}"
