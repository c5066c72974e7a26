"""Forty payloads in every text that is kept; every page in a real browser with its content policy switched off."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import JSON, Enum, String, Text, inspect
from sqlalchemy.exc import SQLAlchemyError

from corpus.database import Store
from tests.attacks.payloads import PAYLOADS
from tests.faults.extent import extent

KEPT_TABLES = {
    "audit_records", "audit_chains", "row_seals", "sign_in_sessions", "alembic_version", "collection_jobs", "case_jobs", "collection_state",
}  # fmt: skip
NOT_WORDS = re.compile(
    r"(^|_)(code|codes|hash|index|token|key|kind|state|status|step|citation|sha256|stored_name|media_type|variety|script"
    r"|basis|queue|boot_id|public_id|fingerprint|slug|roles|recovery|secret|language|division|digest|path|side"
    r"|purpose_code|created_by_id|short_name|system|layout|design|theme|form|statute|calendar|festival|topic|topics"
    r"|edition|format|source_url|icon|verse_form|scheme)($|_)"
)
"""Columns whose values the programme chooses from closed lists, or looks up; nobody types into them."""
CHINESE = re.compile("[一-鿿]")
LINKS = """() => [...document.querySelectorAll('[href],[src],[action],[formaction]')]
  .map(each => each.href || each.src || each.action || '').filter(String)
  .map(each => typeof each === 'string' ? each : each.baseVal).filter(each => /^(javascript|data:text)/i.test(each))"""


FORMULAS = tuple(
    f"{sign}cmd|' /C calc'!A0"
    for sign in ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =")
)


def payloads_from(texts: Sequence[str], first: int) -> Iterator[str]:
    """All of them, over and over, beginning at one."""
    while True:
        yield texts[first % len(texts)]
        first += 1


def typed_columns(model: type) -> list[tuple[str, int, bool]]:
    """The columns of a model that hold what somebody typed: name, longest text, whether they are structured."""
    found = []
    for attribute in inspect(model).column_attrs:
        column = attribute.columns[0]
        length = getattr(column.type, "length", None)
        words = isinstance(column.type, String | Text) or type(column.type).__name__.startswith("Encrypted")
        is_structured = isinstance(column.type, JSON)
        is_chosen = (
            isinstance(column.type, Enum) or column.foreign_keys or column.unique or column.primary_key
        )
        if (words or is_structured) and not is_chosen and not NOT_WORDS.search(attribute.key):
            found.append((attribute.key, length or 20_000, is_structured))
    return found


def _inside(value: Any, payloads: Iterator[str]) -> Any:
    """A structured value with a payload for every Chinese text in it."""
    if isinstance(value, str):
        return next(payloads) if CHINESE.search(value) else value
    if isinstance(value, list):
        return [_inside(each, payloads) for each in value]
    if isinstance(value, dict):
        return {name: _inside(each, payloads) for name, each in value.items()}
    return value


def _as(value: str, payload: str) -> str:
    """The payload instead of a text; in every Chinese text of what the programme keeps as JSON in a text."""
    try:
        kept = json.loads(value)
    except ValueError:
        return payload
    return json.dumps(_inside(kept, itertools.repeat(payload)), ensure_ascii=False)


def poison(
    store: Store, base: Any, *, first: int = 0, texts: Sequence[str] = PAYLOADS
) -> tuple[int, set[str]]:
    """Write a payload into every typed text of some rows of every table; how many, and into which columns."""
    payloads, written, columns = payloads_from(texts, first), 0, set()
    for mapper in base.registry.mappers:
        model = mapper.class_
        if model.__tablename__ in KEPT_TABLES:
            continue
        with store.reading() as session:
            keys = [inspect(row).identity for row in session.query(model).limit(extent(12, 5)).all()]
        for key in keys:
            for name, length, is_structured in typed_columns(model):
                if length < 20:
                    continue
                payload = next(each for each in payloads if len(each) <= length or length < 60)[:length]
                try:
                    with store.writing() as session:
                        row = session.get_one(model, key)
                        value = getattr(row, name)
                        if isinstance(value, str) or (is_structured and value):
                            setattr(
                                row, name, _inside(value, payloads) if is_structured else _as(value, payload)
                            )
                            session.flush()
                            written += 1
                            columns.add(f"{model.__tablename__}.{name}")
                except (SQLAlchemyError, ValueError, AttributeError):
                    continue  # a closed list or a seal refuses it: nothing of the kind can be stored there
    return written, columns


def conflict_page(browser: Any, case_id: int) -> str:
    """Two people edited: the page with both texts, each of them hostile."""
    address = f"/cases/{case_id}/acts/amend"
    seen = re.search(r'name="seen_version" value="(\d+)"', browser.get(address).text)
    assert seen
    fields = {
        "kind_code": "neighbour", "division_code": "532901104213", "amount_in_dispute": "1.00", "seen_version": seen[1],
    }  # fmt: skip
    browser.post(address, data={**fields, "statement": PAYLOADS[2]})
    answer = browser.post(address, data={**fields, "statement": PAYLOADS[10]})
    assert answer.status_code == 409
    assert "&lt;/script&gt;" in answer.text
    return str(answer.text)


class Watcher:
    """A page of Chromium that notes whatever ran, and how many pages showed a payload as text."""

    def __init__(self, chromium: Any, served: str, session: str) -> None:
        self.context = chromium.new_context(bypass_csp=True, base_url=served)
        self.context.add_init_script(
            "window.alert = window.confirm = window.prompt = () => { window.ran = 1; };"
        )
        self.cookies = [{"name": "session", "value": session, "url": served}]
        self.page = self.context.new_page()
        self.ran: list[str] = []
        self.lost: list[str] = []
        self.shown = 0
        self.page.on("dialog", lambda dialog: (self.ran.append(self.page.url), dialog.dismiss()))

    def load(self, address: str, *, is_private: bool, media: str = "screen") -> None:
        """One page, by screen or as it is printed."""
        self.page.emulate_media(media=media)
        self.context.add_cookies(self.cookies)  # pages for leaving empty the browser
        self.page.goto(address, wait_until="load")
        self.shown += "ran=1" in self.page.evaluate("document.documentElement.outerHTML")
        self.note(address)
        if is_private and "/sign-in/" in self.page.url:
            self.lost.append(address)

    def note(self, where: str) -> None:
        """What ran on the page that is open, and links that would."""
        if self.page.evaluate("window.ran"):
            self.ran.append(where)
        self.ran += [f"{where}: {link}" for link in self.page.evaluate(LINKS)]

    def show(self, html: str, where: str) -> None:
        """A page that came by other ways."""
        self.page.set_content(html)
        self.page.wait_for_timeout(200)
        self.note(where)


def pages(asked: Iterable[Any], browser: Any, *, most: int) -> list[str]:
    """Every page that was walked, so many of each kind, private ones first; each answers without a failure."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for each in asked:
        kind = (each.rule, re.sub(r"\d+", "N", each.address.partition("?")[0]))
        if each.method != "GET" or each.endpoint in ("kiosk.leave", "sign_in.signed_out"):
            continue
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] > most:
            continue
        answer = browser.get(each.address)
        assert answer.status_code < 500 or each.endpoint == "health.health", each
        if (
            answer.mimetype == "text/html"
            and answer.status_code == 200
            and "attachment" not in answer.headers.get("Content-Disposition", "")
        ):
            found.append(each.address)
    private = re.compile("/(?:cases|overview|workbench|outreach|account|work)")
    return sorted(found, key=lambda address: not private.match(address))
