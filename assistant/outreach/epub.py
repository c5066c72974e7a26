"""A book for phones and e-readers: EPUB 3 of many items; recordings play in the page and follow its stanzas."""

from __future__ import annotations

import hashlib
from html import escape

from assistant.outreach import epub_pages
from assistant.outreach.material import Material
from assistant.outreach.ornaments import CAMELLIA, INDIGO, camellia
from assistant.outreach.setting_problems import refuse_unprintable
from assistant.outreach.sounds import as_mp3
from assistant.typesetting.archives import archive_of

_STYLE = f"""body {{ line-height: 1.75; margin: 0 4%; }}
h1 {{ color: {INDIGO}; }} h2 {{ color: {CAMELLIA}; font-size: 1.1em; }}
.cover {{ text-align: center; }} .cover img {{ width: 60%; }}
.bai {{ border: 1px dashed {INDIGO}; padding: .6em; }} .stanza {{ margin: 1em 0 1em 1em; }}
.reading {{ font-size: .85em; color: #4a5874; }} .source {{ font-size: .8em; color: #4a5874; }}
.heard {{ background: #f6e3e7; }}
"""
_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""
Page = tuple[str, str, str]
"""File name without ending, title, body."""
Member = tuple[str, bytes, bool]


def as_epub(materials: list[Material], *, title: str) -> bytes:
    """An EPUB of these items with their sounds. The same content gives the same bytes.

    Raises CannotBeSet for a control character, ValueError for a recording that cannot be read.
    """
    refuse_unprintable(materials)
    pages = [("cover", title, epub_pages.cover(title))]
    pages += [(f"item-{n}", each.title, epub_pages.item(each, n)) for n, each in enumerate(materials)]
    if len(materials) > 1 and any(each.sources for each in materials):
        pages.append(("index", "索引", epub_pages.index(materials)))
    members: list[Member] = [
        ("mimetype", b"application/epub+zip", False),
        ("META-INF/container.xml", _CONTAINER.encode(), True),
        ("OEBPS/style.css", _STYLE.encode(), True),
        ("OEBPS/camellia.svg", camellia().encode(), True),
        ("OEBPS/nav.xhtml", epub_pages.contents(pages).encode(), True),
    ]
    members += [
        (f"OEBPS/{name}.xhtml", epub_pages.page_of(words, body).encode(), True) for name, words, body in pages
    ]
    for number, each in enumerate(materials):
        if each.sounds:
            members.append((f"OEBPS/overlay-{number}.smil", epub_pages.overlay(each, number).encode(), True))
        members += [
            (f"OEBPS/sound-{number}-{place}.mp3", as_mp3(sound.path), False)
            for place, sound in enumerate(each.sounds)
        ]
    members.insert(2, ("OEBPS/book.opf", _package(title, materials, pages, members).encode(), True))
    return archive_of(members)


def _package(title: str, materials: list[Material], pages: list[Page], members: list[Member]) -> str:
    day = max((each.written_on for each in materials), default=None)
    modified = f"{day.isoformat() if day else '2020-01-01'}T00:00:00Z"
    creators = "".join(
        f"<dc:creator>{escape(name)}</dc:creator>"
        for name in dict.fromkeys(each.author for each in materials)
        if name.strip()
    )
    rights = escape("；".join(dict.fromkeys(each.rights for each in materials)))
    spine = "".join(f'<itemref idref="{name}"/>' for name, _title, _body in pages)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id" xml:lang="zh-Hans">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="book-id">urn:uuid:{_number(members)}</dc:identifier>
<dc:title>{escape(title)}</dc:title><dc:language>zh-Hans</dc:language>{creators}<dc:rights>{rights}</dc:rights>
<meta property="dcterms:modified">{modified}</meta>{_durations(materials)}</metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/><item id="camellia" href="camellia.svg" media-type="image/svg+xml"/>{_manifest(materials, pages)}</manifest>
<spine>{spine}</spine></package>
"""


def _number(members: list[Member]) -> str:
    """The book's number: a UUID made of its content."""
    digest = hashlib.sha256()
    for name, content, _compressed in members:
        digest.update(name.encode() + b"\0" + content)
    number = digest.hexdigest()
    return f"{number[:8]}-{number[8:12]}-5{number[13:16]}-8{number[17:20]}-{number[20:32]}"


def _durations(materials: list[Material]) -> str:
    spoken = [
        (n, sum(sound.seconds for sound in each.sounds)) for n, each in enumerate(materials) if each.sounds
    ]
    if not spoken:
        return ""
    each = "".join(
        f'<meta property="media:duration" refines="#overlay-{n}">{seconds:.3f}s</meta>'
        for n, seconds in spoken
    )
    total = sum(seconds for _n, seconds in spoken)
    return (
        f'<meta property="media:duration">{total:.3f}s</meta>{each}'
        '<meta property="media:active-class">heard</meta>'
    )


def _manifest(materials: list[Material], pages: list[Page]) -> str:
    spoken = {f"item-{n}": n for n, each in enumerate(materials) if each.sounds}
    rows = []
    for name, _title, _body in pages:
        follows = f' media-overlay="overlay-{spoken[name]}"' if name in spoken else ""
        rows.append(f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"{follows}/>')
    for n, each in enumerate(materials):
        if each.sounds:
            rows.append(f'<item id="overlay-{n}" href="overlay-{n}.smil" media-type="application/smil+xml"/>')
        rows += [
            f'<item id="sound-{n}-{place}" href="sound-{n}-{place}.mp3" media-type="audio/mpeg"/>'
            for place in range(len(each.sounds))
        ]
    return "".join(rows)
