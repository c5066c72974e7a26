"""The production server itself: clients that never finish, headers too large, searches that hog."""

from __future__ import annotations

import http.client
import re
import socket
import statistics
import threading
import time
from collections.abc import Iterator

import pytest

from assistant.search_service import build_index
from assistant.settings import Settings
from corpus.database import Store
from mediation_rooms import accounts
from mediation_rooms.actor import programme
from mediation_rooms.permissions import Role
from mediation_rooms.sign_in_sessions import Stage, begin, moment
from tests.assistant.sample_law import store_sample_law
from tests.real_server import gunicorn

SLOW_CLIENTS = 20


@pytest.fixture
def server(settings: Settings, collection_store: Store, case_store: Store) -> Iterator[tuple[int, str]]:
    """Port of the server and the session of a signed-in person."""
    store_sample_law(collection_store)
    build_index(collection_store, settings.index_directory)
    with case_store.writing() as session:
        account, _code = accounts.create_account(
            session, actor=programme("测试"), user_name="示例", display_name="示例", roles=frozenset({Role.MEDIATOR}),
            room_id=None, division_code=None, now=moment().now,
        )  # fmt: skip
        token = begin(session, account_id=account.id, stage=Stage.FULL, at=moment())
    with gunicorn(settings) as port:
        yield port, token


def answered(port: int, address: str = "/sign-in/", **headers: str) -> tuple[int, float, str]:
    """Status, seconds and body of an honest request."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, time.monotonic() - began, body


def slow_clients(port: int) -> list[socket.socket]:
    """Twenty that send half a header, half a body, or do not read what they asked for."""
    opened = []
    for number in range(SLOW_CLIENTS):
        client = socket.create_connection(("127.0.0.1", port), 10)
        if number % 3 == 0:
            client.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        elif number % 3 == 1:
            client.sendall(b"POST /sign-in/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nuser_name=")
        else:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            client.sendall(b"GET /static/css/components.css HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        opened.append(client)
    return opened


def test_twenty_slow_clients_keep_nobody_else_waiting(server):
    """CON-09: half headers, half bodies, answers not read: five of five honest requests in time."""
    port, _token = server
    alone = statistics.median(answered(port)[1] for _request in range(5))
    clients = slow_clients(port)
    time.sleep(1)
    beside = [answered(port) for _request in range(5)]
    for client in clients:
        client.close()
    print(
        f"CON-09: {alone * 1000:.0f} ms alone, {[round(each[1] * 1000) for each in beside]} ms beside slow clients"
    )
    assert [each[0] for each in beside] == [200] * 5
    assert max(each[1] for each in beside) < max(1.0, 10 * alone)


def raw(port: int, request: bytes) -> tuple[bytes, float]:
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 10) as client:
        client.settimeout(10)
        client.sendall(request)
        answer = client.recv(4096)
    return answer, time.monotonic() - began


def test_headers_beyond_the_limit_are_refused_by_the_server_itself(server):
    """INP-10: a 9 kB header, 61 headers, a request line of 9 kB: refused at once, no product, no version."""
    port, _token = server
    long_header = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 9_000 + b"\r\n\r\n"
    many = (
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: 1\r\n" % number for number in range(61)) + b"\r\n"
    )
    long_line = b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    for request in (long_header, many, long_line):
        answer, spent = raw(port, request)
        assert re.match(rb"HTTP/1\.1 (400|413|414|431) ", answer), answer[:60]
        assert not re.search(rb"gunicorn|\d+\.\d+\.\d+", answer, re.I), answer
        assert spent < 1.0
    assert answered(port)[0] == 200


HOSTILE = (
    "“" + "示例" * 90 + "”", "样例文字甲讲鸡鸭" * 24, "*" * 200, "示例法 " + "水渠" * 90, "“样例 文字 讲 水渠 五天”", "[a TO zzzz]",
    "lihun" * 40, "a" * 200, "示例法",
)  # fmt: skip


def test_hostile_searches_starve_no_save(server):
    """SEA-04: twenty at once, without a pause, beside somebody who saves: every save is kept, p95 below a second."""
    port, token = server
    stop, searched = threading.Event(), [0]

    def search(number: int) -> None:
        from urllib.parse import quote

        while not stop.is_set():
            answered(port, f"/search?q={quote(HOSTILE[number % len(HOSTILE)])}")
            searched[0] += 1

    cookies = {"session": token}
    waits, saved = [], 0
    hogs = [threading.Thread(target=search, args=(number,)) for number in range(20)]
    for hog in hogs:
        hog.start()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        for _save in range(25):
            header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
            connection.request("GET", "/account/", headers=header)
            answer = connection.getresponse()
            page = answer.read().decode()
            form = re.search(r'name="csrf_token" value="(\w+)"', page)
            assert form, answer.status
            _take(cookies, answer)
            header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
            header["Content-Type"] = "application/x-www-form-urlencoded"
            began = time.monotonic()
            connection.request("POST", "/account/end-other-sessions", f"csrf_token={form[1]}", header)
            answer = connection.getresponse()
            answer.read()
            waits.append(time.monotonic() - began)
            saved += answer.status == 303
            _take(cookies, answer)
    finally:
        stop.set()
        for hog in hogs:
            hog.join()
        connection.close()
    waits.sort()
    print(f"SEA-04: {searched[0]} hostile searches beside 25 saves, p95 {waits[23] * 1000:.0f} ms")
    assert saved == 25
    assert searched[0] >= 20
    assert waits[23] < 1.0


def _take(cookies: dict[str, str], answer: http.client.HTTPResponse) -> None:
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            key, _equals, rest = value.partition("=")
            cookies[key] = rest.partition(";")[0]
