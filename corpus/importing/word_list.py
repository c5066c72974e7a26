"""The word lists of the villages: ``ipa, variety, concept_zh, concept_en, source`` as TSV, sound only."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from corpus.bai.glossary import IncomingTerm
from corpus.bai.varieties import Script, variety_of

COLUMNS = ("ipa", "variety", "concept_zh", "concept_en", "source")
_LICENCE = re.compile(r"CC-BY[-A-Z0-9.]*")


class WordListRefused(ValueError):
    """The file is not a word list; the message says what is missing."""


def read_word_list(path: Path) -> Iterator[IncomingTerm]:
    """One row a form. Raises WordListRefused when the columns are not those of a word list."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        reader = csv.DictReader(handle, delimiter="\t")
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise WordListRefused(f"{path.name} 第1行缺少列：{'、'.join(missing)}；各列须以制表符分隔。")
        for row in reader:
            ipa = (row["ipa"] or "").strip()
            if not ipa:
                continue
            source = (row["source"] or "").strip()
            variety, village = variety_of(row["variety"] or "")
            licence = _LICENCE.search(source)
            yield IncomingTerm(
                line=reader.line_num,
                chinese=(row["concept_zh"] or "").strip(),
                english=(row["concept_en"] or "").strip(),
                ipa=ipa,
                variety=variety,
                village=village,
                script=Script.IPA,
                source=source,
                licence=licence.group() if licence else "",
            )
