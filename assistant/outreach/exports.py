"""One material in every form it can leave in: by a short name, with its type and its file's ending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from assistant.outreach.designs.catalogue import DESIGNS, DesignKind
from assistant.outreach.epub import as_epub
from assistant.outreach.material import Material
from assistant.outreach.scripts import as_srt, as_webvtt, loudspeaker_text, script_cues
from assistant.outreach.typeset import as_pdf, as_pictures

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
SCREEN_PIXELS = {"cover": 900}
PICTURE_PIXELS = 1080


@dataclass(frozen=True)
class Export:
    """One way out: its name for people, the ending, the media type, and how it is made."""

    key: str
    label: str
    ending: str
    media_type: str
    make: Callable[[Material], bytes]
    needs: str = ""
    """``script`` or ``song`` where a material without one has nothing to export."""


def _printed(design_key: str) -> Callable[[Material], bytes]:
    return lambda material: as_pdf(material, DESIGNS[design_key])


def _for_the_press(design_key: str) -> Callable[[Material], bytes]:
    return lambda material: as_pdf(material, DESIGNS[design_key], bleed=True)


def _shown(design_key: str) -> Callable[[Material], bytes]:
    width = SCREEN_PIXELS.get(design_key, PICTURE_PIXELS)
    return lambda material: as_pictures(material, DESIGNS[design_key], width=width)[0]


def _slides(material: Material) -> bytes:
    from assistant.outreach.office_files import as_pptx  # loaded when somebody wants it: 16 MB a worker

    return as_pptx(material)


def _words(material: Material) -> bytes:
    from assistant.outreach.office_words import as_docx

    return as_docx(material)


def _all() -> dict[str, Export]:
    printed = [
        Export(f"pdf-{key}", design.label, "pdf", "application/pdf", _printed(key))
        for key, design in DESIGNS.items()
        if design.kind not in {DesignKind.SCREEN, DesignKind.SHEET}
    ]
    pressed = [
        Export(
            f"print-{key}", f"{design.label}（送印，带出血）", "pdf", "application/pdf", _for_the_press(key)
        )
        for key, design in DESIGNS.items()
        if design.kind in {DesignKind.POSTER, DesignKind.LEAFLET}
    ]
    shown = [
        Export(f"png-{key}", design.label, "png", "image/png", _shown(key))
        for key, design in DESIGNS.items()
        if design.kind in {DesignKind.SCREEN, DesignKind.POSTER}
    ]
    others = [
        Export("pptx", "PowerPoint", "pptx", PPTX, _slides),
        Export("docx", "Word", "docx", DOCX, _words),
        Export("epub", "电子书", "epub", "application/epub+zip", lambda one: as_epub([one], title=one.title)),
        Export("pdf-singer", "唱本页", "pdf", "application/pdf", _printed("singer"), "song"),
        Export("txt", "广播稿", "txt", "text/plain", lambda one: loudspeaker_text(one).encode(), "script"),
        Export(
            "srt",
            "字幕",
            "srt",
            "application/x-subrip",
            lambda one: as_srt(script_cues(one)).encode(),
            "script",
        ),
        Export(
            "vtt",
            "网页字幕",
            "vtt",
            "text/vtt",
            lambda one: as_webvtt(script_cues(one)).encode(),
            "script",
        ),
    ]
    return {each.key: each for each in (*printed, *pressed, *shown, *others)}


EXPORTS: Mapping[str, Export] = _all()


def exports_for(material: Material) -> list[Export]:
    """The ways out that this material has something for."""
    return [each for each in EXPORTS.values() if not each.needs or getattr(material, each.needs).strip()]
