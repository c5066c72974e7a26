"""Rebuilds what a disk holds when the power goes at any recorded operation.

Assumptions: what was synced is there; what was not may be missing, kept in part, or torn at a
512-byte sector; operations on directories persist in their order.
"""

from __future__ import annotations

import random
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
MODES = ("lose all that was not synced", "keep a random part", "tear the last write")


@dataclass(frozen=True)
class Operation:
    """One recorded call."""

    kind: str
    descriptor: int
    number: int
    content: bytes


def build_shim(folder: Path) -> Path:
    """Compile the recorder. Raises FileNotFoundError where there is no gcc."""
    library = folder / "crashshim.so"
    source = Path(__file__).with_name("crashshim.c")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-w", "-o", str(library), str(source), "-ldl", "-lpthread"],
        check=True,
    )
    return library


def read_record(path: Path) -> list[Operation]:
    """The operations of a record, in order."""
    found, content, place = [], path.read_bytes(), 0
    while place < len(content):
        end = content.index(b"\n", place)
        kind, descriptor, number, _other, length = content[place:end].decode().split()
        place = end + 1
        found.append(Operation(kind, int(descriptor), int(number), content[place : place + int(length)]))
        place += int(length)
    return found


@dataclass
class _File:
    durable: bytearray
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)


def _apply(target: bytearray, place: int, content: bytes | None) -> None:
    if content is None:
        if len(target) > place:
            del target[place:]
        else:
            target.extend(bytes(place - len(target)))
        return
    if len(target) < place:
        target.extend(bytes(place - len(target)))
    target[place : place + len(content)] = content


class Disk:
    """Replays a record up to a cut."""

    def __init__(self, before: dict[str, bytes]) -> None:
        self.names = {name: _File(bytearray(content)) for name, content in before.items()}
        self.open: dict[int, _File] = {}
        self.acknowledged: list[bytes] = []

    def replay(self, operation: Operation) -> None:
        """One operation; writes to a file named ``ack`` are acknowledgements to the user."""
        kind, descriptor = operation.kind, operation.descriptor
        if kind == "O":
            name = operation.content.decode()
            file = self.names.setdefault(name, _File(bytearray()))
            self.open[descriptor] = file
            if operation.number:
                file.pending.append((0, None))
            return
        if kind == "U":
            self.names.pop(operation.content.decode(), None)
            return
        if kind == "R":
            old, new = operation.content.decode().split("\n")
            if old in self.names:
                self.names[new] = self.names.pop(old)
            return
        file = self.open[descriptor]
        if kind == "W":
            if file is self.names.get(self._ack_name()):
                self.acknowledged.append(operation.content)
            file.pending.append((operation.number, operation.content))
        elif kind == "T":
            file.pending.append((operation.number, None))
        elif kind == "S":
            for place, content in file.pending:
                _apply(file.durable, place, content)
            file.pending.clear()

    def _ack_name(self) -> str:
        return next((name for name in self.names if name.endswith("/ack")), "")

    def after_the_cut(self, mode: str, generator: random.Random) -> dict[str, bytes]:
        """What the files hold when the machine starts again."""
        found = {}
        for name, file in self.names.items():
            content = bytearray(file.durable)
            pending = list(file.pending)
            if mode == MODES[1]:
                pending = [entry for entry in pending if generator.random() < 0.5]
            elif mode == MODES[2] and pending:
                pending = pending[: generator.randrange(len(pending)) + 1]
                place, last = pending[-1]
                if last is not None:
                    pending[-1] = (place, last[: generator.randrange(len(last) // SECTOR + 1) * SECTOR])
            elif mode == MODES[0]:
                pending = []
            for place, entry in pending:
                _apply(content, place, entry)
            found[name] = bytes(content)
        return found
