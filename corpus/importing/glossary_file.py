"""Any file of a glossary into rows: TSV, CSV, XLSX, TBX, a word list, a CLDF folder as ZIP.

Which reader is needed is told by the ending and the first line; nothing is stored here.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from corpus.bai.glossary import IncomingTerm
from corpus.importing.archive_guard import DOCUMENT_LIMITS, check_archive
from corpus.importing.cldf import read_cldf
from corpus.importing.glossary_table import MOST_ROWS, read_glossary_table
from corpus.importing.tbx import read_tbx
from corpus.importing.word_list import read_word_list

ENDINGS = ("tsv", "csv", "xlsx", "tbx", "xml", "zip")
_CLDF = ("forms.csv", "languages.csv", "parameters.csv")
_WORD_LIST_HEAD = b"ipa\tvariety"


class GlossaryFileRefused(ValueError):
    """The file cannot be read; the sentence says why and what to do."""


def rows_of_path(path: Path, *, source: str = "", licence: str = "") -> Iterable[IncomingTerm]:
    """Rows of a file or a CLDF folder. Raises ValueError of the reader concerned."""
    ending = path.suffix.lower()
    if path.is_dir():
        return read_cldf(path, licence=licence, collection=source or path.name)
    if ending in (".tbx", ".xml"):
        return read_tbx(path, source=source)
    if ending == ".tsv" and path.read_bytes()[:40].lstrip(b"\xef\xbb\xbf").startswith(_WORD_LIST_HEAD):
        return read_word_list(path)
    return read_glossary_table(path)


def read_glossary_file(
    content: bytes, *, name: str, source: str = "", licence: str = ""
) -> list[IncomingTerm]:
    """Rows of an uploaded file; ``source`` and ``licence`` stand for what TBX and CLDF leave out.

    Raises :class:`GlossaryFileRefused`.
    """
    ending = name.lower().rsplit(".", 1)[-1]
    if ending not in ENDINGS:
        raise GlossaryFileRefused("请用 TSV、CSV、XLSX、TBX 文件，或者装着 CLDF 三个 CSV 的 ZIP")
    if ending == "zip" and not source.strip():
        raise GlossaryFileRefused("CLDF 词表要在旁边写来源（作品名称）")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{ending}"
        try:
            if ending == "zip":
                path = Path(folder)
                _unpack_cldf(content, path)
            else:
                path.write_bytes(content)
            rows: list[IncomingTerm] = []
            for row in rows_of_path(path, source=source, licence=licence):
                if len(rows) == MOST_ROWS:
                    raise GlossaryFileRefused(f"超过 {MOST_ROWS} 行，请分成几个文件")
                rows.append(row)
        except UnicodeDecodeError as problem:
            raise GlossaryFileRefused("文件不是 UTF-8 编码，请另存为 UTF-8 再试") from problem
        except csv.Error as problem:
            raise GlossaryFileRefused("表格里有读不了的行（太长或者有空字符），请另存再试") from problem
        except (ValueError, OSError, KeyError, IndexError, zipfile.BadZipFile) as problem:
            raise GlossaryFileRefused(str(problem) or "文件读不了，请另存再试") from problem
    return rows


def _unpack_cldf(content: bytes, folder: Path) -> None:
    """The three tables of a CLDF word list, wherever they lie in the archive; nothing else is written."""
    check_archive(content, limits=DOCUMENT_LIMITS)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            name = PurePosixPath(member).name
            if name in _CLDF:
                (folder / name).write_bytes(archive.read(member))
