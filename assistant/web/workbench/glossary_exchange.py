"""The glossary in files: TSV, CSV, XLSX, TBX, word lists and CLDF in after a look, TBX out."""

from __future__ import annotations

import json
from io import BytesIO

from flask import flash, redirect, render_template, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web import waiting_files
from assistant.web.clock import now
from assistant.web.sessions import collection_reader, collection_writer
from assistant.web.workbench import blueprint
from assistant.web.workbench.standing import person
from corpus.bai.glossary import Preview, preview, store_rows
from corpus.bai.models import Concept
from corpus.exporting.tbx import as_tbx
from corpus.importing.glossary_file import ENDINGS, GlossaryFileRefused, read_glossary_file

PURPOSE = "glossary"
SHOWN_ROWS = 100


def _page(sentence: str = "", seen: Preview | None = None, kept: str = "") -> str:
    return render_template(
        "workbench/glossary_exchange.html",
        sentence=sentence,
        seen=seen,
        kept=kept,
        shown=SHOWN_ROWS,
        endings=",".join(f".{ending}" for ending in ENDINGS),
        entered={name: request.form.get(name, "") for name in ("source", "licence")},
    )


@blueprint.get("/glossary/exchange")
def glossary_exchange() -> str:
    """Both ways."""
    return _page()


@blueprint.post("/glossary/exchange/preview")
def preview_glossary() -> str | tuple[str, int]:
    """Show every row and every fault; nothing is stored, the file waits to be confirmed."""
    chosen = request.files.get("file")
    content = chosen.read() if chosen is not None else b""
    if chosen is None or not content:
        return _page(_("请选择一个文件")), 422
    beside = {
        "ending": (chosen.filename or "").lower().rsplit(".", 1)[-1],
        "source": request.form.get("source", "").strip()[:300],
        "licence": request.form.get("licence", "").strip()[:120],
    }
    try:
        seen = _seen(beside, content)
    except GlossaryFileRefused as refused:
        return _page(str(refused)), 422
    if seen.problems or not seen.rows:
        return _page("" if seen.problems else _("文件里没有一行词"), seen), 422
    return _page(seen=seen, kept=waiting_files.keep(PURPOSE, json.dumps(beside).encode() + b"\n" + content))


def _seen(beside: dict[str, str], content: bytes) -> Preview:
    return preview(
        read_glossary_file(
            content, name=f"file.{beside['ending']}", source=beside["source"], licence=beside["licence"]
        )
    )


@blueprint.post("/glossary/exchange/store")
def store_glossary() -> Response | tuple[str, int]:
    """Store what was looked at, as this person's proposals, in one transaction."""
    name = request.form.get("kept", "")
    waiting = waiting_files.find(PURPOSE, name)
    if waiting is None:
        return _page(_("核对过的文件已经不在，请再选一次")), 422
    beside, _line, content = waiting.partition(b"\n")
    seen = _seen(json.loads(beside), content)
    stored = store_rows(collection_writer(), rows=seen.rows, person=person(), now=now())
    waiting_files.forget(PURPOSE, name)
    flash(
        _(
            "新词条 %(concepts)s，新词形 %(terms)s，原来就有 %(same)s；新词形等另一个人批准。",
            concepts=stored.concept_count,
            terms=stored.term_count,
            same=stored.unchanged_count,
        ),
        "good",
    )
    return redirect(url_for("workbench.glossary"), 303)


@blueprint.get("/glossary.tbx")
def glossary_tbx() -> Response:
    """Every concept with its forms, sources and licences."""
    concepts = collection_reader().scalars(
        select(Concept).options(selectinload(Concept.terms)).order_by(Concept.id)
    )
    return send_file(
        BytesIO(as_tbx(concepts, title="白汉法律术语表")),
        mimetype="application/x-tbx+xml",
        as_attachment=True,
        download_name="白汉法律术语表.tbx",
    )
