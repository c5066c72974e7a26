"""A form as a value: a title and a list of blocks. It knows no file format and no page layout.

Renderers turn it into DOCX and PDF. Text in blocks is plain text: whatever a party is called, it is
never markup, a template expression or a field code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Mark(Enum):
    """What is expected in a signature slot."""

    SIGNATURE = "签名、盖章或者按指印"
    SIGN_ONLY = "签名"
    SEAL = "印章"


@dataclass(frozen=True)
class Field:
    """One labelled cell. An empty value is a line to write on; ``span`` counts cells of the row's grid."""

    label: str
    value: str = ""
    span: int = 1


@dataclass(frozen=True)
class Fields:
    """Rows of labelled cells, drawn as a grid."""

    rows: tuple[tuple[Field, ...], ...]


@dataclass(frozen=True)
class LongText:
    """A labelled free text; empty, it leaves ``lines`` ruled lines for handwriting."""

    label: str
    text: str = ""
    lines: int = 6
    phrase_key: str = ""
    """Key of the label's fixed words, where they may have a Bai version beside them."""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. With ``phrase_key`` it is a fixed sentence that may have a Bai version beside it."""

    text: str
    phrase_key: str = ""
    is_centred: bool = False


@dataclass(frozen=True)
class Items:
    """Numbered items; empty ones are lines to write on."""

    label: str
    items: tuple[str, ...]
    blank_count: int = 3
    phrase_key: str = ""


@dataclass(frozen=True)
class Ticks:
    """Choices with the ones that apply ticked; none is ticked that nobody chose."""

    label: str
    options: tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Table:
    """A table. ``widths`` are relative; rows shorter than ``blank_rows`` are filled with empty ones."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    blank_rows: int = 0


@dataclass(frozen=True)
class Slot:
    """A place to sign. ``done`` says when and how it was signed on the paper original; else empty."""

    label: str
    mark: Mark
    done: str = ""
    drawn: int | None = None
    """Id of the attachment with the name written on a tablet; None for ink, fingerprints and seals."""


@dataclass(frozen=True)
class Signatures:
    """Places to sign, two in a row."""

    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class DateLine:
    """The date at the foot of a form; None is an empty 年 月 日."""

    day: date | None = None
    label: str = ""


@dataclass(frozen=True)
class Note:
    """A small remark, for instance which articles a sentence rests on."""

    text: str


Block = Fields | LongText | Paragraph | Items | Ticks | Table | Signatures | DateLine | Note


@dataclass(frozen=True)
class Paper:
    """One form, ready to be laid out."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    office: str = ""
    """Name of the committee or room above the title."""
    number: str = ""
    is_cover: bool = False
    attachments: tuple[int, ...] = field(default=())
    """Ids of scanned pages that stand behind or in place of this form in the dossier."""
