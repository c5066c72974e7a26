"""One's own account: what the programme knows of it, its trail, its password, its other browsers."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from assistant.browser_cookies import set_cookie
from assistant.i18n import gettext as _
from assistant.i18n import lazy_gettext as _l
from assistant.web import access
from assistant.web import sign_in as verbs
from assistant.web.account import blueprint
from assistant.web.sessions import case_reader, case_writer
from assistant.web.sign_in import signed_in_account
from mediation_rooms import accounts, audit, audit_reading, sign_in_sessions
from mediation_rooms.passwords import problems
from mediation_rooms.permissions import ROLE_NAMES, Action, may
from mediation_rooms.sign_in_sessions import Stage, moment

DUTIES = (
    (_l("工作人员账户"), "account.people"),
    (_l("调解室和调委会名册"), "overview.registers"),
    (_l("本室操作记录"), "account.room_trail"),
    (_l("全部操作记录"), "account.trail"),
)
"""Pages of people who keep the house, which stand in no area of the top bar."""


@blueprint.get("/")
def index() -> str:
    """The account, its roles, and the last lines of its own trail."""
    me = signed_in_account()
    session = case_reader()
    return render_template(
        "account/index.html",
        me=me,
        roles=[ROLE_NAMES[role] for role in sorted(me.roles)],
        session_count=sign_in_sessions.open_session_count(session, me.id),
        lines=audit_reading.lines_of_account(session, me.id, limit=50),
        duties=[(label, endpoint) for label, endpoint in DUTIES if access.may_open(endpoint)],
        keeps_backups=may(me.actor, Action.BACK_UP),
    )


@blueprint.get("/alive")
def alive() -> tuple[str, dict[str, str]]:
    """Asked for by a page that is being read or written, so that its session goes on; says nothing."""
    return "", {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.route("/password", methods=["GET", "POST"])
def password() -> Response | str | tuple[str, int]:
    """Change the password; every other browser is signed out."""
    me = signed_in_account()
    if request.method == "GET":
        return render_template("account/password.html", problems={})
    passwords = current_app.extensions["passwords"]
    new, policy = request.form.get("password", ""), current_app.extensions["password_policy"]
    found: dict[str, str] = {}
    current = request.form.get("current", "")
    if verbs.try_password(me.user_name, current, passwords=passwords).account is None:
        found["current"] = _("现在的密码不对，请再输一次。")
    about = accounts.words_about(case_reader(), me)
    for problem in problems(new, policy=policy, about=about)[:1]:
        found["password"] = problem
    if not found and new == current:
        found["password"] = _("新密码不能和现在的一样。")
    if found:
        return render_template("account/password.html", problems=found), 422
    hashed = passwords.hash(new)
    session = case_writer()
    stored = session.get_one(accounts.Account, me.id)
    accounts.set_password(session, stored, password_hash=hashed, now=moment().now)
    token = verbs.begin_session(session, stored, Stage.FULL)
    flash(_("密码已经改好，其他浏览器上的登录都已退出。"), "good")
    response = redirect(url_for("account.index"), 303)
    set_cookie(response, "session", token)
    return response


@blueprint.post("/end-other-sessions")
def end_other_sessions() -> Response:
    """Sign out everywhere else."""
    me = signed_in_account()
    session = case_writer()
    sign_in_sessions.end_sessions(session, me.id, now=moment().now)
    audit.record(
        session,
        actor=me.actor,
        action="account.end_sessions",
        object_kind="account",
        object_id=me.id,
        now=moment().now,
    )
    token = verbs.begin_session(session, session.get_one(accounts.Account, me.id), Stage.FULL)
    flash(_("其他浏览器上的登录都已退出。"), "good")
    response = redirect(url_for("account.index"), 303)
    set_cookie(response, "session", token)
    return response
