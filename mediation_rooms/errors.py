"""Exceptions of the rooms, each named for what happened; the edge turns them into pages."""

from __future__ import annotations

from collections.abc import Sequence


class NotFound(LookupError):
    """The thing does not exist, or is not this actor's to see: both look the same."""


class StepNotAllowed(Exception):
    """A step was asked for that the state or a guard refuses.

    ``reasons`` are complete Chinese sentences, each naming the missing thing and, where a rule
    of law demands it, its article.
    """

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__("；".join(self.reasons))


class InvalidEntry(ValueError):
    """Entries that cannot be kept, all reported at once.

    ``problems`` maps the field to one sentence that says what is wrong and how to mend it.
    """

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__("；".join(self.problems.values()))


class StaleVersion(Exception):
    """Somebody else saved first; ``current_version`` is the version now in the store."""

    def __init__(self, *, current_version: int) -> None:
        self.current_version = current_version
        super().__init__("这份材料已被别人改过，请比对后再保存")
