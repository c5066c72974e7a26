"""The one door to typst: a template of ours plus data as JSON gives PDF or pictures.

Data reaches the template as a value, never as markup, so whatever a party is called stays text.
The same template and data give the same bytes: no date, no random name enters the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from assistant.typesetting.fonts import font_directory


def compile_pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """A PDF with all fonts embedded. Raises typst.TypstError when the template is wrong."""
    return bytes(_compile(template, data, output_format="pdf"))


def compile_pictures(template: Path, data: Mapping[str, Any], *, pixels_per_inch: float = 144) -> list[bytes]:
    """One PNG a page."""
    pages = _compile(template, data, output_format="png", ppi=pixels_per_inch)
    return [bytes(page) for page in pages] if isinstance(pages, list) else [bytes(pages)]


def _compile(template: Path, data: Mapping[str, Any], *, output_format: str, **options: Any) -> Any:
    return typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(font_directory())],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format=output_format,
        **options,
    )
