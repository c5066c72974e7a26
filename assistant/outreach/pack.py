"""The campaign pack: one ZIP of several materials in every form chosen, with its manifest and rights.

Written member by member into a file beside the final one and moved there at the end, so that a killed
export leaves no half file. The same materials and forms give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.outreach.designs.catalogue import DESIGNS
from assistant.outreach.epub import as_epub
from assistant.outreach.exports import EXPORTS, exports_for
from assistant.outreach.material import Material
from assistant.outreach.typeset import as_pdf
from assistant.typesetting.archives import add_member

USUAL_FORMS = (
    "pdf-cloth",
    "pdf-camellia",
    "pdf-three-fold",
    "pdf-daylight",
    "png-square",
    "png-tall",
    "docx",
    "txt",
    "srt",
)
STORED_AS_THEY_ARE = frozenset({"png", "docx", "pptx", "epub"})

Tells = Callable[[int, int], None]


def write_pack(
    target: Path,
    materials: Sequence[Material],
    *,
    title: str,
    forms: Sequence[str] = USUAL_FORMS,
    tells: Tells,
) -> None:
    """Write the pack. ``tells`` hears how many files are done of how many, and may raise to stop.

    Raises :class:`~assistant.outreach.typeset.CannotBeSet` for a text that fits no design.
    """
    wanted = [(one, each) for one in materials for each in exports_for(one) if each.key in forms]
    total = len(wanted) + 2
    listed: list[dict[str, object]] = []
    beside = target.with_name(f"{target.name}.part")
    try:
        with zipfile.ZipFile(beside, "w") as archive:

            def add(name: str, content: bytes) -> None:
                add_member(
                    archive, name, content, compressed=name.rsplit(".", 1)[-1] not in STORED_AS_THEY_ARE
                )
                listed.append(
                    {"name": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
                )
                tells(len(listed), total)

            for one, each in wanted:
                add(f"{one.key}/{each.key}.{each.ending}", each.make(one))
            add("booklet.pdf", as_pdf(list(materials), DESIGNS["reader"], title=title))
            add("booklet.epub", as_epub(list(materials), title=title))
            rights = "\n".join(
                f"《{one.title}》\n{one.basis}\n{one.imprint}\n{one.bai.note}\n" for one in materials
            )
            add_member(archive, "rights-and-sources.txt", rights.encode())
            manifest = {"title": title, "materials": [one.key for one in materials], "files": listed}
            add_member(archive, "manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1).encode())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def known_forms(chosen: Sequence[str]) -> list[str]:
    """Those of the chosen forms that exist, in the order of the list; the usual ones when none is chosen."""
    return [key for key in EXPORTS if key in chosen] or list(USUAL_FORMS)
