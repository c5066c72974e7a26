"""The server is killed in the middle of a recording: every second that was acknowledged is there afterwards."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from corpus.parallel import audio, sound_uploads
from tests.assistant.workbench.sound_scene import sound_bench, tone
from tests.conftest import form_token

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bench(app, signed_in):
    return sound_bench(app, signed_in)


class Server:
    """The real server as a process of its own, over the data folder of the test."""

    def __init__(self, settings, browser) -> None:  # type: ignore[no-untyped-def]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.headers = {
            "Cookie": f"session={browser.get_cookie('session').value}; device={browser.get_cookie('device').value}",
            "X-CSRF-Token": form_token(browser),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--workers", "1", "--threads", "4", "--bind", f"127.0.0.1:{self.port}", "wsgi:app"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env={
                **os.environ, "INSTANCE_DIRECTORY": str(settings.instance_directory),
                "KEY_DIRECTORY": str(settings.key_directory), "PASSWORD_PROFILE": "test", "SEMANTIC": "off",
                "JOB_WORKER": "off", "LOG_LEVEL": "error", "DATABASE_URL": settings.database_url, "CASE_DATABASE_URL": settings.case_database_url,
            },
        )  # fmt: skip

    def post(self, address: str, content: bytes) -> int:
        """The status of the answer."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{address}", data=content, headers=self.headers, method="POST"
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status

    def wait(self) -> None:
        """Until it answers."""
        for _try in range(300):
            try:
                urllib.request.urlopen(
                    f"http://127.0.0.1:{self.port}/static/css/print.css", timeout=5
                ).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise AssertionError("the server did not start")

    def kill(self) -> None:
        """As a power cut does: no signal that could be caught, master and workers at once."""
        os.killpg(self.process.pid, 9)
        self.process.wait()


def test_what_was_acknowledged_before_the_server_was_killed_can_be_finished(bench, settings):
    """DUR-03: every acknowledged second is on disk; after the restart its person finishes the take."""
    content = audio.prepare(tone(6))[1].content
    size = len(content) // 12
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    token = bench.begin()
    server = Server(settings, bench.translator)
    try:
        server.wait()
        for number, piece in enumerate(pieces[:8]):
            assert server.post(f"/workbench/takes/{token}/pieces/{number}", piece) == 200
        with socket.create_connection(("127.0.0.1", server.port)) as half_sent:
            head = "".join(f"{name}: {value}\r\n" for name, value in server.headers.items())
            half_sent.sendall(
                f"POST /workbench/takes/{token}/pieces/8 HTTP/1.1\r\nHost: x\r\n{head}"
                f"Content-Length: {len(pieces[8])}\r\n\r\n".encode()
                + pieces[8][: len(pieces[8]) // 2]
            )
            time.sleep(0.3)
            server.kill()
    finally:
        if server.process.poll() is None:
            server.kill()
    folder = settings.instance_directory / "recordings-unfinished"
    assert sound_uploads.assemble(folder, token) == b"".join(pieces[:8])
    assert "没有录完的" in bench.translator.get("/workbench/studio").text
    assert bench.translator.post(f"/workbench/takes/{token}/finish").status_code == 303
    assert "等人听过批准" in bench.translator.get(bench.page).text
    assert sound_uploads.unfinished(folder) == []


def test_two_gigabytes_that_are_only_claimed_are_refused_at_once(bench, settings):
    """Over a real connection the answer comes before the body would."""
    server = Server(settings, bench.translator)
    try:
        server.wait()
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as claim:
            head = "".join(f"{name}: {value}\r\n" for name, value in server.headers.items())
            claim.sendall(
                f"POST {bench.page}/upload HTTP/1.1\r\nHost: x\r\n{head}"
                f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {2 * 1024**3}\r\n\r\n--x\r\n".encode()
            )
            assert b" 413 " in claim.recv(4096).split(b"\r\n", 1)[0]
    finally:
        server.kill()
