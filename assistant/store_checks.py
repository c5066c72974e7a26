"""The complete check of both stores, made every week: pages, references, and each sealed row.

The check at start reads the structure only and is quick. This one reads everything and takes its time, so
it runs as a command of its own; what it found lies in a small file beside the data, which the serving
processes read. It is never backed up: what it says is true of this disk only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError

from assistant.i18n import gettext as _
from assistant.store_copies import CASES, KINDS, StoreKind, checksum, taking_time
from assistant.stores import Stores
from corpus.database import Store, write_atomically
from mediation_rooms import integrity

OLDEST_CHECK = timedelta(days=8)
"""A week and a day."""
MOST_FINDINGS = 20


@dataclass(frozen=True)
class FullCheck:
    """When it was made; stores whose structure is damaged; rows that are not what was saved."""

    checked_at: datetime
    damaged: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()

    @property
    def is_damaged(self) -> bool:
        """Whether anything at all was found."""
        return bool(self.damaged or self.rows)

    def is_too_old(self, now: datetime) -> bool:
        """Whether the week is over."""
        return now - self.checked_at > OLDEST_CHECK

    def sentences(self) -> list[str]:
        """What the command prints."""
        lines = [*self.findings[:MOST_FINDINGS]]
        if self.damaged:
            lines.append(
                _(
                    "数据库有损坏，服务已经不再保存。请停下服务，用 flask --app wsgi backup list 找到出事以前的备份，"
                    "再用 flask --app wsgi backup restore 恢复。"
                )
            )
        lines += [_("%(row)s 和保存时不一样", row=row) for row in self.rows[:MOST_FINDINGS]]
        if self.rows:
            lines.append(
                _(
                    "有 %(count)s 行和保存时不一样：请把较早的备份恢复到另一台机器上核对这几行，再在案卷里更正。",
                    count=len(self.rows),
                )
            )
        return lines or [_("两个数据库都检查过，完好")]


def check_fully(stores: Stores, *, now: datetime) -> FullCheck:
    """Read everything of both stores. Raises OperationalError when one cannot be reached."""
    damaged, findings, rows = [], [], []
    for kind in KINDS.values():
        store: Store | None = getattr(stores, kind.name)
        if store is None:
            continue
        try:
            found = list(_wrong_in(store, kind))
            if kind is CASES and not found:
                with store.reading() as session:
                    rows = [f"{each.table_name} {each.row_id}" for each in integrity.damaged_rows(session)]
        except OperationalError:
            raise
        except DatabaseError as problem:
            found = [str(problem.orig)]
        if found:
            damaged.append(kind.name)
            findings += [f"{kind.name}: {each}" for each in found]
    return FullCheck(now, tuple(damaged), tuple(findings), tuple(rows))


def _wrong_in(store: Store, kind: StoreKind) -> Iterator[str]:
    """SQLite looks over its pages and references itself; PostgreSQL checks each page that is read."""
    with store.read_engine.connect() as connection:
        if store.is_sqlite:
            answers = connection.execute(text(f"PRAGMA integrity_check({MOST_FINDINGS})")).scalars().all()
            yield from (str(each) for each in answers if each != "ok")
            for row in connection.execute(text("PRAGMA foreign_key_check")):
                yield f"{row[0]} {row[1]} → {row[2]}"
            return
        taking_time(connection)
        for table in kind.metadata.sorted_tables:
            checksum(connection, table)


def _file(instance: Path) -> Path:
    return instance / "cache" / "store-check.json"


def remember(instance: Path, check: FullCheck) -> None:
    """Leave the result for the serving processes."""
    content = {
        "checked_at": check.checked_at.isoformat(), "damaged": check.damaged, "findings": check.findings[:MOST_FINDINGS],
        "rows": check.rows,
    }  # fmt: skip
    write_atomically(
        _file(instance), lambda handle: handle.write(json.dumps(content, ensure_ascii=False).encode())
    )


def last_check(instance: Path) -> FullCheck | None:
    """The newest result; None when there never was one or it cannot be read."""
    try:
        content = json.loads(_file(instance).read_bytes())
        return FullCheck(
            datetime.fromisoformat(content["checked_at"]),
            *(tuple(str(each) for each in content[name]) for name in ("damaged", "findings", "rows")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
