"""What the reach of an event is counted in, as summaries of the prefecture count it.

A measure is a thing with its unit (横幅 in 条, 展板 in 块, 资料 in 份 …). Figures of different measures
are never added to each other: 份 are not 人, and 人次 are not 人.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from assistant.outreach.wording import N_


class ReachUnit(enum.StrEnum):
    """The units in which reports count."""

    SESSIONS = "场次"
    ATTENDANCES = "人次"
    PEOPLE = "人"
    COPIES = "份"
    MESSAGES = "条"
    BOARDS = "块"
    PLAYS = "播放量"


class Measure(enum.StrEnum):
    """What was counted."""

    SESSIONS = "sessions"
    BANNERS = "banners"
    BOARDS = "boards"
    SHEETS = "sheets"
    GIFTS = "gifts"
    CONSULTATIONS = "consultations"
    ATTENDANCES = "attendances"
    PEOPLE = "people"
    BROADCASTS = "broadcasts"
    MESSAGES = "messages"
    PLAYS = "plays"


UNITS: Mapping[Measure, ReachUnit] = {
    Measure.SESSIONS: ReachUnit.SESSIONS,
    Measure.BANNERS: ReachUnit.MESSAGES,
    Measure.BOARDS: ReachUnit.BOARDS,
    Measure.SHEETS: ReachUnit.COPIES,
    Measure.GIFTS: ReachUnit.COPIES,
    Measure.CONSULTATIONS: ReachUnit.ATTENDANCES,
    Measure.ATTENDANCES: ReachUnit.ATTENDANCES,
    Measure.PEOPLE: ReachUnit.PEOPLE,
    Measure.BROADCASTS: ReachUnit.SESSIONS,
    Measure.MESSAGES: ReachUnit.MESSAGES,
    Measure.PLAYS: ReachUnit.PLAYS,
}

NAMES: Mapping[Measure, str] = {
    Measure.SESSIONS: N_("活动"),
    Measure.BANNERS: N_("横幅"),
    Measure.BOARDS: N_("展板"),
    Measure.SHEETS: N_("资料"),
    Measure.GIFTS: N_("宣传品"),
    Measure.CONSULTATIONS: N_("咨询"),
    Measure.ATTENDANCES: N_("受教育"),
    Measure.PEOPLE: N_("到场"),
    Measure.BROADCASTS: N_("广播"),
    Measure.MESSAGES: N_("短信和群消息"),
    Measure.PLAYS: N_("播放"),
}

_OLD: Mapping[ReachUnit, Measure] = {
    ReachUnit.SESSIONS: Measure.SESSIONS,
    ReachUnit.ATTENDANCES: Measure.ATTENDANCES,
    ReachUnit.PEOPLE: Measure.PEOPLE,
    ReachUnit.COPIES: Measure.SHEETS,
    ReachUnit.MESSAGES: Measure.BANNERS,
    ReachUnit.BOARDS: Measure.BOARDS,
    ReachUnit.PLAYS: Measure.PLAYS,
}


def measure_of(unit: ReachUnit, measure: Measure | None) -> Measure:
    """The measure of a stored figure; one entered before there were measures counts as the usual one."""
    return measure if measure is not None else _OLD[unit]
