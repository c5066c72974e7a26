"""A CLDF word list as lexibank publishes it: ``forms.csv``, ``languages.csv``, ``parameters.csv``.

Only languages whose ISO code is one of Bai are read, or all when the folder names no codes.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from corpus.bai.glossary import IncomingTerm
from corpus.bai.varieties import Script, Variety

_BAI = {variety.value for variety in Variety} - {Variety.UNKNOWN.value}
_NEEDED = {
    "forms.csv": ("Language_ID", "Parameter_ID", "Form"),
    "languages.csv": ("ID", "Name"),
    "parameters.csv": ("ID", "Name"),
}


class CldfRefused(ValueError):
    """The folder is no CLDF word list; the message names the file, line and column."""


def read_cldf(folder: Path, *, licence: str, collection: str) -> Iterator[IncomingTerm]:
    """Rows of a folder; ``collection`` names the work for the source field (``lexibank/allenbai``).

    A ``cldf`` folder inside is found by itself. Raises CldfRefused.
    """
    base = folder / "cldf" if (folder / "cldf").is_dir() else folder
    languages = {row["ID"]: row for _, row in _rows(base, "languages.csv")}
    concepts = {row["ID"]: row for _, row in _rows(base, "parameters.csv")}
    for line, row in _rows(base, "forms.csv"):
        language = languages.get(row["Language_ID"])
        concept = concepts.get(row["Parameter_ID"])
        if language is None or concept is None:
            raise CldfRefused(
                f"forms.csv 第{line}行引用的语言“{row['Language_ID']}”或概念“{row['Parameter_ID']}”不存在。"
            )
        code = (language.get("ISO639P3code") or "").strip()
        if (code and code not in _BAI) or not row["Form"].strip():
            continue
        sources = (row.get("Source") or "").strip()
        yield IncomingTerm(
            line=line,
            chinese=(concept.get("Chinese_Gloss") or concept.get("Chinese") or "").strip(),
            english=(concept.get("Concepticon_Gloss") or concept["Name"]).strip().lower(),
            ipa=row["Form"].strip(),
            variety=Variety(code) if code else Variety.UNKNOWN,
            village=language["Name"].strip(),
            script=Script.IPA,
            source=f"{collection} {row.get('ID', '')} {sources}".strip()[:400],
            licence=licence,
        )


def _rows(base: Path, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    path = base / name
    if not path.is_file():
        raise CldfRefused(f"文件夹里没有 {name}，请选择 lexibank 发布的 cldf 文件夹。")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle)
        missing = [column for column in _NEEDED[name] if column not in (reader.fieldnames or ())]
        if missing:
            raise CldfRefused(f"{name} 第1行缺少列：{'、'.join(missing)}。")
        for row in reader:
            yield reader.line_num, row
