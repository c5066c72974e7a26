"""What every page shares: the product's name, the areas in the top bar, versioned static addresses."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, url_for
from markupsafe import Markup

from assistant.hidden_marks import on_a_page
from assistant.i18n import lazy_gettext as _l
from assistant.settings import Settings
from assistant.web import access, sign_in
from mediation_rooms import sign_in_sessions

IDLE_SECONDS = 90
"""How long a kiosk waits for the next touch before it shows its resting page."""
STATIC = Path(__file__).resolve().parent.parent / "static"


@dataclass(frozen=True)
class Area:
    """An entry of the top bar. ``endpoint`` also decides whether the account may see it."""

    endpoint: str
    label: object
    icon: str
    pages: frozenset[str] = frozenset()
    """Endpoints that belong to it; empty: every page of its surface that belongs to no other area."""
    is_for_visitors: bool = False
    """Whether the bar leaves it out for people who are signed in."""

    def is_current(self, endpoint: str) -> bool:
        """Whether a page lies in this area."""
        if self.pages or any(endpoint in other.pages for other in AREAS):
            return endpoint in self.pages
        return endpoint.split(".", maxsplit=1)[0] == self.endpoint.split(".")[0]


AREAS = (
    Area("kiosk.home", _l("查法律"), "scales"),
    Area("kiosk.rooms", _l("找调解室"), "map", frozenset({"kiosk.rooms", "kiosk.room", "kiosk.place"}), True),
    Area("kiosk.ask", _l("我要求助"), "send", frozenset({"kiosk.ask", "kiosk.send"}), True),
    Area("casework.index", _l("调解室"), "handshake"),
    Area(
        "casework.reports", _l("报告纠纷"), "send", frozenset({"casework.reports", "casework.report_dispute"})
    ),
    Area("workbench.index", _l("工作台"), "book"),
    Area("outreach.index", _l("宣传"), "megaphone"),
    Area("overview.index", _l("统计"), "chart"),
    Area("account.index", _l("账户"), "person"),
)


def install(app: Flask, settings: Settings) -> None:
    """Give all templates the shell's values."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = on_a_page
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.globals["qr_svg"] = qr_svg

    @app.context_processor
    def _shell() -> dict[str, Any]:
        account = sign_in.current_account()
        is_kiosk = settings.is_kiosk or sign_in.is_kiosk_device()
        return {
            "product_name": _l("白汉双语法律与调解助手"),
            "areas": [area for area in AREAS if _visible(area) and not (area.is_for_visitors and account)],
            "account": account,
            "endpoint_is_open": access.may_open,
            "endpoints": current_app.view_functions,
            "is_kiosk": settings.is_kiosk,
            "idle_seconds": IDLE_SECONDS if is_kiosk else _seconds_of_session() if account else None,
            "idle_signs_out": account is not None and not is_kiosk,
            "looks_after_its_server": is_kiosk,
            "contact_line": settings.contact_line,
        }


def _seconds_of_session() -> int:
    """How long nothing may be touched on a page of somebody signed in before the browser signs out."""
    shared = sign_in.session_is_on_shared_machine()
    limit = sign_in_sessions.SHARED_IDLE_LIMIT if shared else sign_in_sessions.IDLE_LIMIT
    return int(limit.total_seconds())


def asset(name: str) -> str:
    """The address of a static file with its fingerprint, so that browsers may keep it."""
    return url_for("static", filename=name, v=_fingerprint(name))


@lru_cache(maxsize=256)
def _fingerprint(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def qr_svg(content: str, label: str) -> Markup:
    """A QR code as inline SVG with its label for people who cannot see it. No style attributes."""
    import segno

    drawing = segno.make(content, error="m", micro=False).svg_inline(
        scale=4, border=2, omitsize=True, svgclass="qr", lineclass="qr-line", dark="#000", title=label
    )
    return Markup(drawing)  # noqa: S704 - segno escapes the title and draws the rest itself


def _visible(area: Area) -> bool:
    return area.endpoint in current_app.view_functions and access.may_open(area.endpoint)


@lru_cache(maxsize=1)
def icon_names() -> tuple[str, ...]:
    """The names the ``icon`` macro knows, read from the sprite itself."""
    return tuple(re.findall(r'<symbol id="([a-z]+)"', (STATIC / "images" / "icons.svg").read_text("utf-8")))
