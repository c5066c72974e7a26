"""Kinds of dispute and sources of cases: data with their schemes by year."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mediation_rooms.models.vocabulary import SignedPaper

DATA = Path(__file__).with_name("data") / "dispute_kinds.toml"


@dataclass(frozen=True)
class DisputeKind:
    """One of the 18 kinds now in use. ``must_be_written`` names the article, or is empty."""

    code: str
    name: str
    is_family: bool = False
    is_land: bool = False
    is_labour: bool = False
    is_medical: bool = False
    must_be_written: str = ""


@dataclass(frozen=True)
class KindScheme:
    """The columns of the ministry's table in one period, and how present codes fall into them."""

    code: str
    name: str
    first_year: int
    columns: tuple[str, ...]
    names: Mapping[str, str]
    mapping: Mapping[str, str]

    def column_of(self, kind_code: str) -> str:
        """The column that counts a case of this kind."""
        return self.mapping.get(kind_code, kind_code)


@dataclass(frozen=True)
class CaseSource:
    """Where a case came from; ``is_entrusted`` sources add up to 接受委托移送调解."""

    code: str
    name: str
    is_entrusted: bool


NEVER_DRAWN_FOR_FAMILY = frozenset(
    {SignedPaper.AGREEMENT, SignedPaper.ORAL_AGREEMENT, SignedPaper.CONFIRMATION}
)


def takes_drawing(kind_code: str, paper: SignedPaper) -> bool:
    """Whether a paper may bear a name written on a tablet: none on marriage, adoption, inheritance (电子签名法第三条)."""
    return not (dispute_kinds()[kind_code].is_family and paper in NEVER_DRAWN_FOR_FAMILY)


@lru_cache(maxsize=1)
def _data() -> dict[str, list[dict[str, object]]]:
    return tomllib.loads(DATA.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def dispute_kinds() -> Mapping[str, DisputeKind]:
    """The 18 kinds by code, in the order of the table."""
    return {
        str(row["code"]): DisputeKind(
            code=str(row["code"]),
            name=str(row["name"]),
            is_family=bool(row.get("family", False)),
            is_land=bool(row.get("land", False)),
            is_labour=bool(row.get("labour", False)),
            is_medical=bool(row.get("medical", False)),
            must_be_written=str(row.get("must_be_written", "")),
        )
        for row in _data()["kind"]
    }


@lru_cache(maxsize=1)
def case_sources() -> Mapping[str, CaseSource]:
    """The sources by code: own initiative, application, and five that entrust."""
    return {
        str(row["code"]): CaseSource(str(row["code"]), str(row["name"]), bool(row.get("entrusted", False)))
        for row in _data()["source"]
    }


@lru_cache(maxsize=1)
def kind_schemes() -> Mapping[str, KindScheme]:
    """The schemes by code, newest first."""
    names = {code: kind.name for code, kind in dispute_kinds().items()}
    schemes: dict[str, KindScheme] = {}
    for row in _data()["scheme"]:
        columns = row["columns"]
        own_names = row.get("names", {})
        mapping = row.get("mapping", {})
        if not isinstance(columns, list) or not isinstance(own_names, dict) or not isinstance(mapping, dict):
            raise ValueError(f"dispute_kinds.toml: scheme {row.get('code')} needs columns, names and mapping")
        schemes[str(row["code"])] = KindScheme(
            code=str(row["code"]),
            name=str(row["name"]),
            first_year=int(str(row["first_year"])),
            columns=tuple(str(column) for column in columns),
            names={**names, **own_names},
            mapping=mapping,
        )
    return schemes


def scheme_of_year(year: int) -> KindScheme:
    """The scheme in use in a year; the oldest one for years before all of them."""
    ordered = sorted(kind_schemes().values(), key=lambda scheme: scheme.first_year, reverse=True)
    return next((scheme for scheme in ordered if scheme.first_year <= year), ordered[-1])
