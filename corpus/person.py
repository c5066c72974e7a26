"""Who works on the collection: the account, and the name that stays in a history."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """An account with its name; without an account the work was done by a command."""

    account_id: int | None
    name: str

    def is_same_as(self, account_id: int | None, name: str) -> bool:
        """Whether a kept account or, without one, a kept name is this person."""
        if self.account_id is not None and account_id is not None:
            return self.account_id == account_id
        return bool(name) and self.name.strip() == name.strip()
