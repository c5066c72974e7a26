"""Files of a case: judged by their content, stripped of hidden data, encrypted, under random names.

Nothing a user sends decides a path or a type: the stored name is random, the type comes from the
first bytes, pictures are drawn anew without their metadata, office files are looked into before
they are kept. The name the user gave is only shown, cleaned of separators and invisible characters.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import unicodedata
import warnings
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import filetype
from PIL import Image, ImageOps
from sqlalchemy.orm import Session

from mediation_rooms.actor import Actor
from mediation_rooms.case_view import day_of
from mediation_rooms.encrypted_files import forget_encrypted, read_encrypted, write_encrypted
from mediation_rooms.encryption import FieldDamaged
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment, Evidence
from mediation_rooms.models.people import Party
from mediation_rooms.steps import must_be_own, touched
from mediation_rooms.wording import N_, say

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_MEMBERS = 2000
MAX_RATIO = 200

_PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
_OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OTHERS = {"application/pdf", "audio/mpeg", "audio/x-wav", "audio/wav", "audio/ogg", "audio/m4a", "audio/mp4"}
_ACCEPTED = "照片（JPG、PNG、WebP）、PDF、录音（MP3、WAV、OGG、M4A）、Word 和 Excel 文件"


@dataclass(frozen=True)
class CheckedFile:
    """A file that may be kept: its type by content and the bytes to keep."""

    media_type: str
    content: bytes


def shown_name(name: str) -> str:
    """A name safe to show: no path, no control or direction characters, at most 120 characters."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", maxsplit=1)[-1]
    kept = "".join(c for c in base if unicodedata.category(c) not in {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
    return kept.strip()[-120:] or "未命名"


def _check_office(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            unpacked = sum(member.file_size for member in members)
            names = [member.filename for member in members]
            encrypted = any(member.flag_bits & 0x1 for member in members)
    except zipfile.BadZipFile:
        return N_("文件已损坏，打不开")
    if encrypted:
        return N_("文件加了密码，请去掉密码再上传")
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * len(content):
        return N_("文件展开后过大，没有接收")
    if any(name.startswith("/") or ".." in name.split("/") for name in names):
        return N_("文件内部的路径不正常，没有接收")
    if any("vbaproject" in name.lower() or name.lower().endswith((".bin", ".exe")) for name in names):
        return N_("文件里有宏或者嵌入的程序，请另存为不带宏的文件")
    return None


def _redrawn(content: bytes, form: str) -> bytes:
    """The picture drawn anew, upright, without any metadata. Raises ValueError with a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[form]) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    raise ValueError(
                        say(
                            N_("图片太大（%(width)s×%(height)s），请缩小后再上传"),
                            width=picture.width,
                            height=picture.height,
                        )
                    )
                upright = ImageOps.exif_transpose(picture)
                if form == "JPEG" and upright.mode not in {"RGB", "L"}:
                    upright = upright.convert("RGB")
                clean = Image.frombytes(upright.mode, upright.size, upright.tobytes())
                if upright.mode == "P" and (palette := upright.getpalette()):
                    clean.putpalette(palette)
    except (OSError, SyntaxError, Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise ValueError(N_("图片已损坏或者太大，没有接收")) from problem
    drawn = io.BytesIO()
    clean.save(drawn, form, quality=90) if form != "PNG" else clean.save(drawn, form)
    return drawn.getvalue()


def check_file(content: bytes) -> CheckedFile:
    """Judge a file by its content. Raises :class:`InvalidEntry` with the sentence for the user."""
    if not content:
        raise InvalidEntry({"file": N_("文件是空的")})
    if len(content) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // (1024 * 1024)
        raise InvalidEntry({"file": say(N_("文件超过%(limit)s兆，请缩小或者分开上传"), limit=limit)})
    kind = filetype.guess(content)
    media_type = str(kind.mime) if kind is not None else ""
    if media_type in _PICTURES:
        try:
            return CheckedFile(media_type, _redrawn(content, _PICTURES[media_type]))
        except ValueError as problem:
            raise InvalidEntry({"file": str(problem)}) from problem
    if media_type in _OFFICE:
        if problem_text := _check_office(content):
            raise InvalidEntry({"file": problem_text})
        return CheckedFile(media_type, content)
    if media_type in _OTHERS:
        return CheckedFile(media_type, content)
    raise InvalidEntry({"file": say(N_("不能接收这种文件，可以上传：%(accepted)s"), accepted=_ACCEPTED)})


@dataclass(frozen=True)
class StoredFile:
    """A file already on disk, encrypted, not yet known to any case."""

    stored_name: str
    media_type: str
    size_bytes: int
    sha256: str


def keep_file(root: Path, checked: CheckedFile) -> StoredFile:
    """Write a checked file under a random name; done before the write transaction begins.

    A crash between this and :func:`attach` leaves an unused file, never a row without one.
    """
    stored_name = secrets.token_hex(32)
    write_encrypted(root, stored_name, checked.content)
    digest = hashlib.sha256(checked.content).hexdigest()
    return StoredFile(stored_name, checked.media_type, len(checked.content), digest)


def forget_file(root: Path, stored: StoredFile) -> None:
    """Take back a kept file that no case came to know, because its form was refused."""
    forget_encrypted(root, stored.stored_name)


def read_attachment(root: Path, attachment: Attachment) -> bytes:
    """The content of a stored file, held against its fingerprint. Raises ``FieldDamaged``."""
    content = read_encrypted(root, attachment.stored_name)
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise FieldDamaged("附件与登记的指纹不符")
    return content


def add_evidence(
    session: Session,
    case: CaseFile,
    *,
    name: str,
    provided_on: date,
    provided_by: Party | None,
    is_original: bool,
    page_count: int,
    proves: str,
    actor: Actor,
    now: datetime,
    is_restricted: bool = False,
) -> Evidence:
    """Enter a piece of evidence under the next number. Raises :class:`InvalidEntry`."""
    must_be_own(case, actor)
    problems: dict[str, str] = {}
    if not name.strip():
        problems["name"] = N_("要写明证据名称")
    if page_count < 1:
        problems["page_count"] = N_("页数至少是 1")
    if provided_on > day_of(now):
        problems["provided_on"] = N_("提供日期不能晚于今天")
    if problems:
        raise InvalidEntry(problems)
    piece = Evidence(
        case=case,
        ordinal=1 + max((each.ordinal for each in case.evidence), default=0),
        name=name.strip(),
        provided_by_party_id=provided_by.id if provided_by is not None else None,
        provided_by_name=provided_by.name if provided_by is not None else None,
        provided_on=provided_on,
        is_original=is_original,
        page_count=page_count,
        proves=proves.strip(),
        checked_by=actor.name,
        is_restricted=is_restricted or case.is_sealed,
    )
    session.add(piece)
    touched(session, case, actor=actor, action="case.add_evidence", now=now)
    return piece


def attach(
    session: Session,
    case: CaseFile,
    *,
    stored: StoredFile,
    original_name: str,
    place: str,
    actor: Actor,
    now: datetime,
    evidence: Evidence | None = None,
) -> Attachment:
    """Put a stored file at its place in the dossier, after the pages already there."""
    must_be_own(case, actor)
    attachment = Attachment(
        case=case,
        evidence=evidence,
        place=place,
        page=1 + max((each.page for each in case.attachments if each.place == place), default=0),
        stored_name=stored.stored_name,
        original_name=shown_name(original_name),
        media_type=stored.media_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        added_at=now,
        added_by=actor.name,
    )
    session.add(attachment)
    touched(session, case, actor=actor, action="case.attach", now=now, reason=place)
    return attachment
