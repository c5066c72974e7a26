"""What an agreement must say, what the law does not let it say, and dates that must follow each other.

:func:`content_problems` is what article 29 asks for; :func:`hints_for` points at wordings the law
voids or limits, as hints with articles, never as decisions.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from corpus.numerals import amount_in_words, parse_amount_in_words
from mediation_rooms.case_view import CaseView
from mediation_rooms.dispute_kinds import DisputeKind
from mediation_rooms.models.agreements import Agreement, AgreementTerm
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import ConsentKind

DATA = Path(__file__).with_name("data") / "agreement_hints.toml"

_NOT_CONFIRMABLE = re.compile(r"婚姻(关系)?(有效|无效|解除)|收养|亲子关系|所有权|使用权归|知识产权")


@dataclass(frozen=True)
class HintRule:
    """One wording to look for; ``weight`` is void or care."""

    code: str
    pattern: re.Pattern[str]
    weight: str
    articles: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Hint:
    """A place in a text and why the mediator should look at it again."""

    code: str
    weight: str
    matched: str
    start: int
    end: int
    articles: tuple[str, ...]
    text: str


@lru_cache(maxsize=1)
def hint_rules() -> tuple[HintRule, ...]:
    """Every rule, in the order of the data file."""
    rows = tomllib.loads(DATA.read_text(encoding="utf-8"))["hint"]
    return tuple(
        HintRule(row["code"], re.compile(row["pattern"]), row["weight"], tuple(row["articles"]), row["text"])
        for row in rows
    )


def hints_for(text: str) -> list[Hint]:
    """The places of a text that touch what the law voids or limits, in the order of the text."""
    hints = [
        Hint(rule.code, rule.weight, match.group(), match.start(), match.end(), rule.articles, rule.text)
        for rule in hint_rules()
        for match in rule.pattern.finditer(text)
    ]
    return sorted(hints, key=lambda hint: (hint.start, hint.code))


def required_copies(parties_count: int) -> int:
    """One copy a party and one for the committee (人民调解法第二十九条第二款)."""
    return parties_count + 1


def amount_problem(amount: Decimal | None, words: str) -> str | None:
    """Whether an amount in words (大写) differs from the figures; None when they agree.

    An empty ``words`` is not a difference: the words are then printed from the figures.
    """
    if not words.strip():
        return None
    try:
        spoken = parse_amount_in_words(words.strip())
    except ValueError:
        return f"看不懂大写金额“{words}”，请照“人民币壹仟贰佰元整”的样子写"
    if amount is None:
        return f"写了大写金额“{words}”，却没有填数字金额"
    if spoken != amount:
        return f"大写金额“{words}”与数字 {amount} 元不一致，数字应写成“{amount_in_words(amount)}”"
    return None


def _term_problems(term: AgreementTerm) -> Iterable[str]:
    label = f"第{term.ordinal}项"
    if not term.content.strip():
        yield f"{label}没有写内容"
    if not term.manner.strip():
        yield f"{label}没有写履行方式"
    if term.due_on is None and not term.instalments:
        yield f"{label}没有写履行期限"
    if problem := amount_problem(term.amount, term.amount_words):
        yield f"{label}：{problem}"
    if term.instalments:
        total = sum((part.amount for part in term.instalments), Decimal(0))
        if term.amount is not None and total != term.amount:
            yield f"{label}分期合计 {total} 元，与本项金额 {term.amount} 元不一致"
        days = [part.due_on for part in term.instalments]
        if days != sorted(days):
            yield f"{label}分期的日期没有按先后排列"


def content_problems(case: CaseFile, agreement: Agreement) -> list[str]:
    """What is missing or contradicts itself in an agreement (人民调解法第二十九条第一款)."""
    problems: list[str] = []
    for party in case.parties:
        title = f"{party.side.label}{party.position}"
        if not party.name.strip():
            problems.append(f"{title}没有填姓名或者名称")
        if not party.is_organisation and not (party.id_number or party.born_text or party.address):
            problems.append(f"{title}的基本情况不全，至少填身份证号、出生日期、住址中的一项")
    if not agreement.facts.strip():
        problems.append("没有写纠纷的主要事实")
    if not agreement.disputed_matters.strip():
        problems.append("没有写争议事项")
    if not agreement.responsibilities.strip():
        problems.append("没有写各方当事人的责任")
    if not agreement.terms:
        problems.append("没有写协议内容")
    for term in agreement.terms:
        problems.extend(_term_problems(term))
    if agreement.total_amount is None:
        problems.append("没有填协议涉及金额，不涉及金钱的填 0")
    else:
        listed = sum((term.amount for term in agreement.terms if term.amount is not None), Decimal(0))
        if listed != agreement.total_amount:
            problems.append(f"各项金额合计 {listed} 元，与协议涉及金额 {agreement.total_amount} 元不一致")
    if problem := amount_problem(agreement.total_amount, agreement.total_amount_words):
        problems.append(problem)
    needed = required_copies(len(case.parties))
    if agreement.copies_count != needed:
        problems.append(
            f"协议书应一式{needed}份（每个当事人一份，调委会一份），现在写的是{agreement.copies_count}份"
        )
    return problems


def agreement_text(agreement: Agreement) -> str:
    """All words of an agreement that may hold a doubtful term, a paragraph each."""
    parts = [agreement.facts, agreement.disputed_matters, agreement.responsibilities]
    parts += [term.content for term in agreement.terms]
    return "\n".join(parts)


def written_form_reasons(case: CaseFile, kind: DisputeKind) -> list[str]:
    """Why this case needs an agreement in writing; empty when an oral one is enough."""
    reasons = []
    if kind.must_be_written:
        reasons.append(f"{kind.name}要制作书面协议（{kind.must_be_written}）")
    asked = {
        consent.party_id
        for consent in case.consents
        if consent.kind is ConsentKind.WRITTEN_FORM and consent.is_given
    }
    if asked:
        reasons.append("当事人要求制作调解协议书（人民调解法第二十八条）")
    return reasons


def confirmation_hindrances(agreement: Agreement) -> list[str]:
    """What a court is likely not to confirm, as hints (司法确认程序的若干规定第四条、第七条)."""
    hindrances = []
    for term in agreement.terms:
        match = _NOT_CONFIRMABLE.search(term.content)
        if match:
            hindrances.append(
                f"第{term.ordinal}项写到“{match.group()}”：确认身份、收养、婚姻关系或者确权的内容，法院不予受理或者不予确认"
            )
        if term.amount is None and re.search(r"赔偿|支付|给付|返还", term.content):
            hindrances.append(f"第{term.ordinal}项要付钱却没有写明金额：内容不明确的，法院不予确认")
    return hindrances


@dataclass(frozen=True)
class _Event:
    title: str
    on: date | None


def date_problems(view: CaseView) -> list[str]:
    """Dates that are not in order: apply ≤ accept ≤ session ≤ agree ≤ visit ≤ close ≤ file."""
    sessions = [sitting.on for sitting in view.sessions]
    agreed = view.effective_on or (view.agreement.complete_on if view.agreement else None)
    chain = [
        _Event("申请", view.applied_on),
        _Event("受理", view.accepted_on),
        _Event("第一次调解", min(sessions, default=None)),
        _Event("最后一次调解", max(sessions, default=None)),
        _Event("协议生效", agreed),
        _Event("第一次回访", min(view.visits_on, default=None)),
        _Event("最后一次回访", max(view.visits_on, default=None)),
        _Event("结案", view.closed_on),
        _Event("归档", view.archived_on),
    ]
    known = [(event.title, event.on) for event in chain if event.on is not None]
    problems = [
        f"{later}（{later_on}）早于{earlier}（{earlier_on}），请核对日期"
        for (earlier, earlier_on), (later, later_on) in itertools.pairwise(known)
        if later_on < earlier_on
    ]
    if view.agreement is not None and sessions and view.agreement.drafted_on < min(sessions):
        problems.append(f"协议起草日（{view.agreement.drafted_on}）早于第一次调解，请核对日期")
    return problems
