"""Files that come with hostile names, and more of them than a room may have."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from mediation_rooms import samples
from mediation_rooms.models.evidence import Attachment
from tests.assistant.casework.conftest import make_case, mediator, rooms

FIXTURES = (make_case, mediator, rooms)
NAMES = (
    "调解协议书.png",
    "调解协议书.png",
    "../../x.png",
    "..\\..\\windows\\x.png",
    "/etc/passwd",
    'a"; filename="evil.exe',
    "a\u202egnp.exe",
    "a\u200b\u2066b.png",
    "长" * 300 + ".png",
    ".htaccess",
    "%2e%2e%2fx.png",
    "con.png",
)


def picture(shade: int = 120) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 20, 20)).save(drawn, "PNG")
    return drawn.getvalue()


@pytest.fixture
def upload(mediator) -> Callable:
    """``upload(case_id, (name, content), …)``: a piece of evidence with files, through its page."""

    def send(case_id: int, *files: tuple[str, bytes]):
        page = mediator.get(f"/cases/{case_id}/acts/evidence").text
        day = re.search(r'name="provided_on"[^>]*value="([\d-]+)"', page)
        fields = {
            "name": "示例照片", "provided_on": day[1] if day else "", "page_count": "1", "proves": "示例",
            "files": [(io.BytesIO(content), name) for name, content in files],
        }  # fmt: skip
        return mediator.post(
            f"/cases/{case_id}/acts/evidence", data=fields, content_type="multipart/form-data"
        )

    return send


def on_disk(app: Flask) -> list[Path]:
    folder = app.extensions["settings"].instance_directory / "attachments"
    return sorted(path for path in folder.rglob("*") if path.is_file())


def kept(app: Flask) -> list[Attachment]:
    with app.extensions["stores"].cases.reading() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.id)))


def test_names_of_files_are_only_words(app: Flask, mediator, make_case, upload):
    """UPL-06, UPL-07: twice the same Chinese name, paths, quotes, direction marks: all kept, headers intact."""
    case_id = make_case(samples.boundary_case_mediating)
    assert upload(case_id, *((name, picture(number)) for number, name in enumerate(NAMES))).status_code == 303
    found = kept(app)
    assert len(found) == len(NAMES) == len(on_disk(app))
    assert len({each.stored_name for each in found}) == len(NAMES)
    assert all(re.fullmatch(r"[0-9a-f]{64}", path.name) for path in on_disk(app))
    assert [each.original_name for each in found[:2]] == ["调解协议书.png", "调解协议书.png"]
    page = mediator.get(f"/cases/{case_id}").text
    for number, each in enumerate(found):
        assert not re.search(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\x00-\x1f/\\]", each.original_name)
        answer = mediator.get(f"/cases/{case_id}/attachments/{each.id}")
        assert answer.status_code == 200
        header = answer.headers["Content-Disposition"]
        assert header.startswith("attachment;")
        assert header.isascii()
        assert "\r" not in header
        if not each.original_name.isascii():
            encoded = re.search(r"filename\*=UTF-8''(\S+)", header)
            assert encoded is not None
            assert unquote(encoded[1]) == each.original_name
        shade = Image.open(io.BytesIO(answer.data)).getpixel((1, 1))
        assert isinstance(shade, tuple)
        assert shade[0] == number
    assert 'filename="evil.exe' not in page
    assert "\u202e" not in page


def test_a_line_break_in_a_name_never_reaches_a_header(mediator, make_case, app: Flask):
    """UPL-06: CR and LF in the part's own header, as only a hand-made request has them."""
    case_id = make_case(samples.boundary_case_mediating)
    parts = [("name", "示例"), ("provided_on", "2026-01-05"), ("page_count", "1")]
    body = b"".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in parts
    )
    encoded = "x%0D%0ASet-Cookie%3A%20a%3Db.png"
    body += b"--b\r\nContent-Disposition: form-data; name=\"files\"; filename*=UTF-8''" + encoded.encode()
    body += b"\r\nContent-Type: image/png\r\n\r\n" + picture() + b"\r\n--b--\r\n"
    answer = mediator.post(
        f"/cases/{case_id}/acts/evidence", data=body, content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 303
    (only,) = kept(app)
    answer = mediator.get(f"/cases/{case_id}/attachments/{only.id}")
    assert "Set-Cookie" not in answer.headers or "a=b" not in answer.headers["Set-Cookie"]
    assert "\n" not in only.original_name


def test_a_room_fills_its_own_share_and_no_more(app: Flask, mediator, make_case, upload, signed_in, rooms):
    """UPL-09: at the limit 413 with what to do; what was typed is there; words are still saved; others go on."""
    case_id = make_case(samples.boundary_case_mediating)
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], room_files_mb=0)
    refused = upload(case_id, ("一.png", picture()))
    assert refused.status_code == 413
    assert "ROOM_FILES_MB" in refused.text
    assert "示例照片" in refused.text
    assert on_disk(app) == []
    assert mediator.post(f"/cases/{case_id}/notes", data={"text": "照样能记"}).status_code == 303
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], room_files_mb=1)
    assert upload(case_id, ("一.png", picture())).status_code == 303
    with app.extensions["stores"].cases.writing() as session:
        session.scalars(select(Attachment)).one().size_bytes = 999_990
    assert upload(case_id, ("二.png", picture())).status_code == 413
    second = list(rooms)[1]
    colleague = signed_in("mediator", room_id=rooms[second])
    other = make_case(samples.boundary_case_mediating, room=second)
    page = colleague.get(f"/cases/{other}/acts/evidence").text
    day = re.search(r'name="provided_on"[^>]*value="([\d-]+)"', page)
    fields = {"name": "示例", "provided_on": day[1] if day else "", "page_count": "1"}
    answer = colleague.post(
        f"/cases/{other}/acts/evidence",
        data={**fields, "files": (io.BytesIO(picture()), "三.png")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303


def test_the_reserve_of_the_databases_is_kept_from_files(
    app: Flask, mediator, make_case, upload, monkeypatch
):
    """UPL-09: without the reserve a file is refused and a note is saved; with it again the file is kept."""
    from mediation_rooms import integrity

    case_id = make_case(samples.boundary_case_mediating)
    large = io.BytesIO()
    Image.effect_noise((600, 600), 90).save(large, "PNG")
    assert len(large.getvalue()) > 256 * 1024
    monkeypatch.setattr(integrity, "has_reserve", lambda _folder: False)
    assert upload(case_id, ("大.png", large.getvalue())).status_code == 507
    assert mediator.post(f"/cases/{case_id}/notes", data={"text": "照样能记"}).status_code == 303
    monkeypatch.undo()
    assert upload(case_id, ("大.png", large.getvalue())).status_code == 303


def test_a_refused_form_leaves_no_file_behind(app: Flask, make_case, upload, mediator):
    """UPL-09: files of a form that was refused are taken back, so that nobody fills the disk with refusals."""
    case_id = make_case(samples.boundary_case_mediating)
    fields = {"name": "", "provided_on": "", "page_count": "0", "files": (io.BytesIO(picture()), "一.png")}
    answer = mediator.post(f"/cases/{case_id}/acts/evidence", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert on_disk(app) == []


SCRIPT = b"<html><body><script>window.ran=1</script></body></html>"
DISGUISES = (
    ("page.png", SCRIPT), ("page.pdf", SCRIPT), ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='window.ran=1'/>"),
    ("drawing.jpg", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script>window.ran=1</script></svg>"),
    ("both.gif", b"GIF89a/*" + bytes(20) + b"*/=1;window.ran=1"), ("late.png", picture() + SCRIPT), ("early.png", SCRIPT + picture()),
    ("page.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n" + SCRIPT), ("programme.docx", b"MZ" + bytes(200)),
    ("archive.docx", b"PK\x03\x04" + SCRIPT), ("flash.jpg", b"FWS\x09" + bytes(60)), ("code.js", b"window.ran=1"),
    ("paper.pdf", b"%PDF-1.4\n" + SCRIPT + b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>\n%%EOF"), ("sound.wav", SCRIPT),
)  # fmt: skip


def test_no_disguise_is_ever_shown_by_the_browser(app: Flask, mediator, make_case, upload):
    """UPL-05: fourteen disguises: refused by their content, or kept and given out only as a sealed download."""
    case_id = make_case(samples.boundary_case_mediating)
    taken = []
    for name, content in DISGUISES:
        before = len(kept(app))
        status = upload(case_id, (name, content)).status_code
        assert status in (303, 422), name
        assert (len(kept(app)) > before) == (status == 303), name
        taken += [name] if status == 303 else []
    assert set(taken) <= {"late.png", "paper.pdf", "sound.wav"}
    for each in kept(app):
        answer = mediator.get(f"/cases/{case_id}/attachments/{each.id}")
        assert answer.headers["Content-Disposition"].startswith("attachment;"), each.original_name
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.mimetype in ("image/png", "application/pdf"), each.original_name
        if answer.mimetype == "image/png":
            assert SCRIPT not in answer.data, "a picture is drawn anew"
