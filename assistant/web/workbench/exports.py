"""Translations in files for other programs and for print: TMX, XLIFF, XLSX, the parallel booklet."""

from __future__ import annotations

from io import BytesIO

from flask import abort, redirect, request, send_file, url_for
from werkzeug.wrappers import Response

from assistant.typesetting.booklet_pdf import booklet_as_pdf
from assistant.web.clock import today
from assistant.web.sessions import collection_reader
from assistant.web.workbench import blueprint
from corpus.bai.varieties import Variety
from corpus.exporting.booklet_docx import as_booklet_docx
from corpus.exporting.units_out import as_units_file, chosen_units
from corpus.parallel.booklet import booklet_of
from corpus.parallel.unit_tables import UnitScript

MEDIA_TYPES = {
    "tmx": "application/x-tmx+xml",
    "xlf": "application/xliff+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BOOKLET_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@blueprint.get("/booklet.<any(pdf,docx):ending>")
def booklet(ending: str) -> Response:
    """The parallel edition of a statute in one variety and script; empty places stay marked."""
    variety, script = request.args.get("variety", ""), request.args.get("script", "")
    if variety not in set(Variety) or script not in set(UnitScript):
        abort(404)
    made = booklet_of(
        collection_reader(),
        statute=request.args.get("statute", "").strip()[:80],
        variety=Variety(variety),
        script=UnitScript(script),
        on=today(),
    )
    if made is None:
        abort(404)
    content = booklet_as_pdf(made) if ending == "pdf" else as_booklet_docx(made)
    return send_file(
        BytesIO(content),
        mimetype=BOOKLET_TYPES[ending],
        as_attachment=True,
        download_name=f"{made.title}互译本.{ending}",
    )


@blueprint.get("/export.<any(tmx,xlf,xlsx):ending>")
def export(ending: str) -> Response:
    """Every unit, or those of one statute, variety and script; ``version=2`` gives XLIFF 2.0 of one language."""
    chosen = {name: request.args.get(name, "").strip()[:80] for name in ("statute", "variety", "script")}
    variety = Variety(chosen["variety"]) if chosen["variety"] in set(Variety) else None
    script = UnitScript(chosen["script"]) if chosen["script"] in set(UnitScript) else None
    is_newer = ending == "xlf" and request.args.get("version") == "2"
    if is_newer and (variety is None or script is None):
        return redirect(url_for("workbench.exchange"), 303)
    units = chosen_units(collection_reader(), work=chosen["statute"], variety=variety, script=script)
    content = as_units_file(units, ending="xlf2" if is_newer else ending)
    return send_file(
        BytesIO(content),
        mimetype=MEDIA_TYPES[ending],
        as_attachment=True,
        download_name=f"{chosen['statute'] or '译文'}.{ending}",
    )
