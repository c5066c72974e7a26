"""What Whoosh answers: phrases, the articles of one statute, filters, spelling; with a hard ceiling.

Whoosh stops at a time limit and says so, but looks at the clock between matches only. So it runs in a
process of its own (:mod:`corpus.search._structured_child`), started when first needed: one that has not
answered within ``CEILING_SECONDS`` is killed, whoever asked is told, and the next question gets a fresh
process. There are two, so that one long question does not hold up the next. Ranking needs none of this:
it is one sparse product, whatever was asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import select
import subprocess
import sys
import time
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpus.search import _analysis
from corpus.search._guard import MOST_STRUCTURED_TERMS, STRUCTURED_SECONDS

CEILING_SECONDS = 2.0
PROCESSES = 2
STARTING_SECONDS = 20.0
_ROOT = Path(__file__).resolve().parents[2]


class SearchTookTooLong(Exception):
    """The ceiling was reached; the process that searched is gone, nothing else is touched."""


class _Child:
    """One searching process, started when it is first asked."""

    def __init__(self, directory: Path, seconds: float) -> None:
        self._directory = directory
        self._seconds = seconds
        self.process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def ask(self, kind: str, terms: Sequence[str], until: float) -> tuple[list[Any], bool]:
        """The answer. Raises SearchTookTooLong at ``until`` (monotonic), after killing the process."""
        if self.process is None or self.process.poll() is not None or self._owner != os.getpid():
            self._start()
            # Opening the index is the machine's time, not the question's.
            until = max(until, time.monotonic() + STARTING_SECONDS)
        process = self.process
        if process is None or process.stdin is None or process.stdout is None:
            raise SearchTookTooLong
        try:
            process.stdin.write(json.dumps([kind, list(terms)]).encode() + b"\n")
            process.stdin.flush()
            line = self._line(process.stdout.fileno(), until)
        except BrokenPipeError:
            line = b""
        if not line:
            self.stop()
            raise SearchTookTooLong
        rows, partial = json.loads(line)
        return rows, partial

    @staticmethod
    def _line(handle: int, until: float) -> bytes:
        """One line from the pipe; empty when time ran out or the process ended."""
        read = b""
        while not read.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not select.select([handle], [], [], left)[0]:
                return b""
            piece = os.read(handle, 1 << 20)
            if not piece:
                return b""
            read += piece
        return read

    def _start(self) -> None:
        command = [sys.executable, "-m", "corpus.search._structured_child"]
        command += [str(self._directory.resolve()), str(self._seconds)]
        self.process = subprocess.Popen(
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._owner = os.getpid()

    def stop(self) -> None:
        """End the process, at once."""
        process, self.process = self.process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


def _stop_all(children: Sequence[_Child]) -> None:
    for child in children:
        child.stop()


class StructuredIndex:
    """The Whoosh index of one directory. Safe for many threads; ``seconds`` is Whoosh's own limit."""

    def __init__(self, directory: Path, *, seconds: float = STRUCTURED_SECONDS) -> None:
        self.children = tuple(_Child(directory, seconds) for _number in range(PROCESSES))
        self._free: queue.LifoQueue[_Child] = queue.LifoQueue()
        for child in self.children:
            self._free.put(child)
        self.close = weakref.finalize(self, _stop_all, self.children)
        """End the processes; done by itself when the index is no longer used."""

    def _ask(self, kind: str, terms: Sequence[str]) -> tuple[list[Any], bool]:
        until = time.monotonic() + CEILING_SECONDS
        try:
            child = self._free.get(timeout=CEILING_SECONDS)
        except queue.Empty as full:
            raise SearchTookTooLong from full
        try:
            return child.ask(kind, terms, until)
        finally:
            self._free.put(child)

    def phrase(self, text: str) -> tuple[list[int], bool]:
        """Rows whose text has these words one after another."""
        words = _analysis.words(text)[:MOST_STRUCTURED_TERMS]
        return self._ask("phrase", words) if words else ([], False)

    def of_statute(self, law: str) -> tuple[list[int], bool]:
        """Rows of one statute in the order of the collection."""
        return self._ask("statute", [law])

    def translated(self, varieties: Sequence[str]) -> tuple[list[int], bool]:
        """Rows with an approved translation into one of these varieties (all, when none is named)."""
        return self._ask("translated", varieties)

    def spellings(self, word: str) -> list[str]:
        """Words of the law one character away."""
        return [str(found) for found in self._ask("spellings", [word])[0]]
