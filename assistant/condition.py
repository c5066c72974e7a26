"""Whether what is stored is sound: looked at in the background, told to the people who are signed in.

SQLite's check reads every page, so it runs in a thread of the serving process and never holds up the
start. When it finds damage nothing more is saved, so that a good backup stays the newest state, and the
pages say what to do. A clock set back and a disk without its reserve are told the same way.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar

from flask import Flask, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from assistant import store_copies
from assistant.i18n import gettext as _
from assistant.settings import Settings
from assistant.store_checks import FullCheck, last_check
from assistant.stores import Stores
from assistant.web.sign_in import current_account
from corpus.database import Store
from mediation_rooms import integrity
from mediation_rooms.audit import AuditChain
from mediation_rooms.backup_age import BackupAge, backup_age
from mediation_rooms.errors import StepNotAllowed
from mediation_rooms.permissions import Action, may

Seen = TypeVar("Seen")
LOGGER = logging.getLogger("assistant.condition")
LOOK_EVERY_SECONDS = 30.0
LARGEST_FORM_BYTES = 256 * 1024
"""A form above this size carries a file and is refused while the disk has no reserve."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class NoReserve(HTTPException):
    """An upload while the disk keeps no more than the reserve of the databases: 507."""

    code = 507


class StoreCondition:
    """What ``app.extensions["condition"]`` is. Safe for many threads."""

    def __init__(self, settings: Settings, stores: Stores) -> None:
        self._settings, self._stores = settings, stores
        self._lock = threading.Lock()
        self._checked = self._is_checking = False
        self._damaged: tuple[str, ...] = ()
        self._seen: dict[Callable[[], Any], tuple[float, Any]] = {}

    def start(self) -> threading.Thread:
        """Check both stores in the background; returns the thread."""
        self._is_checking = True
        thread = threading.Thread(target=self.check, name="store-check", daemon=True)
        thread.start()
        return thread

    def check(self) -> None:
        """Check every store now; a store that cannot be read at all counts as damaged."""
        named = [("collection", self._stores.collection), ("cases", self._stores.cases)]
        damaged = []
        for name, store in named:
            if store is None:
                continue
            try:
                found = integrity.quick_check(store)
            except SQLAlchemyError as problem:
                found = [type(problem).__name__]
            if found:
                LOGGER.error("store damaged", extra={"store": name, "findings": len(found)})
                damaged.append(name)
        self._damaged, self._checked, self._is_checking = tuple(damaged), True, False

    def look_again(self) -> None:
        """A request met damage: check the stores anew, so that nothing more is saved into a damaged one."""
        if not self._is_checking and not self._damaged:
            self.start()

    def schema_problem(self) -> str:
        """Empty, or what to do because a store's tables are not those of this programme."""
        for kind in store_copies.KINDS.values():
            store: Store | None = getattr(self._stores, kind.name)
            if store is None or self._settings.is_kiosk:
                continue
            present = kind.migrations.current(store)
            if present == kind.migrations.head:
                continue
            if present is None or present in kind.migrations.revisions():
                return str(
                    _(
                        "程序更新以后还没有更新数据库，现在不能用，数据都在。"
                        "请管理员停下服务，运行 flask --app wsgi prepare，再启动。"
                    )
                )
            return str(
                _("数据库是更新的程序写的，这个程序看不懂，数据都在。请管理员换回较新的程序，再启动。")
            )
        return ""

    def forget(self) -> None:
        """Have the next page ask the disk again instead of what was read within the last half minute."""
        with self._lock:
            self._seen.clear()

    def weekly(self) -> FullCheck | None:
        """What the complete check found, read at most every half minute."""
        return self._lately(self._read_weekly)

    def _read_weekly(self) -> FullCheck | None:
        return last_check(self._settings.instance_directory)

    def damaged(self) -> tuple[str, ...]:
        """The stores found damaged at start, by a request, or by the complete check."""
        weekly = self.weekly()
        return tuple(sorted({*self._damaged, *(weekly.damaged if weekly is not None else ())}))

    def state(self) -> str:
        """One word for the health page: ``ok``, ``not checked``, ``being checked`` or ``damaged: …``."""
        weekly = self.weekly()
        if self.is_damaged:
            return f"damaged: {', '.join(self.damaged())}"
        if weekly is not None and weekly.rows:
            return f"rows not as saved: {len(weekly.rows)}"
        return "ok" if self._checked else "being checked" if self._is_checking else "not checked"

    @property
    def is_damaged(self) -> bool:
        """Whether a store was found damaged; then nothing is saved."""
        return bool(self.damaged())

    def has_reserve(self) -> bool:
        """Whether the disk of the data folder keeps its reserve for the databases."""
        folder = self._settings.instance_directory
        while not folder.exists():
            folder = folder.parent
        return integrity.has_reserve(folder)

    def clock_is_wrong(self, now: datetime) -> bool:
        """Whether the clock stands a day before the newest line of the trail or before the programme."""
        return integrity.clock_is_wrong(now, newest_known=self._newest_line())

    def _newest_line(self) -> datetime | None:
        """The time of the newest line of the trail, read at most every half minute."""
        return self._lately(self._read_newest_line)

    def _read_newest_line(self) -> datetime | None:
        if self._stores.cases is None:
            return None
        with self._stores.cases.reading() as session:
            return session.scalar(select(func.max(AuditChain.last_at)))

    def _lately(self, read: Callable[[], Seen]) -> Seen:
        """What ``read`` said within the last half minute, so that a page does not ask the disk each time."""
        with self._lock:
            moment = time.monotonic()
            if read not in self._seen or moment - self._seen[read][0] >= LOOK_EVERY_SECONDS:
                self._seen[read] = (moment, read())
            seen: Seen = self._seen[read][1]
            return seen

    def backup_age(self) -> BackupAge:
        """How old the newest backup and drill are, read at most every half minute."""
        return self._lately(self._read_backup_age)

    def _read_backup_age(self) -> BackupAge:
        if self._stores.cases is None:
            return BackupAge(None, None)
        with self._stores.cases.reading() as session:
            return backup_age(session)

    def alarms(self, now: datetime) -> list[str]:
        """What whoever answers for the backups must know on every page."""
        age, found = self.backup_age(), []
        if age.backup_is_too_old(now):
            found.append(_("最近 24 小时没有做过备份。"))
        if age.drill_is_too_old(now):
            found.append(_("90 天内没有做过恢复演练。"))
        weekly = self.weekly()
        if weekly is None or weekly.is_too_old(now):
            found.append(_("一个星期以上没有完整检查过数据库。"))
        elif weekly.rows:
            found.append(
                _(
                    "完整检查发现有 %(count)s 行和保存时不一样。请运行 flask --app wsgi stores check 看是哪几行，"
                    "把较早的备份恢复到另一台机器上核对。",
                    count=len(weekly.rows),
                )
            )
        return found

    def sentences(self, now: datetime) -> list[str]:
        """What the people who are signed in must know, each with the way out."""
        found = []
        if self.is_damaged:
            found.append(damage_sentence())
        if self.clock_is_wrong(now):
            found.append(
                _(
                    "这台机器的时钟不对：比最近一次记录早一天以上，或者早于本软件的日期。"
                    "期限和保管年限暂时不可信，请先把日期时间校准再办案。"
                )
            )
        if not self.has_reserve():
            found.append(
                _(
                    "磁盘快满了，暂时不能上传文件，文字仍可保存。请管理员清理磁盘或换更大的磁盘，再到健康检查页核对。"
                )
            )
        return found


def damage_sentence() -> str:
    """What is wrong with a damaged store and how to come back to a sound one."""
    return str(
        _(
            "检查发现数据库有损坏，为免越存越坏，现在不能保存。请管理员停下服务，"
            "用命令 flask --app wsgi backup list 找到最近的备份，再用 flask --app wsgi backup restore 恢复；"
            "现在的数据会移到旁边，不会删除。"
        )
    )


def install(app: Flask, settings: Settings) -> None:
    """Refuse what the condition forbids and give the pages their warnings."""
    condition = StoreCondition(settings, app.extensions["stores"])
    app.extensions["condition"] = condition

    @app.before_request
    def _refuse() -> None:
        if request.method in SAFE_METHODS or (request.blueprint or "") == "sign_in":
            return
        if condition.is_damaged:
            raise StepNotAllowed([damage_sentence()])
        is_upload = (request.content_length or 0) > LARGEST_FORM_BYTES
        if is_upload and not condition.has_reserve():
            raise NoReserve(_("磁盘快满了，文件没有收下，以前存的都在。请管理员清理磁盘后再上传。"))

    @app.context_processor
    def _warnings() -> dict[str, Any]:
        account, now = current_account(), datetime.now(UTC)
        if account is None:
            return {"condition_warnings": [], "condition_alarms": []}
        # the page of the backups says it itself, with what to do
        alarms = (
            condition.alarms(now)
            if may(account.actor, Action.BACK_UP) and request.endpoint != "account.backups"
            else []
        )
        return {"condition_warnings": condition.sentences(now), "condition_alarms": alarms}
