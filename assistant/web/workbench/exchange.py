"""Translations in files: out as TMX and XLSX, in from TMX, XLSX, CSV and DOCX after a look at every row."""

from __future__ import annotations

from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.typesetting.booklet_pdf import booklet_as_pdf
from assistant.web import waiting_files
from assistant.web.clock import now, today
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.workbench import blueprint
from assistant.web.workbench.standing import person, script_choices, variety_choices
from corpus.bai.varieties import Variety
from corpus.exporting.booklet_docx import as_booklet_docx
from corpus.exporting.tmx import as_tmx
from corpus.exporting.units_xlsx import as_units_xlsx
from corpus.importing.incoming_units import FileRefused, UnitsPlan, UnitsRead, plan_units, store_units
from corpus.importing.units_table import read_units_table
from corpus.importing.units_tmx import read_units_tmx
from corpus.parallel.booklet import booklet_of
from corpus.parallel.unit_tables import TranslationUnit, UnitScript
from corpus.parallel.units import UnitRefused

PURPOSE = "units"
SHOWN_ROWS = 200
MEDIA_TYPES = {
    "tmx": "application/x-tmx+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

BOOKLET_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@blueprint.get("/exchange")
def exchange() -> str:
    """Both ways."""
    return _page()


def _page(*, sentence: str = "", plan: UnitsPlan | None = None, kept: str = "") -> str:
    return render_template(
        "workbench/exchange.html",
        sentence=sentence,
        plan=plan,
        shown=SHOWN_ROWS,
        kept=kept,
        chosen={name: request.form.get(name, "") for name in ("statute", "variety", "script")},
        varieties=variety_choices(),
        scripts=script_choices(),
    )


def _read(content: bytes, name: str) -> UnitsRead:
    if name.lower().endswith(".tmx"):
        return read_units_tmx(content)
    variety, script = request.form.get("variety", ""), request.form.get("script", "")
    return read_units_table(
        content,
        name=name,
        statute=request.form.get("statute", "").strip()[:80],
        variety=Variety(variety) if variety in set(Variety) else None,
        script=UnitScript(script) if script in set(UnitScript) else None,
    )


def _planned(content: bytes, name: str) -> UnitsPlan:
    read = _read(content, name)
    plan = plan_units(collection_reader(), read.units, on=today())
    return UnitsPlan(plan.planned, sorted([*read.problems, *plan.problems], key=lambda each: each.line))


@blueprint.post("/exchange/preview")
def preview() -> str | tuple[str, int]:
    """Show what storing would do; nothing is stored, the file waits to be confirmed."""
    chosen = request.files.get("file")
    content = chosen.read() if chosen is not None else b""
    if chosen is None or not content:
        return _page(sentence=_("请选择一个文件")), 422
    ending = (chosen.filename or "").lower().rsplit(".", 1)[-1]
    try:
        plan = _planned(content, f"file.{ending}")
    except FileRefused as refused:
        return _page(sentence=str(refused)), 422
    if plan.problems:
        return _page(plan=plan), 422
    # the ending waits in front of the content, so that the name tells nothing
    return _page(plan=plan, kept=waiting_files.keep(PURPOSE, f"{ending}\n".encode() + content))


@blueprint.post("/exchange/store")
def store() -> Response | tuple[str, int]:
    """Store what was looked at, as drafts of this person, in one transaction."""
    name = request.form.get("kept", "")
    waiting = waiting_files.find(PURPOSE, name)
    if waiting is None:
        return _page(sentence=_("核对过的文件已经不在，请再选一次")), 422
    try:
        ending, _line, content = waiting.partition(b"\n")
        plan = _planned(content, f"file.{ending.decode()}")
        stored = store_units(collection_writer(), plan, person=person(), now=now(), on=today())
    except (FileRefused, UnitRefused) as refused:
        return _page(sentence=str(refused)), 422
    waiting_files.forget(PURPOSE, name)
    flash(_("已导入 %(count)s 条，都是草稿，等人审校。", count=stored), "good")
    return redirect(url_for("workbench.index"), 303)


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


@blueprint.get("/export.<ending>")
def export(ending: str) -> Response:
    """Every unit with a text, or those of one statute."""
    if ending not in MEDIA_TYPES:
        abort(404)
    statute = request.args.get("statute", "").strip()[:80]
    wanted = select(TranslationUnit).order_by(
        TranslationUnit.statute,
        TranslationUnit.article,
        TranslationUnit.suffix,
        TranslationUnit.paragraph,
        TranslationUnit.variety,
        TranslationUnit.script,
    )
    if statute:
        wanted = wanted.where(TranslationUnit.statute == statute)
    units = collection_reader().scalars(wanted).all()
    content = as_tmx(units) if ending == "tmx" else as_units_xlsx(units)
    return send_file(
        BytesIO(content),
        mimetype=MEDIA_TYPES[ending],
        as_attachment=True,
        download_name=f"{statute or '译文'}.{ending}",
    )
