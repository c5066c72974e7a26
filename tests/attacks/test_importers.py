"""Every door for files of strangers with files that are made to hurt: a sentence, no harm, nothing stored."""

from __future__ import annotations

import functools
import io
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from flask import Flask
from openpyxl import Workbook

from corpus import contained
from corpus.importing import office_files
from mediation_rooms.permissions import Role
from tests.assistant.casework.conftest import rooms
from tests.attacks.fingerprints import of_stores

FIXTURES = (rooms,)
MARKER = "SECRET-OF-THE-SERVER"
PART = "<w:p><w:r><w:t>第一条 甲</w:t></w:r></w:p>"


def docx_with(body: str) -> bytes:
    """A document whose body is this XML."""
    whole = io.BytesIO()
    Document().save(whole)
    made = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "word/document.xml":
                opening, _body, closing = content.decode().partition("<w:body>")
                content = (opening + _body + body + "</w:body></w:document>").encode() if closing else content
            new.writestr(name, content)
    return made.getvalue()


def xlsx_with(sheet: str) -> bytes:
    """A workbook whose only sheet is this XML."""
    whole = io.BytesIO()
    Workbook().save(whole)
    made = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet if name.endswith("sheet1.xml") else old.read(name))
    return made.getvalue()


SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CELL = '<c r="A1" t="inlineStr"><is><t>zh</t></is></c>'
CORNER = f'{SHEET}<row r="1">{CELL}</row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
TABLE = '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2000000000"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
DEEP = "<a>" * 20_000
TMX = '<tmx version="1.4"><body><tu><tuv xml:lang="zh"><seg>甲</seg></tuv><tuv xml:lang="bca"><seg>'
XLIFF = '<xliff version="1.2"><file source-language="zh" target-language="bca"><body><trans-unit id="示例法#2"><source>甲</source><target>'
TBX = '<tbx><text><body><conceptEntry><langSec xml:lang="zh"><termSec><term>'


def outside(kind: str, path: Path, port: int) -> bytes:
    """An XML file that asks for a file of the server and for an address outside."""
    return (
        f'<?xml version="1.0"?><!DOCTYPE {kind} SYSTEM "http://127.0.0.1:{port}/x.dtd" [<!ENTITY a SYSTEM "file://{path}">'
        f'<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><{kind}>&a;&c;</{kind}>'
    ).encode()


def doors(path: Path, port: int) -> Iterator[tuple[str, str, str, bytes]]:
    """Where, the name of the field, the name of the file, its content."""
    law = docx_with
    for address, field, ending in (
        ("/workbench/exchange/preview", "file", "xlsx"), ("/workbench/glossary/exchange/preview", "file", "xlsx"),
        ("/overview/ledger/preview", "file", "xlsx"),
    ):  # fmt: skip
        yield address, field, f"corner.{ending}", xlsx_with(CORNER)
        yield address, field, f"half.{ending}", xlsx_with(SHEET + '<row r="1">' + CELL)
        yield (
            address,
            field,
            f"words.{ending}",
            xlsx_with(SHEET + '<row r="x"><c r="??" t="n"><v>--</v></c></row></sheetData></worksheet>'),
        )
    for body in (PART + TABLE, "<w:p><w:r>", "<w:p>" * 9_000):
        yield "/workbench/exchange/preview", "file", "a.docx", law(body)
    for name, opening in (("a.tmx", TMX), ("a.xlf", XLIFF)):
        yield "/workbench/exchange/preview", "file", name, (opening + DEEP).encode()
        yield (
            "/workbench/exchange/preview",
            "file",
            name,
            (opening + DEEP + "</a>" * 20_000 + ends(opening)).encode(),
        )
    yield (
        "/workbench/glossary/exchange/preview",
        "file",
        "a.tbx",
        (TBX + DEEP + "</a>" * 20_000 + ends(TBX)).encode(),
    )
    for name, kind, address in (
        ("a.tmx", "tmx", "/workbench/exchange/preview"), ("a.xlf", "xliff", "/workbench/exchange/preview"),
        ("a.tbx", "tbx", "/workbench/glossary/exchange/preview"),
    ):  # fmt: skip
        yield address, "file", name, outside(kind, path, port)
    for address in ("/workbench/exchange/preview", "/workbench/glossary/exchange/preview"):
        yield address, "file", "a.csv", ("条文,译文,zh\n" + "甲" * 140_000).encode()
        yield address, "file", "a.csv", b'zh,"' + b"x" * 200_000
        yield address, "file", "a.csv", "条文,译文\n\x00,\x00\n".encode()
    yield "/workbench/exchange/preview", "file", "a.txt", b"\xa4" * 300_000
    yield "/outreach/stories", "story", "a.json", b"[" * 100_000
    yield "/outreach/stories", "story", "a.json", b'{"format": "case-story/1", "text": 1e999}'
    yield "/outreach/events/counts", "counts", "a.txt", b"q:" * 100_000
    yield "/outreach/events/counts", "counts", "a.txt", bytes(range(256)) * 90


def ends(opening: str) -> str:
    """The closing tags of an opening."""
    import re

    return "".join(
        f"</{name}>"
        for name in reversed(re.findall(r"<(\w[\w-]*)[ >]", opening))
        if f"</{name}>" not in opening
    )


@pytest.fixture
def listener() -> Iterator[tuple[int, list[Any]]]:
    """A port on which nobody must knock, and who did."""
    knocks: list[Any] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.2)
    over = threading.Event()

    def wait() -> None:
        while not over.is_set():
            try:
                knocks.append(server.accept())
            except TimeoutError:
                continue

    thread = threading.Thread(target=wait)
    thread.start()
    yield server.getsockname()[1], knocks
    over.set()
    thread.join()
    server.close()


def test_no_importer_is_hurt_by_a_file_that_is_made_to_hurt(
    app: Flask, signed_in, rooms, tmp_path, listener, monkeypatch
):
    """UPL-02, UPL-03, UPL-04: bombs behind an honest packing, endless nesting, far corners, entities: a sentence each."""
    port, knocks = listener
    secret = tmp_path / "secret"
    secret.write_text(MARKER)
    monkeypatch.setattr(
        office_files, "read_contained", functools.partial(contained.read_contained, processor_seconds=2)
    )
    browser = signed_in(Role.TRANSLATOR, Role.ROOM_HEAD, Role.EDUCATOR, room_id=next(iter(rooms.values())))
    before, count = of_stores(app), 0
    for address, field, name, content in doors(secret, port):
        fields = {
            field: (io.BytesIO(content), name),
            "variety": "bca",
            "script": "han",
            "statute": "示例法",
            "source": "示例",
        }
        answer = browser.post(address, data=fields, content_type="multipart/form-data")
        assert answer.status_code == 422, (address, name, content[:80], answer.status_code)
        assert MARKER not in answer.text
        assert "Traceback" not in answer.text
        count += 1
    assert count > 25
    assert knocks == []
    assert of_stores(app) == before
