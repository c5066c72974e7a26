"""The production server over a test's own folders: gunicorn as `make serve` starts it, on a free port."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from assistant.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_CAPABILITIES = ("setpriv", "--bounding-set=-all", "--")
"""Even root may then open only what belongs to it: the ``CapabilityBoundingSet=`` of the service units."""


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


@dataclass(frozen=True)
class Kiosk:
    """A running kiosk: its port and the process that leads its workers."""

    port: int
    process: subprocess.Popen[bytes]

    def tree(self) -> list[psutil.Process]:
        """The leading process and its workers."""
        leader = psutil.Process(self.process.pid)
        return [leader, *leader.children(recursive=True)]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def kiosk_process(environment: dict[str, str], *, port: int, bare: bool = False) -> Iterator[Kiosk]:
    """A kiosk as its own process; ``bare`` takes every capability from it, as its service unit does."""
    command = [*WITHOUT_CAPABILITIES] if bare else []
    command += [str(Path(sys.executable).with_name("gunicorn")), "--config", "gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "8", "wsgi:app"]
    everything = {
        **os.environ, "PROFILE": "kiosk", "JOB_WORKER": "off", "SEMANTIC": "off", "LOG_LEVEL": "error",
        "PYTHONDONTWRITEBYTECODE": "1", **environment,
    }  # fmt: skip
    server = subprocess.Popen(command, cwd=ROOT, env=everything)
    try:
        _wait_for(port, path="/leave")
        yield Kiosk(port, server)
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: no waiting for connections that a browser keeps
        server.wait(30)


def _wait_for(port: int, *, path: str = "/sign-in/") -> None:
    for _try in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(30)
            connection.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            if connection.recv(12).endswith(b"200"):
                return
        time.sleep(0.2)
    raise TimeoutError("the server did not start")
