"""The production server over a test's own folders: gunicorn as `make serve` starts it, on a free port."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def gunicorn(settings: Settings, *, workers: int = 2, threads: int = 32) -> Iterator[int]:
    """The port on which it answers; ended at the end."""
    server, port = started(settings, workers=workers, threads=threads)
    try:
        yield port
    finally:
        server.terminate()
        server.wait(30)


def started(
    settings: Settings, *, workers: int = 2, threads: int = 32
) -> tuple[subprocess.Popen[bytes], int]:
    """A server that answers, as the leader of a process group of its own, and its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ, "INSTANCE_DIRECTORY": str(settings.instance_directory), "JOB_WORKER": "off",
        "DATABASE_URL": settings.database_url, "CASE_DATABASE_URL": settings.case_database_url,
        "KEY_DIRECTORY": str(settings.key_directory), "PASSWORD_PROFILE": "test", "SEMANTIC": "off", "LOG_LEVEL": "error",
    }  # fmt: skip
    command = [str(Path(sys.executable).with_name("gunicorn")), "--config", "gunicorn.conf.py"]
    command += [
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        str(workers),
        "--threads",
        str(threads),
        "wsgi:app",
    ]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        _wait_for(port)
    except TimeoutError:
        server.kill()
        raise
    return server, port


def _wait_for(port: int) -> None:
    for _try in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(30)
            connection.sendall(b"GET /sign-in/ HTTP/1.0\r\n\r\n")
            if connection.recv(12).endswith(b"200"):
                return
        time.sleep(0.2)
    raise TimeoutError("the server did not start")
