"""The kiosk as the machine runs it: a process, user and folders of its own beside the rooms' case database."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from werkzeug.serving import make_server

from assistant import public_desk
from assistant.search_service import build_index
from assistant.web.kiosk.asking import NOTICE_VERSION
from mediation_rooms import request_spool
from mediation_rooms.actor import programme
from mediation_rooms.sample_rooms import load_sample_rooms
from tests.assistant.sample_law import store_sample_law
from tests.browser_setup import find_chromium
from tests.real_server import WITHOUT_CAPABILITIES, free_port, kiosk_process

CAN_BE_TOLD_APART = os.geteuid() == 0 and shutil.which("setpriv") is not None
"""Whether this machine lets a test give files to another user and take all capabilities from a process."""
USER_OF_THE_ROOMS = 64_002
PLACE = "532901104213"
WORDS = "示例：隔壁的墙"
SCRIPT = "import pathlib, sys\nfor each in sys.argv[1:]:\n  pathlib.Path(each).open('rb').read(1)\n"


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder of the kiosk's user outside everything that belongs to the rooms."""
    folder = Path(tempfile.mkdtemp(prefix="kiosk-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def environment(app, settings, instance, own_folder) -> dict[str, str]:
    """The kiosk's settings; its own collection, and by malice the address of the rooms' case database."""
    stores = app.extensions["stores"]
    with stores.cases.writing() as session:
        load_sample_rooms(session, actor=programme("示例"), now=datetime.now(UTC))
    public_desk.publish(settings, stores.cases, now=datetime.now(UTC))
    stores.cases.dispose()
    own = own_folder / "instance"
    own.mkdir()
    shutil.copy(instance / "collection.sqlite3", own / "collection.sqlite3")
    from corpus.database import Store

    collection = Store(f"sqlite:///{own / 'collection.sqlite3'}")
    store_sample_law(collection)
    build_index(collection, own / "index")
    collection.dispose()
    shutil.copytree(settings.public_directory, own_folder / "public")
    (own_folder / "inbox").mkdir()
    return {
        "INSTANCE_DIRECTORY": str(own), "KEY_DIRECTORY": str(own_folder / "keys"), "KIOSK_PLACE": PLACE,
        "PUBLIC_DIRECTORY": str(own_folder / "public"), "INBOX_DIRECTORY": str(own_folder / "inbox"),
        "DATABASE_URL": "", "CASE_DATABASE_URL": f"sqlite:///{instance / 'cases.sqlite3'}", "HOME": str(own_folder),
    }  # fmt: skip


def ask(port: int, address: str, fields: dict[str, str] | None = None, cookie: str = ""):
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie} if cookie else {}
    if fields is None:
        connection.request("GET", address, headers=headers)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("POST", address, urlencode(fields), headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text, answer.headers.get_all("Set-Cookie") or []


def hand_in(port: int) -> int:
    """Fill in the form of the kiosk as its page gives it."""
    _status, page, cookies = ask(port, "/ask")
    hidden = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields = {
        **hidden, "notice": NOTICE_VERSION, "about": "neighbour", "room": "sample-jinhua", "words": WORDS,
        "contact_name": "示例村民", "contact_phone": "0000-0000009", "safe": "yes", "language_code": "bfs",
    }  # fmt: skip
    status, text, _cookies = ask(port, "/ask", fields, "; ".join(each.split(";")[0] for each in cookies))
    assert WORDS not in text
    return status


def test_a_kiosk_that_runs_beside_the_case_database_cannot_reach_it(
    environment, settings, instance, own_folder
):
    """HDR-03, KIO-07: a real process without rights beyond its own user's: no file of the rooms open, mapped or readable; a sealed box."""
    theirs = [instance / "cases.sqlite3", *settings.key_directory.iterdir()]
    assert len(theirs) > 1
    if CAN_BE_TOLD_APART:
        for folder in (instance, settings.key_directory):
            folder.chmod(0o700)
            for path in (folder, *folder.rglob("*")):
                os.chown(path, USER_OF_THE_ROOMS, USER_OF_THE_ROOMS)
    with kiosk_process(environment, port=free_port(), bare=CAN_BE_TOLD_APART) as kiosk:
        for address in ("/sign-in/", "/sign-in/first", "/account/", "/cases/", "/cases/1", "/overview/"):
            assert ask(kiosk.port, address)[0] == 404, address
        assert ask(kiosk.port, "/leave")[0] == 200
        assert hand_in(kiosk.port) == 200
        tree = kiosk.tree()
        assert len(tree) >= 2
        for process in tree:
            opened = {each.path for each in process.open_files()}
            mapped = {each.path for each in process.memory_maps()}
            for path in opened | mapped:
                assert not path.startswith((str(instance), str(settings.key_directory))), path
        (box,) = (own_folder / "inbox").glob(f"*{request_spool.SUFFIX}")
        kept = box.read_bytes() + (own_folder / "inbox" / request_spool.RECENT_FILE).read_bytes()
        for words in (WORDS, "示例村民", "0000-0000009"):
            assert words.encode() not in kept
    own = [path for path in own_folder.rglob("*") if path.is_file()]
    assert {path.name for path in own if path.parent.name == "keys"} <= {"web.secret"}
    assert not any("cases" in path.name for path in own)
    if not CAN_BE_TOLD_APART:
        pytest.skip("NOT RUN: files of another user need root and setpriv; everything else held")
    for path in theirs:
        command = [*WITHOUT_CAPABILITIES, sys.executable, "-c", SCRIPT, str(path)]
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "PermissionError" in tried.stderr, (path, tried.stderr)


@pytest.mark.browser
def test_a_kiosk_without_a_network_works_and_comes_back_when_its_server_was_away(
    environment, request: pytest.FixtureRequest
):
    """KIO-10: no network: a page in two seconds; no server: it says so, keeps what was written, is back within a minute."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("NOT RUN: no Chromium on this machine")
    nothing_but_this_machine = "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"
    browser = request.getfixturevalue("playwright").chromium.launch(
        executable_path=chromium, args=["--no-sandbox", "--disable-gpu", nothing_but_this_machine]
    )
    port = free_port()
    try:
        page = browser.new_context(base_url=f"http://127.0.0.1:{port}").new_page()
        page.set_default_timeout(15_000)
        with kiosk_process(environment, port=port):
            page.goto("/search?q=相邻")
            began = time.monotonic()
            page.goto("/search?q=水流", wait_until="load")
            spent = time.monotonic() - began
            print(f"KIO-10: a search without a network takes {spent:.2f} s")
            assert spent < 2
            page.clock.install()
            page.goto("/ask")
            page.get_by_label("想说的话").fill(WORDS)
        away = page.get_by_text("这台机器暂时没有反应")
        assert not away.is_visible()
        page.locator("main button[type=submit]").first.evaluate(
            "button => { button.form.noValidate = true; button.click(); }"
        )
        away.wait_for(state="visible")
        assert page.get_by_label("想说的话").input_value() == WORDS, "not sent, not lost"
        page.keyboard.press("Escape")
        page.clock.fast_forward(30_000)
        assert away.is_visible()
        assert page.url.endswith("/ask")
        with kiosk_process(environment, port=port):
            page.clock.fast_forward(6_000)
            away.wait_for(state="hidden")
            assert page.get_by_label("想说的话").input_value() == WORDS
            page.locator("a.brand").click()
            page.get_by_text("您遇到了什么事").first.wait_for(state="visible")
    finally:
        browser.close()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A browser keeps a socket in its folder, and a socket's path has at most 107 characters."""
    with tempfile.TemporaryDirectory(prefix="k-", dir="/tmp") as folder:
        yield Path(folder)


@pytest.mark.browser
def test_the_screen_of_a_kiosk_keeps_no_question_for_the_address_bar(
    app, settings, request: pytest.FixtureRequest, short_folder
):
    """KIO-06: the screen as ``deploy/kiosk-screen.sh`` starts it: no history to complete an address from, no file left."""
    chromium = find_chromium()
    if chromium is None:
        pytest.skip("NOT RUN: no Chromium on this machine")
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    environment = {
        **os.environ, "BROWSER": chromium, "TMPDIR": str(short_folder),
        "BROWSER_EXTRA": "--headless=new --no-sandbox --disable-gpu --remote-debugging-port=0",
    }  # fmt: skip
    script = Path(__file__).resolve().parents[2] / "deploy" / "kiosk-screen.sh"
    screen = subprocess.Popen(
        [script, address + "/leave"],
        env=environment,
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port_files: list[Path] = []
        for _try in range(300):
            port_files = list(short_folder.glob("*/DevToolsActivePort"))
            if port_files and port_files[0].read_text():
                break
            time.sleep(0.1)
        profile, port = port_files[0].parent, port_files[0].read_text().split()[0]
        playwright = request.getfixturevalue("playwright")
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        page = browser.contexts[0].pages[0]
        page.get_by_role("link", name="点这里开始").click()
        for _visit in range(2):
            page.goto(address + "/search?q=markerwords")
        assert page.url.endswith("markerwords")
        browser.new_browser_cdp_session().send("Browser.close")
        screen.wait(30)
        assert not profile.exists(), "the folder goes with the browser"
        left = [
            path for path in short_folder.rglob("*") if path.is_file() and b"markerwords" in path.read_bytes()
        ]
        assert left == []
    finally:
        if screen.poll() is None:
            screen.terminate()
            screen.wait(30)
        server.shutdown()
        thread.join(timeout=10)
        server.server_close()
