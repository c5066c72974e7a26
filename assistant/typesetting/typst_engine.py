"""The one door to typst: a template of ours plus data as JSON gives PDF or pictures.

Data reaches the template as a value, never as markup, so whatever a party is called stays text.
The same template and data give the same bytes: no date, no random name enters the file. An engine
runs once per template and process and keeps its fonts, so a preview takes part of a second.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import typst

from assistant.typesetting.fonts import font_directory


def compile_pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """A PDF with all fonts embedded. Raises typst.TypstError when the template is wrong."""
    made, _notes = compile_pdf_with_notes(template, data)
    return made


def compile_pdf_with_notes(
    template: Path, data: Mapping[str, Any], *, label: str = ""
) -> tuple[bytes, list[Any]]:
    """A PDF and what the template noted under ``label`` while it was set (nothing without a label)."""
    pages, notes = _compile(template, data, label=label, output_format="pdf")
    return bytes(pages), notes


def compile_pictures(template: Path, data: Mapping[str, Any], *, pixels_per_inch: float = 144) -> list[bytes]:
    """One PNG a page."""
    made, _notes = compile_pictures_with_notes(template, data, pixels_per_inch=pixels_per_inch)
    return made


def compile_pictures_with_notes(
    template: Path, data: Mapping[str, Any], *, pixels_per_inch: float, label: str = ""
) -> tuple[list[bytes], list[Any]]:
    """One PNG a page and what the template noted under ``label``."""
    pages, notes = _compile(template, data, label=label, output_format="png", ppi=pixels_per_inch)
    return [bytes(page) for page in pages] if isinstance(pages, list) else [bytes(pages)], notes


def _compile(
    template: Path, data: Mapping[str, Any], *, label: str, output_format: str, **options: Any
) -> tuple[Any, list[Any]]:
    engine, lock = _engine(template)
    with lock:  # the notes belong to the last thing an engine set
        made = engine.compile(
            format=output_format, sys_inputs={"data": json.dumps(data, ensure_ascii=False)}, **options
        )
        return made, json.loads(engine.query(f"<{label}>", field="value")) if label else []


@cache
def _fonts() -> Any:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_directory())]
    )


@cache
def _engine(template: Path) -> tuple[Any, threading.Lock]:
    engine = typst.Compiler(str(template), root=str(template.parent), font_paths=_fonts())
    return engine, threading.Lock()
