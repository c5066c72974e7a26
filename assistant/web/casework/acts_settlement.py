"""Settling: the agreement and its items, an oral one, signatures and the seal, payments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial

from sqlalchemy.orm import Session

from assistant.i18n import gettext as _
from assistant.web.casework.acts import PERFORMING, Act, S
from assistant.web.casework.acts_evidence import attachment_folder
from assistant.web.casework.acts_hearing import on_the_case
from assistant.web.casework.acts_people import party_choices, title_of
from assistant.web.clock import now as this_moment
from assistant.web.clock import today
from assistant.web.entries import Entered, Input, Kind, labelled
from mediation_rooms import drawn_signatures, evidence, performance, settlements
from mediation_rooms.actor import Actor
from mediation_rooms.errors import InvalidEntry
from mediation_rooms.evidence import CheckedFile
from mediation_rooms.models.agreements import Agreement, AgreementTerm, Instalment
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.vocabulary import SignatureMethod, SignedPaper, SignerKind
from mediation_rooms.wording import N_

EMPTY_TERMS, MOST_TERMS = 2, 12
_INSTALMENT = re.compile(r"^(\d{4}-\d{2}-\d{2})\s+([\d,.]+)\s*元?\s*(.*)$")


def _draft_of(case: CaseFile) -> Agreement | None:
    """The agreement that may still be written anew."""
    agreement = case.agreement
    return agreement if agreement is not None and agreement.effective_on is None else None


def term_count(case: CaseFile) -> int:
    """How many items the form has room for: those written and two empty ones, at least three."""
    agreement = _draft_of(case)
    written = len(agreement.terms) if agreement is not None else 0
    return min(max(written + EMPTY_TERMS, 3), MOST_TERMS)


def _term_inputs(case: CaseFile, number: int, term: AgreementTerm | None) -> list[Input]:
    parties = party_choices(case)
    parts = (
        "\n".join(f"{part.due_on} {part.amount} {part.method}".strip() for part in term.instalments)
        if term
        else ""
    )
    return [
        Input(f"term{number}-heading", _("第%(number)s项", number=number), Kind.HEADING),
        Input(f"term{number}-content", _("内容"), Kind.TEXT, value=term.content if term else "", rows=2),
        Input(f"term{number}-manner", _("怎样履行"), value=term.manner if term else ""),
        Input(f"term{number}-place", _("在哪里履行"), value=term.place if term else ""),
        Input(f"term{number}-due_on", _("在哪一天以前"), Kind.DAY, value=(term.due_on or "") if term else ""),
        Input(f"term{number}-obligor", _("由谁做"), Kind.CHOICE, parties,
              value=(term.obligor_id or "") if term else "", empty=_("双方")),
        Input(f"term{number}-obligee", _("给谁"), Kind.CHOICE, parties,
              value=(term.obligee_id or "") if term else "", empty=_("双方")),
        Input(f"term{number}-amount", _("金额"), Kind.MONEY, value=(term.amount or "") if term else ""),
        Input(f"term{number}-instalments", _("分期"), Kind.TEXT, value=parts, rows=3,
              hint=_("一期一行：2026-12-31 1200 现金")),
    ]  # fmt: skip


def _agreement_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    kept = _draft_of(case)
    inputs = [
        Input("drafted_on", _("起草日期"), Kind.DAY, value=kept.drafted_on if kept else today(), is_required=True),
        Input("place", _("在哪里"), value=kept.place if kept else case.room.name),
        Input("facts", _("主要事实"), Kind.TEXT, value=kept.facts if kept else case.statement, rows=5),
        Input("disputed_matters", _("争议事项"), Kind.TEXT, value=kept.disputed_matters if kept else "", rows=3),
        Input("responsibilities", _("各方责任"), Kind.TEXT, value=kept.responsibilities if kept else "", rows=3),
        Input("total_amount", _("协议涉及金额"), Kind.MONEY, value=(kept.total_amount or "") if kept else "",
              hint=_("不涉及金钱的填 0；大写金额由程序照数字写。")),
    ]  # fmt: skip
    for number in range(1, term_count(case) + 1):
        term = kept.terms[number - 1] if kept is not None and number <= len(kept.terms) else None
        inputs += _term_inputs(case, number, term)
    return inputs


def _instalments(entered: Entered, name: str) -> tuple[settlements.InstalmentEntry, ...]:
    parts = []
    for number, line in enumerate(filter(None, map(str.strip, entered.long_text(name).split("\n"))), start=1):
        match = _INSTALMENT.match(line)
        try:
            if match is None:
                raise ValueError(line)
            amount = Decimal(match[2].replace(",", ""))
            parts.append(settlements.InstalmentEntry(date.fromisoformat(match[1]), amount, match[3][:60]))
        except (ValueError, InvalidOperation):
            entered.problems[name] = _(
                "第%(number)s行看不懂，请写成“2026-12-31 1200 现金”的样子", number=number
            )
    return tuple(parts)


def _terms(case: CaseFile, entered: Entered) -> tuple[settlements.TermEntry, ...]:
    terms = []
    for number in range(1, MOST_TERMS + 1):
        content = entered.long_text(f"term{number}-content")
        if not content:
            continue
        obligor = entered.row_of(f"term{number}-obligor", case.parties, is_needed=False)
        obligee = entered.row_of(f"term{number}-obligee", case.parties, is_needed=False)
        terms.append(
            settlements.TermEntry(
                content=content,
                manner=entered.text(f"term{number}-manner"),
                place=entered.text(f"term{number}-place"),
                due_on=entered.day(f"term{number}-due_on"),
                obligor_id=obligor.id if obligor is not None else None,
                obligee_id=obligee.id if obligee is not None else None,
                amount=entered.money(f"term{number}-amount"),
                instalments=_instalments(entered, f"term{number}-instalments"),
            )
        )
    return tuple(terms)


def _draft(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    entry = settlements.AgreementEntry(
        drafted_on=entered.needed_day("drafted_on"),
        place=entered.text("place"),
        facts=entered.long_text("facts"),
        disputed_matters=entered.long_text("disputed_matters"),
        responsibilities=entered.long_text("responsibilities"),
        total_amount=entered.money("total_amount"),
        terms=_terms(case, entered),
    )
    entered.check()
    try:
        settlements.draft_agreement(session, case, entry=entry, actor=actor, now=now)
    except InvalidEntry as refused:
        names = {f"terms-{number}": f"term{number}-content" for number in range(1, MOST_TERMS + 1)}
        names["total_amount_words"] = "total_amount"
        raise InvalidEntry({names.get(key, key): text for key, text in refused.problems.items()}) from refused


def _withdraw_inputs(_case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [Input("reason", _("为什么作废"), Kind.TEXT, is_required=True, rows=2)]


def _withdraw(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    reason = entered.needed("reason", longest=2000)
    entered.check()
    settlements.withdraw_agreement(session, case, reason=reason, actor=actor, now=now)


def _oral_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [
        Input("agreed_on", _("达成协议的日期"), Kind.DAY, value=today(), is_required=True),
        Input("place", _("在哪里"), value=case.room.name),
        Input("content", _("说定了什么"), Kind.TEXT, is_required=True, rows=6),
        Input(
            "total_amount",
            _("涉及金额"),
            Kind.MONEY,
            value="0",
            is_required=True,
            hint=_("不涉及金钱的填 0。"),
        ),
        Input("due_on", _("在哪一天以前履行"), Kind.DAY),
        Input("is_joint", _("与其他调解组织一起调解的"), Kind.YES),
    ]


def _record_oral(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    agreed_on, due_on = entered.needed_day("agreed_on"), entered.day("due_on")
    place, content = entered.text("place"), entered.long_text("content")
    amount = entered.money("total_amount")
    if amount is None:
        entered.problems.setdefault("total_amount", _("不涉及金钱的填 0"))
    entered.check()
    settlements.record_oral_agreement(
        session,
        case,
        agreed_on=agreed_on,
        place=place,
        content=content,
        total_amount=amount or Decimal(0),
        due_on=due_on,
        actor=actor,
        now=now,
        is_joint=entered.yes("is_joint"),
    )


def _signers(case: CaseFile) -> list[tuple[object, object]]:
    parties: list[tuple[object, object]] = [(f"party:{party.id}", title_of(party)) for party in case.parties]
    agents = [
        (f"representative:{person.id}", f"{person.name}（{title_of(party)}）")
        for party in case.parties
        for person in party.representatives
    ]
    mediators = [(f"mediator:{each.id}", f"{_('调解员')} {each.name}") for each in on_the_case(case)]
    return [*parties, *agents, *mediators]


def _sign_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    papers = (SignedPaper.AGREEMENT, SignedPaper.ORAL_AGREEMENT, SignedPaper.SESSION, SignedPaper.APPLICATION,
              SignedPaper.RIGHTS_NOTICE, SignedPaper.CONFIRMATION, SignedPaper.FOLLOW_UP)  # fmt: skip
    return [
        Input("paper", _("哪一份文书"), Kind.CHOICE, labelled(papers)),
        Input("signer", _("谁签的"), Kind.CHOICE, _signers(case)),
        Input("method", _("怎样签的"), Kind.RADIO,
              labelled(each for each in SignatureMethod if each is not SignatureMethod.SEAL),
              value=SignatureMethod.INK.value),
        Input("drawing", _("请在框里写名字"), Kind.DRAWING,
              hint=_("本人自己写。婚姻、收养、继承的协议不能这样签，请打印出来签。")),
        Input("signed_at", _("什么时间"), Kind.MOMENT, is_required=True,
              value=this_moment().strftime("%Y-%m-%dT%H:%M")),
        Input("place", _("在哪里"), value=case.room.name, is_required=True),
        Input("witness", _("见证人"), hint=_("按指印的，最好写明见证人。")),
    ]  # fmt: skip


def _read_drawing(entered: Entered) -> CheckedFile | None:
    """The drawing of a signature given on the tablet, checked before the write transaction begins."""
    if entered.fields.get("method") != SignatureMethod.TABLET.value:
        return None
    try:
        return drawn_signatures.read_drawing(entered.fields.get("drawing", ""))
    except InvalidEntry as refused:
        entered.problems |= refused.problems
        return None


def _keep_drawing(
    session: Session, case: CaseFile, *, drawn: CheckedFile, name: str, actor: Actor, now: datetime
) -> int:
    """Keep the drawing, encrypted, and give its attachment; it is small, so the transaction may wait for it."""
    kept = evidence.attach(
        session,
        case,
        stored=evidence.keep_file(attachment_folder(), drawn),
        original_name=f"{_('手写签名')} {name}.png",
        place="signature",
        actor=actor,
        now=now,
    )
    session.flush()
    return kept.id


def _sign(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    kind, _colon, row_id = entered.text("signer").partition(":")
    party = next((each for each in case.parties if kind == "party" and str(each.id) == row_id), None)
    agent = next(
        (
            person
            for each in case.parties
            for person in each.representatives
            if kind == "representative" and str(person.id) == row_id
        ),
        None,
    )
    mediator = next(
        (each for each in on_the_case(case) if kind == "mediator" and str(each.id) == row_id), None
    )
    signer = party or agent or mediator
    if signer is None:
        entered.problems["signer"] = _("请从列表中选择")
    paper = entered.listed("paper", SignedPaper, SignedPaper.AGREEMENT)
    method = entered.listed("method", SignatureMethod, SignatureMethod.INK)
    signed_at, place = entered.needed_moment("signed_at"), entered.needed("place")
    witness = entered.text("witness", longest=60)
    agreement = case.agreement
    if paper is SignedPaper.AGREEMENT and agreement is None:
        entered.problems["paper"] = _("还没有起草调解协议书")
    entered.check()
    drawn: CheckedFile | None = entered.prepared
    signer_name = signer.name if signer is not None else ""
    keep = None
    if drawn is not None:
        keep = partial(_keep_drawing, session, case, drawn=drawn, name=signer_name, actor=actor, now=now)
    settlements.sign(
        session,
        case,
        paper=paper,
        paper_id=agreement.id if paper is SignedPaper.AGREEMENT and agreement is not None else None,
        signer_kind=SignerKind.PARTY
        if party
        else SignerKind.REPRESENTATIVE
        if agent
        else SignerKind.MEDIATOR,
        signer_name=signer_name,
        method=method,
        signed_at=signed_at,
        place=place,
        actor=actor,
        now=now,
        party=party or (agent.party if agent is not None else None),
        representative=agent,
        mediator=mediator,
        witness=witness,
        drawing=keep,
    )


def _seal_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    return [Input("place", _("在哪里盖的"), value=case.room.name, is_required=True)]


def _seal(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    place = entered.needed("place")
    entered.check()
    settlements.seal(session, case, actor=actor, place=place, now=now)


def _unpaid(case: CaseFile) -> list[Instalment]:
    terms = case.agreement.terms if case.agreement is not None else []
    return [part for term in terms for part in term.instalments if part.paid_on is None]


def _unperformed(case: CaseFile) -> list[AgreementTerm]:
    terms = case.agreement.terms if case.agreement is not None else []
    return [term for term in terms if not term.instalments and term.performed_on is None]


def _payment_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    parts = [
        (part.id, _("第%(term)s项第%(part)s期，%(day)s 前付 %(amount)s 元",
                    term=part.term.ordinal, part=part.ordinal, day=part.due_on, amount=part.amount))
        for part in _unpaid(case)
    ]  # fmt: skip
    return [
        Input("instalment", _("哪一期"), Kind.CHOICE, parts),
        Input("paid_on", _("付款日期"), Kind.DAY, value=today(), is_required=True),
        Input("receipt_number", _("收据编号")),
    ]


def _pay(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    part = entered.row_of("instalment", _unpaid(case))
    paid_on, receipt = entered.needed_day("paid_on"), entered.text("receipt_number", longest=60)
    entered.check()
    performance.record_payment(
        session,
        case,
        part,
        paid_on=paid_on,
        paid_amount=part.amount,
        receipt_number=receipt,
        actor=actor,
        now=now,
    )


def _term_performed_inputs(case: CaseFile, _actor: Actor) -> Sequence[Input]:
    terms = [(term.id, f"{term.ordinal}. {term.content[:60]}") for term in _unperformed(case)]
    return [
        Input("term", _("哪一项"), Kind.CHOICE, terms),
        Input("performed_on", _("履行日期"), Kind.DAY, value=today(), is_required=True),
    ]


def _term_performed(session: Session, case: CaseFile, entered: Entered, actor: Actor, now: datetime) -> None:
    term, performed_on = entered.row_of("term", _unperformed(case)), entered.needed_day("performed_on")
    entered.check()
    performance.record_term_performed(session, case, term, performed_on=performed_on, actor=actor, now=now)


_MEDIATING = frozenset({S.MEDIATING})
_SIGNING = frozenset({S.MEDIATING, S.AGREED, *PERFORMING})

ACTS = (
    Act("agreement", N_("起草调解协议"), "settlement", _agreement_inputs, _draft, states=_MEDIATING,
        lead=N_("可以先写一半保存；缺什么，案卷页会列出来。")),
    Act("withdraw-agreement", N_("作废这份协议"), "settlement", _withdraw_inputs, _withdraw,
        states=frozenset({S.MEDIATING, S.AGREED}), is_fit=lambda case: _draft_of(case) is not None),
    Act("oral-agreement", N_("登记口头协议"), "settlement", _oral_inputs, _record_oral, states=_MEDIATING),
    Act("sign", N_("登记签名、按指印"), "settlement", _sign_inputs, _sign, states=_SIGNING,
        prepares=_read_drawing, lead=N_("一个人签一次，登记一次。")),
    Act("seal", N_("登记加盖调委会印章"), "settlement", _seal_inputs, _seal, states=frozenset({S.AGREED})),
    Act("payment", N_("登记付款"), "settlement", _payment_inputs, _pay, states=PERFORMING,
        is_fit=lambda case: bool(_unpaid(case))),
    Act("term-performed", N_("登记一项已履行"), "settlement", _term_performed_inputs, _term_performed,
        states=PERFORMING, is_fit=lambda case: bool(_unperformed(case))),
)  # fmt: skip
