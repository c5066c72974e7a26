"""The campaign pack: one ZIP of several materials in every form chosen, with its manifest, rights and sources.

Written member by member into a file beside the final one and moved there at the end, so that a killed
export leaves no half file. The same materials and forms give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from assistant.outreach.designs.catalogue import DESIGNS
from assistant.outreach.epub import as_epub
from assistant.outreach.exports import EXPORTS, exports_for
from assistant.outreach.material import Material
from assistant.outreach.sounds import as_mp3
from assistant.outreach.typeset import as_pdf
from assistant.typesetting.archives import add_member
from corpus.database import write_atomically

USUAL_FORMS = (
    "pdf-cloth",
    "pdf-camellia",
    "pdf-three-fold",
    "pdf-daylight",
    "pdf-singer",
    "png-square",
    "png-tall",
    "docx",
    "txt",
    "srt",
)
STORED_AS_THEY_ARE = frozenset({"png", "docx", "pptx", "epub", "mp3"})
BOOK_FORMS: Mapping[str, str] = {"pdf": "PDF（A5）", "palm": "PDF（A6）", "docx": "Word", "epub": "电子书"}
_ENDINGS = {"palm": "palm.pdf"}

Tells = Callable[[int, int], None]


def write_pack(
    target: Path,
    materials: Sequence[Material],
    *,
    title: str,
    forms: Sequence[str] = USUAL_FORMS,
    chosen: Mapping[str, str] | None = None,
    tells: Tells,
) -> None:
    """Write the pack. ``tells`` hears how many files are done of how many, and may raise to stop.

    ``chosen`` goes into the manifest: what the materials were chosen by. Raises
    :class:`~assistant.outreach.setting_problems.CannotBeSet` for a text that fits no design.
    """
    wanted = [(one, each) for one in materials for each in exports_for(one) if each.key in forms]
    total = len(wanted) + 3

    def write(handle: IO[bytes]) -> None:
        listed: list[dict[str, object]] = []
        with zipfile.ZipFile(handle, "w") as archive:

            def add(name: str, content: bytes) -> None:
                add_member(
                    archive, name, content, compressed=name.rsplit(".", 1)[-1] not in STORED_AS_THEY_ARE
                )
                listed.append(
                    {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                )
                tells(min(len(listed), total), total)

            for one, each in wanted:
                add(f"{one.key}/{each.key}.{each.ending}", each.make(one))
            for one in materials:
                for sound in one.sounds:
                    add(f"{one.key}/sound-{sound.part or 'whole'}.mp3", as_mp3(sound.path))
            for form in ("pdf", "docx", "epub"):
                add(f"booklet.{form}", book_in(form, materials, title=title))
            add_member(archive, "rights-and-sources.txt", _rights(materials).encode())
            manifest = {
                "title": title,
                "chosen": dict(chosen or {}),
                "materials": [_described(one) for one in materials],
                "files": listed,
            }
            add_member(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())

    write_atomically(target, write)


def _rights(materials: Sequence[Material]) -> str:
    parts = []
    for one in materials:
        sounds = "".join(f"录音 {sound.part}：{sound.note}\n" for sound in one.sounds)
        parts.append(f"《{one.title}》\n{one.basis}\n{one.imprint}\n{one.bai.note}\n{sounds}")
    return "\n".join(parts)


def _described(material: Material) -> dict[str, object]:
    return {
        "key": material.key,
        "title": material.title,
        "sources": list(material.sources),
        "author": material.author,
        "rights": material.rights,
        "written_on": material.written_on.isoformat(),
        "languages": ["zh", "bai"] if material.bai.text.strip() else ["zh"],
        "bai": material.bai.note,
    }


def book_in(form: str, materials: Sequence[Material], *, title: str) -> bytes:
    """The book of these items in one of :data:`BOOK_FORMS`: cover, contents, items, index."""
    chosen = list(materials)
    if form == "docx":
        from assistant.outreach.office_words import as_book_docx  # loaded when somebody wants it

        return as_book_docx(chosen, title=title)
    if form == "epub":
        return as_epub(chosen, title=title)
    return as_pdf(chosen, DESIGNS["palm" if form == "palm" else "reader"], title=title)


def write_book(
    folder: Path, materials: Sequence[Material], *, title: str, forms: Sequence[str], tells: Tells
) -> list[str]:
    """Write the book in each form into a folder; the names of the files. ``tells`` may raise to stop."""
    names = []
    for done, form in enumerate(forms):
        tells(done, len(forms))
        content = book_in(form, materials, title=title)
        name = f"book.{_ENDINGS.get(form, form)}"
        write_atomically(folder / name, lambda handle, content=content: handle.write(content) and None)  # type: ignore[misc]
        names.append(name)
    return names


def known_forms(chosen: Sequence[str]) -> list[str]:
    """Those of the chosen forms that exist, in the order of the list; the usual ones when none is chosen."""
    return [key for key in EXPORTS if key in chosen] or list(USUAL_FORMS)
