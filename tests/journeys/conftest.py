"""Browser journeys: a server on a free loopback port, a real Chromium, actors who tell the story."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.browser_setup import find_chromium
from tests.live_server import live

pytestmark = pytest.mark.browser
SIZES = {"desktop": (1280, 800), "kiosk": (1080, 1920), "phone": (390, 844)}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]
"""A microphone that beeps, and nobody who has to be asked for it."""


@pytest.fixture(scope="session")
def chromium(request: pytest.FixtureRequest):  # type: ignore[no-untyped-def]
    """The browser of this run; without one every journey is skipped and says so."""
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: install the package chromium or set CHROMIUM")
    browser = request.getfixturevalue("playwright").chromium.launch(executable_path=path, args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """The address of the application of this test, served by threads on a free loopback port."""
    with live(app) as address:
        yield address


@contextlib.contextmanager
def pages_of(chromium, address: str, *, usual_size: str = "desktop") -> Iterator[Callable]:  # type: ignore[no-untyped-def, type-arg]
    """``open_page(size="phone", scripts=True)``: a page of a fresh browser; complaints fail the test.

    Complaints are errors of scripts, refusals of the content security policy, and requests to another house.
    """
    contexts = []
    complaints: list[str] = []

    def open_page(size: str = usual_size, *, scripts: bool = True, **options):  # type: ignore[no-untyped-def]
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            base_url=address,
            locale="zh-CN",
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith((address, "data:", "blob:")) else complaints.append(asked.url)
            ),
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def new_page(chromium, live_server) -> Iterator[Callable]:  # type: ignore[no-untyped-def, type-arg]
    """``new_page("phone")``: a page of a fresh browser at the full installation of this test."""
    with pages_of(chromium, live_server) as open_page:
        yield open_page


@dataclass
class Actor:
    """Somebody in front of a page. Journeys subclass it and speak in the person's own steps."""

    page: object

    def opens(self, path: str):  # type: ignore[no-untyped-def]
        """Go to an address of the site."""
        response = self.page.goto(path)  # type: ignore[attr-defined]
        assert response is not None
        assert response.status < 400, (path, response.status)
        return self

    def sees(self, text: str):  # type: ignore[no-untyped-def]
        """Find a text on the page."""
        self.page.get_by_text(text).first.wait_for(state="visible")  # type: ignore[attr-defined]
        return self

    def does_not_scroll_sideways(self):  # type: ignore[no-untyped-def]
        """Nothing sticks out of the screen."""
        wide = self.page.evaluate(  # type: ignore[attr-defined]
            "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
        )
        assert not wide, self.page.url  # type: ignore[attr-defined]
        return self
