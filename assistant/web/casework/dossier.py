"""The bound file: what it would hold, what is still missing, binding it as long work.

The finished PDF lies encrypted under the instance folder for a week, as every result of long work.
"""

from __future__ import annotations

import secrets
from io import BytesIO
from typing import Any

from flask import abort, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response

from assistant import jobs
from assistant.i18n import gettext as _
from assistant.jobs import JobContext, JobFailed, job
from assistant.web.casework import blueprint
from assistant.web.casework.acts_evidence import attachment_folder
from assistant.web.casework.opening import look_at, me
from assistant.web.clock import today
from mediation_rooms.accounts import Account
from mediation_rooms.audit_reading import BIND, DOWNLOAD, VIEW
from mediation_rooms.documents.completeness import dossier_problems
from mediation_rooms.documents.dossier import dossier_entries
from mediation_rooms.encrypted_files import read_encrypted, write_encrypted
from mediation_rooms.errors import NotFound
from mediation_rooms.evidence import read_attachment
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.visibility import load_own_case


def _own(case_id: int, *, action: str = VIEW) -> CaseFile:
    case = look_at(case_id, action=action)
    if case.room_id != me().room_id:
        abort(404)
    return case


@blueprint.get("/<int:case_id>/dossier")
def dossier(case_id: int) -> str:
    """The directory as it would be bound now, and what is missing."""
    case = _own(case_id)
    return render_template(
        "casework/dossier.html",
        case=case,
        entries=dossier_entries(case, today=today()),
        problems=dossier_problems(case, today=today()),
    )


@blueprint.post("/<int:case_id>/dossier")
def bind_dossier(case_id: int) -> Response:
    """Begin binding; the page of long work shows how far it is."""
    _own(case_id, action=BIND)
    account_id = me().account_id
    public_id = jobs.enqueue(
        "casework.dossier", {"case_id": case_id, "account_id": account_id}, queue="cases", owner_id=account_id
    )
    return redirect(url_for("work.job", queue="cases", public_id=public_id), 303)


@job("casework.dossier")
def bind(context: JobContext, *, case_id: int, account_id: int) -> dict[str, Any]:
    """Bind the file for somebody who still may read it when the work is done."""
    from assistant.typesetting.dossier_pdf import dossier_as_pdf  # loaded by whoever binds: 15 MB a worker

    folder = attachment_folder()
    with context.store.reading() as session:
        account = session.get(Account, account_id)
        if account is None or account.is_disabled:
            raise JobFailed(_("这个账户已经停用"))
        try:
            case = load_own_case(session, actor=account.actor, case_id=case_id, today=today())
        except NotFound as gone:
            raise JobFailed(_("没有这份案卷")) from gone
        content = dossier_as_pdf(
            case,
            today=today(),
            reads=lambda scan: read_attachment(folder, scan),
            tells=lambda done, total: context.progress(95 * done // total, _("正在装订")),
        )
    name = secrets.token_hex(32)
    write_encrypted(context.folder, name, content)
    public_id = context.folder.name
    return {"stored_name": name, "page": f"/cases/{case_id}/dossier/{public_id}.pdf"}


@blueprint.get("/<int:case_id>/dossier/<public_id>.pdf")
def bound_dossier(case_id: int, public_id: str) -> Response:
    """The bound file, to the person who asked for it and still may read the case."""
    case = _own(case_id, action=DOWNLOAD)
    row = jobs.find(public_id, queue="cases", owner_id=me().account_id)
    if row.kind != "casework.dossier" or row.payload.get("case_id") != case_id or not row.result:
        abort(404)
    folder = jobs.result_folder(row)
    if not folder.is_dir():
        abort(404)
    content = read_encrypted(folder, row.result["stored_name"])
    return send_file(
        BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{case.number or case.id}卷宗.pdf",
    )
