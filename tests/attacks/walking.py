"""Every address by walking: links, pictures, sounds and forms of the pages, each matched to its route.

Nothing is listed by hand, so that a new page is walked as soon as some page leads to it.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from tests.attacks.sampling import routes

MOST_OF_A_KIND, MOST_OF_A_RULE = 2, 40
"""Addresses of one rule (with the same words in it) that are opened; all of them are noted."""
PAPERS = re.compile(r"\.(?:pdf|docx|xlsx|tmx|xlf|json|ogg|png|svg|zip)$|/export/|/files/|/sound$|/booklet")
"""What is no page and costs time to make: noted, not opened."""
VALUES = {"day": "2026-01-05", "date": "2026-01-05", "datetime-local": "2026-01-05T09:30", "month": "2026-01"}


@dataclass(frozen=True)
class Asked:
    """One request that a page offers: a link, or a form with its own values and its files' names."""

    endpoint: str
    rule: str
    method: str
    address: str
    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[str, ...] = ()

    @property
    def operation(self) -> tuple[str, str]:
        """What is asked, whatever the ids."""
        return self.rule, self.method


@dataclass
class _Form:
    method: str
    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    other_actions: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """The addresses and the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[_Form] = []
        self._form: _Form | None = None
        self._select = self._area = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in ("a", "img", "source", "audio", "link") and (at := given.get("href") or given.get("src")):
            self.links.append(at)
        self.links += [
            value for name, value in given.items() if name.startswith("data-") and value[:1] == "/"
        ]
        if tag == "form":
            self._form = _Form(given.get("method", "get").upper(), given.get("action", ""))
            self.forms.append(self._form)
        elif self._form is not None:
            self._control(tag, given, self._form)

    def _control(self, tag: str, given: dict[str, str], form: _Form) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if given.get("formaction"):
            form.other_actions.append(given["formaction"])
        if not name or name == "csrf_token":
            return
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, "示例"))
        elif kind == "file":
            form.files.append(name)
        elif tag in ("input", "button"):
            form.fields.append((name, given.get("value") or VALUES.get(kind, "示例")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)

    def option(self, value: str) -> None:
        """The first real choice of a list."""
        if self._form is not None and self._select and value:
            self._form.fields.append((self._select, value))
            self._select = ""


class _WithChoices(_Reader):
    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attributes)
        if tag == "option":
            self.option(dict(attributes).get("value") or "")


def read_page(html: str) -> tuple[list[str], list[_Form]]:
    """Links and forms."""
    reader = _WithChoices()
    reader.feed(html)
    return reader.links, reader.forms


def walk(app: Flask, browser: Any, starts: Iterable[str] = (), *, within: str = "/") -> list[Asked]:
    """Every request that the pages offer to this browser, beginning at all pages without an id."""
    adapter = app.url_map.bind("localhost")
    with_none = [route.address for route in routes(app) if route.method == "GET" and "<" not in route.rule]
    always = set(starts)
    waiting = deque([*starts, *with_none])
    seen, opened, found = set(waiting), Counter[Any](), dict[tuple[str, str], Asked]()

    def match(address: str, method: str) -> tuple[str, str, tuple[str, ...]] | None:
        try:
            rule, values = adapter.match(address.partition("?")[0], method, return_rule=True)
        except (HTTPException, RequestRedirect):
            return None
        return (
            str(rule.endpoint),
            str(rule.rule),
            tuple(value for value in values.values() if isinstance(value, str)),
        )

    def note(address: str, method: str, form: _Form | None = None) -> None:
        address = unescape(address).partition("#")[0]
        if not address.startswith(within) or address.startswith("//"):
            return
        matched = match(address, method)
        if matched is None or matched[0] == "static":
            return
        key = (address, method)
        if key not in found or (form is not None and len(form.fields) > len(found[key].fields)):
            fields, files = (tuple(form.fields), tuple(form.files)) if form else ((), ())
            found[key] = Asked(matched[0], matched[1], method, address, fields, files)
        if method == "GET" and address not in seen:
            seen.add(address)
            waiting.append(address)

    while waiting:
        address = waiting.popleft()
        matched = match(address, "GET")
        if matched is None or matched[0] in ("kiosk.leave", "sign_in.signed_out"):
            continue
        note(address, "GET")
        opened.update((matched[1], matched[1:]))
        is_enough = opened[matched[1]] > MOST_OF_A_RULE or opened[matched[1:]] > MOST_OF_A_KIND
        if PAPERS.search(address) or (is_enough and address not in always):
            continue
        answer = browser.get(address)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        links, forms = read_page(answer.text)
        for link in links:
            note(link, "GET")
        for form in forms:
            for action in [form.action or address, *form.other_actions]:
                note(action, form.method, form)
    return list(found.values())


def unwalked(app: Flask, asked: Iterable[Asked]) -> Iterator[tuple[str, str, str]]:
    """The routes that no page led to: endpoint, rule, method."""
    known = {each.operation for each in asked}
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            if (rule.rule, method) not in known and rule.endpoint != "static":
                yield str(rule.endpoint), rule.rule, method


FIELDS = tuple(
    dict.fromkeys(("text", "name", "reason", "remark", "answer", "title", "note", "purpose"), "示例").items()
) + tuple({"speaker": "1", "day": "2026-01-05", "part": "1.1", "kept": "0" * 64, "q": "示例"}.items())
"""Of forms that no page of the walk had."""


def complete(app: Flask, asked: list[Asked]) -> list[Asked]:
    """The same and one request for every route that no page led to, with values seen in other addresses."""
    adapter = app.url_map.bind("localhost")
    known: dict[str, Any] = {
        "step": "withdraw",
        "name": "new",
        "asked_when": "before",
        "row": "1",
    }
    for each in asked:
        _rule, values = adapter.match(each.address.partition("?")[0], each.method, return_rule=True)
        for name, value in values.items():
            known.setdefault(name, value)
    more = []
    for endpoint, rule, method in unwalked(app, asked):
        plain = rule.replace("/rooms/<code>", "/rooms/sample-jinhua")
        plain = plain.replace("<any(unit,term,prompt):kind>", "unit")
        written = re.sub(
            r"<(?:[^<>:]+:)?(\w+)>",
            lambda found: str(known.get(found[1], "1")),
            re.sub(r"\(([^)]*)\)", "", plain),
        )
        more.append(Asked(endpoint, rule, method, written, FIELDS if method == "POST" else (), ()))
    return [*asked, *more]


def without_numbers(body: str) -> str:
    """A page without what differs from request to request."""
    body = re.sub(r"\b[0-9a-f]{8,}(?:-[0-9a-f]+)*\b", "", body)
    return re.sub(r'name="csrf_token" value="\w*"', "", body)
