"""Setting a material in a design: PDF, pictures, and everything that is wrong with it said beforehand.

Text reaches a design as a value, never as markup; the same material gives the same bytes.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno

from assistant.outreach import ornaments
from assistant.outreach.book import index_of
from assistant.outreach.designs.catalogue import Design, DesignKind
from assistant.outreach.material import Material
from assistant.outreach.setting_problems import SettingProblem, refuse, unprintable, unprintable_in
from assistant.outreach.starter import BAI_PLACE
from assistant.outreach.verse import CheckedLine, check_song
from assistant.outreach.verse_forms import FORMS
from assistant.typesetting.fonts import SANS, SERIF, missing_characters
from assistant.typesetting.typst_engine import (
    compile_pdf_with_notes,
    compile_pictures,
    compile_pictures_with_notes,
)

_FOLDER = Path(__file__).with_name("designs")
_SPRITE = Path(__file__).parent.parent / "static" / "images" / "icons.svg"
_SYMBOL = re.compile(r'<symbol id="([a-z]+)"([^>]*)>(.*?)</symbol>', re.DOTALL)
_OVERFLOW = "overflow"
"""The label under which a template notes each place whose text does not fit."""
QR_LABEL = "扫码看法条"
PRINT_DOTS = 300
"""What printers ask of a picture: dots an inch."""


def problems_of(material: Material, design: Design) -> list[SettingProblem]:
    """Missing glyphs, each named, and places whose text is too long even at the smallest legible size."""
    _made, places = compile_pdf_with_notes(
        _FOLDER / design.template, _data(design, [material], bleed=False), label=_OVERFLOW
    )
    return missing_glyphs(material, design) + _overflows(places)


def missing_glyphs(material: Material, design: Design) -> list[SettingProblem]:
    """Every character that a font of this design has no shape for, named with its code point."""
    absent = dict.fromkeys(missing_characters(material.everything, family=SANS))
    if not design.uses_sans_only:
        absent |= dict.fromkeys(missing_characters(material.everything, family=SERIF))
    hidden = unprintable(material.everything)
    return unprintable_in(material) + [
        SettingProblem(
            "字形", f"字库没有“{each}”（U+{ord(each):04X}），印出来会是空框。请换一个字，或者用图片代替。"
        )
        for each in absent
        if each not in hidden
    ]


def _overflows(places: list[str]) -> list[SettingProblem]:
    return [
        SettingProblem(
            place, f"“{place}”的文字太长，缩到能看清的最小字号还是放不下。请删短，或者换一种设计。"
        )
        for place in dict.fromkeys(places)
    ]


def as_pdf(
    materials: Material | list[Material], design: Design, *, bleed: bool = False, title: str = ""
) -> bytes:
    """A PDF with all fonts embedded; a booklet takes many materials and a title of its own.

    Raises CannotBeSet instead of printing half a sentence or an empty box for a character.
    """
    chosen = _without_missing_glyphs(materials, design)
    made, places = compile_pdf_with_notes(
        _FOLDER / design.template, _data(design, chosen, bleed=bleed, title=title), label=_OVERFLOW
    )
    refuse(_overflows(places))
    return made


def as_pictures(materials: Material | list[Material], design: Design, *, width: int) -> list[bytes]:
    """One PNG a page, ``width`` pixels wide. Raises CannotBeSet as :func:`as_pdf` does."""
    chosen = _without_missing_glyphs(materials, design)
    made, places = compile_pictures_with_notes(
        _FOLDER / design.template,
        _data(design, chosen, bleed=False),
        pixels_per_inch=_pixels_per_inch(design, width),
        label=_OVERFLOW,
    )
    refuse(_overflows(places))
    return made


def preview(material: Material, design: Design, *, width: int) -> tuple[list[bytes], list[SettingProblem]]:
    """What the material looks like while it is being written, and everything that is wrong with it.

    Nothing is refused: a place that overflows is cut off in the picture and named beside it.
    """
    made, places = compile_pictures_with_notes(
        _FOLDER / design.template,
        _data(design, [material], bleed=False),
        pixels_per_inch=_pixels_per_inch(design, width),
        label=_OVERFLOW,
    )
    return made, missing_glyphs(material, design) + _overflows(places) + picture_problems(material, design)


def picture_problems(material: Material, design: Design) -> list[SettingProblem]:
    """Whether the picture is too coarse for print: under 300 dots an inch at the size it has in this design."""
    picture, place = material.picture, design.picture_millimetres
    if picture is None or place is None or not picture.width or design.kind is DesignKind.SCREEN:
        return []
    dots = min(picture.width / place[0], picture.height / place[1]) * 25.4
    if dots >= PRINT_DOTS:
        return []
    return [
        SettingProblem(
            "图片",
            f"图片在“{design.label}”里每英寸只有 {dots:.0f} 点，印刷要 {PRINT_DOTS} 点，印出来会发虚。"
            f"请换一张至少 {place[0] / 25.4 * PRINT_DOTS:.0f}×{place[1] / 25.4 * PRINT_DOTS:.0f} 像素的。",
        )
    ]


def _without_missing_glyphs(materials: Material | list[Material], design: Design) -> list[Material]:
    chosen = materials if isinstance(materials, list) else [materials]
    refuse([problem for each in chosen for problem in missing_glyphs(each, design)])
    return chosen


def _pixels_per_inch(design: Design, width: int) -> float:
    return width / (design.width_millimetres / 25.4)


@lru_cache(maxsize=4)
def ground_picture(design: Design, *, width: int) -> bytes:
    """The ground of a slide design without words, as PNG ``width`` pixels wide."""
    data = {"title": "", "author": "", "bleed": False, "design": design.key, "art": _art("scales")}
    (page,) = compile_pictures(_FOLDER / "grounds.typ", data, pixels_per_inch=_pixels_per_inch(design, width))
    return page


def _data(design: Design, materials: list[Material], *, bleed: bool, title: str = "") -> dict[str, Any]:
    first = materials[0]
    return _content(first) | {
        "design": design.key,
        "bleed": bleed,
        "art": _art(first.icon) | ({"picture": first.picture.drawing} if first.picture else {}),
        "items": [_content(each) for each in materials],
        "book": {"title": title or first.title, "index": index_of(materials)},
    }


def _content(material: Material) -> dict[str, Any]:
    content: dict[str, Any] = {
        "key": material.key,
        "title": material.title,
        "headline": material.headline,
        "lines": material.lines,
        "points": material.points,
        "script": material.script,
        "sources": material.sources,
        "author": material.author,
        "rights": material.rights + (f"　图片：{material.picture.rights}" if material.picture else ""),
        "day": material.written_on.isoformat(),
        "contact": material.contact,
        "bai": {"text": material.bai.text.strip(), "note": material.bai.note},
        "qr": qr_drawing(material.page),
        "qr_label": QR_LABEL,
    }
    if material.song:
        content["form"] = FORMS[material.verse_form].label
        content["bai-place"] = BAI_PLACE
        content["stanzas"] = [
            {
                "heading": section.heading,
                "sung": section.is_sung,
                "bai-source": section.bai_source,
                "stanzas": [
                    [{"text": line.text, "bai": line.bai, "count": _counts(line)} for line in stanza.lines]
                    for stanza in section.stanzas
                ],
            }
            for section in check_song(material.song, FORMS["free"]).sections
        ]
    return content


def _counts(line: CheckedLine) -> str:
    """The syllables of what is sung, for the margin; several where a word may be read in several ways."""
    sung = line.bai_sound or line.sound
    return "/".join(map(str, sorted(sung.syllable_counts))) if sung is not None else ""


@lru_cache(maxsize=64)
def qr_drawing(address: str) -> str:
    """The code to scan as SVG; empty for an empty address. Raises ValueError for an address too long."""
    if not address:
        return ""
    if len(address) > 400:
        raise ValueError(f"二维码的网址有 {len(address)} 字，最多 400 字。")
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawing, kind="svg", border=2, scale=4, dark=ornaments.INK
    )
    return drawing.getvalue().decode()


@lru_cache(maxsize=64)
def _art(icon: str) -> dict[str, str]:
    return {
        "flower": ornaments.tie_dye_flower(),
        "flower-indigo": ornaments.tie_dye_flower(colour="#b9c9e2"),
        "cloth": ornaments.tie_dye_cloth(),
        "cloth-faint": ornaments.tie_dye_cloth(opacity=0.09),
        "band": ornaments.stitched_band(),
        "band-indigo": ornaments.stitched_band(colour=ornaments.INDIGO),
        "camellia": ornaments.camellia(),
        "mountains": ornaments.mountains_and_lake(),
        "wall": ornaments.screen_wall(),
        "icon-white": icon_drawing(icon, "#ffffff"),
        "icon-camellia": icon_drawing(icon, ornaments.CAMELLIA),
        "icon-indigo": icon_drawing(icon, ornaments.INDIGO),
    }


def icon_drawing(name: str, colour: str) -> str:
    """A picture of the icon set in one colour. Raises ValueError for a name that is not in the set."""
    for key, attributes, shapes in _SYMBOL.findall(_SPRITE.read_text("utf-8")):
        if key == name:
            drawn = (attributes + ">" + shapes).replace("currentColor", colour)
            return f'<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"{drawn}</svg>'
    raise ValueError(f"图标集里没有“{name}”。")
