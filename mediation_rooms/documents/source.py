"""What a form is made from: a case, or nothing for an empty form to be filled by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from mediation_rooms.case_view import CHINA
from mediation_rooms.dispute_kinds import dispute_kinds, takes_drawing
from mediation_rooms.documents.paper import Block, Field, Fields, Mark, Note, Paragraph, Slot
from mediation_rooms.documents.phrases import phrases
from mediation_rooms.documents.wording import age, day_in_figures
from mediation_rooms.models.agreements import Signature
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.people import Party, Representative
from mediation_rooms.models.vocabulary import Sex, Side, SignatureMethod, SignedPaper, SignerKind

BLANK_OFFICE = "＿＿＿＿＿＿人民调解委员会"


@dataclass(frozen=True)
class Source:
    """A case (None for an empty form), the row the form is about, and the day it is made."""

    case: CaseFile | None = None
    row_id: int | None = None
    """Row of the session, enquiry, agreement … where a case has several; None takes the latest."""
    today: date | None = None

    @property
    def office(self) -> str:
        """The committee in whose name the form is made; a room without one signs as itself."""
        if self.case is None:
            return BLANK_OFFICE
        return self.case.committee.name if self.case.committee is not None else self.case.room.name

    @property
    def number(self) -> str:
        """The file number, or empty."""
        return (self.case.number or "") if self.case is not None else ""

    def side(self, side: Side) -> list[Party]:
        """The parties of a side in their order."""
        return [party for party in self.case.parties if party.side is side] if self.case is not None else []

    @property
    def parties(self) -> list[Party]:
        """All parties, applicants first."""
        return [party for side in Side for party in self.side(side)]

    @property
    def kind_name(self) -> str:
        """The kind of dispute as the statistics call it, or empty."""
        return dispute_kinds()[self.case.kind_code].name if self.case is not None else ""

    @property
    def mediator_names(self) -> str:
        """Names of the mediators still on the case, the lead first."""
        if self.case is None:
            return ""
        present = sorted(
            (each for each in self.case.mediators if each.left_on is None), key=lambda m: not m.is_lead
        )
        return "、".join(each.mediator.name for each in present)

    def slot(
        self,
        label: str,
        expected: Mark,
        paper: SignedPaper,
        kind: SignerKind,
        *,
        party: Party | None = None,
        row_id: int | None = None,
    ) -> Slot:
        """A place to sign: how and when somebody signed a paper, with the name drawn on a tablet; else empty.

        A drawing on a paper that takes none counts for nothing: the place stays as it is without it.
        """
        mark = self._mark(paper, kind, party=party, row_id=row_id)
        if mark is None:
            return Slot(label, expected)
        is_drawn = mark.method is SignatureMethod.TABLET
        done = f"{mark.method.label}，{day_in_figures(mark.signed_at.astimezone(CHINA).date())}"
        return Slot(label, expected, done, mark.attachment_id if is_drawn else None)

    def _mark(
        self, paper: SignedPaper, kind: SignerKind, *, party: Party | None, row_id: int | None
    ) -> Signature | None:
        """The latest mark that somebody of this kind put on a paper."""
        if self.case is None:
            return None
        allows_drawing = takes_drawing(self.case.kind_code, paper)
        for mark in reversed(self.case.signatures):
            if mark.method is SignatureMethod.TABLET and not allows_drawing:
                continue
            fits_row = row_id is None or mark.paper_id in {None, row_id}
            fits_party = party is None or mark.party_id == party.id
            fits_kind = mark.signer_kind is kind or (
                party is not None
                and kind is SignerKind.PARTY
                and mark.signer_kind is SignerKind.REPRESENTATIVE
            )
            if mark.paper is paper and fits_kind and fits_party and fits_row:
                return mark
        return None


def phrase(key: str) -> Paragraph:
    """A fixed sentence as a block."""
    return Paragraph(phrases()[key].text, phrase_key=key)


def rests_on(*keys: str) -> Note:
    """A note that lists the articles the fixed sentences rest on, each once."""
    articles: dict[str, None] = {}
    for key in keys:
        articles |= dict.fromkeys(each.in_words() for each in phrases()[key].articles)
    return Note("依据：" + "、".join(articles))


def party_fields(
    party: Party | None, label: str, *, day: date | None, shows_identity: bool = False
) -> Fields:
    """The block that forms print for a person or an organisation.

    The number of identity stands only on forms that go to a court or give power to an agent.
    """
    if party is not None and party.is_organisation:
        return _organisation_fields(party, label)
    sex = "" if party is None or party.sex is Sex.NOT_STATED else party.sex.label
    return Fields(
        (
            (
                Field(label, party.name if party else "", span=6),
                Field("性别", sex, span=2),
                Field("民族", party.ethnicity if party else "", span=3),
                Field("年龄", age(party, day) if party else "", span=3),
            ),
            (
                Field("职业或职务", party.occupation if party else "", span=2),
                Field("联系方式", (party.phone or "") if party else "", span=2),
            ),
            (
                (
                    Field("单位或住址", _address(party), span=2),
                    Field("身份证号", (party.id_number or "") if party else "", span=2),
                )
                if shows_identity
                else (Field("单位或住址", _address(party), span=4),)
            ),
        )
    )


def _organisation_fields(party: Party, label: str) -> Fields:
    head = next((each for each in party.representatives if each.post), None)
    return Fields(
        (
            (Field(label, party.name, span=2), Field("统一社会信用代码", party.id_number or "", span=2)),
            (
                Field("法定代表人（负责人）", head.name if head else "", span=2),
                Field("联系方式", party.phone or "", span=2),
            ),
            (Field("住所", party.address or "", span=4),),
        )
    )


def representative_fields(person: Representative | None, label: str) -> Fields:
    """The block for a guardian, legal representative or agent."""
    return Fields(
        (
            (
                Field(label, person.name if person else ""),
                Field("与当事人关系", person.relation_to_party if person else ""),
                Field("身份证号", (person.id_number or "") if person else ""),
                Field("联系方式", (person.phone or "") if person else ""),
            ),
        )
    )


def people_blocks(
    source: Source,
    *,
    day: date | None,
    shows_identity: bool = False,
    labels: Mapping[Side, str] | None = None,
) -> list[Block]:
    """Party blocks of both sides with their representatives; one empty block a side on an empty form.

    ``labels`` where a form calls the sides otherwise than 申请人 and 被申请人.
    """
    blocks: list[Block] = []
    for side in (Side.APPLICANT, Side.RESPONDENT, Side.THIRD):
        found: list[Party | None] = [*source.side(side)]
        if not found and side is not Side.THIRD:
            found = [None]
        for party in found:
            label = (labels or {}).get(side, side.label)
            blocks.append(party_fields(party, label, day=day, shows_identity=shows_identity))
            people = party.representatives if party is not None else ()
            blocks += [representative_fields(person, person.kind.label) for person in people]
    return blocks


def party_slots(source: Source, paper: SignedPaper, *, row_id: int | None = None) -> tuple[Slot, ...]:
    """One place to sign for every party; two empty ones on an empty form."""
    if not source.parties:
        return (Slot("当事人", Mark.SIGNATURE), Slot("当事人", Mark.SIGNATURE))
    return tuple(
        source.slot(
            f"{party.side.label}　{party.name}",
            Mark.SIGNATURE,
            paper,
            SignerKind.PARTY,
            party=party,
            row_id=row_id,
        )
        for party in source.parties
    )


def office_slot(source: Source, paper: SignedPaper, *, row_id: int | None = None) -> Slot:
    """The place for the committee's seal."""
    return source.slot(source.office, Mark.SEAL, paper, SignerKind.COMMITTEE, row_id=row_id)


def _address(party: Party | None) -> str:
    if party is None:
        return ""
    return party.address or party.employer
