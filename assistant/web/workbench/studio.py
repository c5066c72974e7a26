"""The studio: unfinished takes, the recording list of a session to print and to walk through."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy import select

from assistant.i18n import gettext as _
from assistant.web.clock import today
from assistant.web.entries import row_id
from assistant.web.sessions import collection_reader
from assistant.web.workbench import blueprint
from assistant.web.workbench.record import unfinished_takes
from assistant.web.workbench.sound_standing import KIND_LABELS, speaker_line, speakers_for
from assistant.web.workbench.standing import variety_choices
from assistant.web.workbench.studio_list import read_list
from corpus.bai.models import Subject
from corpus.bai.varieties import Variety
from corpus.parallel.places import PHRASES_TITLE
from corpus.parallel.unit_tables import TranslationUnit


@blueprint.get("/studio")
def studio() -> str:
    """Choose variety and source; what has no take yet stands below, ready to print or to walk through."""
    session = collection_reader()
    variety = request.args.get("variety", "")
    source = request.args.get("source", "")[:150]
    chosen = read_list(session, f"{variety}.{source}") if variety and source else None
    speakers = speakers_for(session, chosen.variety if chosen is not None else None)
    wanted = row_id(request.args.get("speaker", ""))
    return render_template(
        "workbench/studio.html",
        chosen=chosen,
        variety=variety if variety in set(Variety) else Variety.CENTRAL.value,
        source=source,
        sources=_sources(),
        varieties=variety_choices(),
        speakers=[(each.id, speaker_line(each)) for each in speakers],
        speaker=next((each for each in speakers if each.id == wanted), None),
        unfinished=unfinished_takes(),
        kinds=KIND_LABELS,
        day=today(),
    )


def _sources() -> list[tuple[str, str]]:
    written = select(TranslationUnit.statute).where(TranslationUnit.text != "").distinct()
    statutes = collection_reader().scalars(written.where(~TranslationUnit.is_phrase))
    return [
        *((f"statute.{name}", name) for name in sorted(statutes)),
        (f"statute.{PHRASES_TITLE}", _("固定用语")),
        (f"subject.{Subject.LEGAL.value}", _("法律词汇")),
        (f"subject.{Subject.EVERYDAY.value}", _("日常词汇")),
        ("prompts", _("页面提示和文书用语")),
    ]
