"""Settings come from the environment, all documented, all problems told at once."""

from dataclasses import fields
from pathlib import Path

import pytest

from assistant.settings import TABLE, Settings, SettingsNotValid, as_markdown


def test_every_setting_stands_in_the_table_with_a_meaning():
    assert {setting.field for setting in TABLE} == {field.name for field in fields(Settings)}
    assert all(len(setting.meaning) > 20 for setting in TABLE)


def test_the_documentation_is_the_one_written_from_the_table():
    assert Path("docs/settings.md").read_text(encoding="utf-8") == as_markdown()


def test_without_any_variable_everything_lies_beside_the_program():
    settings = Settings.from_environment({})
    assert settings.profile == "full"
    assert settings.database_url.endswith("/instance/collection.sqlite3")
    assert settings.case_database_url.endswith("/instance/cases.sqlite3")


def test_a_kiosk_has_no_case_database_even_when_one_is_named():
    settings = Settings.from_environment(
        {"PROFILE": "kiosk", "CASE_DATABASE_URL": "sqlite:////x/cases.sqlite3"}
    )
    assert settings.case_database_url == ""


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PROFILE": "both"}, "PROFILE"),
        ({"PORT": "eight"}, "PORT"),
        ({"PORT": "70000"}, "PORT"),
        ({"TLS": "yes"}, "TLS"),
        ({"SEMANTIC": "maybe"}, "SEMANTIC"),
        ({"INSTANCE_DIRECTORY": "/a", "KEY_DIRECTORY": "/a/keys"}, "KEY_DIRECTORY"),
        ({"DATABASE_URL": "sqlite:////a", "CASE_DATABASE_URL": "sqlite:////a"}, "CASE_DATABASE_URL"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL：只能用"),
        ({"CASE_DATABASE_URL": "cases.sqlite3"}, "CASE_DATABASE_URL：只能用"),
    ],
)
def test_a_wrong_setting_is_named(environ, named):
    with pytest.raises(SettingsNotValid, match=named):
        Settings.from_environment(environ)


def test_all_wrong_settings_are_told_at_once():
    with pytest.raises(SettingsNotValid) as caught:
        Settings.from_environment({"PROFILE": "x", "PORT": "x", "TLS": "x"})
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize("written", ["postgres", "postgresql", "postgresql+psycopg"])
def test_addresses_of_postgresql_are_taken_as_people_write_them(written):
    settings = Settings.from_environment({"DATABASE_URL": f"{written}://law@db/collection"})
    assert settings.database_url == "postgresql+psycopg://law@db/collection"
