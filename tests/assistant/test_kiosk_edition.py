"""An approved sound travels in a signed edition and is played by a kiosk, which follows the next edition by itself."""

from __future__ import annotations

import re
from datetime import date

import pytest

from assistant.factory import create_app
from assistant.settings import Settings
from corpus.editions import signing
from corpus.editions.building import build, sign_edition
from corpus.editions.installing import install, rollback
from mediation_rooms import keys
from tests.assistant.workbench.sound_scene import ARTICLE, sound_bench, tone
from tests.conftest import RING


@pytest.fixture
def bench(app, signed_in):
    return sound_bench(app, signed_in)


@pytest.fixture
def carry(app, settings, tmp_path):
    """``carry(2)``: the collection as it is now, carried to the kiosk's folder as edition 2."""
    signing.make_keys(tmp_path / "publisher")

    def carry(version: int) -> None:
        package = tmp_path / f"{version}.zip"
        with app.extensions["stores"].collection.reading() as session:
            build(
                session,
                package,
                version=version,
                made_on=date(2026, 11, 1),
                recordings=settings.instance_directory / "recordings",
            )
        sign_edition(package, tmp_path / "publisher" / signing.PRIVATE_NAME)
        install(package, tmp_path / "kiosk" / "editions", signing.trusted_keys(tmp_path / "publisher"))

    return carry


@pytest.fixture
def kiosk(tmp_path):
    """``kiosk()``: a browser of the kiosk process on its own data folder."""
    applications = []

    def start():
        application = create_app(
            Settings.from_environment(
                {
                    "PROFILE": "kiosk",
                    "INSTANCE_DIRECTORY": str(tmp_path / "kiosk"),
                    "KEY_DIRECTORY": str(tmp_path / "kiosk-keys"),
                    "PASSWORD_PROFILE": "test",
                    "JOB_WORKER": "off",
                    "SEMANTIC": "off",
                    "LOG_LEVEL": "error",
                }
            )
        )
        applications.append(application)
        keys.use_key_ring(RING)  # in life it is a process of its own, which has none
        return application.test_client()

    yield start
    for application in applications:
        application.extensions["stores"].dispose()


def test_the_kiosk_plays_what_the_edition_carries_and_nothing_else(bench, carry, kiosk):
    bench.upload(tone())
    heard = bench.newest_take()
    bench.reviewer.post(f"/workbench/recordings/{heard}/approve")
    bench.upload(tone(pitch=440))
    draft = bench.newest_take()
    carry(1)
    browser = kiosk()
    page = browser.get(ARTICLE).text
    assert re.findall(r'<audio[^>]*src="([^"]+)"', page) == [f"/sounds/{heard}"]
    whole = browser.get(f"/sounds/{heard}", buffered=True)
    assert (whole.status_code, whole.mimetype) == (200, "audio/ogg")
    part = browser.get(f"/sounds/{heard}", headers={"Range": "bytes=0-3"}, buffered=True)
    assert (part.status_code, part.data) == (206, b"OggS")
    assert "sandbox" in part.headers["Content-Security-Policy"]
    assert browser.get(f"/sounds/{heard}", headers={"Range": "bytes=99999999-"}).status_code == 416
    assert browser.get(f"/sounds/{draft}").status_code == 404
    for staff in ("/workbench/studio", "/workbench/recordings", f"/workbench/recordings/{heard}/sound"):
        assert browser.get(staff).status_code == 404
    chosen = re.search(r'value="(bca\.\d+)"', browser.get("/speech").text)[1]
    assert "示例说话人" not in browser.get("/speech").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/speech").text)[1]
    answer = browser.post("/speech", data={"speech": chosen, "csrf_token": token, "next": "/"})
    assert answer.status_code == 303
    assert f"/sounds/{heard}" in browser.get(ARTICLE).text


def test_a_running_kiosk_goes_to_the_next_edition_and_back(bench, carry, kiosk, tmp_path):
    """The switch needs no restart; the withdrawn voice is gone with the next edition."""
    bench.upload(tone())
    take = bench.newest_take()
    bench.reviewer.post(f"/workbench/recordings/{take}/approve")
    carry(1)
    browser = kiosk()
    assert browser.get(f"/sounds/{take}", buffered=True).status_code == 200
    bench.translator.post(f"/workbench/speakers/{bench.speaker}/withdraw")
    carry(2)
    assert browser.get(f"/sounds/{take}", buffered=True).status_code == 404
    assert "还没有白语录音" in browser.get(ARTICLE).text
    rollback(tmp_path / "kiosk" / "editions", signing.trusted_keys(tmp_path / "publisher"))
    assert browser.get(f"/sounds/{take}", buffered=True).status_code == 200
