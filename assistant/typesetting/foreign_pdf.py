"""Another program's PDF, page by page on A4, without what it may carry beside its picture.

Runs inside :mod:`corpus.contained`: whatever the file does to its reader, it does it there.
"""

from __future__ import annotations

import io

from pypdf import PdfReader, PdfWriter, Transformation
from pypdf.errors import PyPdfError

A4_POINTS = (595.276, 841.89)
MOST_PAGES = 500
READER = "assistant.typesetting.foreign_pdf:on_a4"


def on_a4(content: bytes) -> bytes:
    """The same pages scaled onto A4, no links, forms, scripts or attachments. Raises ValueError."""
    try:
        source = PdfReader(io.BytesIO(content))
        if source.is_encrypted:
            raise ValueError("PDF 加了密码，请去掉密码再放入")
        if len(source.pages) > MOST_PAGES:
            raise ValueError(f"PDF 超过{MOST_PAGES}页，请分开放入")
        scratch, sheets = PdfWriter(), PdfWriter()  # pypdf changes only pages that a writer owns
        for page in source.pages:
            own = scratch.add_page(page)
            own.transfer_rotation_to_content()
            own.pop("/Annots", None)
            own.pop("/AA", None)
            width, height = float(own.mediabox.width), float(own.mediabox.height)
            if width <= 0 or height <= 0:
                raise ValueError("PDF 里有一页没有大小，打不开")
            scale = min(A4_POINTS[0] / width, A4_POINTS[1] / height)
            left = (A4_POINTS[0] - width * scale) / 2 - float(own.mediabox.left) * scale
            bottom = (A4_POINTS[1] - height * scale) / 2 - float(own.mediabox.bottom) * scale
            sheet = sheets.add_blank_page(*A4_POINTS)
            sheet.merge_transformed_page(own, Transformation().scale(scale).translate(left, bottom))
        made = io.BytesIO()
        sheets.write(made)
    except (PyPdfError, KeyError, TypeError, AttributeError, IndexError) as problem:
        raise ValueError("PDF 已损坏，打不开") from problem
    return made.getvalue()
