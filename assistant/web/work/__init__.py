"""The pages of long work: progress, cancelling, and the finished files."""

from __future__ import annotations

from typing import Any, get_args

from flask import Blueprint, Response, jsonify, redirect, render_template, send_file, url_for
from werkzeug.wrappers import Response as Redirect

from assistant import jobs
from assistant.web.sign_in import current_account
from mediation_rooms.errors import NotFound

blueprint = Blueprint("work", __name__, url_prefix="/work")


def _own(queue: str, public_id: str) -> jobs.Job:
    """The signed-in person's own job; anybody else's looks as if it did not exist."""
    account: Any = current_account()
    if queue not in get_args(jobs.Queue) or account is None:
        raise NotFound
    return jobs.find(public_id, queue=queue, owner_id=account.id)  # type: ignore[arg-type]


@blueprint.get("/<queue>/<public_id>")
def job(queue: str, public_id: str) -> str:
    """How far it is."""
    return render_template("work/job.html", job=_own(queue, public_id), queue=queue)


@blueprint.get("/<queue>/<public_id>/state")
def job_state(queue: str, public_id: str) -> Response:
    """The same for the progress bar."""
    response = jsonify(jobs.as_json(_own(queue, public_id)))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/<queue>/<public_id>/cancel")
def cancel_job(queue: str, public_id: str) -> Redirect:
    """Ask it to stop."""
    row = _own(queue, public_id)
    jobs.cancel(public_id, queue=queue, owner_id=row.owner_id)  # type: ignore[arg-type]
    return redirect(url_for("work.job", queue=queue, public_id=public_id))


@blueprint.get("/<queue>/<public_id>/files/<name>")
def job_file(queue: str, public_id: str, name: str) -> Response:
    """A finished file, always as a download."""
    row = _own(queue, public_id)
    response = send_file(jobs.result_file(row, name), as_attachment=True, download_name=name, max_age=0)
    response.headers["Cache-Control"] = "no-store"
    return response
