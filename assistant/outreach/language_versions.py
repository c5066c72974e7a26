"""The Bai versions of a material, one a variety: a text with its source, or an empty, clearly marked place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.outreach.models import OutreachItem
from corpus.bai.varieties import Variety

VARIETIES = (Variety.SOUTHERN, Variety.CENTRAL, Variety.PANYI, Variety.LAMA)


@dataclass(frozen=True)
class BaiText:
    """The text in one variety and who wrote and approved it; both empty while there is none."""

    variety: Variety
    text: str = ""
    source: str = ""

    @property
    def is_there(self) -> bool:
        """Whether somebody wrote it."""
        return bool(self.text)


def versions_of(item: OutreachItem) -> list[BaiText]:
    """Every variety in turn, those without a text among them."""
    written = {row["variety"]: row for row in item.other_bai or ()}
    found = [
        BaiText(variety, row["text"], row["source"])
        if (row := written.get(variety.value)) is not None
        else BaiText(variety)
        for variety in VARIETIES
    ]
    if item.bai_text:
        own = item.bai_variety or Variety.UNKNOWN.value
        first = BaiText(Variety(own), item.bai_text, item.bai_source)
        found = [first if each.variety == first.variety else each for each in found]
        if first.variety is Variety.UNKNOWN:
            found.insert(0, first)
    return found


def version_problems(versions: Sequence[BaiText]) -> dict[str, str]:
    """Text without a source, a source without text, by field."""
    return {
        f"bai_source-{each.variety.value}": "白语版要同时写明是谁写的、谁审定的；没有就都空着"
        for each in versions
        if bool(each.text.strip()) != bool(each.source.strip())
    }


def write_versions(item: OutreachItem, versions: Sequence[BaiText], *, beside: str = "") -> None:
    """Keep the texts; the one named by ``beside`` (else the first there is) stands beside the Chinese in designs."""
    there = [
        BaiText(each.variety, each.text.strip(), each.source.strip())
        for each in versions
        if each.text.strip()
    ]
    first = next((each for each in there if each.variety.value == beside), there[0] if there else None)
    item.bai_text, item.bai_source = (first.text, first.source) if first else ("", "")
    item.bai_variety = first.variety.value if first else ""
    item.other_bai = [
        {"variety": each.variety.value, "text": each.text, "source": each.source}
        for each in there
        if each is not first
    ]
