"""The rights notice spoken aloud, sentence by sentence, in the party's Bai where somebody recorded it.

A sentence without a recording says so and is read by a person; no other variety stands in for it.
"""

from __future__ import annotations

from flask import abort, render_template, request

from assistant.drafting import bai_phrases, spoken_phrases
from assistant.i18n import gettext as _
from assistant.web.casework import blueprint
from assistant.web.casework.opening import look_at, me
from assistant.web.casework.papers import BAI_BESIDE
from assistant.web.kiosk.sound import shown
from assistant.web.sessions import collection_reader
from corpus.bai.varieties import Variety
from mediation_rooms.documents.notices import DUTIES, EFFECTS, RIGHTS
from mediation_rooms.documents.phrases import phrases
from mediation_rooms.models.cases import CaseFile


def _variety(case: CaseFile) -> Variety | None:
    """The one asked for, else that of the first party who speaks Bai; None where nobody does."""
    asked = [request.args.get("variety", ""), *(party.language_code for party in case.parties)]
    return next((Variety(code) for code in asked if code in BAI_BESIDE), None)


@blueprint.get("/<int:case_id>/rights-aloud")
def rights_aloud(case_id: int) -> str:
    """Every sentence of the rights notice with its sound, and openly what has none."""
    case = look_at(case_id)
    if case.room_id != me().room_id:
        abort(404)
    variety = _variety(case)
    session = collection_reader()
    takes = spoken_phrases(session, variety=variety) if variety is not None else {}
    sounds = {key: shown(take) for key, take in takes.items()}
    written = bai_phrases(session, variety=variety).texts if variety is not None else {}
    keys = (*RIGHTS, *DUTIES, *EFFECTS)
    return render_template(
        "casework/aloud.html",
        case=case,
        variety=variety,
        varieties=[(code, Variety(code).chinese) for code in sorted(BAI_BESIDE)],
        sections=[
            (title, [(phrases()[key], written.get(key, ""), sounds.get(key)) for key in part])
            for title, part in ((_("权利"), RIGHTS), (_("义务"), DUTIES), (_("协议的效力"), EFFECTS))
        ],
        total=len(keys),
        heard=sum(1 for key in keys if key in takes),
    )
