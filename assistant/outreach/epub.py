"""A book for phones and e-readers: EPUB 3 of many items, with sound where a recording belongs to one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from html import escape

from assistant.outreach.material import Material
from assistant.outreach.ornaments import CAMELLIA, INDIGO, camellia
from assistant.outreach.verse import check_song
from assistant.outreach.verse_forms import FORMS
from assistant.typesetting.archives import archive_of

_SOUND_TYPES = {".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".opus": "audio/ogg; codecs=opus"}
_PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="zh-Hans" xml:lang="zh-Hans">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>{body}</body>
</html>
"""
_STYLE = f"""body {{ line-height: 1.75; margin: 0 4%; }}
h1 {{ color: {INDIGO}; }} h2 {{ color: {CAMELLIA}; font-size: 1.1em; }}
.cover {{ text-align: center; }} .cover img {{ width: 60%; }}
.bai {{ border: 1px dashed {INDIGO}; padding: .6em; }} .stanza {{ margin: 1em 0 1em 1em; }}
.source {{ font-size: .8em; color: #4a5874; }}
"""
_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>
"""


@dataclass(frozen=True)
class Sound:
    """A recording that belongs to an item: file ending, bytes, and who speaks with what consent."""

    ending: str
    content: bytes
    note: str

    def __post_init__(self) -> None:
        if self.ending not in _SOUND_TYPES:
            raise ValueError(f"电子书不支持“{self.ending}”录音，请用 {'、'.join(_SOUND_TYPES)}。")


def as_epub(materials: list[Material], *, title: str, sounds: dict[str, Sound] | None = None) -> bytes:
    """An EPUB of these items; ``sounds`` by the key of the item. The same content gives the same bytes."""
    sounds = sounds or {}
    pages = [("cover", title, _cover(title))]
    pages += [
        (f"item-{n}", each.title, _item(each, sounds.get(each.key), n)) for n, each in enumerate(materials)
    ]
    members: list[tuple[str, bytes, bool]] = [
        ("mimetype", b"application/epub+zip", False),
        ("META-INF/container.xml", _CONTAINER.encode(), True),
        ("OEBPS/style.css", _STYLE.encode(), True),
        ("OEBPS/camellia.svg", camellia().encode(), True),
        ("OEBPS/nav.xhtml", _navigation(pages).encode(), True),
    ]
    for name, page_title, body in pages:
        members.append(
            (f"OEBPS/{name}.xhtml", _PAGE.format(title=escape(page_title), body=body).encode(), True)
        )
    spoken = [(n, sounds[each.key]) for n, each in enumerate(materials) if each.key in sounds]
    members += [(f"OEBPS/sound-{n}{sound.ending}", sound.content, False) for n, sound in spoken]
    package = _package(title, materials, pages, spoken, members)
    members.insert(2, ("OEBPS/book.opf", package.encode(), True))
    return archive_of(members)


def _cover(title: str) -> str:
    picture = '<p><img src="camellia.svg" alt=""/></p>'
    return f'<section class="cover" epub:type="cover"><h1>{escape(title)}</h1>{picture}</section>'


def _item(material: Material, sound: Sound | None, number: int) -> str:
    parts = [f"<h1>{escape(material.title)}</h1>"]
    if sound is not None:
        source = f"sound-{number}{sound.ending}"
        parts.append(f'<p><audio controls="controls" src="{source}"></audio><br/>{escape(sound.note)}</p>')
    if material.lines:
        parts.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in material.lines) + "</ul>")
    for question, answer in material.points:
        parts.append(f"<h2>{escape(question)}</h2><p>{escape(answer)}</p>")
    if material.song:
        for section in check_song(material.song, FORMS["free"]).sections:
            parts.append(f"<h2>{escape(section.heading)}</h2>")
            parts += [
                '<p class="stanza">' + "<br/>".join(escape(line.text) for line in stanza.lines) + "</p>"
                for stanza in section.stanzas
            ]
    if material.script:
        parts.append(f"<h2>广播稿</h2><p>{escape(material.script)}</p>")
    bai = escape(material.bai.text.strip())
    parts.append(f'<div class="bai"><p>{bai}</p><p>{escape(material.bai.note)}</p></div>' if bai
                 else f'<p class="bai">{escape(material.bai.note)}</p>')  # fmt: skip
    for line in (material.basis, material.imprint):
        parts.append(f'<p class="source">{escape(line)}</p>')
    return f"<section>{''.join(parts)}</section>"


def _navigation(pages: list[tuple[str, str, str]]) -> str:
    entries = "".join(f'<li><a href="{name}.xhtml">{escape(title)}</a></li>' for name, title, _body in pages)
    return _PAGE.format(title="目录", body=f'<nav epub:type="toc"><h1>目录</h1><ol>{entries}</ol></nav>')


def _package(
    title: str,
    materials: list[Material],
    pages: list[tuple[str, str, str]],
    spoken: list[tuple[int, Sound]],
    members: list[tuple[str, bytes, bool]],
) -> str:
    digest = hashlib.sha256()
    for name, content, _compressed in members:
        digest.update(name.encode() + b"\0" + content)
    number = digest.hexdigest()
    uuid = f"{number[:8]}-{number[8:12]}-5{number[13:16]}-8{number[17:20]}-{number[20:32]}"
    day = max((each.written_on for each in materials), default=None)
    modified = f"{day.isoformat() if day else '2020-01-01'}T00:00:00Z"
    creators = "".join(
        f"<dc:creator>{escape(name)}</dc:creator>"
        for name in dict.fromkeys(each.author for each in materials)
    )
    rights = escape("；".join(dict.fromkeys(each.rights for each in materials)))
    manifest = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>'
        for name, _t, _b in pages
    )
    manifest += "".join(
        f'<item id="sound-{n}" href="sound-{n}{sound.ending}" media-type="{_SOUND_TYPES[sound.ending]}"/>'
        for n, sound in spoken
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name, _t, _b in pages)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book-id" xml:lang="zh-Hans">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="book-id">urn:uuid:{uuid}</dc:identifier>
<dc:title>{escape(title)}</dc:title><dc:language>zh-Hans</dc:language>{creators}<dc:rights>{rights}</dc:rights>
<meta property="dcterms:modified">{modified}</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="style" href="style.css" media-type="text/css"/><item id="camellia" href="camellia.svg" media-type="image/svg+xml"/>{manifest}</manifest>
<spine>{spine}</spine></package>
"""
