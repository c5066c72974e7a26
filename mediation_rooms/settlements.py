"""Verbs for settling: drafting an agreement, an oral one, signing, sealing.

Every signature is one act of one person, recorded with who, when, where and how; there is no verb
that signs for several, and none that fills in an outcome nobody found out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from corpus.numerals import amount_in_words
from mediation_rooms.actor import Actor
from mediation_rooms.agreements import amount_problem, required_copies
from mediation_rooms.case_view import day_of, view_of
from mediation_rooms.dispute_kinds import takes_drawing
from mediation_rooms.errors import InvalidEntry, StepNotAllowed
from mediation_rooms.models.agreements import Agreement, AgreementTerm, Instalment, OralAgreement, Signature
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party, Representative
from mediation_rooms.models.registers import Mediator
from mediation_rooms.models.vocabulary import CaseState, Lane, SignatureMethod, SignedPaper, SignerKind
from mediation_rooms.steps import must_be_own, settle_down, take_step, touched
from mediation_rooms.wording import N_, say


@dataclass(frozen=True)
class InstalmentEntry:
    """One payment of a term."""

    due_on: date
    amount: Decimal
    method: str = ""


@dataclass(frozen=True)
class TermEntry:
    """One item of an agreement."""

    content: str
    manner: str = ""
    place: str = ""
    due_on: date | None = None
    obligor_id: int | None = None
    obligee_id: int | None = None
    amount: Decimal | None = None
    amount_words: str = ""
    instalments: tuple[InstalmentEntry, ...] = field(default_factory=tuple)


@dataclass(frozen=True)
class AgreementEntry:
    """What is entered of a written agreement; may be incomplete until it is settled."""

    drafted_on: date
    facts: str = ""
    disputed_matters: str = ""
    responsibilities: str = ""
    place: str = ""
    total_amount: Decimal | None = None
    total_amount_words: str = ""
    terms: tuple[TermEntry, ...] = field(default_factory=tuple)


def _words(amount: Decimal | None, words: str) -> str:
    if words.strip() or amount is None:
        return words.strip()
    return amount_in_words(amount)


def entry_problems(case: CaseFile, entry: AgreementEntry, *, today: date) -> dict[str, str]:
    """What cannot be kept even in a draft: impossible amounts, dates and people."""
    problems: dict[str, str] = {}
    party_ids = {party.id for party in case.parties}
    if entry.drafted_on > today:
        problems["drafted_on"] = N_("起草日期不能晚于今天")
    if entry.total_amount is not None and entry.total_amount < 0:
        problems["total_amount"] = N_("金额不能小于 0")
    if problem := amount_problem(entry.total_amount, entry.total_amount_words):
        problems["total_amount_words"] = problem
    for ordinal, term in enumerate(entry.terms, start=1):
        key = f"terms-{ordinal}"
        if {term.obligor_id, term.obligee_id} - party_ids - {None}:
            problems[key] = say(N_("第%(ordinal)s项的义务人、权利人要从本案当事人中选"), ordinal=ordinal)
        if term.amount is not None and term.amount < 0:
            problems[key] = say(N_("第%(ordinal)s项金额不能小于 0"), ordinal=ordinal)
        if problem := amount_problem(term.amount, term.amount_words):
            problems[key] = say(N_("第%(ordinal)s项：%(problem)s"), ordinal=ordinal, problem=problem)
        if any(part.amount <= 0 for part in term.instalments):
            problems[key] = say(N_("第%(ordinal)s项每一期的金额都要大于 0"), ordinal=ordinal)
    return problems


def draft_agreement(
    session: Session, case: CaseFile, *, entry: AgreementEntry, actor: Actor, now: datetime
) -> Agreement:
    """Draft the agreement, or draft it anew; a signed one must be withdrawn first.

    One that is in force stays: mediating again writes a new agreement beside it (人民调解法第三十三条).

    Raises :class:`InvalidEntry`, or :class:`StepNotAllowed` once somebody has signed.
    """
    must_be_own(case, actor)
    if case.state is not CaseState.MEDIATING:
        raise StepNotAllowed(
            [say(N_("案件现在是“%(state)s”，只有调解中才能起草协议"), state=case.state.label)]
        )
    if problems := entry_problems(case, entry, today=day_of(now)):
        raise InvalidEntry(problems)
    agreement = case.agreement
    if agreement is not None and agreement.effective_on is not None:
        agreement = None
    if agreement is not None and any(
        each.paper is SignedPaper.AGREEMENT and each.paper_id == agreement.id for each in case.signatures
    ):
        raise StepNotAllowed([N_("协议上已有签名，要改内容的，先作废这一份再另写")])
    if agreement is None:
        agreement = Agreement(case=case, drafted_on=entry.drafted_on)
        session.add(agreement)
    agreement.number = case.number or ""
    agreement.drafted_on, agreement.place = entry.drafted_on, entry.place.strip()
    agreement.facts, agreement.disputed_matters = entry.facts.strip(), entry.disputed_matters.strip()
    agreement.responsibilities = entry.responsibilities.strip()
    agreement.total_amount = entry.total_amount
    agreement.total_amount_words = _words(entry.total_amount, entry.total_amount_words)
    agreement.copies_count = required_copies(len(case.parties))
    agreement.terms.clear()
    session.flush()  # the old terms leave before new ones take their ordinals
    agreement.terms.extend(_term(ordinal, term) for ordinal, term in enumerate(entry.terms, start=1))
    touched(session, case, actor=actor, action="case.draft_agreement", now=now)
    return agreement


def _term(ordinal: int, entry: TermEntry) -> AgreementTerm:
    return AgreementTerm(
        ordinal=ordinal,
        content=entry.content.strip(),
        manner=entry.manner.strip(),
        place=entry.place.strip(),
        due_on=entry.due_on,
        obligor_id=entry.obligor_id,
        obligee_id=entry.obligee_id,
        amount=entry.amount,
        amount_words=_words(entry.amount, entry.amount_words),
        instalments=[
            Instalment(ordinal=number, due_on=part.due_on, amount=part.amount, method=part.method)
            for number, part in enumerate(entry.instalments, start=1)
        ],
    )


def withdraw_agreement(session: Session, case: CaseFile, *, reason: str, actor: Actor, now: datetime) -> None:
    """Withdraw the agreement that is not in force yet; it stays in the file with the reason."""
    must_be_own(case, actor)
    agreement = case.agreement
    if agreement is None or agreement.effective_on is not None:
        raise StepNotAllowed([N_("没有可以作废的协议；已生效的协议不能作废，只能另行达成新的协议")])
    if not reason.strip():
        raise InvalidEntry({"reason": N_("要写明为什么作废")})
    agreement.withdrawn_on, agreement.withdrawn_reason = day_of(now), reason.strip()
    touched(session, case, actor=actor, action="case.withdraw_agreement", now=now, reason=reason)


def settle_in_writing(session: Session, case: CaseFile, *, actor: Actor, reason: str, now: datetime) -> None:
    """The parties agreed in writing: the file waits for signatures and seal."""
    take_step(session, case, "settle_in_writing", actor=actor, reason=reason, now=now)
    case.lane = Lane.WRITTEN
    settle_down(session, case, now=now)


def record_oral_agreement(
    session: Session,
    case: CaseFile,
    *,
    agreed_on: date,
    place: str,
    content: str,
    total_amount: Decimal,
    due_on: date | None,
    actor: Actor,
    now: datetime,
    is_joint: bool = False,
) -> OralAgreement:
    """Record the content of an oral agreement (人民调解法第二十八条). Raises :class:`InvalidEntry`."""
    must_be_own(case, actor)
    problems: dict[str, str] = {}
    if case.state is not CaseState.MEDIATING:
        raise StepNotAllowed(
            [say(N_("案件现在是“%(state)s”，只有调解中才能登记口头协议"), state=case.state.label)]
        )
    if not content.strip():
        problems["content"] = N_("口头协议的内容要由调解员记下来（人民调解法第二十八条）")
    if agreed_on > day_of(now):
        problems["agreed_on"] = N_("达成协议的日期不能晚于今天")
    if total_amount < 0:
        problems["total_amount"] = N_("金额不能小于 0，不涉及金钱的填 0")
    if due_on is not None and due_on < agreed_on:
        problems["due_on"] = N_("履行期限不能早于达成协议的日期")
    if problems:
        raise InvalidEntry(problems)
    oral = OralAgreement(
        case=case,
        agreed_on=agreed_on,
        place=place.strip(),
        content=content.strip(),
        total_amount=total_amount,
        due_on=due_on,
        is_joint=is_joint,
        recorded_by=actor.name,
    )
    session.add(oral)
    touched(session, case, actor=actor, action="case.record_oral_agreement", now=now)
    return oral


def settle_orally(session: Session, case: CaseFile, *, actor: Actor, reason: str, now: datetime) -> None:
    """The parties agreed orally: in force from the day they agreed (人民调解法第三十条)."""
    take_step(session, case, "settle_orally", actor=actor, reason=reason, now=now)
    case.lane = Lane.ORAL
    settle_down(session, case, now=now)


def _signature_problems(
    case: CaseFile,
    *,
    paper: SignedPaper,
    paper_id: int | None,
    signer_kind: SignerKind,
    party: Party | None,
    method: SignatureMethod,
    signed_at: datetime,
    place: str,
    now: datetime,
    has_drawing: bool,
) -> dict[str, str]:
    problems: dict[str, str] = {}
    if paper is SignedPaper.AGREEMENT and (case.agreement is None or paper_id != case.agreement.id):
        problems["paper"] = N_("要签的不是本案现在这一份协议书")
    if signed_at > now:
        problems["signed_at"] = N_("签名时间不能晚于现在")
    if not place.strip():
        problems["place"] = N_("要写明在哪里签的")
    if party is not None and party.case_id != case.id:
        problems["party"] = N_("签名人要从本案当事人中选")
    if signer_kind in {SignerKind.PARTY, SignerKind.REPRESENTATIVE} and party is None:
        problems["party"] = N_("要写明是哪一个当事人的签名")
    if signer_kind is SignerKind.COMMITTEE and method is not SignatureMethod.SEAL:
        problems["method"] = N_("人民调解委员会只用印章")
    if method is SignatureMethod.TABLET and not takes_drawing(case.kind_code, paper):
        problems["method"] = N_(
            "婚姻、收养、继承的文书不能用电子签名，请打印出来签名或者按指印再扫描（电子签名法第三条）"
        )
    elif method is SignatureMethod.TABLET and not has_drawing:
        problems["drawing"] = "框里还没有写字；这台机器写不了的，请打印出来在纸上签"
    return problems


def sign(
    session: Session,
    case: CaseFile,
    *,
    paper: SignedPaper,
    paper_id: int | None,
    signer_kind: SignerKind,
    signer_name: str,
    method: SignatureMethod,
    signed_at: datetime,
    place: str,
    actor: Actor,
    now: datetime,
    party: Party | None = None,
    representative: Representative | None = None,
    mediator: Mediator | None = None,
    witness: str = "",
    attachment_id: int | None = None,
    drawing: Callable[[], int] | None = None,
) -> Signature:
    """Record one signature, seal or fingerprint. Raises :class:`InvalidEntry` with every problem.

    ``drawing`` keeps the picture of a signature drawn on a tablet and gives its attachment; it is called
    only when nothing forbids it, so that no drawing is kept for a paper that takes none.
    """
    must_be_own(case, actor)
    problems = _signature_problems(
        case,
        paper=paper,
        paper_id=paper_id,
        signer_kind=signer_kind,
        party=party,
        method=method,
        signed_at=signed_at,
        place=place,
        now=now,
        has_drawing=attachment_id is not None or drawing is not None,
    )
    if not signer_name.strip():
        problems["signer_name"] = N_("要写明签名人")
    if problems:
        raise InvalidEntry(problems)
    if drawing is not None and method is SignatureMethod.TABLET:
        attachment_id = drawing()
    signature = Signature(
        case=case,
        paper=paper,
        paper_id=paper_id,
        signer_kind=signer_kind,
        party=party,
        representative_id=representative.id if representative is not None else None,
        mediator_id=mediator.id if mediator is not None else None,
        signer_name=signer_name.strip(),
        method=method,
        signed_at=signed_at,
        place=place.strip(),
        witness=witness.strip(),
        attachment_id=attachment_id,
        recorded_by=actor.name,
        recorded_at=now,
    )
    session.add(signature)
    touched(session, case, actor=actor, action="case.sign", now=now, reason=paper.value)
    return signature


def seal(session: Session, case: CaseFile, *, actor: Actor, place: str, now: datetime) -> Signature:
    """Put the committee's seal on the agreement. Raises :class:`StepNotAllowed` without one."""
    agreement, committee = case.agreement, case.committee
    if agreement is None or committee is None or not committee.has_seal:
        raise StepNotAllowed([N_("没有协议书，或者所属人民调解委员会没有印章（人民调解法第二十九条）")])
    return sign(
        session,
        case,
        paper=SignedPaper.AGREEMENT,
        paper_id=agreement.id,
        signer_kind=SignerKind.COMMITTEE,
        signer_name=committee.name,
        method=SignatureMethod.SEAL,
        signed_at=now,
        place=place,
        actor=actor,
        now=now,
    )


def bring_into_force(session: Session, case: CaseFile, *, actor: Actor, reason: str, now: datetime) -> date:
    """Everything is signed and sealed: the agreement takes effect on the day of the last mark.

    The thirty days for judicial confirmation run from that day, never from the day of drafting.
    """
    take_step(session, case, "bring_into_force", actor=actor, reason=reason, now=now)
    agreement, view = case.agreement, view_of(case, today=day_of(now))
    if agreement is None or view.agreement is None or view.agreement.complete_on is None:
        raise StepNotAllowed([N_("协议还没有签齐")])
    agreement.effective_on = view.agreement.complete_on
    settle_down(session, case, now=now)
    return agreement.effective_on
