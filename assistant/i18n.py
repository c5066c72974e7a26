"""Interface languages: Chinese is the source, English a catalog, Bai catalogs fall back to Chinese.

Babel knows neither ``bca`` (Central Bai) nor ``bfs`` (Southern Bai), so three things are kept
apart: the tag a person chooses, the folder its catalog lies in, and the locale that formats
dates and numbers. Catalog chosen by :class:`CatalogDomain`, locale by :func:`formatting_locale`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from babel.support import NullTranslations, Translations
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, Domain, get_babel, gettext, lazy_gettext, lazy_ngettext, ngettext
from werkzeug.utils import cached_property

from assistant.browser_cookies import read_cookie, set_cookie

__all__ = [
    "LANGUAGES",
    "Language",
    "current_language",
    "gettext",
    "lazy_gettext",
    "lazy_ngettext",
    "ngettext",
    "speaking",
]

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"
COOKIE = "language"
COOKIE_AGE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Language:
    """A language of the interface.

    ``catalogs`` are folders under ``translations/``, first found message wins; the source text
    itself is Chinese. ``html_tag`` is what assistive technology is told about the page as a
    whole: a page whose Bai catalog is nearly empty is a Chinese page.
    """

    tag: str
    name: str
    catalogs: tuple[str, ...]
    locale: str
    html_tag: str


LANGUAGES = {
    language.tag: language
    for language in (
        Language("zh", "中文", ("zh_Hans_CN",), "zh_Hans_CN", "zh-Hans-CN"),
        Language("en", "English", ("en",), "en_GB", "en"),
        Language("bca", "白语（中部）", ("bca", "zh_Hans_CN"), "zh_Hans_CN", "zh-Hans-CN"),
        Language("bfs", "白语（南部）", ("bfs", "zh_Hans_CN"), "zh_Hans_CN", "zh-Hans-CN"),
    )
}
SOURCE = LANGUAGES["zh"]


def current_language() -> Language:
    """The language of this request (or of the block under :func:`speaking`), else Chinese."""
    chosen = g.get("interface_language") if g else None
    if isinstance(chosen, Language):
        return chosen
    if not has_request_context():
        return SOURCE
    tags = (request.args.get("lang", ""), read_cookie(COOKIE))
    chosen = next((LANGUAGES[tag] for tag in tags if tag in LANGUAGES), SOURCE)
    g.interface_language = chosen  # a page asks for it some hundred times
    return chosen


@contextlib.contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Within an application context: messages in this language, for work done outside a request."""
    before = g.get("interface_language")
    g.interface_language = LANGUAGES.get(tag, SOURCE)
    try:
        yield
    finally:
        g.interface_language = before


def formatting_locale() -> str:
    """The locale for dates and numbers: one that Babel knows."""
    return current_language().locale


class CatalogDomain(Domain):  # type: ignore[misc]
    """Messages of the interface language, chained from its catalogs."""

    def get_translations(self) -> NullTranslations:
        """The chained catalogs of the current language; the source language where none exists."""
        language = current_language()
        found = self.cache.get(language.tag)
        if found is None:
            found = self.cache[language.tag] = _chain(language)
        return found  # type: ignore[no-any-return]


class _Catalog(Translations):  # type: ignore[misc]
    """A compiled catalog, whose answer to nothing is nothing: gettext keeps the file's header under ``""``."""

    def ugettext(self, message: str) -> str:
        """The message in this language."""
        return super().ugettext(message) if message else ""  # type: ignore[no-any-return]


def _chain(language: Language) -> NullTranslations:
    chain: NullTranslations | None = None
    for folder in language.catalogs:
        path = TRANSLATIONS / folder / "LC_MESSAGES" / "messages.mo"
        if not path.is_file():
            continue
        with path.open("rb") as handle:
            catalog = _Catalog(handle)
        if chain is None:
            chain = catalog
        else:
            chain.add_fallback(catalog)
    return chain or NullTranslations()


class _Babel(Babel):  # type: ignore[misc]
    @cached_property
    def domain_instance(self) -> CatalogDomain:
        return CatalogDomain(domain=get_babel().default_domain)


def install(app: Flask) -> None:
    """Give the application its languages, the templates ``_`` and the switch its links."""
    _Babel(
        app,
        default_locale=SOURCE.locale,
        default_timezone="Asia/Shanghai",
        locale_selector=formatting_locale,
    )

    @app.context_processor
    def _languages() -> dict[str, Any]:
        return {
            "language": current_language(),
            "interface_languages": tuple(LANGUAGES.values()),
            "language_link": language_link,
        }

    @app.after_request
    def _remember(response: Response) -> Response:
        if request.args.get("lang", "") in LANGUAGES:
            set_cookie(response, COOKIE, request.args["lang"], seconds=COOKIE_AGE_SECONDS)
        response.vary.add("Cookie")
        return response


def language_link(tag: str) -> str:
    """This very page in another language; always a path of this site, so nothing to redirect."""
    if request.method != "GET":
        return f"/?{urlencode({'lang': tag})}"
    pairs = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    return f"?{urlencode([*pairs, ('lang', tag)])}"
