"""What somebody is writing in the studio, kept on the server as they write: a crash or a power cut loses seconds.

Kept by the same verbs as the forms of case files: encrypted, for the writer alone, gone after thirty days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from flask import abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from assistant.web.clock import now
from assistant.web.outreach import blueprint
from assistant.web.sessions import case_reader, case_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms import drafts

NOT_KEPT = frozenset({"csrf_token", "do"})
_NAME = re.compile(r"(?:new|song|event-new|(?:item|song|event)-\d{1,9})")


@dataclass(frozen=True)
class Kept:
    """What was left in a form, and when."""

    fields: MultiDict[str, str]
    saved_at: datetime


def keep_fields(name: str, fields: MultiDict[str, str]) -> bool:
    """Keep what stands in a form; whether it could be kept (False: far too long)."""
    content = {field: fields.getlist(field) for field in fields if field not in NOT_KEPT}
    kept = drafts.keep_draft(
        case_writer(),
        actor=signed_in_account().actor,
        form=f"outreach:{name}",
        case_id=None,
        fields=content,
        now=now(),
    )
    return kept is not None


def kept_fields(name: str) -> Kept | None:
    """What this person left unsent in a form."""
    draft = drafts.find_draft(case_reader(), actor=signed_in_account().actor, form=f"outreach:{name}")
    if draft is None:
        return None
    return Kept(
        MultiDict([(field, value) for field, values in draft.fields.items() for value in values]),
        draft.saved_at,
    )


def drop_draft(name: str) -> None:
    """The form was saved, or its writer threw it away."""
    drafts.drop_draft(case_writer(), actor=signed_in_account().actor, form=f"outreach:{name}")


@blueprint.post("/drafts/<name>")
def keep_draft(name: str) -> Response:
    """Keep what is being written. Answers 204, or 413 when it is far too long to keep."""
    if not _NAME.fullmatch(name):
        abort(404)
    return Response(status=204 if keep_fields(name, request.form) else 413)
