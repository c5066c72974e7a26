"""The next person at a shared machine: what a real browser still shows and keeps."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.attacks.test_sign_in import account
from tests.browser_setup import find_chromium
from tests.conftest import PASSWORD
from tests.live_server import live

MARKER = "示例甲"


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The application on a loopback port."""
    with live(app) as found:
        yield found


@pytest.mark.browser
def test_back_after_signing_out_shows_nothing_and_the_profile_keeps_nothing(
    app: Flask, address: str, tmp_path: Path, request: pytest.FixtureRequest
):
    """KIO-02, KIO-03, KIO-04: Back three times after signing out, then a search of the browser's profile."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("NOT RUN: no Chromium on this machine")
    playwright = request.getfixturevalue("playwright")
    account(app, "a1")
    profile = tmp_path / "profile"
    browser = playwright.chromium.launch_persistent_context(
        str(profile), executable_path=chromium,
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    )  # fmt: skip
    page = browser.new_page()
    page.goto(f"{address}/sign-in/?next=/account/")
    page.fill("[name=user_name]", "a1")
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url("**/account/")
    assert MARKER in page.content()
    page.evaluate("localStorage.setItem('draft', 'x'); sessionStorage.setItem('draft', 'x')")
    page.click("form[action$='/sign-in/out'] button")
    page.wait_for_url("**/signed-out")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    for _press in range(3):
        page.go_back(wait_until="load")
        assert MARKER not in page.content()
    browser.close()
    kept = [path for path in profile.rglob("*") if path.is_file() and MARKER.encode() in path.read_bytes()]
    assert kept == []
