"""What a material looks like while it is being written: kept as a draft, drawn by the server, faults named beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from flask import abort, request, send_file
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from assistant.i18n import gettext as _
from assistant.outreach.designs.catalogue import DESIGNS, Design, DesignKind
from assistant.outreach.item_pictures import illustration_of
from assistant.outreach.items import ItemEntry, song_problems
from assistant.outreach.material import BaiVersion, Material
from assistant.outreach.models import OutreachItem
from assistant.outreach.setting_problems import SettingProblem
from assistant.outreach.typeset import preview
from assistant.web.outreach import blueprint
from assistant.web.outreach.drafts import kept_fields
from assistant.web.outreach.entry_form import read_entry
from assistant.web.outreach.standing import contact, load_item, page_of
from assistant.web.sessions import collection_reader
from corpus.citation import Citation, NotACitation

PREVIEW_PIXELS = 720
KINDS_SHOWN = (DesignKind.POSTER, DesignKind.LEAFLET, DesignKind.SCREEN, DesignKind.SLIDES)
PREVIEWED = [design for design in DESIGNS.values() if design.kind in KINDS_SHOWN]
FIRST_DESIGN = "cloth"


@dataclass(frozen=True)
class Drawn:
    """A preview: how many pages, what is wrong, and a number that changes when the words do."""

    page_count: int
    problems: tuple[SettingProblem, ...]
    number: str
    design: Design


def chosen_design(fields: MultiDict[str, str]) -> Design:
    """The design that was chosen in a form; the first poster otherwise."""
    design = DESIGNS.get(fields.get("design", ""), DESIGNS[FIRST_DESIGN])
    return design if design.kind in KINDS_SHOWN else DESIGNS[FIRST_DESIGN]


def unfinished(entry: ItemEntry, item: OutreachItem | None) -> Material:
    """An entry that may still lack anything as a material to look at."""
    song = entry.song if not song_problems(entry.song, entry.verse_form) else ""
    picture = illustration_of(collection_reader(), item) if item is not None else None
    return Material(
        key=item.key if item is not None else "new",
        title=entry.title.strip() or _("（还没有标题）"),
        lines=entry.lines,
        points=entry.points,
        script=entry.script,
        sources=tuple(label for text in entry.articles if (label := _label(text))),
        author=entry.author,
        rights=entry.rights.strip() or _("（还没有写权利）"),
        written_on=entry.written_on,
        icon=entry.icon,
        bai=BaiVersion(entry.bai_text, entry.bai_source) if entry.bai_source.strip() else BaiVersion(),
        page=page_of(item) if item is not None else "",
        contact=contact(),
        song=song,
        verse_form=entry.verse_form if song else "free",
        picture=picture,
    )


def _label(text: str) -> str:
    try:
        return Citation.parse(text.strip()).in_words()
    except NotACitation:
        return ""


def draw(material: Material, design: Design) -> Drawn:
    """Draw a material and say what is wrong."""
    pages, problems = _pages(material, design.key)
    return Drawn(len(pages), tuple(problems), f"{hash((material, design.key)) & 0xFFFFFFFF:08x}", design)


@lru_cache(maxsize=8)
def _pages(material: Material, design: str) -> tuple[list[bytes], list[SettingProblem]]:
    return preview(material, DESIGNS[design], width=PREVIEW_PIXELS)


@blueprint.get("/preview/<name>.png")
def preview_picture(name: str) -> Response:
    """A page of what this person is writing, from the kept draft."""
    kept = kept_fields(name)
    if kept is None:
        abort(404)
    item = load_item(collection_reader(), int(name[5:])) if name.startswith("item-") else None
    design = chosen_design(request.args)
    pages, _problems = _pages(unfinished(read_entry(kept.fields)[0], item), design.key)
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= len(pages):
        abort(404)
    response = send_file(BytesIO(pages[page - 1]), mimetype="image/png")
    response.headers["Cache-Control"] = "private, no-store"
    return response
