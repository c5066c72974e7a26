"""A case store with sample rooms and one signed agreement."""

from datetime import date

import pytest

from mediation_rooms import samples
from mediation_rooms.actor import Actor
from mediation_rooms.sample_acts import sample_moment
from mediation_rooms.sample_rooms import load_sample_rooms, sample_room


@pytest.fixture
def session(case_store):
    """A writing session with the sample rooms."""
    with case_store.writing() as opened:
        load_sample_rooms(opened, actor=Actor(1, "示例管理员"), now=sample_moment(date(2026, 1, 5)))
        yield opened


@pytest.fixture
def mediator(session):
    """The mediator of the sample Jinhua room."""
    return Actor(2, "示例调解员甲", room_id=sample_room(session, "sample-jinhua").id)


@pytest.fixture
def agreed_case(session, mediator):
    """The boundary dispute with its agreement in force."""
    case = samples.boundary_case_in_force(session, actor=mediator, now=sample_moment(date(2026, 3, 2)))
    session.refresh(case)
    return case


@pytest.fixture
def oral_case(session, mediator):
    """A case settled orally and performed."""
    case = samples.oral_case_performed(session, actor=mediator, now=sample_moment(date(2026, 3, 2)))
    session.refresh(case)
    return case
