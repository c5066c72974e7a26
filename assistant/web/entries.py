"""Entries of a form as data: what is asked for, and reading what came with every problem at once."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from werkzeug.datastructures import FileStorage, MultiDict

from assistant.hidden_marks import without_hidden_marks
from assistant.i18n import gettext as _
from assistant.web.clock import CHINA
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.models.vocabulary import Labelled

Listed = TypeVar("Listed", bound=Labelled)
Day = TypeVar("Day", date, datetime)
LONGEST_LINE = 200
LONGEST_TEXT = 20_000
LARGEST_AMOUNT = Decimal("999999999999.99")


class Kind(enum.StrEnum):
    """How an entry is made."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    NUMBER = "number"
    CHOICE = "choice"
    RADIO = "radio"
    YES = "yes"
    SEVERAL = "several"
    FILES = "files"
    DRAWING = "drawing"
    HEADING = "heading"


@dataclass(frozen=True)
class Input:
    """One entry: its name, its label, how it is made, and what stands in it at first."""

    name: str
    label: object
    kind: Kind = Kind.LINE
    choices: Sequence[tuple[object, object]] = ()
    value: object = ""
    is_required: bool = False
    hint: object = ""
    empty: object = None
    """The words of the empty choice; None where there is none."""
    rows: int = 4


def labelled(kinds: Iterable[Labelled]) -> tuple[tuple[str, str], ...]:
    """Choices of a closed list in the interface's language."""
    return tuple((each.value, _(each.label)) for each in kinds)


YES_OR_NO = ("yes", "no")
FIRST_YEAR, LAST_YEAR = 1850, 2200
"""Years a file may speak of; a year far outside is a slip of the hand, and the clock cannot reckon with it."""
LARGEST_ROW_ID = 2**31 - 1
"""The largest number of a row in both databases."""


def _within_years(day: Day) -> Day:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(day)
    return day


def row_id(written: str | None) -> int | None:
    """The number of a row as a form or an address carries it; None for anything else."""
    text = (written or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return int(text) if int(text) <= LARGEST_ROW_ID else None


@dataclass
class Entered:
    """What came with a form. Readers note what is wrong; :meth:`check` raises it all together."""

    fields: MultiDict[str, str]
    files: Sequence[FileStorage] = ()
    prepared: Any = None
    """What an act made ready before the write transaction began: kept files, words of the law."""
    problems: dict[str, str] = field(default_factory=dict)

    def text(self, name: str, *, longest: int = LONGEST_LINE) -> str:
        """One value; a longer one is a problem, never cut off silently."""
        value = without_hidden_marks(self.fields.get(name, "")).strip()
        if len(value) > longest:
            self.problems[name] = _("太长了：最多 %(count)s 个字", count=longest)
        if any(ord(character) < 32 and character not in "\n\r\t" for character in value):
            self.problems[name] = _("里面有看不见的控制字符，请重新输入这一项")
        return value

    def long_text(self, name: str) -> str:
        """A text of several paragraphs with line ends as the database keeps them."""
        return self.text(name, longest=LONGEST_TEXT).replace("\r\n", "\n")

    def needed(self, name: str, *, longest: int = LONGEST_LINE) -> str:
        """A value that has to be there."""
        value = self.text(name, longest=longest)
        if not value:
            self.problems[name] = _("这一项要填写")
        return value

    def yes(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.fields.get(name) == "yes"

    def answer(self, name: str) -> bool | None:
        """Yes, no, or not answered."""
        value = self.fields.get(name, "")
        return None if value not in YES_OR_NO else value == "yes"

    def day(self, name: str) -> date | None:
        """A date, None where it was left empty."""
        value = self.fields.get(name, "").strip()
        if not value:
            return None
        try:
            return _within_years(date.fromisoformat(value))
        except ValueError:
            self.problems[name] = _("“%(value)s”不是日期，请写成 2026-01-31 的样子", value=value[:20])
            return None

    def needed_day(self, name: str) -> date:
        """A date that has to be there."""
        value = self.day(name)
        if value is None:
            self.problems.setdefault(name, _("要填日期"))
            return date.min
        return value

    def moment(self, name: str) -> datetime | None:
        """A date with its time on the wall clock of the room."""
        value = self.fields.get(name, "").strip()
        if not value:
            return None
        try:
            return _within_years(datetime.fromisoformat(value)).replace(tzinfo=CHINA)
        except ValueError:
            self.problems[name] = _(
                "“%(value)s”不是日期和时间，请写成 2026-01-31T09:30 的样子", value=value[:20]
            )
            return None

    def needed_moment(self, name: str) -> datetime:
        """A moment that has to be there."""
        value = self.moment(name)
        if value is None:
            self.problems.setdefault(name, _("要填日期和时间"))
            return datetime.min.replace(tzinfo=CHINA)
        return value

    def money(self, name: str) -> Decimal | None:
        """An amount in yuan with at most two decimals."""
        value = self.fields.get(name, "").strip().replace(",", "").replace("，", "")
        if not value:
            return None
        return self._amount(name, value)

    def _amount(self, name: str, value: str) -> Decimal | None:
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or abs(amount) > LARGEST_AMOUNT or amount != round(amount, 2):
            self.problems[name] = _("“%(value)s”不是金额，请写成 1200 或者 1200.50 的样子", value=value[:20])
            return None
        return amount.quantize(Decimal("0.01"))

    def number(self, name: str, *, at_least: int = 0, at_most: int = 1_000_000) -> int:
        """A whole number within bounds."""
        value = self.fields.get(name, "").strip()
        if value.isascii() and value.isdigit() and len(value) <= 9 and at_least <= int(value) <= at_most:
            return int(value)
        self.problems[name] = _("要填 %(least)s 到 %(most)s 之间的整数", least=at_least, most=at_most)
        return at_least

    def listed(self, name: str, kind: type[Listed], default: Listed) -> Listed:
        """A member of a closed list; something else is a problem."""
        value = self.fields.get(name, "")
        if value in {each.value for each in kind}:
            return kind(value)
        self.problems[name] = _("请从列表中选择")
        return default

    def row_of(self, name: str, rows: Iterable[Any], *, is_needed: bool = True) -> Any:
        """The row whose id was chosen; ids of other files choose nothing."""
        chosen = self.fields.get(name, "")
        for row in rows:
            if str(row.id) == chosen:
                return row
        if is_needed or chosen:
            self.problems[name] = _("请从列表中选择")
        return None

    def row_ids(self, name: str) -> list[int]:
        """The rows that were ticked; what is no number of a row chooses nothing."""
        return [number for number in map(row_id, self.fields.getlist(name)) if number is not None]

    def check(self) -> None:
        """Raise every problem noted so far together."""
        if self.problems:
            raise InvalidEntry(self.problems)


def shown_values(inputs: Sequence[Input], fields: Mapping[str, Sequence[str]] | None) -> dict[str, Any]:
    """What stands in each entry: what was entered or kept before, else what it begins with."""
    values: dict[str, Any] = {}
    for each in inputs:
        if fields is None:
            values[each.name] = each.value
        elif each.kind is Kind.SEVERAL:
            values[each.name] = list(fields.get(each.name, ()))
        else:
            values[each.name] = next(iter(fields.get(each.name, ())), "")
    return values
