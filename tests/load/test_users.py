"""A hundred signed-in people at once on the production server; ``make load`` runs it for five minutes."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms import accounts
from mediation_rooms.actor import programme
from mediation_rooms.permissions import Role
from mediation_rooms.sign_in_sessions import Stage, begin, moment

ROOT = Path(__file__).resolve().parents[2]
USERS = 100
SECONDS = float(os.environ.get("LOAD_SECONDS", "300"))
THINKING_SECONDS = 1.0


def tokens(store: Store) -> list[str]:
    found = []
    with store.writing() as session:
        for number in range(USERS):
            account, _code = accounts.create_account(
                session, actor=programme("测试"), user_name=f"示例{number:03}", display_name=f"示例{number:03}",
                roles=frozenset({Role.MEDIATOR}), room_id=number % 8 + 1, division_code=None, now=moment().now,
            )  # fmt: skip
            found.append(begin(session, account_id=account.id, stage=Stage.FULL, at=moment()))
    return found


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_hundred_people_read_and_write_without_waiting(settings: Settings, case_store: Store):
    """CON-12: mixed reading and writing; p95 at most 300 ms, no error, memory flat."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ, "INSTANCE_DIRECTORY": str(settings.instance_directory), "JOB_WORKER": "off",
        "KEY_DIRECTORY": str(settings.key_directory), "PASSWORD_PROFILE": "test", "SEMANTIC": "off",
        "LOG_LEVEL": "error",
    }  # fmt: skip
    signed = tokens(case_store)
    server = subprocess.Popen(
        [str(Path(sys.executable).with_name("gunicorn")), "--config", "gunicorn.conf.py", "--bind", f"127.0.0.1:{port}",
         "--workers", "2", "--threads", "32", "wsgi:app"], cwd=ROOT, env=environment,
    )  # fmt: skip
    waits: list[float] = []
    failures: list[str] = []
    stop = threading.Event()
    try:
        _wait_for(port)
        people = [
            threading.Thread(
                target=_person,
                args=(port, token, number),
                kwargs={"waits": waits, "failures": failures, "stop": stop},
            )
            for number, token in enumerate(signed)
        ]
        for person in people:
            person.start()
        time.sleep(SECONDS * 0.2)
        early = _memory(server.pid)
        time.sleep(SECONDS * 0.8)
        late = _memory(server.pid)
        stop.set()
        for person in people:
            person.join()
    finally:
        stop.set()
        server.terminate()
        server.wait(30)
    waits.sort()
    p95 = waits[int(len(waits) * 0.95)]
    print(
        f"load: {USERS} people, {SECONDS:.0f} s, {len(waits)} requests, p95 {p95 * 1000:.0f} ms, {len(failures)} errors,"
        f" memory {early / 1e6:.0f} → {late / 1e6:.0f} MB"
    )
    assert failures == []
    assert p95 <= 0.3
    assert late < early * 1.15


def _wait_for(port: int) -> None:
    for _try in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the server did not start")


def _memory(parent: int) -> int:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    page = os.sysconf("SC_PAGE_SIZE")
    return sum(int(Path(f"/proc/{child}/statm").read_text().split()[1]) * page for child in children)


def _person(
    port: int, token: str, number: int, *, waits: list[float], failures: list[str], stop: threading.Event
) -> None:
    """Reads three pages, then saves one thing; every request counted."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    cookies = {"session": token}
    form = ""
    turn = number
    while not stop.is_set():
        turn += 1
        writes = turn % 4 == 0 and form
        began = time.monotonic()
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        if writes:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request("POST", "/account/end-other-sessions", f"csrf_token={form}", headers)
        else:
            connection.request("GET", ("/account/", "/", "/account/password")[turn % 3], headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        waits.append(time.monotonic() - began)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _equals, rest = value.partition("=")
                cookies[key] = rest.partition(";")[0]
                form = "" if key == "session" else form
        if answer.status not in (200, 303):
            failures.append(f"{answer.status}")
        found = re.search(r'name="csrf_token" value="([0-9a-f]{64})"', body)
        form = found.group(1) if found else form
        stop.wait(THINKING_SECONDS)
    connection.close()
