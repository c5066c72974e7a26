"""Checking the trail, and anchors that make even a cut tail or a rebuilt chain visible.

An anchor is a small file with the head of every chain on a day. Kept elsewhere (a USB stick, a
printed sheet) it shows what the trail must still contain. Lines newer than the last anchor are
the stated limit.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from corpus.database import write_atomically
from mediation_rooms.audit import FIRST_HASH, WALL, AuditChain, AuditRecord, hash_of
from mediation_rooms.keys import key_ring

BATCH = 5_000


@dataclass(frozen=True)
class BrokenLink:
    """The first place where a chain does not hold."""

    chain: int
    sequence: int
    why: str

    def __str__(self) -> str:
        return f"链 {self.chain} 第 {self.sequence} 条：{self.why}"


@dataclass(frozen=True)
class Verdict:
    """What a check found: how many lines were read and, per chain, the first broken link."""

    line_count: int
    broken: tuple[BrokenLink, ...]


def verify(session: Session, *, anchors: Path | None = None) -> Verdict:
    """Check every chain against itself, its head and every anchor file in ``anchors``."""
    heads = {head.chain: head for head in session.scalars(select(AuditChain))}
    chains = set(session.scalars(select(AuditRecord.chain).distinct())) | set(heads)
    anchored = _read_anchors(anchors) if anchors is not None and anchors.is_dir() else {}
    broken: list[BrokenLink] = []
    count = 0
    for chain in sorted(chains | {chain for chain, _sequence in anchored}):
        expected = {sequence: digest for (of, sequence), digest in anchored.items() if of == chain}
        read, problem = _verify_chain(session, chain, heads.get(chain), expected)
        count += read
        if problem is not None:
            broken.append(problem)
    return Verdict(count, tuple(broken))


def _verify_chain(
    session: Session, chain: int, head: AuditChain | None, anchored: dict[int, str]
) -> tuple[int, BrokenLink | None]:
    columns = AuditRecord.__table__.c  # plain rows: a million lines in well under a minute
    statement = select(*columns).where(columns.chain == chain).order_by(columns.sequence)
    with contextlib.closing(session.execute(statement, execution_options={"yield_per": BATCH})) as lines:
        return _follow(lines, chain, head, anchored)


def _follow(
    lines: Iterable[Row[Any]], chain: int, head: AuditChain | None, anchored: dict[int, str]
) -> tuple[int, BrokenLink | None]:
    sequence, previous = 0, FIRST_HASH
    for line in lines:
        if line.sequence != sequence + 1:
            return sequence, BrokenLink(chain, sequence + 1, "缺少这一条，或者编号被改过")
        if line.previous_hash != previous:
            return sequence, BrokenLink(chain, line.sequence, "与前一条接不上")
        if not hmac.compare_digest(line.own_hash, hash_of(line)):
            return sequence, BrokenLink(chain, line.sequence, "内容被改过")
        sequence, previous = line.sequence, line.own_hash
        if anchored.get(sequence, previous) != previous:
            return sequence, BrokenLink(chain, sequence, "与存档的锚点不同，整条链可能被重造")
    last_anchor = max(anchored, default=0)
    if last_anchor > sequence:
        return sequence, BrokenLink(chain, sequence + 1, f"锚点记到第 {last_anchor} 条，后面的被删掉了")
    if (head.sequence if head else 0) != sequence or (head is not None and head.last_hash != previous):
        return sequence, BrokenLink(chain, sequence + 1, "链头记的条数不同，末尾可能被删掉了")
    return sequence, None


def heads_hold(session: Session) -> bool:
    """Whether the last line of every chain is whole and the one its head names; quick, for a health page."""
    columns = AuditRecord.__table__.c
    for head in session.scalars(select(AuditChain)):
        last = select(*columns).where(columns.chain == head.chain, columns.sequence == head.sequence)
        line = session.execute(last).first()
        if head.sequence and (line is None or not line.own_hash == head.last_hash == hash_of(line)):
            return False
    return True


def write_anchor(session: Session, directory: Path, *, now: datetime) -> Path:
    """Write today's anchor atomically and return the file; one a day, the last one counts."""
    heads = session.scalars(select(AuditChain).order_by(AuditChain.chain))
    lines = [f"{head.chain} {head.sequence} {head.last_hash}" for head in heads]
    body = "\n".join(lines)
    seal = hmac.new(key_ring().audit_key, b"anchor|" + body.encode(), hashlib.sha256).hexdigest()
    content = json.dumps({"written_at": now.isoformat(), "heads": lines, "seal": seal}, indent=1)
    path = directory / f"{now.astimezone(WALL).date().isoformat()}.json"
    write_atomically(path, lambda handle: _put(handle, content))
    return path


def _put(handle: IO[bytes], content: str) -> None:
    handle.write(content.encode())


def _read_anchors(directory: Path) -> dict[tuple[int, int], str]:
    """(chain, sequence) → hash from all anchor files. Raises ValueError for a forged file."""
    found: dict[tuple[int, int], str] = {}
    for path in sorted(directory.glob("*.json")):
        content = json.loads(path.read_text("utf-8"))
        body = "\n".join(content["heads"])
        seal = hmac.new(key_ring().audit_key, b"anchor|" + body.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(seal, content["seal"]):
            raise ValueError(f"锚点文件 {path.name} 被改过")
        for line in content["heads"]:
            chain, sequence, digest = line.split()
            if int(sequence):
                found[(int(chain), int(sequence))] = digest
    return found
