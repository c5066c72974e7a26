"""What a person takes home is in words: every field of every table that a copy may hold has a name."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import mediation_rooms.models
from mediation_rooms.personal_copies import LEFT_OUT, TABLES
from mediation_rooms.personal_words import FIELDS, words_of_field, words_of_value
from mediation_rooms.store import Base

for each in pkgutil.iter_modules(mediation_rooms.models.__path__):
    importlib.import_module(f"mediation_rooms.models.{each.name}")


def test_every_table_that_points_at_a_party_is_named_and_every_field_of_it():
    pointing = {mapper.local_table.name for mapper in Base.registry.mappers for column in mapper.columns for key in column.foreign_keys if key.column.table.name == "parties"}  # fmt: skip
    assert pointing <= set(TABLES)
    shown = {
        attribute.key
        for mapper in Base.registry.mappers
        if mapper.local_table.name in TABLES
        for attribute in mapper.column_attrs
        if attribute.key not in LEFT_OUT and not attribute.key.endswith(("_id", "_index"))
    }
    assert sorted(shown - set(FIELDS)) == []


@pytest.mark.parametrize(
    ("table", "field", "value", "words"),
    [
        ("parties", "language_code", "bfs", "白语（南部，大理）"),
        ("parties", "reads_chinese", "False", "否"),
        ("parties", "side", "respondent", "被申请人"),
        ("notices", "given_at", "2026-11-24 14:17:37+00:00", "2026-11-24 22:17"),
        ("requests_for_help", "kind_code", "neighbour", "邻里纠纷"),
        ("requests_for_help", "division_code", "532901104213", "大理白族自治州大理市喜洲镇周城村委会"),
        ("corrections", "field_name", "phone", "电话"),
        ("parties", "name", "示例甲", "示例甲"),
        ("no_such_table", "no_such_field", "x", "x"),
    ],
)
def test_a_value_is_told_by_its_name(table, field, value, words):
    assert words_of_value(table, field, value) == words
    assert words_of_field("no_such_field") == "no_such_field"
