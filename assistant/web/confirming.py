"""The password once more before an act that would hurt most at a desk somebody left (OWASP ASVS 5.0, 7.5).

Within :data:`~mediation_rooms.sign_in_sessions.CONFIRMATION_LASTS` of typing the password nothing is asked. After that
the act is held up by a page that asks for it and carries every field of the form along, so that nothing is lost;
the session then goes on under a new id.
"""

from __future__ import annotations

from flask import Flask, current_app, g, render_template, request
from werkzeug.wrappers import Response

from assistant.browser_cookies import set_cookie
from assistant.i18n import gettext as _
from assistant.web import sign_in
from mediation_rooms import audit

ASKS_AGAIN = frozenset(
    {
        # accounts and the ways into them
        "account.create", "account.person", "account.reset", "account.enrol_kiosk", "account.unmark_machine",
        "account.new_recovery_codes", "account.replace_second_factor", "sign_in.second_factor",
        # what leaves the house, what opens a seal, what destroys
        "overview.export_ledger", "overview.agree_to_export", "casework.personal_copy",
        "casework.decide_data_request", "casework.approve_opening", "casework.agree_to_destruction",
    }
)  # fmt: skip
"""Endpoints whose POST asks for the password again; each takes a plain form without files."""
FIELD = "confirm_password"
NOT_CARRIED = frozenset({FIELD, "csrf_token"})


def install(app: Flask) -> None:
    """Hold up what needs a confirmation; called after the form's token was checked."""

    @app.before_request
    def _ask() -> Response | None:
        if request.method != "POST" or request.endpoint not in ASKS_AGAIN:
            return None
        account = sign_in.current_account()
        if account is None or sign_in.password_was_typed_lately():
            return None
        if FIELD not in request.form:
            return _page()
        tried = sign_in.try_password(
            account.user_name, request.form[FIELD], passwords=current_app.extensions["passwords"]
        )
        if tried.wait_seconds:
            return _page(_("试的次数太多，请等几分钟再试。"), 429)
        if tried.account is None or tried.account.id != account.id:
            return _page(_("密码不对，请再输一次。"))
        cases = sign_in.case_store()
        assert cases is not None  # noqa: S101 - somebody is signed in
        with cases.writing() as session:
            token = sign_in.confirm_session(session)
            audit.record(
                session,
                actor=account.actor,
                action="sign_in.confirm",
                object_kind="account",
                object_id=account.id,
                reason=str(request.endpoint),
            )
        g.confirmed_token = token
        return None

    @app.after_request
    def _hand_over(response: Response) -> Response:
        token = g.get("confirmed_token")
        if token is not None and token == sign_in.session_token():
            set_cookie(response, "session", token)
        return response


def _page(problem: str = "", status: int = 403) -> Response:
    carried = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED]
    page = render_template("account/confirm.html", carried=carried, field_name=FIELD, problem=problem)
    return current_app.make_response((page, status))
