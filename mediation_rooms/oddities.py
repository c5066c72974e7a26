"""Patterns that a head of a room should look at: they say "look", never "wrong", and name no score.

Seen where files were written by robots: the same words in different files, sittings of one recorder
minutes apart, files applied for and archived on one day, agreements signed by everybody within a minute.
Beside them stands a random sample of settled files for a call back, the same for everybody in a month.
"""

from __future__ import annotations

import hashlib
import itertools
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.models.agreements import Agreement
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.hearings import MediationSession
from mediation_rooms.models.vocabulary import CaseState, SignedPaper, SignerKind
from mediation_rooms.wording import N_

LOOK_BACK_DAYS = 180
SHORTEST_TEXT = 30
"""Characters below which two records may honestly read alike."""
SITTINGS_APART = timedelta(minutes=10)
MARKS_WITHIN = timedelta(seconds=60)
CALL_BACK_COUNT = 5
SAME_WORDS = N_("调解记录或者协议的文字与别的案卷一字不差")
MINUTES_APART = N_("同一个记录人在几分钟之内开始了两件案子的调解")
ONE_DAY = N_("申请和归档在同一天")
ALL_AT_ONCE = N_("各方的签名、指印在一分钟之内全部登记")


@dataclass(frozen=True)
class Oddity:
    """One pattern and the files it was seen in."""

    kind: str
    files: tuple[CaseFile, ...]


def oddities(session: Session, *, actor: Actor, today: date) -> list[Oddity]:
    """Every pattern in the files that the actor's room changed lately; sealed files are in none."""
    files = _files(session, actor, today)
    found = [
        *_same_words(files),
        *_minutes_apart(files),
        *(Oddity(ONE_DAY, (case,)) for case in files if case.archived_on == case.applied_on),
        *(Oddity(ALL_AT_ONCE, (case,)) for case in files if _signed_at_once(case)),
    ]
    return sorted(found, key=lambda each: (each.kind, each.files[0].id))


def call_back_sample(session: Session, *, actor: Actor, today: date) -> list[CaseFile]:
    """A few settled files to call back, chosen by chance; the choice stands for the whole month."""
    settled = [
        case
        for case in _files(session, actor, today)
        if case.agreement is not None or case.oral_agreement is not None
    ]
    chance = random.Random(f"{actor.room_id}:{today:%Y-%m}")  # noqa: S311 - a fair draw, no secret
    return chance.sample(settled, min(CALL_BACK_COUNT, len(settled)))


def _files(session: Session, actor: Actor, today: date) -> list[CaseFile]:
    if actor.room_id is None:
        return []
    statement = (
        select(CaseFile)
        .where(
            CaseFile.room_id == actor.room_id,
            CaseFile.is_sealed.is_(False),
            CaseFile.state != CaseState.VOIDED,
            CaseFile.applied_on >= today - timedelta(days=LOOK_BACK_DAYS),
        )
        .options(
            selectinload(CaseFile.sessions),
            selectinload(CaseFile.agreements).selectinload(Agreement.terms),
            selectinload(CaseFile.oral_agreements),
            selectinload(CaseFile.signatures),
        )
        .order_by(CaseFile.id)
    )
    return list(session.scalars(statement))


def _texts(case: CaseFile) -> Iterable[str]:
    yield from (sitting.course for sitting in case.sessions)
    yield from (each.content for each in case.oral_agreements)
    for agreement in case.agreements:
        yield agreement.facts
        yield "".join(term.content for term in agreement.terms)


def _same_words(files: Iterable[CaseFile]) -> Iterable[Oddity]:
    seen: dict[str, dict[int, CaseFile]] = defaultdict(dict)
    for case in files:
        for text in _texts(case):
            words = "".join(text.split())
            if len(words) >= SHORTEST_TEXT:
                seen[hashlib.sha256(words.encode()).hexdigest()][case.id] = case
    groups = {tuple(sorted(cases)): tuple(cases.values()) for cases in seen.values() if len(cases) > 1}
    return [Oddity(SAME_WORDS, cases) for cases in groups.values()]


def _minutes_apart(files: Iterable[CaseFile]) -> Iterable[Oddity]:
    by_recorder: dict[str, list[MediationSession]] = defaultdict(list)
    for case in files:
        for sitting in case.sessions:
            if sitting.recorded_by and not sitting.cancelled_reason:
                by_recorder[sitting.recorded_by].append(sitting)
    for sittings in by_recorder.values():
        ordered = sorted(sittings, key=lambda each: each.starts_at)
        for earlier, later in itertools.pairwise(ordered):
            if later.case_id != earlier.case_id and later.starts_at - earlier.starts_at < SITTINGS_APART:
                yield Oddity(MINUTES_APART, (earlier.case, later.case))


def _signed_at_once(case: CaseFile) -> bool:
    """Several people's marks on one agreement with (nearly) the same moment, down to the second."""
    moments = [
        mark.signed_at
        for mark in case.signatures
        if mark.paper is SignedPaper.AGREEMENT and mark.signer_kind in {SignerKind.PARTY, SignerKind.MEDIATOR}
    ]
    exact = [moment for moment in moments if moment.second or moment.microsecond]
    return (
        len(exact) > 2 and max(exact) - min(exact) < MARKS_WITHIN and day_of(min(exact)) == day_of(max(exact))
    )
