"""The tables of rooms and case files; importing this package registers all of them on the base."""

from mediation_rooms.models import (  # noqa: F401 - imported so that every table is known to the metadata
    agreements,
    cases,
    evidence,
    hearings,
    outcomes,
    people,
    registers,
    requests,
    rights,
    risks,
    rooms,
)
