"""The production server for a load test, its memory, and people who ask it."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KEPT_SECONDS = 3.0
"""Less than ``keepalive`` in gunicorn.conf.py."""


@dataclass
class Record:
    """What a load was answered with; waits in seconds."""

    waits: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The wait that this share of the requests did not exceed, in seconds."""
        ordered = sorted(self.waits)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


@dataclass(frozen=True)
class Served:
    """A running server."""

    port: int
    pid: int

    def memory(self) -> list[int]:
        """Resident bytes of each worker."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        page = os.sysconf("SC_PAGE_SIZE")
        return [int(Path(f"/proc/{child}/statm").read_text().split()[1]) * page for child in children]

    def own_memory(self) -> list[int]:
        """Proportional bytes of each worker: a page that both have mapped (index, vectors, model) counts half for each."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        rollups = [Path(f"/proc/{child}/smaps_rollup").read_text() for child in children]
        return [
            int(line.split()[1]) * 1024
            for text in rollups
            for line in text.splitlines()
            if line.startswith("Pss:")
        ]


@contextlib.contextmanager
def serving(environment: dict[str, str], *, workers: int = 2) -> Iterator[Served]:
    """Gunicorn on a free loopback port, as ``make serve`` starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name("gunicorn")), "--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}",
         "--workers", str(workers), "--threads", "32", "wsgi:app"], cwd=ROOT,
        env={**os.environ, "JOB_WORKER": "off", "LOG_LEVEL": "error", "PASSWORD_PROFILE": "test", **environment},
    )  # fmt: skip
    try:
        _wait_for(port)
        yield Served(port, server.pid)
    finally:
        server.terminate()
        server.wait(40)


def _wait_for(port: int) -> None:
    for _try in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(connection):
            connection.request("GET", "/health")
            connection.getresponse().read()
            return
        time.sleep(0.2)
    raise TimeoutError("the server did not start")


class Visitor:
    """One browser: keeps its cookies and the form token of the last page."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies = {"session": token} if token else {}
        self.form = ""
        self.last = 0.0
        self.status = 0
        """Of the last answer; 0 when there was none."""

    def ask(self, address: str, *, fields: str | None = None, record: Record) -> str:
        """GET, or POST with fields; the page. Everything above 399 is a failure."""
        if fields is None:
            return self._exchange("GET", address, None, "", record)
        body = f"csrf_token={self.form}&{fields}".encode()
        return self._exchange("POST", address, body, "application/x-www-form-urlencoded", record)

    def send(self, address: str, body: bytes, content_type: str) -> str:
        """POST a body that was made elsewhere, the form token in it."""
        return self._exchange("POST", address, body, content_type, Record())

    def _exchange(
        self, method: str, address: str, content: bytes | None, content_type: str, record: Record
    ) -> str:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if content_type:
            headers["Content-Type"] = content_type
        self.status = 0
        began = time.monotonic()
        if began - self.last > KEPT_SECONDS:
            self.connection.close()  # the server drops an idle connection; a browser opens a new one too
        try:
            self.connection.request(method, address, content, headers)
            answer = self.connection.getresponse()
            body = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as problem:
            record.failures.append(f"{type(problem).__name__} {address}")
            self.connection.close()
            return ""
        self.last, self.status = time.monotonic(), answer.status
        record.waits.append(self.last - began)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if answer.status >= 400:
            record.failures.append(f"{answer.status} {address}")
        found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', body)
        self.form = found.group(1) if found else self.form
        return body


def all_at_once(people: list[Callable[[threading.Event], None]], seconds: float) -> None:
    """Let everybody act until the time is over."""
    stop = threading.Event()
    threads = [threading.Thread(target=person, args=(stop,)) for person in people]
    for thread in threads:
        thread.start()
    stop.wait(seconds)
    stop.set()
    for thread in threads:
        thread.join()
