"""The approved Bai beside an article, as pages and the API show it; nothing where there is none."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from assistant.i18n import lazy_gettext as _l
from assistant.web.sentences import said
from corpus.citation import Citation
from corpus.exporting.tmx import tag_of
from corpus.parallel.unit_tables import UnitScript
from corpus.parallel.units import approved_units

LOGGER = logging.getLogger("assistant.kiosk")
SCRIPT_LABELS = {
    UnitScript.LATIN_1993: _l("白文（1993 年方案）"),
    UnitScript.LATIN_1982: _l("白文（1982 年方案）"),
    UnitScript.HAN: _l("方块白文"),
}


@dataclass(frozen=True)
class BaiText:
    """One approved text with where it comes from."""

    variety_label: str
    script_label: str
    language_tag: str
    text: str
    provenance: str
    variety: str
    script: str

    def as_json(self) -> dict[str, str]:
        """The text in the form of the API."""
        return {
            "variety": self.variety,
            "script": self.script,
            "language_tag": self.language_tag,
            "text": self.text,
            "provenance": self.provenance,
        }


def bai_texts(session: Session, citation: Citation, *, on: date) -> list[BaiText]:
    """Approved texts of an article that rest on the Chinese of the day."""
    try:
        units = approved_units(session, citation, on=on)
    except SQLAlchemyError:
        # a collection carried here before it had translations still shows its Chinese
        LOGGER.warning("translations not readable; showing Chinese alone")
        return []
    return [
        BaiText(
            variety_label=said(unit.variety.chinese),
            script_label=str(SCRIPT_LABELS[unit.script]),
            language_tag=tag_of(unit),
            text=unit.text,
            provenance=unit.provenance,
            variety=unit.variety.value,
            script=unit.script.value,
        )
        for unit in units
    ]
