"""The first password by one-time code, and enrolling the second factor."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask import session as messages
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web import sign_in as verbs
from assistant.web.account import sign_in_blueprint
from assistant.web.account.entrance import enter
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import accounts, audit, second_factor, throttle
from mediation_rooms.actor import programme
from mediation_rooms.encryption import decrypt, encrypt
from mediation_rooms.passwords import problems
from mediation_rooms.sign_in_sessions import Stage, moment

COOKIE_FIELD = "cookie.second_factor"
"""Until it is confirmed the secret waits in the browser's cookie, encrypted."""


@sign_in_blueprint.route("/first", methods=["GET", "POST"])
def first_password() -> Response | str | tuple[str, int]:
    """Set a password with the one-time code that a new or reset account was given."""
    if request.method == "GET":
        case_reader()
        return render_template("account/first_password.html", problems={}, user_name="")
    written = request.form.get("user_name", "")[:200]
    password, code = request.form.get("password", ""), request.form.get("code", "")[:60]
    policy = current_app.extensions["password_policy"]
    refused = problems(password, policy=policy, user_name=written)
    found = {"password": refused[0]} if refused else {}
    hashed = "" if found else current_app.extensions["passwords"].hash(password)
    session = case_writer()
    now = moment().now
    account = accounts.find_by_user_name(session, written)
    keys = [
        throttle.account_key(accounts.normalised_user_name(written), f"first|{request.remote_addr}"),
        throttle.address_key(f"first|{request.remote_addr}"),
    ]
    if throttle.waiting_time(session, keys, now=now):
        found = {"code": _("试的次数太多，请等几分钟再试。")}
    elif not accounts.enrolment_is_right(account, code, now=now):
        throttle.record_failure(session, keys[0], now=now)
        throttle.record_failure(session, keys[1], now=now, free_tries=throttle.FREE_TRIES_OF_ADDRESS)
        who = account.actor if account is not None else programme("未知用户")
        audit.record(
            session, actor=who, action="sign_in.first", object_kind="account", result="refused", now=now
        )
        session.commit()
        found = {"code": _("用户名或一次性代码不对，或者代码已经过期。"), **found}
    if found or account is None:
        return render_template("account/first_password.html", problems=found, user_name=written), 422
    accounts.set_password(session, account, password_hash=hashed, now=now)
    throttle.clear(session, keys[0])
    stage = Stage.ENROL if account.needs_second_factor else Stage.FULL
    where = url_for("sign_in.second_factor") if stage is Stage.ENROL else url_for("account.index")
    return enter(account, stage, where)


@sign_in_blueprint.route("/second-factor", endpoint="second_factor", methods=["GET", "POST"])
def second_factor_page() -> Response | str | tuple[str, int]:
    """Tie an authenticator app to the account; shows the recovery codes once, to be printed."""
    account = verbs.pending_account() or verbs.current_account()
    if account is None or account.totp_secret is not None:
        return redirect(url_for("sign_in.sign_in"))
    kept = str(messages.get("second_factor", ""))
    secret = decrypt(kept, COOKIE_FIELD) if kept else second_factor.new_secret()
    messages["second_factor"] = kept or encrypt(secret, COOKIE_FIELD)
    address = second_factor.enrolment_address(
        secret, user_name=account.user_name, issuer=str(_("白汉双语法律与调解助手"))
    )
    if request.method == "GET":
        return render_template("account/second_factor.html", address=address, secret=secret, error="")
    now = moment().now
    step = second_factor.matching_step(secret, request.form.get("code", ""), now=now, after_step=0)
    if step is None:
        error = _("验证码不对。请看手机时间是否准确，再输一次。")
        page = render_template("account/second_factor.html", address=address, secret=secret, error=error)
        return page, 422
    session = case_writer()
    stored = session.get_one(accounts.Account, account.id)
    codes = accounts.set_second_factor(session, stored, secret=secret, step=step, now=now)
    messages.pop("second_factor", None)
    response = enter(stored, Stage.FULL, url_for("account.index"))
    response.status_code = 200
    del response.headers["Location"]
    response.data = render_template("account/recovery_codes.html", codes=codes).encode()
    response.content_type = "text/html; charset=utf-8"
    return response
