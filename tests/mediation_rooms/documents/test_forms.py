"""The forms of a file: empty and filled from one builder, set as PDF, nothing invented, nothing run."""

import io
from datetime import date

import pytest
from pypdf import PdfReader

from assistant.typesetting.fonts import missing_characters
from assistant.typesetting.paper_pdf import NO_BAI_YET, papers_as_pdf
from mediation_rooms.documents.catalogue import FORMS, UnknownForm, form_named, may_issue
from mediation_rooms.documents.paper import Signatures, Ticks
from mediation_rooms.documents.phrases import BaiPhrases, checked_on, phrases
from mediation_rooms.documents.source import Source
from mediation_rooms.documents.wording import day_in_words
from mediation_rooms.sample_rooms import sample_room
from tests.databases import ON_POSTGRES


def text_of(pdf):
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def compact(text):
    return "".join(text.split())


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_every_form_exists_empty_for_handwriting(form):
    paper = form.build(Source())
    assert paper.key == form.key
    pdf = papers_as_pdf([paper])
    assert pdf.startswith(b"%PDF")
    assert len(PdfReader(io.BytesIO(pdf)).pages) <= 3


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_an_empty_form_ticks_no_choice_and_signs_for_nobody(form):
    for block in form.build(Source()).blocks:
        if isinstance(block, Ticks):
            assert not any(chosen for _label, chosen in block.options), block.label
        if isinstance(block, Signatures):
            assert not any(slot.done for slot in block.slots)


def test_every_form_is_filled_from_a_case(agreed_case):
    source = Source(agreed_case, today=date(2026, 3, 20))
    pdf = papers_as_pdf([form.build(source) for form in FORMS])
    text = compact(text_of(pdf))
    assert compact(agreed_case.number) in text
    for party in agreed_case.parties:
        assert compact(party.name) in text


def test_the_agreement_shows_terms_money_in_words_signatures_and_the_day_of_effect(agreed_case):
    text = compact(text_of(papers_as_pdf([form_named("agreement").build(Source(agreed_case))])))
    agreement = agreed_case.agreement
    for term in agreement.terms:
        assert compact(term.content)[:12] in text
    amounts = [part.amount for term in agreement.terms for part in term.instalments]
    assert amounts
    assert "人民币" in text
    assert compact(day_in_words(agreement.effective_on)) in text
    slots = [
        block
        for block in form_named("agreement").build(Source(agreed_case)).blocks
        if isinstance(block, Signatures)
    ]
    assert all(slot.done for slot in slots[0].slots if slot.label != "记录人")


def test_an_oral_case_has_its_own_register(oral_case):
    text = compact(text_of(papers_as_pdf([form_named("oral_agreement").build(Source(oral_case))])))
    assert compact(oral_case.oral_agreement.content)[:12] in text


def test_a_visit_that_nobody_made_is_left_empty(agreed_case):
    paper = form_named("follow_up").build(Source(agreed_case))
    assert not any(
        chosen for block in paper.blocks if isinstance(block, Ticks) for _label, chosen in block.options
    )


def test_what_a_party_is_called_stays_text(agreed_case):
    """INP-06: template expressions, markup and field codes are printed as they were typed."""
    hostile = "#panic() {{7*7}} $x$ *粗* @x <b>"
    agreed_case.parties[0].name = hostile
    text = compact(text_of(papers_as_pdf([form_named("application").build(Source(agreed_case))])))
    assert compact(hostile) in text


def test_control_characters_do_not_stop_a_document(agreed_case):
    """INP-05. PostgreSQL itself takes no NUL, so there it is left out."""
    nul = "" if ON_POSTGRES else "\x00"
    agreed_case.statement = f"甲{nul}乙\x1b丙\u202e丁"
    text = compact(text_of(papers_as_pdf([form_named("application").build(Source(agreed_case))])))
    assert "甲乙丙丁" in text


def test_the_same_case_gives_the_same_bytes(agreed_case):
    papers = [form_named("agreement").build(Source(agreed_case))]
    assert papers_as_pdf(papers) == papers_as_pdf(papers)


def test_all_fonts_are_embedded(agreed_case):
    reader = PdfReader(io.BytesIO(papers_as_pdf([form_named("agreement").build(Source(agreed_case))])))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        descendant = font.get_object()["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor)


def test_bai_beside_fixed_sentences_is_only_what_was_approved_and_otherwise_an_open_place():
    paper = form_named("rights_notice").build(Source())
    without = compact(text_of(papers_as_pdf([paper])))
    assert compact(NO_BAI_YET) not in without
    beside = compact(text_of(papers_as_pdf([paper], bai=BaiPhrases("bca", {}, source=""))))
    assert beside.count(compact(NO_BAI_YET)[:8]) >= 10


def test_a_room_without_a_committee_issues_no_paper_of_a_committee(session):
    minors = sample_room(session, "sample-minors")
    assert minors.committee_id is None
    assert not may_issue(minors, form_named("agreement"))
    assert may_issue(minors, form_named("referral_sheet"))


def test_an_unknown_form_is_answered_with_the_list():
    with pytest.raises(UnknownForm, match="agreement"):
        form_named("no_such_form")


def test_fixed_sentences_are_dated_and_cite_articles():
    assert checked_on() >= date(2026, 11, 24)
    assert all(phrase.articles for phrase in phrases().values())


def test_a_character_without_a_glyph_is_named():
    assert missing_characters("调解协议书") == []
    assert missing_characters("调\U0002f80a\U000f0000") == [
        "\U000f0000"
    ] or "\U000f0000" in missing_characters("\U000f0000")
