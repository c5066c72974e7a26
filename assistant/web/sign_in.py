"""Who is asking: the browser's session, its cookies, and the verbs of signing in and out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms import audit, sign_in_sessions, throttle
from mediation_rooms.accounts import Account, find_by_user_name, normalised_user_name
from mediation_rooms.actor import programme
from mediation_rooms.passwords import LONGEST, Passwords
from mediation_rooms.sign_in_sessions import SignInSession, Stage, moment

DEVICE_COOKIE_SECONDS = 400 * 24 * 3600


def case_store() -> Store | None:
    """The case store, None in a kiosk."""
    store: Store | None = current_app.extensions["stores"].cases
    return store


def cookie_name(name: str) -> str:
    """The cookie's name: with ``__Host-`` where the site is reached by HTTPS."""
    settings: Settings = current_app.extensions["settings"]
    return f"__Host-{name}" if settings.tls else name


def set_cookie(response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send along with a form."""
    settings: Settings = current_app.extensions["settings"]
    response.set_cookie(
        cookie_name(name),
        value,
        max_age=seconds,
        httponly=True,
        samesite="Lax",
        secure=settings.tls,
        path="/",
    )


def delete_cookie(response: Response, name: str) -> None:
    """Take a cookie away."""
    settings: Settings = current_app.extensions["settings"]
    response.delete_cookie(cookie_name(name), httponly=True, samesite="Lax", secure=settings.tls, path="/")


def session_token() -> str:
    """The token in the browser's cookie, or nothing."""
    return request.cookies.get(cookie_name("session"), "")


def _looked_up() -> tuple[Account | None, Stage | None]:
    if "sign_in" in g:
        found: tuple[Account | None, Stage | None] = g.sign_in
        return found
    g.sign_in = (None, None)
    token, store = session_token(), case_store()
    if not token or store is None:
        return g.sign_in  # type: ignore[no-any-return]
    at = moment()
    touch = False
    with store.reading() as session:
        row = sign_in_sessions.find(session, token, at=at)
        if row is not None:
            account = session.get(Account, row.account_id)
            if account is not None and not account.is_disabled:
                session.expunge(account)
                g.sign_in = (account, row.stage)
                touch = sign_in_sessions.wants_touch(row, at)
    if touch:
        with store.writing() as session:
            sign_in_sessions.touch(session, sign_in_sessions.hash_of_token(token), at=at)
    return g.sign_in  # type: ignore[no-any-return]


def current_account() -> Account | None:
    """The account that is fully signed in, or None."""
    account, stage = _looked_up()
    return account if stage is Stage.FULL else None


def signed_in_account() -> Account:
    """The account that acts. 404 for somebody who signed out while the page was being asked for."""
    account = current_account()
    if account is None:
        abort(404)
    return account


def pending_account() -> Account | None:
    """The account whose password was right but whose second factor is still asked for."""
    account, stage = _looked_up()
    return account if stage is not None and stage is not Stage.FULL else None


def current_stage() -> Stage | None:
    """How far this browser's sign-in has come."""
    return _looked_up()[1]


def browser_is_still_signed_in(session: Session) -> bool:
    """Whether the browser's session still stands, asked in the transaction that is about to commit."""
    row = session.get(SignInSession, sign_in_sessions.hash_of_token(session_token()), populate_existing=True)
    return row is not None or "sign_in_changed" in g


def begin_session(session: Session, account: Account, stage: Stage) -> str:
    """Begin a session under a new id; the old one of this browser ends."""
    sign_in_sessions.end(session, session_token())
    g.sign_in_changed = True
    return sign_in_sessions.begin(session, account_id=account.id, stage=stage, at=moment())


def device_name() -> str:
    """What the trail calls this browser: the start of the hash of its cookie, or its address without one."""
    device = request.cookies.get(cookie_name("device"), "")
    return hashlib.sha256(device.encode()).hexdigest()[:12] if device else str(request.remote_addr or "")


def _signed(purpose: str, value: str) -> str:
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"{purpose}|{value}".encode(), hashlib.sha256).hexdigest()


def enrol_as_kiosk(response: Response) -> None:
    """Mark this browser as a kiosk: nobody signs in here."""
    name = secrets.token_hex(8)
    set_cookie(response, "kiosk", f"{name}.{_signed('kiosk', name)}", seconds=DEVICE_COOKIE_SECONDS)


def is_kiosk_device() -> bool:
    """Whether this browser was enrolled as a kiosk."""
    name, _dot, mark = request.cookies.get(cookie_name("kiosk"), "").partition(".")
    return bool(mark) and hmac.compare_digest(mark, _signed("kiosk", name))


def remember_device(response: Response, account: Account) -> None:
    """Mark this browser as one where the account signed in, so that strangers cannot slow it down."""
    value = f"{account.id}:{secrets.token_hex(8)}"
    set_cookie(response, "known", f"{value}.{_signed('known', value)}", seconds=DEVICE_COOKIE_SECONDS)


def _device_for(account: Account | None) -> str:
    value, _dot, mark = request.cookies.get(cookie_name("known"), "").partition(".")
    genuine = bool(mark) and hmac.compare_digest(mark, _signed("known", value))
    if genuine and account is not None and value.partition(":")[0] == str(account.id):
        return f"device:{value}"
    return f"address:{request.remote_addr}"


@dataclass(frozen=True)
class SignInTry:
    """What came of a try: ``account`` when the password was right, ``wait_seconds`` when too many."""

    account: Account | None
    wait_seconds: int = 0


def try_password(user_name: str, password: str, *, passwords: Passwords) -> SignInTry:
    """Compare a password; unknown, wrong and disabled cost and look the same.

    The slow hash is computed outside every transaction.
    """
    store = case_store()
    if store is None:
        return SignInTry(None)
    at = moment()
    name = normalised_user_name(user_name)
    with store.reading() as session:
        account = find_by_user_name(session, name)
        keys = [
            throttle.account_key(name, _device_for(account)),
            throttle.address_key(str(request.remote_addr)),
        ]
        wait = throttle.waiting_time(session, keys, now=at.now)
        kept = account.password_hash if account is not None else None
    if wait:
        return SignInTry(None, wait_seconds=int(wait.total_seconds()) + 1)
    right = passwords.matches(password, kept)
    upgraded = passwords.hash(password) if right and kept and passwords.needs_rehash(kept) else None
    right = right and account is not None and not account.is_disabled
    with store.writing() as session:
        if not right:
            throttle.record_failure(session, keys[0], now=at.now)
            throttle.record_failure(session, keys[1], now=at.now, free_tries=throttle.FREE_TRIES_OF_ADDRESS)
            who = account.actor if account is not None else programme("未知用户")
            audit.record(
                session, actor=who, action="sign_in", object_kind="account", result="refused", now=at.now
            )
            return SignInTry(None)
        throttle.clear(session, keys[0])
        if upgraded and account is not None:
            session.get_one(Account, account.id).password_hash = upgraded
    return SignInTry(account)


def password_is_short_enough(password: str) -> bool:
    """Whether a password is short enough to be looked at."""
    return len(password) <= 4 * LONGEST


def safe_next(written: str) -> str:
    """``written`` when it is a path of this very site, otherwise the first page."""
    if not written.startswith("/") or written.startswith(("//", "/\\")) or "\\" in written:
        return "/"
    if any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in written) or "／" in written[:3]:
        return "/"
    parts = urlsplit(written)
    return "/" if parts.scheme or parts.netloc or not parts.path.startswith("/") else written


def install(app: Flask) -> None:
    """Offer who is asking to the shell and the other parts."""
    app.extensions["current_account"] = current_account
