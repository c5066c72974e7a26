"""Sensitive data on the forms: nothing is stored before the person's own, separate consent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from mediation_rooms import samples
from mediation_rooms.models.people import Consent, Party
from mediation_rooms.models.vocabulary import ConsentKind

PERSON = {"side": "respondent", "name": "示例丙", "language_code": "zh", "told": "yes"}


@pytest.fixture
def stored(app, make_case):
    """``(case id, parties(), consents())`` of a file that just came in."""
    case_id = make_case(samples.boundary_case_opened, days_ago=1)
    store = app.extensions["stores"].cases

    def parties():
        with store.reading() as session:
            return {p.name: p for p in session.scalars(select(Party).where(Party.case_id == case_id))}

    def consents(kind):
        with store.reading() as session:
            found = select(Consent).where(Consent.case_id == case_id, Consent.kind == kind)
            return [each.party_id for each in session.scalars(found)]

    return case_id, parties, consents


def test_a_sensitive_category_waits_for_its_own_consent(mediator, stored):
    """PRI-02: 422 with the article until it is given; the notice and the consent to mediation do not replace it."""
    case_id, parties, consents = stored
    address = f"/cases/{case_id}/acts/party"
    refused = mediator.post(address, data=PERSON | {"special_group": "残疾人"})
    assert refused.status_code == 422
    assert "第二十九条" in refused.text
    assert "残疾人" in refused.text  # what was typed is still there
    assert "示例丙" not in parties()
    accepted = mediator.post(
        address, data=PERSON | {"special_group": "残疾人", "agrees_to_sensitive_data": "yes"}
    )
    assert accepted.status_code == 303
    person = parties()["示例丙"]
    assert person.special_group == "残疾人"
    assert consents(ConsentKind.SENSITIVE_INFORMATION) == [person.id]


def test_a_young_child_waits_for_the_guardian_who_is_not_accused(mediator, stored):
    """PRI-02 and PRI-03: a child's data are sensitive by law; 422 until a fit guardian agreed."""
    case_id, parties, consents = stored
    address, child = f"/cases/{case_id}/acts/party", PERSON | {"born_on": "2020-05-04"}
    guardian = {"guardian_name": "示例监护人", "guardian_relation": "母亲", "guardian_agrees": "yes"}
    for attempt in (child, child | guardian | {"guardian_accused": "yes"}):
        refused = mediator.post(address, data=attempt)
        assert refused.status_code == 422
        assert "第三十一条" in refused.text
        assert "示例丙" not in parties()
    assert mediator.post(address, data=child | guardian).status_code == 303
    assert parties()["示例丙"].id in consents(ConsentKind.PERSONAL_INFORMATION)


def test_a_correction_is_no_way_around_the_consent(mediator, stored):
    """PRI-02: the form for corrections does not know the sensitive field, whatever is sent."""
    case_id, parties, _consents = stored
    party = next(iter(parties().values()))
    sent = {"party": party.id, "field": "special_group", "value": "残疾人", "reason": "示例"}
    assert mediator.post(f"/cases/{case_id}/acts/correction", data=sent).status_code == 422
    assert all(each.special_group == "" for each in parties().values())
