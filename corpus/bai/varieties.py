"""Varieties of Bai: codes, names, villages. Never ``bai`` (another language) nor ``bdj``."""

from __future__ import annotations

import enum
import re


class Variety(enum.StrEnum):
    """ISO 639-3 codes of the Bai languages; there is no code for all of them together."""

    CENTRAL = "bca"
    SOUTHERN = "bfs"
    PANYI = "bfc"
    LAMA = "lay"
    UNKNOWN = "und"

    @property
    def chinese(self) -> str:
        """The name a villager knows it by."""
        return _CHINESE[self]


class Script(enum.StrEnum):
    """What a Bai text is written in."""

    LATIN = "Latn"
    HAN = "Hani"
    IPA = "fonipa"


_CHINESE = {
    Variety.CENTRAL: "中部方言（剑川）",
    Variety.SOUTHERN: "南部方言（大理）",
    Variety.PANYI: "北部方言（盘夷）",
    Variety.LAMA: "北部方言（拉玛）",
    Variety.UNKNOWN: "方言未注明",
}
_CODE = re.compile(r"\[(bca|bfs|bfc|lay)\]")
_PLACE = re.compile(r"\(([^()]*)\)")


def language_tag(variety: Variety, script: Script, edition: str | None = None) -> str:
    """The BCP 47 tag of a text: ``bca-Latn-x-o1993``, ``bfs-Hani``, ``bca-fonipa``."""
    tag = f"{variety.value}-{script.value}"
    return f"{tag}-x-o{edition}" if edition and script is Script.LATIN else tag


def variety_of(description: str) -> tuple[Variety, str]:
    """The variety and the village that a source's free description names.

    ``Southern (Dali Zhoucheng)`` is ``bfs`` of ``Dali Zhoucheng``; a transitional dialect is ``und``.
    Northern lists (Bijiang, Luobenzhuo and others) are not told apart by their sources: ``und``.
    """
    code = _CODE.search(description)
    place = _PLACE.search(description)
    village = place.group(1).strip() if place else ""
    if code:
        return Variety(code.group(1)), ""
    lowered = description.casefold()
    if "central" in lowered and "southern" in lowered:
        return Variety.UNKNOWN, village
    if lowered.startswith("southern"):
        return Variety.SOUTHERN, village
    if lowered.startswith("central"):
        return Variety.CENTRAL, village
    return Variety.UNKNOWN, village
