"""A glossary kept as a table, TSV, CSV or XLSX, one form a row.

Columns (Chinese headings also read): zh, en, bai, ipa, edition, variety, village, source, source_url,
licence, subject, citation. Only zh or en is required; a Bai form needs its source.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from corpus.bai.glossary import IncomingTerm
from corpus.bai.models import Subject
from corpus.bai.varieties import Script, Variety
from corpus.contained import Unreadable
from corpus.importing.office_files import sheet_rows

HEADINGS = {
    "汉语": "zh",
    "英语": "en",
    "白语": "bai",
    "国际音标": "ipa",
    "方案": "edition",
    "方言": "variety",
    "村": "village",
    "来源": "source",
    "网址": "source_url",
    "许可": "licence",
    "类别": "subject",
    "条文": "citation",
}
KNOWN = frozenset(HEADINGS.values())
MOST_ROWS = 100_000
LARGEST_TEXT = 20 * 1024 * 1024
_SUBJECTS = {"": Subject.EVERYDAY, "法律": Subject.LEGAL, "legal": Subject.LEGAL}


class TableRefused(ValueError):
    """The table cannot be read; the message names the line, the column and the remedy."""


def read_glossary_table(path: Path) -> Iterator[IncomingTerm]:
    """The rows of a table. Raises TableRefused (and ArchiveRefused for a dangerous workbook)."""
    rows = _workbook(path) if path.suffix.lower() == ".xlsx" else _text(path)
    header: list[str] | None = None
    for line, cells in rows:
        if header is None:
            header = [HEADINGS.get(cell.strip(), cell.strip().lower()) for cell in cells]
            unknown = [name for name in header if name and name not in KNOWN]
            if unknown or not {"zh", "en"} & set(header):
                wrong = f"不认识的列：{'、'.join(unknown)}" if unknown else "没有 zh（汉语）或 en（英语）列"
                raise TableRefused(
                    f"{path.name} 第{line}行表头{wrong}；可用的列是 {'、'.join(sorted(KNOWN))}。"
                )
            continue
        if any(cell.strip() for cell in cells):
            row = dict(zip(header, (cell.strip() for cell in cells), strict=False))
            yield _term(path, line, row)


def _term(path: Path, line: int, row: dict[str, str]) -> IncomingTerm:
    code = row.get("variety", "")
    try:
        variety = Variety(code.removesuffix("-Latn")) if code else Variety.UNKNOWN
    except ValueError as error:
        raise TableRefused(
            f"{path.name} 第{line}行方言“{code}”无法识别，请写 bca（中部）、bfs（南部）、bfc、lay 或留空。"
        ) from error
    text = row.get("bai", "")
    return IncomingTerm(
        line=line,
        chinese=row.get("zh", ""),
        english=row.get("en", ""),
        text=text,
        ipa=row.get("ipa", ""),
        edition=row.get("edition", ""),
        variety=variety,
        village=row.get("village", ""),
        script=_script(text),
        source=row.get("source", ""),
        source_url=row.get("source_url", ""),
        licence=row.get("licence", ""),
        subject=_SUBJECTS.get(row.get("subject", ""), Subject.EVERYDAY),
        citation=row.get("citation", ""),
    )


def _script(text: str) -> Script:
    if not text:
        return Script.IPA
    return Script.HAN if any("\u3400" <= letter <= "\u9fff" for letter in text) else Script.LATIN


def _text(path: Path) -> Iterator[tuple[int, list[str]]]:
    if path.stat().st_size > LARGEST_TEXT:
        raise TableRefused(f"{path.name} 超过 {LARGEST_TEXT // 1024 // 1024} MB，请分成几个文件。")
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TableRefused(f"{path.name} 第{error.start + 1}个字节不是 UTF-8，请另存为 UTF-8。") from error
    delimiter = "\t" if "\t" in content.partition("\n")[0] else ","
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise TableRefused(f"{path.name} 第{reader.line_num}行无法读取：{error}") from error


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        rows = sheet_rows(path.read_bytes(), most_rows=MOST_ROWS + 2, formulas=False)
    except Unreadable as problem:
        raise TableRefused(f"{path.name} {problem}") from problem
    yield from enumerate(rows, start=1)
