"""What every answer and every request passes: headers, cookies, form tokens, keys.

``install`` is called by the factory. The form token is an HMAC over the browser's device cookie
and its session, without an age: a clock that jumps makes no form invalid.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.wrappers import Request
from itsdangerous import BadSignature
from werkzeug.middleware.proxy_fix import ProxyFix

from assistant.browser_cookies import read_cookie, set_cookie
from assistant.settings import Settings
from assistant.web import access, acts, confirming, forged_fields, sessions, sign_in
from mediation_rooms.keys import KeysMissing, load_key_ring, use_key_ring
from mediation_rooms.passwords import POLICIES, Passwords

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self';"
    " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
DOWNLOAD_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(), camera=(self), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
MICROPHONE_POLICY = HEADERS["Permissions-Policy"].replace("microphone=()", "microphone=(self)")
"""Of the pages that record, which set ``g.records_sound``; no other page gets at a microphone."""
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_URLENCODED_BYTES = 2 * 1024 * 1024
MOST_URLENCODED_FIELDS = 5_000
COOKIE_KEY_FILE = "web.secret"
SECRET_TRIES = 20


def install(app: Flask, settings: Settings) -> None:
    """Everything above, in the order in which requests meet it.

    Raises KeysMissing when the profile needs the key ring and a server (not a command) is started
    without one.
    """
    app.secret_key = _secret(settings.key_directory)
    _load_keys(settings)
    app.config.update(
        SESSION_COOKIE_NAME="__Host-flash" if settings.tls else "flash",
        SESSION_COOKIE_SECURE=settings.tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    app.session_interface = ClocklessSessions()
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.wsgi_app = _head_as_get(app.wsgi_app)  # type: ignore[method-assign, assignment]
    app.extensions["passwords"] = Passwords(settings.password_profile)
    app.extensions["password_policy"] = POLICIES[settings.password_policy]
    app.jinja_env.globals["csrf_token"] = form_token
    sign_in.install(app)
    acts.install(app)
    access.install(app)
    app.before_request(_limit_form)
    app.before_request(_check_form_token)
    forged_fields.install(app)
    confirming.install(app)
    sessions.install(app)
    app.after_request(_finish_cookies)
    app.after_request(_add_headers)


def _head_as_get(application: WSGIApplication) -> WSGIApplication:
    """Answer HEAD as GET without its body, so that no view takes a HEAD for something that writes."""

    def _answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "HEAD":
            return application(environ, start_response)
        body = application({**environ, "REQUEST_METHOD": "GET"}, start_response)
        close = getattr(body, "close", None)
        if close is not None:
            close()
        return ()

    return _answer


def _secret(directory: Path) -> str:
    """The secret of this installation's cookies: random, made once, readable by its owner only."""
    path = directory / COOKIE_KEY_FILE
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept_secret(path)
    fresh = secrets.token_hex(32)
    with os.fdopen(handle, "w") as stream:
        stream.write(fresh)
        stream.flush()
        os.fsync(stream.fileno())
    return fresh


def _kept_secret(path: Path) -> str:
    """The key of an earlier start. Raises KeysMissing for one that others can read or that is none."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeysMissing(f"密钥文件 {path} 别人也能读，请运行 chmod 600 {path}")
    for _try in range(SECRET_TRIES):
        kept = path.read_text("ascii").strip()
        if len(kept) >= 64 and len(set(kept)) >= 8:
            return kept
        if kept:
            break
        time.sleep(0.1)  # another worker of the first start is just writing it
    raise KeysMissing(f"{path} 不是有效的密钥，请删除它再启动")


def _load_keys(settings: Settings) -> None:
    if settings.is_kiosk:
        use_key_ring(None)
        return
    try:
        use_key_ring(load_key_ring(settings.key_directory), directory=settings.key_directory)
    except KeysMissing:
        if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
            raise


class ClocklessSessions(SecureCookieSessionInterface):
    """Flask's signed cookie, used for one-time messages only, without an age that a clock can spoil."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The messages in the cookie; an empty one where it was tampered with."""
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        value = request.cookies.get(self.get_cookie_name(app))
        if not value:
            return self.session_class()
        try:
            return self.session_class(serializer.loads(value))
        except BadSignature:
            return self.session_class()


def _device() -> str:
    """The random name of this browser; made when a form first needs it."""
    if "device" not in g:
        known = read_cookie("device")
        g.device = known if len(known) == 43 and known.isascii() else secrets.token_urlsafe(32)
        g.device_is_new = g.device != known
    name: str = g.device
    return name


def _expected_token(device: str) -> str:
    session = hashlib.sha256(sign_in.session_token().encode()).hexdigest()
    message = f"form|{device}|{session}".encode()
    return hmac.new(str(current_app.secret_key).encode(), message, hashlib.sha256).hexdigest()


def form_token() -> str:
    """The token a form of this browser must carry, in ``csrf_token`` or the header ``X-CSRF-Token``."""
    return _expected_token(_device())


def _limit_form() -> None:
    """Refuse a url-encoded form with more fields than any page has, before it is taken apart."""
    if request.mimetype != "application/x-www-form-urlencoded":
        return
    if (request.content_length or 0) > LARGEST_URLENCODED_BYTES:
        abort(413)
    if request.get_data(cache=True, parse_form_data=False).count(b"&") >= MOST_URLENCODED_FIELDS:
        abort(413)


def _check_form_token() -> None:
    """Refuse an unsafe request without the token; also when another site is named as its origin."""
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(400)
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    device = read_cookie("device")
    if not device or not hmac.compare_digest(given.encode(), _expected_token(device).encode()):
        abort(400)


def _finish_cookies(response: Response) -> Response:
    if g.get("device_is_new"):
        set_cookie(response, "device", g.device)
    return response


def _add_headers(response: Response) -> Response:
    settings: Settings = current_app.extensions["settings"]
    for name, value in HEADERS.items():
        response.headers[name] = value
    if g.get("records_sound"):
        response.headers["Permissions-Policy"] = MICROPHONE_POLICY
    as_download = response.headers.get("Content-Disposition", "").startswith("attachment")
    as_file = as_download or response.mimetype.startswith(("audio/", "image/", "video/"))
    response.headers["Content-Security-Policy"] = DOWNLOAD_POLICY if as_file else CONTENT_SECURITY_POLICY
    if settings.tls:
        response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
    if request.endpoint != "static" and (_is_private() or response.status_code >= 400):
        response.headers["Cache-Control"] = "no-store"
        response.headers.pop("ETag", None)
    return response


def _is_private() -> bool:
    endpoint = request.endpoint
    if endpoint is None or not access.is_public(endpoint) or endpoint.startswith("sign_in."):
        return True
    settings: Settings = current_app.extensions["settings"]
    if request.method not in SAFE_METHODS or settings.is_kiosk:  # a kiosk's browser keeps nothing of a visit
        return True
    return bool(g.get("device_is_new")) or sign_in.current_account() is not None
