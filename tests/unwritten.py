"""A page that prints a name which nobody gave it fails its test, instead of showing an empty place."""

from __future__ import annotations

from collections.abc import Mapping

from jinja2 import Undefined


class Unwritten(Undefined):
    """Asking for a missing name is allowed, printing it is not.

    What was not entered into a form is missing from its mapping, and stands for nothing.
    """

    def __str__(self) -> str:
        if isinstance(self._undefined_obj, Mapping):
            return ""
        return str(self._fail_with_undefined_error())

    __html__ = __str__
