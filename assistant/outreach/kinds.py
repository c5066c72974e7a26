"""The kinds of material, and what each cannot do without: one table, read by the form and by the checks."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.outreach.wording import N_


class ItemKind(enum.StrEnum):
    """What a material is. A topic is set as poster, leaflet, slides and script alike."""

    TOPIC = "topic"
    DABENQU = "dabenqu"
    BENZIQU = "benziqu"
    BAIQU = "baiqu"
    HUADENG = "huadeng"
    POSTER = "poster"
    LEAFLET = "leaflet"
    SLIDES = "slides"
    RADIO = "radio"
    SHORT_VIDEO = "short_video"
    QUIZ = "quiz"
    CASE_STORY = "case_story"
    CLASSROOM = "classroom"


class Part(enum.StrEnum):
    """A part of a material by the name of its field in the form."""

    LINES = "lines"
    POINTS = "points"
    SCRIPT = "script"
    SONG = "song"
    QUESTIONS = "questions"


@dataclass(frozen=True)
class KindRule:
    """The name of a kind and the parts it has to have before a jurist can pass it."""

    name: str
    needs: tuple[Part, ...]


KINDS: Mapping[ItemKind, KindRule] = {
    ItemKind.TOPIC: KindRule(
        N_("一个主题（海报、折页、广播稿一起出）"), (Part.LINES, Part.POINTS, Part.SCRIPT)
    ),
    ItemKind.DABENQU: KindRule(N_("大本曲曲本"), (Part.SONG,)),
    ItemKind.BENZIQU: KindRule(N_("本子曲曲本"), (Part.SONG,)),
    ItemKind.BAIQU: KindRule(N_("白曲"), (Part.SONG,)),
    ItemKind.HUADENG: KindRule(N_("花灯小戏"), (Part.SONG,)),
    ItemKind.POSTER: KindRule(N_("海报"), (Part.LINES,)),
    ItemKind.LEAFLET: KindRule(N_("折页"), (Part.POINTS,)),
    ItemKind.SLIDES: KindRule(N_("幻灯片"), (Part.POINTS,)),
    ItemKind.RADIO: KindRule(N_("广播和大喇叭稿"), (Part.SCRIPT,)),
    ItemKind.SHORT_VIDEO: KindRule(N_("短视频脚本（带字幕）"), (Part.SCRIPT,)),
    ItemKind.QUIZ: KindRule(N_("小问答（三个问题）"), (Part.QUESTIONS,)),
    ItemKind.CASE_STORY: KindRule(N_("案例故事（去掉身份的）"), (Part.SCRIPT,)),
    ItemKind.CLASSROOM: KindRule(N_("课堂单"), (Part.POINTS,)),
}

PART_NAMES: Mapping[Part, str] = {
    Part.LINES: N_("海报上的短句"),
    Part.POINTS: N_("问答"),
    Part.SCRIPT: N_("讲稿"),
    Part.SONG: N_("唱词"),
    Part.QUESTIONS: N_("小问答的题目"),
}


def missing_parts(kind: ItemKind, filled: frozenset[Part]) -> list[str]:
    """What a material of this kind still lacks, as complete sentences."""
    rule = KINDS[kind]
    return [f"{rule.name}还没有写“{PART_NAMES[part]}”" for part in rule.needs if part not in filled]
