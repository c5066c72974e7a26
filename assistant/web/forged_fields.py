"""Fields that no form of this application has, sent by somebody who hopes that they are taken over.

Views read the fields they know and nothing else, so such a field changes nothing. That somebody tried is
worth a line in the trail, with the names of the fields and never their values.
"""

from __future__ import annotations

from flask import Flask, request

from assistant.stores import Stores
from assistant.web.sign_in import current_account
from mediation_rooms import audit

FORGED = frozenset(
    {
        "id", "owner", "owner_id", "role", "sealed", "is_sealed", "is_sample", "is_admin", "version_id",
        "created_at", "created_by", "received_at", "received_by", "account_id", "password_hash", "totp_secret",
        "stored_name", "sha256", "legal_hold", "own_hash", "previous_hash",
    }
)  # fmt: skip
ROOM = "room_id"
"""A field of the forms about accounts; forged anywhere else."""


def forged(endpoint: str, names: set[str]) -> list[str]:
    """The fields among ``names`` that no form of this endpoint has, sorted."""
    found = names & FORGED
    if ROOM in names and not endpoint.startswith("account."):
        found = found | {ROOM}
    return sorted(found)


def install(app: Flask) -> None:
    """Leave a line for every form with such a field, of somebody who may open the page."""

    @app.before_request
    def _note() -> None:
        stores: Stores = app.extensions["stores"]
        if request.method != "POST" or request.endpoint is None or stores.cases is None:
            return
        found = forged(request.endpoint, set(request.form))
        account = current_account() if found else None
        if account is None:
            return
        with stores.cases.writing() as session:
            audit.record(
                session,
                actor=account.actor,
                action="form.forged_field",
                object_kind=request.endpoint,
                room_id=account.room_id,
                result="ignored",
                reason="、".join(found),
            )
