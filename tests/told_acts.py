"""An eye on every request of every test: an act of the house leaves its line, whoever tests what.

The fixture ``app`` watches with :func:`watch` and asks :func:`untold` at the end of the test.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request

from assistant.web.acts import BY_ITS_VERB, BY_THE_EDGE, SAFE_METHODS, UNTOLD, told
from assistant.web.sign_in import current_account


@dataclass(frozen=True)
class Answered:
    """A request of somebody who is signed in, answered below 400, and the lines it wrote."""

    endpoint: str
    is_unsafe: bool
    changed_rows: bool
    lines: tuple[str, ...]

    @property
    def is_untold(self) -> bool:
        """An act without a line, with more than one from the edge, or whose verb forgot it."""
        if self.endpoint in BY_THE_EDGE and self.changed_rows:
            return len(self.lines) != 1
        return (
            self.endpoint in BY_ITS_VERB
            and self.is_unsafe
            and self.changed_rows
            and (not self.lines or any(each.startswith(UNTOLD) for each in self.lines))
        )


def watch(app: Flask) -> list[Answered]:
    """Every such request from now on."""
    seen: list[Answered] = []

    @app.after_request
    def _look(response):  # type: ignore[no-untyped-def]
        if response.status_code < 400 and request.endpoint and current_account() is not None:
            seen.append(
                Answered(
                    request.endpoint, request.method not in SAFE_METHODS, told().changed_rows,
                    tuple(told().lines),
                )
            )  # fmt: skip
        return response

    return seen


def untold(seen: list[Answered]) -> list[Answered]:
    """Those that break AUD-01."""
    return [each for each in seen if each.is_untold]
