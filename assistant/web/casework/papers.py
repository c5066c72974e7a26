"""Official papers: of a file as PDF or DOCX, and empty ones for handwriting."""

from __future__ import annotations

from io import BytesIO

from flask import abort, render_template, request, send_file
from werkzeug.wrappers import Response

from assistant.drafting import bai_phrases
from assistant.typesetting.drawn_names import Drawings, drawings_on
from assistant.typesetting.paper_pdf import NO_DRAWINGS, papers_as_pdf
from assistant.web.casework import blueprint
from assistant.web.casework.acts_evidence import attachment_folder
from assistant.web.casework.opening import look_at, me
from assistant.web.clock import today
from assistant.web.sessions import case_reader, collection_reader
from corpus.bai.varieties import Variety
from mediation_rooms.audit_reading import PRINT
from mediation_rooms.documents.catalogue import FORMS, Form, UnknownForm, form_named, may_issue
from mediation_rooms.documents.paper import Paper
from mediation_rooms.documents.phrases import BaiPhrases
from mediation_rooms.documents.source import Source
from mediation_rooms.evidence import read_attachment
from mediation_rooms.models.rooms import MediationRoom

BAI_BESIDE = frozenset({Variety.SOUTHERN.value, Variety.CENTRAL.value, Variety.PANYI.value})
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def _form(key: str) -> Form:
    try:
        return form_named(key)
    except UnknownForm:
        abort(404)


def _bai() -> BaiPhrases | None:
    """With ``bai=bfs`` the fixed sentences get a column for their approved Bai; None without it."""
    asked = request.args.get("bai", "")
    return bai_phrases(collection_reader(), variety=Variety(asked)) if asked in BAI_BESIDE else None


def _sent(paper: Paper, form: Form, kind: str, *, drawings: Drawings = NO_DRAWINGS) -> Response:
    if kind == "docx":
        from assistant.typesetting.paper_docx import papers_as_docx  # loaded by the first who wants it

        content = papers_as_docx([paper], bai=_bai(), drawings=drawings)
    else:
        content = papers_as_pdf([paper], bai=_bai(), drawings=drawings)
    return send_file(
        BytesIO(content),
        mimetype=MEDIA_TYPES[kind],
        as_attachment=request.args.get("open") != "yes",
        download_name=f"{form.title}.{kind}",
    )


@blueprint.get("/<int:case_id>/papers/<key>.<any(pdf,docx):kind>")
def paper(case_id: int, key: str, kind: str) -> Response:
    """One official paper of one's own file. A room makes no paper that it may not issue."""
    form = _form(key)
    case = look_at(case_id, action=PRINT, reason=form.key)
    if case.room_id != me().room_id or not may_issue(case.room, form):
        abort(404)
    row_id = request.args.get("row", type=int)
    made = form.build(Source(case, row_id=row_id, today=today()))
    folder = attachment_folder()
    drawings = drawings_on([made], case, reads=lambda each: read_attachment(folder, each))
    return _sent(made, form, kind, drawings=drawings)


@blueprint.get("/forms")
def forms() -> str:
    """Every form, empty, for the days without electricity."""
    room_id = me().room_id
    room = case_reader().get(MediationRoom, room_id) if room_id is not None else None
    issued = [form for form in FORMS if room is None or may_issue(room, form)]
    return render_template("casework/forms.html", forms=issued, room=room)


@blueprint.get("/forms/<key>.<any(pdf,docx):kind>")
def empty_form(key: str, kind: str) -> Response:
    """One empty form."""
    form = _form(key)
    return _sent(form.build(Source()), form, kind)
