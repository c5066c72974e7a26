"""Every cookie that any page sets, over HTTPS."""

from __future__ import annotations

import dataclasses
import re

import pyotp

from assistant.factory import create_app
from assistant.settings import Settings
from mediation_rooms.permissions import Role
from tests.attacks.sampling import routes
from tests.attacks.test_sign_in import account
from tests.conftest import PASSWORD, Browser

SITE = "https://localhost"
NAMES = {"session", "device", "known", "shared", "kiosk", "flash", "language", "place", "speech"}
"""Every cookie this application has; one that no page sets fails here, and so does one that is not listed."""


def test_every_cookie_is_closed_to_scripts_and_other_sites(settings: Settings):
    """SES-06: with TLS ``__Host-``, Secure, HttpOnly, SameSite on every cookie of every route and of every act."""
    secure = create_app(dataclasses.replace(settings, tls=True))
    secret = pyotp.random_base32(32)
    account(secure, "officer", Role.COUNTY_OFFICER, Role.ADMINISTRATOR, secret=secret)
    secure.test_client_class = Browser
    browser, cookies = secure.test_client(), []

    def open_page(address: str, method: str = "GET", **keywords) -> None:
        answer = browser.open(address, method=method, base_url=SITE, token=False, **keywords)
        cookies.extend(answer.headers.getlist("Set-Cookie"))
        if "Strict-Transport-Security" in answer.headers:
            age = re.search(r"max-age=(\d+)", answer.headers["Strict-Transport-Security"])
            assert int(age.group(1)) >= 31_536_000, address
        else:
            raise AssertionError(address)

    def send(address: str, **fields: str) -> None:
        page = browser.get("/sign-in/", base_url=SITE)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        if token is None:
            page = browser.get("/account/machine", base_url=SITE)
            token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
        cookies.extend(page.headers.getlist("Set-Cookie"))
        open_page(address, "POST", data={**fields, "csrf_token": token.group(1)})

    for route in routes(secure):
        open_page(route.address, route.method)
    open_page("/?lang=en")
    send("/place", code="532901104")
    send("/speech", speech="bca")
    send("/sign-in/", user_name="officer", password=PASSWORD)
    open_page("/sign-in/code")
    send_code = re.search(
        r'name="csrf_token" value="([^"]+)"', browser.get("/sign-in/code", base_url=SITE).text
    ).group(1)
    open_page("/sign-in/code", "POST", data={"code": pyotp.TOTP(secret).now(), "csrf_token": send_code})
    send("/account/machine")
    send("/account/machine/own")
    send("/account/kiosk-device")
    open_page("/leave")
    assert {cookie.split("=", 1)[0] for cookie in cookies} == {f"__Host-{name}" for name in NAMES}
    for cookie in cookies:
        words = [word.strip() for word in cookie.split(";")[1:]]
        for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            assert word in words, cookie
        assert not any(word.startswith("Domain") for word in words), cookie
    secure.extensions["stores"].dispose()
