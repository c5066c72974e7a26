"""Terminology as other programs export it: TBX (ISO 30042), old ``martif`` and new ``tbx`` roots.

The parser refuses document types, entities and external references; a file is at most 20 MB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from corpus.bai.glossary import IncomingTerm
from corpus.bai.models import Subject
from corpus.bai.varieties import Script, Variety
from corpus.contained import Unreadable, read_contained

LARGEST_FILE = 20 * 1024 * 1024
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class TbxRefused(ValueError):
    """The file is no TBX, is damaged or holds something dangerous; the message says which."""


def read_tbx(path: Path, *, source: str = "") -> Iterator[IncomingTerm]:
    """One row a Bai term (a concept without Bai gives one empty row); ``line`` counts term entries.

    ``source`` is used where an entry names none. Raises TbxRefused.
    """
    if path.stat().st_size > LARGEST_FILE:
        raise TbxRefused(f"{path.name} 超过 {LARGEST_FILE // 1024 // 1024} MB，请分成几个文件。")
    asked = json.dumps({"name": path.name, "source": source}).encode()
    try:
        made = read_contained("corpus.importing.tbx:rows_as_json", asked + b"\n" + path.read_bytes())
    except Unreadable as problem:
        raise TbxRefused(str(problem)) from problem
    for row in json.loads(made):
        yield IncomingTerm(
            **{
                **row,
                "variety": Variety(row["variety"]),
                "script": Script(row["script"]),
                "subject": Subject(row["subject"]),
            }
        )


def rows_as_json(request: bytes) -> bytes:
    """Runs contained: a line with the name and the source said beside the file, then the file."""
    line, _end, content = request.partition(b"\n")
    asked = json.loads(line)
    name = asked["name"]
    try:
        root = fromstring(content, forbid_dtd=False)
    except ParseError as error:
        raise TbxRefused(f"{name} 第{error.position[0]}行不是完整的 XML，请重新导出。") from error
    except (DefusedXmlException, LookupError, ValueError) as error:
        raise TbxRefused(f"{name} 含有实体或外部引用，已拒绝；请用不含实体的 TBX。") from error
    if root is None or _name(root) not in ("martif", "tbx"):
        raise TbxRefused(f"{name} 的根元素不是 TBX 的 martif 或 tbx。")
    entries = (element for element in root.iter() if _name(element) in ("termEntry", "conceptEntry"))
    rows = [
        asdict(row)
        for number, entry in enumerate(entries, start=1)
        for row in _entry(number, entry, asked["source"])
    ]
    return json.dumps(rows, ensure_ascii=False).encode("utf-8", "replace")


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _entry(number: int, entry: Element, default_source: str) -> Iterator[IncomingTerm]:
    chinese = english = ""
    bai: list[tuple[str, str, dict[str, str]]] = []
    notes = _notes(entry, inside=("langSet", "langSec"))
    for section in entry.iter():
        if _name(section) not in ("langSet", "langSec"):
            continue
        language = section.get(_LANG, "").strip()
        primary = language.split("-")[0].lower()
        for group in section:
            if _name(group) not in ("tig", "ntig", "termSec"):
                continue
            term = next((e.text or "" for e in group.iter() if _name(e) == "term"), "").strip()
            if primary == "zh" and not chinese:
                chinese = term
            elif primary == "en" and not english:
                english = term
            elif primary in ("bca", "bfs", "bfc", "lay", "und"):
                bai.append((language, term, _notes(group)))
    subject = Subject.LEGAL if notes.get("subjectField") == "legal" else Subject.EVERYDAY
    citation = notes.get("xCitation", "")
    if not bai:
        yield IncomingTerm(number, chinese, english, subject=subject, citation=citation)
    for language, term, found in bai:
        is_ipa = "fonipa" in language
        is_han = "Hani" in language
        yield IncomingTerm(
            line=number,
            chinese=chinese,
            english=english,
            text="" if is_ipa else term,
            ipa=term if is_ipa else found.get("pronunciation", ""),
            edition=language.rpartition("-x-o")[2] if "-x-o" in language else "",
            variety=Variety(language.split("-")[0].lower()),
            village=found.get("geographicalUsage", ""),
            script=Script.IPA if is_ipa else Script.HAN if is_han else Script.LATIN,
            source=found.get("source", "") or default_source,
            source_url=found.get("xSource", ""),
            licence=found.get("xLicence", ""),
            subject=subject,
            citation=citation,
        )


def _notes(element: Element, inside: tuple[str, ...] = ()) -> dict[str, str]:
    found: dict[str, str] = {}
    for child in element:
        if _name(child) in inside:
            continue
        for each in child.iter():
            kind = each.get("type") or _name(each)
            if each.text and each.text.strip():
                found.setdefault(kind, each.text.strip())
    return found
