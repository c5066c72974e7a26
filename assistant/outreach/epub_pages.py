"""The pages of an e-book: cover, one material a page, the index, the contents, and what is read aloud with what is heard."""

from __future__ import annotations

from html import escape

from assistant.outreach.book import index_of
from assistant.outreach.material import Material, Sound
from assistant.outreach.starter import BAI_PLACE
from assistant.outreach.verse import Section, Stanza, check_song
from assistant.outreach.verse_forms import FORMS

_PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="zh-Hans" xml:lang="zh-Hans">
<head><title>{title}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>{body}</body>
</html>
"""


def page_of(title: str, body: str) -> str:
    """A whole page around a body."""
    return _PAGE.format(title=escape(title), body=body)


def cover(title: str) -> str:
    """The title over the family's flower."""
    picture = '<p><img src="camellia.svg" alt=""/></p>'
    return f'<section class="cover" epub:type="cover"><h1>{escape(title)}</h1>{picture}</section>'


def contents(pages: list[tuple[str, str, str]]) -> str:
    """The navigation document: every page by its title."""
    entries = "".join(f'<li><a href="{name}.xhtml">{escape(title)}</a></li>' for name, title, _body in pages)
    return page_of("目录", f'<nav epub:type="toc"><h1>目录</h1><ol>{entries}</ol></nav>')


def index(materials: list[Material]) -> str:
    """Every article that something rests on, with links to what rests on it."""
    rows = []
    for entry, places in index_of(materials):
        links = "、".join(
            f'<a href="item-{place}.xhtml">{escape(materials[place].title)}</a>' for place in places
        )
        rows.append(f"<li>{escape(entry)}：{links}</li>")
    return f'<section epub:type="index"><h1>索引</h1><ul>{"".join(rows)}</ul></section>'


def item(material: Material, number: int) -> str:
    """One material: its words, the place of its Bai version, its sounds, what it rests on, whose it is."""
    heard = {sound.part: (place, sound) for place, sound in enumerate(material.sounds)}
    parts = [f'<h1 id="title">{escape(material.title)}</h1>', _player(heard.get(""), number)]
    if material.lines:
        parts.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in material.lines) + "</ul>")
    for question, answer in material.points:
        parts.append(f"<h2>{escape(question)}</h2><p>{escape(answer)}</p>")
    if material.song:
        for place, section in enumerate(check_song(material.song, FORMS["free"]).sections, start=1):
            parts.append(f"<h2>{escape(section.heading)}</h2>")
            for row, stanza in enumerate(section.stanzas, start=1):
                parts.append(_stanza(section, stanza, f"{place}.{row}"))
                parts.append(_player(heard.get(f"{place}.{row}"), number))
            if section.bai_source:
                parts.append(f'<p class="source">白文出处：{escape(section.bai_source)}</p>')
    if material.script:
        parts.append(f"<h2>广播稿</h2><p>{escape(material.script)}</p>")
    bai = escape(material.bai.text.strip())
    note = f"<p>{escape(material.bai.note)}</p>"
    parts.append(f'<div class="bai">{f"<p>{bai}</p>" if bai else ""}{note}</div>')
    if material.sources:
        parts.append(f'<p class="source">{escape(material.basis)}</p>')
    parts.append(f'<p class="source">{escape(material.imprint)}</p>')
    return "".join(parts)


def _stanza(section: Section, stanza: Stanza, part: str) -> str:
    kind = "stanza sung" if section.is_sung else "stanza"
    lines = []
    for line in stanza.lines:
        lines.append(escape(line.text))
        if line.bai:
            lines.append(f'<span class="reading" lang="bca" xml:lang="bca">{escape(line.bai)}</span>')
    empty = (
        f'<br/><span class="reading">〔{BAI_PLACE}〕</span>'
        if section.is_sung and not stanza.is_in_bai
        else ""
    )
    return f'<p class="{kind}" id="part-{part.replace(".", "-")}">' + "<br/>".join(lines) + f"{empty}</p>"


def _player(heard: tuple[int, Sound] | None, number: int) -> str:
    if heard is None:
        return ""
    place, sound = heard
    source = f"sound-{number}-{place}.mp3"
    return (
        f'<p class="source"><audio controls="controls" src="{source}"></audio><br/>{escape(sound.note)}</p>'
    )


def overlay(material: Material, number: int) -> str:
    """What is heard while which part of the page is shown (EPUB 3, media overlays)."""
    pairs = []
    for place, sound in enumerate(material.sounds):
        target = f"part-{sound.part.replace('.', '-')}" if sound.part else "title"
        pairs.append(
            f'<par id="par-{place}"><text src="item-{number}.xhtml#{target}"/>'
            f'<audio src="sound-{number}-{place}.mp3" clipBegin="0s" clipEnd="{sound.seconds:.3f}s"/></par>'
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<smil xmlns="http://www.w3.org/ns/SMIL" version="3.0"><body>'
        + "".join(pairs)
        + "</body></smil>\n"
    )
