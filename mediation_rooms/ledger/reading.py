"""Reads an old register: every cell judged, every problem named, nothing stored here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from openpyxl.utils import get_column_letter

from mediation_rooms.dispute_kinds import case_sources, dispute_kinds
from mediation_rooms.divisions import all_divisions, ancestors
from mediation_rooms.ledger.columns import (
    BY_KEY,
    COLUMNS,
    FAILURE,
    NO_AGREEMENT,
    ORAL,
    SUCCESS,
    WITHDRAWN,
    WRITTEN,
)
from mediation_rooms.ledger.workbook import CellValue, SheetRow
from mediation_rooms.models.vocabulary import Grade, Performance

_NAMES = re.compile(r"[；;、，,/\n]+")
_DATE = re.compile(
    r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
)
_LONGEST_AMOUNT = Decimal("999999999999.99")


@dataclass(frozen=True)
class CellProblem:
    """What is wrong with one cell, where it is, and how to mend it."""

    row: int
    heading: str
    sentence: str

    @property
    def place(self) -> str:
        """The cell as a spreadsheet names it when the columns stand in their usual order, e.g. ``H12``."""
        for index, column in enumerate(COLUMNS, start=1):
            if column.heading == self.heading:
                return f"{get_column_letter(index)}{self.row}"
        return f"第{self.row}行"


@dataclass(frozen=True)
class LedgerEntry:
    """One row that can be kept."""

    row: int
    province_number: str
    committee: str
    room: str
    received_by: str
    accepted_on: date
    source_code: str
    grade: Grade
    kind_code: str
    division_code: str
    involves_death: bool
    mediator_names: tuple[str, ...]
    mediated_on: date
    agreement_number: str
    result: str
    form: str
    amount: Decimal
    performance: Performance
    party_names: tuple[str, ...]
    statement: str
    special_groups: str
    involves_migrant_wages: bool
    remarks: str


@dataclass
class LedgerReading:
    """What an import would bring, and what stands in its way. With any problem nothing is imported."""

    entries: list[LedgerEntry] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)


REQUIRED = tuple(column.heading for column in COLUMNS if column.is_required)
"""Headings without which a sheet is no ledger."""


def read_ledger(rows: Iterable[SheetRow], *, today: date) -> LedgerReading:
    """What the rows of a 25-column workbook say."""
    reading = LedgerReading()
    for row in rows:
        entry = _RowReader(row, today, reading.problems).entry()
        if entry is not None:
            reading.entries.append(entry)
    if not reading.entries and not reading.problems:
        reading.problems.append(CellProblem(2, COLUMNS[0].heading, "表里没有一行数据：请从第 2 行起填写"))
    return reading


class _RowReader:
    """Reads the cells of one row and collects every problem, not only the first."""

    def __init__(self, row: SheetRow, today: date, problems: list[CellProblem]) -> None:
        self._row, self._today, self._problems = row, today, problems
        self._before = len(problems)

    def entry(self) -> LedgerEntry | None:
        """The entry, or None when some cell of the row cannot be kept."""
        accepted_on = self._day("accepted_on")
        mediated_on = self._day("mediated_on")
        if accepted_on and mediated_on and mediated_on < accepted_on:
            self._complain(
                "mediated_on", f"调解时间 {mediated_on} 早于受理时间 {accepted_on}：请核对两个日期"
            )
        result = self._choice("result", (SUCCESS, FAILURE, WITHDRAWN))
        form = self._choice(
            "form", (ORAL, WRITTEN, NO_AGREEMENT), aliases={"口头": ORAL, "书面": WRITTEN}, empty=""
        )
        amount = self._amount()
        if result == SUCCESS and form not in {ORAL, WRITTEN}:
            self._complain("form", "调解成功的案件要写明是“口头协议”还是“书面协议”")
        if result in {FAILURE, WITHDRAWN} and amount:
            self._complain("amount", "没有达成协议的案件不能有协议金额：请改为 0 或更正调解结果")
        entry = LedgerEntry(
            row=self._row.number,
            province_number=self._text("province_number", longest=80),
            committee=self._text("committee", longest=120),
            room=self._text("room", longest=120),
            received_by=self._text("received_by", longest=60),
            accepted_on=accepted_on or self._today,
            source_code=self._coded(
                "source", {code: each.name for code, each in case_sources().items()}, "委托移送"
            ),
            grade=self._grade(),
            kind_code=self._coded(
                "kind", {code: each.name for code, each in dispute_kinds().items()}, "纠纷"
            ),
            division_code=self._division(),
            involves_death=self._yes("involves_death"),
            mediator_names=self._names("lead_mediator") + self._names("assistant_mediators"),
            mediated_on=mediated_on or self._today,
            agreement_number=self._text("agreement_number", longest=60),
            result=result,
            form=form,
            amount=amount,
            performance=self._performance(),
            party_names=self._names("parties"),
            statement=self._text("statement", longest=20_000),
            special_groups="" if (groups := self._text("special_groups", longest=200)) == "无" else groups,
            involves_migrant_wages=self._yes("migrant_wages"),
            remarks=self._remarks(),
        )
        return entry if len(self._problems) == self._before else None

    def _cell(self, key: str) -> CellValue:
        return self._row.cells.get(BY_KEY[key].heading)

    def _complain(self, key: str, sentence: str) -> None:
        self._problems.append(CellProblem(self._row.number, BY_KEY[key].heading, sentence))

    def _text(self, key: str, *, longest: int) -> str:
        value = self._cell(key)
        text = f"{value:%Y-%m-%d}" if isinstance(value, date) else "" if value is None else str(value)
        if not text and BY_KEY[key].is_required:
            self._complain(key, f"“{BY_KEY[key].heading}”不能空着")
        if len(text) > longest:
            self._complain(key, f"“{BY_KEY[key].heading}”最多 {longest} 个字，现有 {len(text)} 个")
        return text

    def _day(self, key: str) -> date | None:
        value = self._cell(key)
        day: date | None = None
        if isinstance(value, datetime):
            day = value.date()
        elif isinstance(value, date):
            day = value
        elif isinstance(value, str) and (match := _DATE.fullmatch(value)):
            try:
                day = date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                day = None
        if day is None:
            self._complain(key, f"“{'' if value is None else value}”不是日期：请写成 2026-10-08")
        elif day > self._today:
            self._complain(key, f"{day} 在今天之后：请核对年份")
        elif day.year < 1950:
            self._complain(key, f"{day} 太早：请核对年份")
        return day

    def _choice(
        self,
        key: str,
        choices: Sequence[str],
        *,
        aliases: dict[str, str] | None = None,
        empty: str | None = None,
    ) -> str:
        text = str(self._cell(key) or "")
        text = (aliases or {}).get(text, text)
        if not text and empty is not None:
            return empty
        if text not in choices:
            self._complain(key, f"“{text}”不是可选的写法：请写 {'、'.join(choices)}")
        return text

    def _coded(self, key: str, names: dict[str, str], suffix: str) -> str:
        text = str(self._cell(key) or "")
        for code, name in names.items():
            if text in {code, name, name.removesuffix(suffix)} or f"{text}{suffix}" == name:
                return code
        self._complain(key, f"“{text}”不在列表里：请写 {'、'.join(names.values())} 之一")
        return ""

    def _grade(self) -> Grade:
        text = str(self._cell("grade") or Grade.ORDINARY.label)
        for grade in Grade:
            if text in {grade.label, grade.label[:2]}:
                return grade
        self._complain("grade", f"“{text}”不是难度级别：请写 {'、'.join(each.label for each in Grade)}")
        return Grade.ORDINARY

    def _performance(self) -> Performance:
        text = str(self._cell("performance") or "")
        wording: dict[str, Performance] = {each.label: each for each in Performance}
        wording |= {"": Performance.UNKNOWN, "履行": Performance.FULL, "部分": Performance.PARTIAL}
        if text not in wording:
            self._complain(
                "performance", f"“{text}”不是履行情况：请写 已履行、部分履行 或 未履行，不清楚就空着"
            )
        return wording.get(text, Performance.UNKNOWN)

    def _yes(self, key: str) -> bool:
        text = str(self._cell(key) or "否")
        if text not in {"是", "否", "有", "无"}:
            self._complain(
                key, f"“{text}”看不懂：请写 {'有 或 无' if key == 'involves_death' else '是 或 否'}"
            )
        return text in {"是", "有"}

    def _names(self, key: str) -> tuple[str, ...]:
        names = tuple(name.strip() for name in _NAMES.split(self._text(key, longest=500)) if name.strip())
        if key == "parties" and len(names) == 1:
            self._complain(key, "当事人至少要两方，用“；”隔开：申请人在前")
        return names

    def _amount(self) -> Decimal:
        value = self._cell("amount")
        if value is None:
            return Decimal(0)
        try:
            amount = Decimal(str(value).replace(",", "").replace("，", "").removesuffix("元")).quantize(
                Decimal("0.01")
            )
        except InvalidOperation:
            self._complain("amount", f"“{value}”不是金额：请只写数字，单位是元")
            return Decimal(0)
        if not 0 <= amount <= _LONGEST_AMOUNT:
            self._complain("amount", f"金额 {value} 超出范围：请核对单位是不是“元”")
            return Decimal(0)
        return amount

    def _division(self) -> str:
        text = re.sub(r"\s|云南省|大理白族自治州", "", str(self._cell("division") or ""))
        if text in all_divisions():
            return text
        matches = [
            code
            for code in all_divisions()
            if text and "".join(each.name for each in ancestors(code)[1:]).endswith(text)
        ]
        if len(matches) != 1:
            why = "找不到" if not matches else f"有 {len(matches)} 个同名的地方，请写全"
            self._complain("division", f"行政区划“{text}”{why}：如“大理市喜洲镇某某村民委员会”，或写区划代码")
            return ""
        return matches[0]

    def _remarks(self) -> str:
        kept = [
            f"{BY_KEY[key].heading}：{text}"
            for key in ("allowance", "relation", "escalation")
            if (text := self._text(key, longest=500)) and text != "无"
        ]
        return "；".join(kept)
