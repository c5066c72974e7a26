"""The fixed phrases of forms and pages, with how far their Bai has come in one variety and script."""

from __future__ import annotations

from flask import render_template, request

from assistant.web.clock import today
from assistant.web.sessions import collection_reader
from assistant.web.workbench import blueprint
from assistant.web.workbench.standing import SCRIPT_LABELS, STATUS_LABELS, script_choices, variety_choices
from corpus.bai.varieties import Variety
from corpus.parallel.phrases import phrase_standings
from corpus.parallel.places import PHRASE_PREFIX
from corpus.parallel.unit_tables import UnitScript
from corpus.parallel.units import is_stale


@blueprint.get("/phrases")
def phrases() -> str:
    """Every phrase; a button opens its unit."""
    session = collection_reader()
    variety, script = request.args.get("variety", ""), request.args.get("script", "")
    chosen_variety = Variety(variety) if variety in set(Variety) - {Variety.UNKNOWN} else Variety.SOUTHERN
    chosen_script = UnitScript(script) if script in set(UnitScript) else UnitScript.LATIN_1993
    standings = phrase_standings(session, variety=chosen_variety, script=chosen_script)
    return render_template(
        "workbench/phrases.html",
        standings=standings,
        stale={
            each.phrase.key
            for each in standings
            if each.unit is not None and each.unit.text and is_stale(session, each.unit, on=today())
        },
        variety=chosen_variety,
        script=chosen_script,
        varieties=variety_choices(),
        script_choices=script_choices(),
        scripts=SCRIPT_LABELS,
        statuses=STATUS_LABELS,
        prefix=PHRASE_PREFIX,
    )
