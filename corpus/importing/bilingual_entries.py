"""What TMX and XLIFF have in common: XML without entities, segments with foreign codes, language tags.

An entry of ours names its article. An entry of another program does not; it is placed by its Chinese in
the statute that the person chose (:mod:`corpus.importing.source_places`).
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.bai.varieties import Variety
from corpus.citation import NotACitation
from corpus.importing.bilingual_xml import BilingualEntry
from corpus.importing.file_refused import RowProblem
from corpus.importing.incoming_units import UnitsRead, incoming_unit
from corpus.importing.source_places import Entry, SourcePlaces
from corpus.parallel.places import place_of
from corpus.parallel.unit_tables import UnitScript


@dataclass(frozen=True)
class Defaults:
    """What the person said beside the file, for what the file does not say."""

    variety: Variety | None = None
    script: UnitScript | None = None
    places: SourcePlaces | None = None


def values_of_tag(tag: str, defaults: Defaults) -> dict[str, str]:
    """``bca-Latn-x-o1993`` → variety and script; a tag that names no variety means what the person chose."""
    parts = tag.lower().replace("_", "-").split("-")
    if parts[0] in set(Variety) - {Variety.UNKNOWN}:
        variety = parts[0]
    else:
        variety = "" if defaults.variety is not None else tag or "（空）"
    if "hani" in parts:
        script: UnitScript | None = UnitScript.HAN
    elif "o1982" in parts:
        script = UnitScript.LATIN_1982
    elif "o1993" in parts or defaults.script is None:
        script = UnitScript.LATIN_1993
    else:
        script = None
    return {"variety": variety, "script": script.value if script is not None else ""}


def read_entries(entries: list[BilingualEntry], defaults: Defaults) -> UnitsRead:
    """Units of entries that name their article, then those that are placed by their Chinese."""
    read = UnitsRead()
    foreign: dict[str, list[BilingualEntry]] = {}
    for entry in entries:
        if _names_an_article(entry.name) or defaults.places is None:
            _add(read, entry, defaults)
        else:
            foreign.setdefault(entry.tag, []).append(entry)
    for tag, group in foreign.items():
        _place(read, tag, group, defaults)
    return read


def _names_an_article(name: str) -> bool:
    try:
        place_of(name)
    except NotACitation:
        return False
    return True


def _add(read: UnitsRead, entry: BilingualEntry, defaults: Defaults) -> None:
    values = {
        "citation": entry.name,
        "text": entry.text,
        "source": entry.source,
        "provenance": entry.properties.get("provenance", ""),
        "printed_page": entry.properties.get("printed_page", ""),
        **values_of_tag(entry.tag, defaults),
    }
    unit = incoming_unit(entry.line, values, read.problems, variety=defaults.variety, script=defaults.script)
    if unit is not None:
        read.units.append(unit)


def _place(read: UnitsRead, tag: str, group: list[BilingualEntry], defaults: Defaults) -> None:
    """Find the articles of foreign entries in one language."""
    if defaults.places is None:
        return
    script = values_of_tag(tag, defaults)["script"] or (defaults.script or UnitScript.LATIN_1993)
    by_line = {entry.line: entry for entry in group}
    used: set[int] = set()
    for placed in defaults.places.place([Entry(each.line, each.source, each.text) for each in group]):
        lines = [entry.line for entry in placed.entries]
        used.update(lines)
        _add(
            read,
            BilingualEntry(
                lines[0],
                str(placed.citation),
                "".join(entry.source for entry in placed.entries),
                tag,
                placed.text(UnitScript(script)),
                by_line[lines[0]].properties,
            ),
            defaults,
        )
    read.left_out += [
        RowProblem(entry.line, f"中文“{entry.source.strip()[:20]}”在所选的法律里没有完整的一条或一款")
        for entry in group
        if entry.line not in used
    ]
