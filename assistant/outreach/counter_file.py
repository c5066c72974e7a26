"""A file that only grows, in which a line is one opening of a code or one answer, with its day and nothing else.

The kiosk opens the collection read-only, so it counts here; the full profile counts here as well, so that
looking at a page never writes to the database. A line holds the day, what was counted, and no more: no
time, no address, no browser. Each line is one ``write`` to a file opened for appending, so processes do not
mix their lines, and a killed process leaves a whole line or none; a power cut in the middle of a line
leaves a piece without its end mark, which nobody counts. Every line begins with a line break of its own, so
that such a piece does not swallow the next.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

LARGEST_BYTES = 64 * 1024 * 1024
"""About two million openings; then counting stops until the file was taken in and put away."""
LONGEST_WHAT = 40
_WHAT = re.compile(r"[a-z0-9:]{1,40}")
_LINE = re.compile(rb"(\d{4}-\d{2}-\d{2}) ([a-z0-9:]{1,40});")
_SOURCE = re.compile(rb"#([0-9a-f]{16});")


class NotACounterFile(ValueError):
    """The file is something else; the message says so to the person who chose it."""


@dataclass(frozen=True)
class Counts:
    """What a counter file holds: its random name, and totals by day and what was counted."""

    source: str
    totals: dict[tuple[date, str], int]


@dataclass(frozen=True)
class CounterFile:
    """The counter file of one installation."""

    path: Path

    def add(self, what: str, *, on: date) -> bool:
        """Count one. False when it could not be counted (full, or a disk that takes nothing): never an error.

        Raises ValueError for a name that is none of ours, before anything is written.
        """
        if not _WHAT.fullmatch(what):
            raise ValueError(what)
        try:
            self._begin()
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)
            try:
                if os.fstat(descriptor).st_size >= LARGEST_BYTES:
                    return False
                line = f"\n{on.isoformat()} {what};".encode("ascii")
                return os.write(descriptor, line) == len(line)
            finally:
                os.close(descriptor)
        except OSError:
            return False

    def _begin(self) -> None:
        """Make the file with its random name; of two processes that do so at once one wins."""
        if self.path.exists():
            return
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path.with_name(f".{self.path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(descriptor, f"#{secrets.token_hex(8)};".encode("ascii"))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        with contextlib.suppress(FileExistsError):
            os.link(fresh, self.path)
        fresh.unlink()

    def read(self) -> Counts:
        """The totals; empty when nothing was counted yet."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return Counts("", {})
        return counts_in(content)

    @property
    def is_full(self) -> bool:
        """Whether counting has stopped because the file is as large as it may be."""
        try:
            return self.path.stat().st_size >= LARGEST_BYTES
        except FileNotFoundError:
            return False


def counts_in(content: bytes) -> Counts:
    """The totals of a file's content; broken pieces of lines are not counted.

    Raises :class:`NotACounterFile`.
    """
    head, _break, rest = content.partition(b"\n")
    name = _SOURCE.fullmatch(head)
    if name is None or len(content) > LARGEST_BYTES + 1024:
        raise NotACounterFile("这不是计数文件：请选亭子或平板上的 counts.log")
    totals: Counter[tuple[date, str]] = Counter()
    for line, count in Counter(rest.split(b"\n")).items():
        match = _LINE.fullmatch(line)
        if match is not None:
            with contextlib.suppress(ValueError):
                totals[date.fromisoformat(match[1].decode()), match[2].decode()] += count
    return Counts(name[1].decode(), dict(totals))
