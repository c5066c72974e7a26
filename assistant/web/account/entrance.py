"""Signing in with password and second factor, and signing out so that nothing stays behind."""

from __future__ import annotations

import secrets

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.browser_cookies import delete_cookie, set_cookie
from assistant.i18n import gettext as _
from assistant.web import sign_in as verbs
from assistant.web.account import sign_in_blueprint
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import audit, sign_in_sessions
from mediation_rooms.accounts import Account, recovery_codes_left, use_second_factor
from mediation_rooms.actor import programme
from mediation_rooms.sign_in_sessions import Stage, moment


@sign_in_blueprint.route("/", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """Ask for name and password. Unknown, wrong and disabled look the same."""
    target = verbs.safe_next(request.values.get("next", "/"))
    if request.method == "GET":
        case_reader()
        if verbs.current_account() is not None:
            return redirect(target)
        return _page(target)
    if verbs.is_kiosk_device():
        return _page(target, error=note_kiosk(), status=403)
    tried = verbs.try_password(
        request.form.get("user_name", ""),
        request.form.get("password", ""),
        passwords=current_app.extensions["passwords"],
    )
    if tried.wait_seconds:
        minutes = -(-tried.wait_seconds // 60)
        page = _page(
            target, error=_("试的次数太多，请等 %(minutes)s 分钟再试。", minutes=minutes), status=429
        )
        response = current_app.make_response(page)
        response.headers["Retry-After"] = str(tried.wait_seconds)
        return response
    if tried.account is None:
        return _page(target, error=_("用户名或密码不对，请检查后再试。"), status=403)
    return _begin(tried.account, target)


def note_kiosk() -> str:
    """Leave a line that somebody tried to sign in on a kiosk; returns what to tell the person."""
    session = case_writer()
    audit.record(session, actor=programme("自助终端"), action="sign_in", result="refused", reason="kiosk")
    session.commit()
    return str(_("这台机器是自助终端，工作人员请在办公电脑上登录。"))


def _begin(account: Account, target: str) -> Response:
    session = case_writer()
    stored = session.get_one(Account, account.id)
    if stored.totp_secret is not None:
        stage, where = Stage.CODE, url_for("sign_in.code", next=target)
    elif stored.needs_second_factor:
        stage, where = Stage.ENROL, url_for("sign_in.second_factor", next=target)
    else:
        stage, where = Stage.FULL, target
    return enter(stored, stage, where)


def enter(account: Account, stage: Stage, where: str) -> Response:
    """Give the browser a session of this stage under a new id."""
    session = case_writer()
    token = verbs.begin_session(session, account, stage)
    at = moment()
    if stage is Stage.FULL:
        account.signed_in_at = at.now
        audit.record(
            session, actor=account.actor, action="sign_in", object_kind="account", object_id=account.id
        )
    response = redirect(where, 303)
    set_cookie(response, "session", token)
    if stage is Stage.FULL and not verbs.session_is_on_shared_machine():
        verbs.remember_device(response, account)
    return response


def _page(target: str, *, error: str = "", status: int = 200) -> tuple[str, int]:
    page = render_template(
        "account/sign_in.html",
        target=target,
        error=error,
        user_name=request.form.get("user_name", "")[:40],
        machine_is_marked=verbs.machine_is_marked_shared(),
        is_shared=request.form.get("shared_machine") == "yes",
    )
    return page, status


@sign_in_blueprint.route("/code", methods=["GET", "POST"])
def code() -> Response | str | tuple[str, int]:
    """Ask for the second factor: a code of the app, or one printed on paper."""
    account = verbs.pending_account()
    target = verbs.safe_next(request.values.get("next", "/"))
    if account is None or verbs.current_stage() is not Stage.CODE:
        return redirect(url_for("sign_in.sign_in"))
    if request.method == "GET":
        return render_template("account/code.html", target=target, error="")
    if verbs.is_kiosk_device():
        return _code_page(target, note_kiosk(), 403)
    session = case_writer()
    now = moment().now
    guard = verbs.Guard(account.user_name, account, "second factor|")
    if guard.wait_seconds(session, now=now):
        return _code_page(target, _("试的次数太多，请等几分钟再试。"), 429)
    stored = session.get_one(Account, account.id)
    left_before = recovery_codes_left(stored)
    if not use_second_factor(stored, request.form.get("code", ""), now=now):
        guard.failed(session, now=now)
        audit.record(
            session,
            actor=stored.actor,
            action="sign_in.code",
            object_kind="account",
            result="refused",
            now=now,
        )
        session.commit()
        return _code_page(target, _("验证码不对或已经用过，请等下一个再输。"), 403)
    guard.succeeded(session)
    left = recovery_codes_left(stored)
    if left < left_before:
        flash(
            _("用掉了一个备用代码，还剩 %(count)s 个。用完以前请在“两步登录”里换一套新的。", count=left),
            "warning",
        )
    return enter(stored, Stage.FULL, target)


def _code_page(target: str, error: str, status: int) -> tuple[str, int]:
    return render_template("account/code.html", target=target, error=error), status


@sign_in_blueprint.post("/out")
def sign_out() -> Response:
    """End the session here and have the browser forget everything of this site."""
    account = verbs.current_account()
    token = verbs.session_token()
    session = case_writer()
    if account is not None:
        audit.record(
            session, actor=account.actor, action="sign_out", object_kind="account", object_id=account.id
        )
    sign_in_sessions.end(session, token)
    g.sign_in_changed = True
    response = redirect(url_for("sign_in.signed_out"), 303)
    delete_cookie(response, "session")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@sign_in_blueprint.get("/signed-out")
def signed_out() -> Response:
    """A neutral page with a fresh cookie scripts cannot read, so that "back" shows no earlier page."""
    if verbs.case_store() is None:
        abort(404)
    response = current_app.make_response(render_template("account/signed_out.html"))
    set_cookie(response, "device", secrets.token_urlsafe(32))
    return response
