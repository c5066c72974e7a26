"""Cookies of this site: every one is set here, closed to scripts and to other sites.

Where the site is reached by HTTPS (``TLS=on``) a cookie is ``Secure`` and carries the prefix ``__Host-``, so that
no neighbouring host can plant one (RFC 6265bis, 4.1.3.2; OWASP ASVS 5.0, 3.3).
"""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response


def _is_https() -> bool:
    return bool(current_app.extensions["settings"].tls)


def cookie_name(name: str) -> str:
    """The cookie's name: with ``__Host-`` where the site is reached by HTTPS."""
    return f"__Host-{name}" if _is_https() else name


def read_cookie(name: str) -> str:
    """What this browser sends under the name, or nothing."""
    return request.cookies.get(cookie_name(name), "")


def set_cookie(response: Response, name: str, value: str, *, seconds: int | None = None) -> None:
    """Set a cookie that scripts cannot read and other sites cannot send along with a form."""
    response.set_cookie(
        cookie_name(name), value, max_age=seconds, httponly=True, samesite="Lax", secure=_is_https(), path="/"
    )


def delete_cookie(response: Response, name: str) -> None:
    """Take a cookie away."""
    response.delete_cookie(cookie_name(name), httponly=True, samesite="Lax", secure=_is_https(), path="/")
