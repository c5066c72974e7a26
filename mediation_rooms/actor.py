"""Who acts: the person, the room and the area in whose name a verb is carried out.

Every verb of the domain takes one. An actor is a value, not an account: it is made at the
edge from the account that signed in, and its name is copied into the history so that a line
stays readable when the account is gone.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """One person acting now.

    ``account_id`` is None for the programme itself (a clock, an import) and for a kiosk visitor.
    ``room_id`` is the mediation room the person acts for, ``division_code`` the area a person of
    a township, county or prefecture centre watches (see :mod:`mediation_rooms.divisions`).
    ``roles`` are the names kept in the table of permissions.
    """

    account_id: int | None
    name: str
    room_id: int | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    division_code: str | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("办理人要有姓名：谁办的，要写得清楚")


def programme(name: str) -> Actor:
    """The programme acting by itself (import, clock); it belongs to no room and holds no role."""
    return Actor(account_id=None, name=name)
