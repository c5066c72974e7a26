"""Who is asking: the browser's session, its cookies, and the verbs of signing in and out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from assistant.browser_cookies import read_cookie, set_cookie
from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms import audit, sign_in_sessions, throttle
from mediation_rooms.accounts import Account, find_by_user_name, normalised_user_name
from mediation_rooms.actor import programme
from mediation_rooms.passwords import Passwords
from mediation_rooms.sign_in_sessions import SignInSession, Stage, moment

DEVICE_COOKIE_SECONDS = 400 * 24 * 3600


def case_store() -> Store | None:
    """The case store, None in a kiosk."""
    store: Store | None = current_app.extensions["stores"].cases
    return store


def session_token() -> str:
    """The token of this browser's session, also when it was given a new one in this very request; or nothing."""
    fresh: str | None = g.get("session_token")
    return fresh if fresh is not None else read_cookie("session")


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
                g.session_is_shared = row.is_shared_machine
                g.password_is_fresh = sign_in_sessions.is_confirmed(row, at)
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


def password_was_typed_lately() -> bool:
    """Whether this session may do what asks for the password again."""
    return _looked_up()[1] is Stage.FULL and bool(g.get("password_is_fresh"))


def confirm_session(session: Session) -> str | None:
    """Note that the password was typed just now; the session gets a new id. None where it is gone."""
    token = sign_in_sessions.renew(session, session_token(), at=moment())
    if token is not None:
        g.session_token, g.password_is_fresh = token, True
    return token


def browser_is_still_signed_in(session: Session) -> bool:
    """Whether the browser's session still stands, asked in the transaction that is about to commit."""
    row = session.get(SignInSession, sign_in_sessions.hash_of_token(session_token()), populate_existing=True)
    return row is not None or "sign_in_changed" in g


def begin_session(session: Session, account: Account, stage: Stage, *, is_shared: bool = False) -> str:
    """Begin a session under a new id; the old one of this browser ends.

    A session of a shared machine stays one, whatever the stage.
    """
    g.session_is_shared = is_shared or machine_is_shared() or session_is_on_shared_machine()
    sign_in_sessions.end(session, session_token())
    g.sign_in_changed = True
    g.session_token = sign_in_sessions.begin(
        session, account_id=account.id, stage=stage, at=moment(), is_shared_machine=g.session_is_shared
    )
    token: str = g.session_token
    return token


def device_name() -> str:
    """What the trail calls this browser: the start of the hash of its cookie, or its address without one."""
    device = read_cookie("device")
    return hashlib.sha256(device.encode()).hexdigest()[:12] if device else str(request.remote_addr or "")


def _signed(purpose: str, value: str) -> str:
    secret = str(current_app.secret_key).encode()
    return hmac.new(secret, f"{purpose}|{value}".encode(), hashlib.sha256).hexdigest()


def _mark_machine(response: Response, mark: str) -> None:
    name = secrets.token_hex(8)
    set_cookie(response, mark, f"{name}.{_signed(mark, name)}", seconds=DEVICE_COOKIE_SECONDS)


def _is_marked(mark: str) -> bool:
    name, _dot, signature = read_cookie(mark).partition(".")
    return bool(signature) and hmac.compare_digest(signature.encode(), _signed(mark, name).encode())


def enrol_as_kiosk(response: Response) -> None:
    """Mark this browser as a kiosk: nobody signs in here."""
    _mark_machine(response, "kiosk")


def is_kiosk_device() -> bool:
    """Whether this browser was enrolled as a kiosk."""
    return _is_marked("kiosk")


def mark_as_shared(response: Response) -> None:
    """Mark this browser as one that several people use: sessions are short here."""
    _mark_machine(response, "shared")


def machine_is_marked_shared() -> bool:
    """Whether somebody marked this browser as shared, or the operator said so of all machines."""
    settings: Settings = current_app.extensions["settings"]
    return settings.shared_machines or _is_marked("shared")


def machine_is_shared() -> bool:
    """Whether a session that begins now is on a shared machine: marked, or ticked on the form."""
    return machine_is_marked_shared() or request.form.get("shared_machine") == "yes"


def session_is_on_shared_machine() -> bool:
    """Whether this browser's session is a short one."""
    _looked_up()
    return bool(g.get("session_is_shared"))


def remember_device(response: Response, account: Account) -> None:
    """Mark this browser as one where the account signed in, so that strangers cannot slow it down."""
    value = f"{account.id}:{secrets.token_hex(8)}"
    set_cookie(response, "known", f"{value}.{_signed('known', value)}", seconds=DEVICE_COOKIE_SECONDS)


def _known_device_of(account: Account | None) -> str | None:
    value, _dot, mark = read_cookie("known").partition(".")
    genuine = bool(mark) and hmac.compare_digest(mark.encode(), _signed("known", value).encode())
    if genuine and account is not None and value.partition(":")[0] == str(account.id):
        return f"device:{value}"
    return None


def _counters(name: str, account: Account | None, purpose: str = "") -> dict[str, int]:
    """The counters that a failure raises, each with its free tries.

    A device that signed in as this account before has a counter of its own. A strange one counts for
    its address, and all strange ones together for the account, so that guessing from many addresses
    is slowed down as well and the person at her own desk is not.
    """
    address = f"{purpose}{request.remote_addr}"
    counters = {throttle.address_key(address): throttle.FREE_TRIES_OF_ADDRESS}
    device = _known_device_of(account)
    if device is not None:
        return counters | {throttle.account_key(name, f"{purpose}{device}"): throttle.FREE_TRIES}
    return counters | {
        throttle.account_key(name, f"{purpose}address:{request.remote_addr}"): throttle.FREE_TRIES,
        throttle.account_key(name, f"{purpose}strangers"): throttle.FREE_TRIES_OF_STRANGERS,
    }


class Guard:
    """Slows down guessing of one account's secret from one browser; ``purpose`` keeps counters apart."""

    def __init__(self, name: str, account: Account | None, purpose: str = "") -> None:
        self._counters = _counters(name, account, purpose)
        self._own = [key for key, tries in self._counters.items() if tries == throttle.FREE_TRIES]

    def wait_seconds(self, session: Session, *, now: datetime) -> int:
        """How long to wait before the next try; 0 when it may be made now."""
        wait = throttle.waiting_time(session, list(self._counters), now=now)
        return int(wait.total_seconds()) + 1 if wait else 0

    def failed(self, session: Session, *, now: datetime) -> None:
        """Count a failure."""
        for key, free_tries in self._counters.items():
            throttle.record_failure(session, key, now=now, free_tries=free_tries)

    def succeeded(self, session: Session) -> None:
        """Forget the failures of this account here; those of the address stay."""
        for key in self._own:
            throttle.clear(session, key)


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
        guard = Guard(name, account)
        wait = guard.wait_seconds(session, now=at.now)
        kept = account.password_hash if account is not None else None
    if wait:
        return SignInTry(None, wait_seconds=wait)
    right = passwords.matches(password, kept)
    upgraded = passwords.hash(password) if right and kept and passwords.needs_rehash(kept) else None
    right = right and account is not None and not account.is_disabled
    with store.writing() as session:
        if not right:
            guard.failed(session, now=at.now)
            who = account.actor if account is not None else programme("未知用户")
            audit.record(
                session, actor=who, action="sign_in", object_kind="account", result="refused", now=at.now
            )
            return SignInTry(None)
        guard.succeeded(session)
        if upgraded and account is not None:
            session.get_one(Account, account.id).password_hash = upgraded
    return SignInTry(account)


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
