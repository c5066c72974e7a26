"""How sound is worded at the bench, and what a page means by ``unit 12`` or ``prompt help.danger``."""

from __future__ import annotations

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from assistant.i18n import lazy_gettext as _l
from assistant.web.entries import row_id
from assistant.web.fixed_phrases import prompts_to_say
from assistant.web.listener import short_place
from assistant.web.sentences import said
from corpus.bai.models import GlossaryTerm, TermStatus
from corpus.bai.varieties import Variety
from corpus.parallel.spoken import Spoken, spoken_term, spoken_unit
from corpus.parallel.tables import (
    ConsentForm,
    ConsentScope,
    RecordedKind,
    Recording,
    RecordingStatus,
    Speaker,
)
from corpus.parallel.unit_tables import TranslationUnit, UnitStatus

RECORDING_LABELS = {
    RecordingStatus.DRAFT: (_l("等人听过批准"), "warning"),
    RecordingStatus.APPROVED: (_l("已批准"), "good"),
    RecordingStatus.REPLACED: (_l("已被新录音代替"), "neutral"),
    RecordingStatus.WITHDRAWN: (_l("已撤回"), "danger"),
}
KIND_LABELS = {
    RecordedKind.UNIT: _l("译文"),
    RecordedKind.TERM: _l("词汇"),
    RecordedKind.PROMPT: _l("页面提示"),
}
FORM_LABELS = {
    ConsentForm.WRITTEN: _l("书面签字"),
    ConsentForm.RECORDED: _l("录音里说了同意"),
    ConsentForm.GUARDIAN: _l("监护人同意"),
}
SCOPE_LABELS = {
    ConsentScope.WORKBENCH: _l("只在工作台里听"),
    ConsentScope.KIOSK: _l("可以在终端上播放、装进版本包"),
    ConsentScope.OUTREACH: _l("还可以用在宣传材料里"),
}


def load_spoken(session: Session, kind: str, row: str) -> Spoken:
    """What is to be spoken; 404 where there is no such thing or it has no words."""
    if kind == RecordedKind.PROMPT:
        prompt = prompts_to_say().get(row)
        if prompt is None:
            abort(404)
        return prompt
    number = row_id(row)
    if number is None:
        abort(404)
    if kind == RecordedKind.UNIT:
        unit = session.get(TranslationUnit, number)
        if unit is None or not unit.text or unit.status is UnitStatus.WITHDRAWN:
            abort(404)
        return spoken_unit(unit)
    term = session.get(GlossaryTerm, number)
    if term is None or term.status is TermStatus.WITHDRAWN:
        abort(404)
    return spoken_term(term)


def spoken_by(session: Session, recording: Recording) -> Spoken | None:
    """What a take speaks as it stands now; None when that is gone. A unit counts in the speaker's variety."""
    key = recording.object_key
    if recording.kind is RecordedKind.PROMPT:
        return prompts_to_say().get(key.removeprefix("prompt:"))
    if recording.kind is RecordedKind.TERM:
        number = row_id(key.removeprefix("term:"))
        term = session.get(GlossaryTerm, number) if number is not None else None
        return spoken_term(term) if term is not None else None
    return _spoken_unit_of(session, recording)


def _spoken_unit_of(session: Session, recording: Recording) -> Spoken | None:
    statute = recording.object_key.partition("#")[0]
    units = session.scalars(
        select(TranslationUnit).where(
            TranslationUnit.statute == statute,
            TranslationUnit.variety == recording.speaker.variety,
            TranslationUnit.text != "",
        )
    )
    here = [spoken_unit(unit) for unit in units if str(unit.citation) == recording.object_key]
    same = [each for each in here if each.words_hash == recording.words_hash]
    return next(iter(same or here), None)


def takes_of(session: Session, spoken: Spoken) -> list[Recording]:
    """Every take of something in its variety, the newest first."""
    takes = (
        select(Recording)
        .join(Recording.speaker)
        .options(contains_eager(Recording.speaker))
        .where(Recording.kind == spoken.kind, Recording.object_key == spoken.object_key)
        .order_by(Recording.id.desc())
    )
    if spoken.variety is not None:
        takes = takes.where(Speaker.variety == spoken.variety)
    return list(session.scalars(takes))


def speakers_for(session: Session, variety: Variety | None) -> list[Speaker]:
    """Speakers who may be recorded: their consent stands, and they speak the variety."""
    found = select(Speaker).where(Speaker.consent_withdrawn_on.is_(None)).order_by(Speaker.name, Speaker.id)
    if variety is not None:
        found = found.where(Speaker.variety == variety)
    return list(session.scalars(found))


def speaker_line(speaker: Speaker) -> str:
    """``示例甲 · 中部方言（剑川） · 大理市喜洲镇周城村委会``, as lists and choices have it."""
    parts = (speaker.name, said(speaker.variety.chinese), short_place(speaker.village))
    return " · ".join(part for part in parts if part)
