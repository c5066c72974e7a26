"""Checks an Office file (a ZIP) before any parser opens it.

A 368 KB document can hold a parser for forty seconds and a 1.4 MB one takes 2 GB (measured); so sizes
are counted by really unpacking into nothing, within limits, before anything is parsed.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

_BLOCK = 1 << 16
_LONGEST_OPENING = 1 << 18
"""Bytes before the end of the first tag. A parser fed piece by piece begins each unfinished comment or tag anew,
so that fifty megabytes of one comment would cost half a minute (measured)."""
_XML_NAMES = (".xml", ".rels", ".vml")


@dataclass(frozen=True)
class ArchiveLimits:
    """What a file may cost. Sizes in bytes."""

    file_size: int = 10 * 1024 * 1024
    unpacked_size: int = 50 * 1024 * 1024
    member_count: int = 2_000
    ratio: int = 200


DOCUMENT_LIMITS = ArchiveLimits()
WORKBOOK_LIMITS = ArchiveLimits(unpacked_size=20 * 1024 * 1024)


class ArchiveRefused(ValueError):
    """The file is broken, too large when unpacked, or holds what no honest document holds."""


def check_archive(content: bytes, *, limits: ArchiveLimits = DOCUMENT_LIMITS) -> None:
    """Raise ArchiveRefused with the reason and the remedy; return nothing for a file that may be parsed."""
    if len(content) > limits.file_size:
        raise ArchiveRefused(f"文件超过 {limits.file_size // 1024 // 1024} MB：请分成几个文件")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_members(archive, limits)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError) as error:
        raise ArchiveRefused("文件已损坏或不完整：请在原来的软件里另存一份再试") from error


def _check_members(archive: zipfile.ZipFile, limits: ArchiveLimits) -> None:
    members = archive.infolist()
    if len(members) > limits.member_count:
        raise ArchiveRefused(
            f"文件里有 {len(members)} 个部件，超过 {limits.member_count} 个：这不是普通的文档"
        )
    total = 0
    for member in members:
        name = member.filename
        if member.flag_bits & 0x1:
            raise ArchiveRefused("文件加了密码：请去掉密码后再导入")
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name:
            raise ArchiveRefused("文件里有越出自身目录的部件名：已拒绝")
        if name.lower().endswith("vbaproject.bin"):
            raise ArchiveRefused("文件带有宏：请另存为不带宏的 .docx 或 .xlsx")
        total += _real_size(archive, member, limits, total)


def _real_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: ArchiveLimits, before: int) -> int:
    """Unpack one member into nothing, counting; refuse a document type on the way."""
    size = 0
    opening: _Opening | None = None
    with archive.open(member) as stream:
        while block := stream.read(_BLOCK):
            if size == 0 and (member.filename.lower().endswith(_XML_NAMES) or _begins_like_xml(block)):
                opening = _Opening(member.filename)
            if opening is not None and not opening.is_over:
                opening.read(block)
            size += len(block)
            if before + size > limits.unpacked_size:
                limit = limits.unpacked_size // 1024 // 1024
                raise ArchiveRefused(f"文件展开后超过 {limit} MB：请删去多余内容或分成几个文件")
    if member.compress_size and size > 1024 * 1024 and size / member.compress_size > limits.ratio:
        raise ArchiveRefused("文件压缩比异常：已拒绝，请用办公软件重新另存")
    return size


def _begins_like_xml(block: bytes) -> bool:
    """Whether a part is XML whatever its name: a package says by content type which parts are parsed."""
    return block.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] == b"<"


class _Opening:
    """What stands before the root element, read by a real parser in any encoding and of any length.

    A document type can only stand there; it may hide behind long comments or in UTF-16, so bytes are
    not searched for it.
    """

    def __init__(self, name: str) -> None:
        self.name, self.is_over, self.size = name, False, 0
        self._parser = DefusedXMLParser(target=self, forbid_dtd=True)

    def start(self, _tag: str, _attributes: dict[str, str]) -> None:
        """The root element: nothing after it can declare entities."""
        self.is_over = True

    def end(self, _tag: str) -> None:
        """Elements hold nothing of interest here."""

    def data(self, _text: str) -> None:
        """Text holds nothing of interest here."""

    def close(self) -> None:
        """No tree is built."""

    def read(self, block: bytes) -> None:
        """Raise ArchiveRefused for a document type, or for what is not XML before the root element."""
        self.size += len(block)
        try:
            self._parser.feed(block)
        except DefusedXmlException as error:
            raise ArchiveRefused("文件里有实体声明（DTD）：已拒绝，请用办公软件重新另存") from error
        except (ParseError, LookupError, ValueError) as error:
            if not self.is_over:
                raise self._not_xml() from error
        if not self.is_over and self.size > _LONGEST_OPENING:
            raise self._not_xml()

    def _not_xml(self) -> ArchiveRefused:
        return ArchiveRefused(f"文件的部件 {self.name} 不是完好的 XML：请用办公软件重新另存")
