"""The first password by one-time code, and tying an authenticator app to the account."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, url_for
from flask import session as messages
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.web import sign_in as verbs
from assistant.web.account import blueprint, sign_in_blueprint
from assistant.web.account.entrance import enter, note_kiosk
from assistant.web.clock import today
from assistant.web.sessions import case_reader, case_writer
from mediation_rooms import accounts, audit, second_factor
from mediation_rooms.actor import programme
from mediation_rooms.encryption import FieldDamaged, decrypt, encrypt
from mediation_rooms.passwords import problems
from mediation_rooms.sign_in_sessions import Stage, end_sessions, moment

COOKIE_FIELD = "cookie.second_factor"
"""Until it is confirmed the secret waits in the browser's cookie, encrypted."""


@sign_in_blueprint.route("/first", methods=["GET", "POST"])
def first_password() -> Response | str | tuple[str, int]:
    """Set a password with the one-time code that a new or reset account was given."""
    if request.method == "GET":
        case_reader()
        return _first_page({}, 200)
    if verbs.is_kiosk_device():
        return _first_page({"user_name": note_kiosk()}, 403)
    written = request.form.get("user_name", "")[:200]
    password, code = request.form.get("password", ""), request.form.get("code", "")[:60]
    now = moment().now
    account = accounts.find_by_user_name(case_reader(), written)
    guard = verbs.Guard(accounts.normalised_user_name(written), account, "first|")
    if guard.wait_seconds(case_reader(), now=now):
        return _first_page({"code": _("试的次数太多，请等几分钟再试。")}, 429)
    refused = problems(password, policy=current_app.extensions["password_policy"], about=(written,))
    found: dict[str, str] = {"password": refused[0]} if refused else {}
    hashed = "" if found else current_app.extensions["passwords"].hash(password)
    session = case_writer()
    account = accounts.find_by_user_name(session, written)
    if not accounts.enrolment_is_right(account, code, now=now):
        guard.failed(session, now=now)
        who = account.actor if account is not None else programme("未知用户")
        audit.record(
            session, actor=who, action="sign_in.first", object_kind="account", result="refused", now=now
        )
        session.commit()
        found = {"code": _("用户名或一次性代码不对，或者代码已经过期。"), **found}
    elif account is not None and not found:
        found = _about_the_person(password, account)
    if found or account is None:
        return _first_page(found, 422)
    accounts.set_password(session, account, password_hash=hashed, now=now)
    guard.succeeded(session)
    stage = Stage.ENROL if account.needs_second_factor else Stage.FULL
    where = url_for("sign_in.second_factor") if stage is Stage.ENROL else url_for("account.index")
    return enter(account, stage, where)


def _about_the_person(password: str, account: accounts.Account) -> dict[str, str]:
    """Refusals that would give away who the account is; asked for only when the one-time code was right."""
    refused = problems(
        password,
        policy=current_app.extensions["password_policy"],
        about=accounts.words_about(case_reader(), account),
    )
    return {"password": refused[0]} if refused else {}


def _first_page(found: dict[str, str], status: int) -> tuple[str, int]:
    page = render_template(
        "account/first_password.html",
        problems=found,
        user_name=request.form.get("user_name", "")[:200],
        machine_is_marked=verbs.machine_is_marked_shared(),
        is_shared=request.form.get("shared_machine") == "yes",
    )
    return page, status


@sign_in_blueprint.route("/second-factor", endpoint="second_factor", methods=["GET", "POST"])
def second_factor_page() -> Response | str | tuple[str, int]:
    """Tie an authenticator app to the account; shows the recovery codes once, to be printed."""
    account = verbs.pending_account() or verbs.current_account()
    if account is None or account.totp_secret is not None:
        return redirect(url_for("sign_in.sign_in"))
    return _tie(account, url_for("sign_in.second_factor"))


@blueprint.get("/second-factor")
def second_factor_state() -> str:
    """Whether a phone is tied to one's account, how many printed codes are left, and how to renew both."""
    me = verbs.signed_in_account()
    return render_template("account/second_factor_state.html", me=me, left=accounts.recovery_codes_left(me))


@blueprint.post("/second-factor/replace")
def replace_second_factor() -> Response | str | tuple[str, int]:
    """Tie another phone; until its code was right, the old one counts."""
    return _tie(verbs.signed_in_account(), url_for("account.replace_second_factor"))


@blueprint.post("/second-factor/recovery-codes")
def new_recovery_codes() -> Response | tuple[str, int]:
    """Make the printed codes anew; the old ones are void."""
    me = verbs.signed_in_account()
    if me.totp_secret is None:
        return redirect(url_for("sign_in.second_factor"), 303)
    session = case_writer()
    stored = session.get_one(accounts.Account, me.id)
    codes = accounts.renew_recovery_codes(session, stored, now=moment().now)
    return current_app.make_response(_codes_page(codes, me.user_name))


def _codes_page(codes: list[str], user_name: str) -> str:
    return render_template(
        "account/recovery_codes.html", codes=codes, user_name=user_name, printed_on=today().isoformat()
    )


def _waiting_secret(account: accounts.Account) -> str:
    """The secret that this very account was shown in this browser; never another person's."""
    try:
        owner, _colon, secret = decrypt(str(messages.get("second_factor", "")), COOKIE_FIELD).partition(":")
    except FieldDamaged:
        return ""
    return secret if owner == str(account.id) else ""


def _tie(account: accounts.Account, action: str) -> Response | str | tuple[str, int]:
    """Show the secret of a new app until a code of it is right, then keep it and print the recovery codes."""
    secret = _waiting_secret(account) or second_factor.new_secret()
    messages["second_factor"] = encrypt(f"{account.id}:{secret}", COOKIE_FIELD)
    address = second_factor.enrolment_address(
        secret, user_name=account.user_name, issuer=str(_("白汉双语法律与调解助手"))
    )
    page = {
        "address": address,
        "secret": secret,
        "action": action,
        "is_required": account.needs_second_factor,
    }
    if request.method == "GET" or "code" not in request.form:
        return render_template("account/second_factor.html", error="", **page)
    now = moment().now
    step = second_factor.matching_step(secret, request.form.get("code", ""), now=now, after_step=0)
    if step is None:
        error = _("验证码不对。请看手机时间是否准确，再输一次。")
        return render_template("account/second_factor.html", error=error, **page), 422
    session = case_writer()
    stored = session.get_one(accounts.Account, account.id)
    replaced = stored.totp_secret is not None
    codes = accounts.set_second_factor(session, stored, secret=secret, step=step, now=now)
    messages.pop("second_factor", None)
    if replaced:
        end_sessions(session, stored.id, now=now)
    response = enter(stored, Stage.FULL, url_for("account.index"))
    response.status_code = 200
    del response.headers["Location"]
    response.data = _codes_page(codes, account.user_name).encode()
    response.content_type = "text/html; charset=utf-8"
    return response
