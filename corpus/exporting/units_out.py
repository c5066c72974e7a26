"""Units into a file of any format: which are meant, and which writer an ending needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpus.bai.varieties import Variety
from corpus.exporting.tmx import as_tmx
from corpus.exporting.units_xlsx import as_units_xlsx
from corpus.exporting.xliff import as_xliff_1, as_xliff_2
from corpus.parallel.places import PHRASES_TITLE
from corpus.parallel.unit_tables import TranslationUnit, UnitScript

WRITERS: Mapping[str, Callable[[Sequence[TranslationUnit]], bytes]] = {
    "tmx": as_tmx,
    "xlf": as_xliff_1,
    "xlf2": as_xliff_2,
    "xlsx": as_units_xlsx,
}
"""By format; ``xlf2`` is XLIFF 2.0, whose files end in ``xlf`` too."""


def chosen_units(
    session: Session, *, work: str = "", variety: Variety | None = None, script: UnitScript | None = None
) -> Sequence[TranslationUnit]:
    """The units of a statute or, named 固定用语, the fixed phrases, in order; every one where nothing is chosen."""
    wanted = select(TranslationUnit).order_by(
        TranslationUnit.statute,
        TranslationUnit.article,
        TranslationUnit.suffix,
        TranslationUnit.paragraph,
        TranslationUnit.item,
        TranslationUnit.variety,
        TranslationUnit.script,
    )
    if work == PHRASES_TITLE:
        wanted = wanted.where(TranslationUnit.is_phrase)
    elif work:
        wanted = wanted.where(TranslationUnit.statute == work)
    if variety is not None:
        wanted = wanted.where(TranslationUnit.variety == variety)
    if script is not None:
        wanted = wanted.where(TranslationUnit.script == script)
    return session.scalars(wanted).all()


def as_units_file(units: Sequence[TranslationUnit], *, ending: str) -> bytes:
    """The units in the format of :data:`WRITERS`. Raises :class:`SeveralLanguages` for mixed XLIFF 2.0."""
    return WRITERS[ending](units)
