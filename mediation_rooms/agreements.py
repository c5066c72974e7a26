"""What an agreement must say, what the law does not let it say, and dates that must follow each other.

:func:`content_problems` is what article 29 asks for; :func:`hints_for` points at wordings the law
voids or limits, as hints with articles, never as decisions.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from corpus.numerals import amount_in_words, parse_amount_in_words
from mediation_rooms.dispute_kinds import DisputeKind
from mediation_rooms.models.agreements import Agreement, AgreementTerm
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import ConsentKind
from mediation_rooms.wording import N_, TERM, party_title, say

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
        return say(N_("看不懂大写金额“%(words)s”，请照“人民币壹仟贰佰元整”的样子写"), words=words)
    if amount is None:
        return say(N_("写了大写金额“%(words)s”，却没有填数字金额"), words=words)
    if spoken != amount:
        return say(
            N_("大写金额“%(words)s”与数字 %(amount)s 元不一致，数字应写成“%(amount2)s”"),
            words=words,
            amount=amount,
            amount2=amount_in_words(amount),
        )
    return None


def _term_problems(term: AgreementTerm) -> Iterable[str]:
    label = say(TERM, term=term.ordinal)
    if not term.content.strip():
        yield say(N_("%(label)s没有写内容"), label=label)
    if not term.manner.strip():
        yield say(N_("%(label)s没有写履行方式"), label=label)
    if term.due_on is None and not term.instalments:
        yield say(N_("%(label)s没有写履行期限"), label=label)
    if problem := amount_problem(term.amount, term.amount_words):
        yield f"{label}：{problem}"
    if term.instalments:
        total = sum((part.amount for part in term.instalments), Decimal(0))
        if term.amount is not None and total != term.amount:
            yield say(
                N_("%(label)s分期合计 %(total)s 元，与本项金额 %(amount)s 元不一致"),
                label=label,
                total=total,
                amount=term.amount,
            )
        days = [part.due_on for part in term.instalments]
        if days != sorted(days):
            yield say(N_("%(label)s分期的日期没有按先后排列"), label=label)


def content_problems(case: CaseFile, agreement: Agreement) -> list[str]:
    """What is missing or contradicts itself in an agreement (人民调解法第二十九条第一款)."""
    problems: list[str] = []
    for party in case.parties:
        title = party_title(party.side.label, party.position)
        if not party.name.strip():
            problems.append(say(N_("%(title)s没有填姓名或者名称"), title=title))
        if not party.is_organisation and not (party.id_number or party.born_text or party.address):
            problems.append(
                say(N_("%(title)s的基本情况不全，至少填身份证号、出生日期、住址中的一项"), title=title)
            )
    if not agreement.facts.strip():
        problems.append(N_("没有写纠纷的主要事实"))
    if not agreement.disputed_matters.strip():
        problems.append(N_("没有写争议事项"))
    if not agreement.responsibilities.strip():
        problems.append(N_("没有写各方当事人的责任"))
    if not agreement.terms:
        problems.append(N_("没有写协议内容"))
    for term in agreement.terms:
        problems.extend(_term_problems(term))
    if agreement.total_amount is None:
        problems.append(N_("没有填协议涉及金额，不涉及金钱的填 0"))
    else:
        listed = sum((term.amount for term in agreement.terms if term.amount is not None), Decimal(0))
        if listed != agreement.total_amount:
            problems.append(
                say(
                    N_("各项金额合计 %(listed)s 元，与协议涉及金额 %(total_amount)s 元不一致"),
                    listed=listed,
                    total_amount=agreement.total_amount,
                )
            )
    if problem := amount_problem(agreement.total_amount, agreement.total_amount_words):
        problems.append(problem)
    needed = required_copies(len(case.parties))
    if agreement.copies_count != needed:
        problems.append(
            say(
                N_("协议书应一式%(needed)s份（每个当事人一份，调委会一份），现在写的是%(copies_count)s份"),
                needed=needed,
                copies_count=agreement.copies_count,
            )
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
        reasons.append(
            say(
                N_("%(name)s要制作书面协议（%(must_be_written)s）"),
                name=kind.name,
                must_be_written=kind.must_be_written,
            )
        )
    asked = {
        consent.party_id
        for consent in case.consents
        if consent.kind is ConsentKind.WRITTEN_FORM and consent.is_given
    }
    if asked:
        reasons.append(N_("当事人要求制作调解协议书（人民调解法第二十八条）"))
    return reasons


def confirmation_hindrances(agreement: Agreement) -> list[str]:
    """What a court is likely not to confirm, as hints (司法确认程序的若干规定第四条、第七条)."""
    hindrances = []
    for term in agreement.terms:
        match = _NOT_CONFIRMABLE.search(term.content)
        if match:
            hindrances.append(
                say(
                    N_(
                        "第%(ordinal)s项写到“%(group)s”：确认身份、收养、婚姻关系或者确权的内容，法院不予受理或者不予确认"
                    ),
                    ordinal=term.ordinal,
                    group=match.group(),
                )
            )
        if term.amount is None and re.search(r"赔偿|支付|给付|返还", term.content):
            hindrances.append(
                say(
                    N_("第%(ordinal)s项要付钱却没有写明金额：内容不明确的，法院不予确认"),
                    ordinal=term.ordinal,
                )
            )
    return hindrances
