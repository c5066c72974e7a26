"""The tables of rooms and case files; importing this package registers all of them on the base."""

from mediation_rooms import (  # noqa: F401 - these register tables as well
    accounts,
    audit,
    integrity,
    sign_in_sessions,
    throttle,
)
from mediation_rooms.models import (  # noqa: F401 - imported so that every table is known to the metadata
    agreements,
    appraisals,
    cases,
    drafts,
    evidence,
    handing_on,
    hearings,
    outcomes,
    people,
    registers,
    requests,
    rights,
    risks,
    rooms,
    teaching,
)
