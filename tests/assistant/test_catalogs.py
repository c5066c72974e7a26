"""Catalogs are kept fresh without losing a translation, also those of languages Babel does not know."""

import pytest

from assistant import i18n
from assistant.cli import catalogs


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogs, "ROOT", tmp_path)
    monkeypatch.setattr(catalogs, "TRANSLATIONS", tmp_path / "translations")
    monkeypatch.setattr(catalogs, "TEMPLATE", tmp_path / "translations" / "messages.pot")
    monkeypatch.setattr(i18n, "TRANSLATIONS", tmp_path / "translations")
    (tmp_path / "babel.cfg").write_text("[python: assistant/**.py]\n", encoding="utf-8")
    for package in ("assistant", "mediation_rooms", "corpus"):
        (tmp_path / package).mkdir()
    write(tmp_path, '_("示例甲")\nngettext("共 %(num)d 件", "共 %(num)d 件", 2)\n')
    catalogs.update()
    return tmp_path


def write(folder, source):
    (folder / "assistant" / "page.py").write_text(source, encoding="utf-8")


def translate(language, message, *translations):
    path = catalogs.path_of(language)
    text = path.read_text(encoding="utf-8")
    if len(translations) == 1:
        text = text.replace(f'msgid "{message}"\nmsgstr ""', f'msgid "{message}"\nmsgstr "{translations[0]}"')
    else:
        for number, each in enumerate(translations):
            text = text.replace(f'msgstr[{number}] ""', f'msgstr[{number}] "{each}"')
    path.write_text(text, encoding="utf-8")


def test_an_incomplete_english_catalog_is_reported_and_a_complete_one_is_not(folder):
    assert len([each for each in catalogs.problems() if "/en/" in each]) == 2
    translate("en", "示例甲", "Sample A")
    translate("en", "共 %(num)d 件", "%(num)d item", "%(num)d items")
    assert catalogs.problems() == []


def test_a_new_message_makes_every_catalog_stale_until_it_is_updated(folder):
    write(folder, '_("示例甲")\n_("示例乙")\n')
    assert sum("run update" in each for each in catalogs.problems()) == len(catalogs.CATALOGS)
    catalogs.update()
    assert not any("run update" in each for each in catalogs.problems())


@pytest.mark.parametrize("language", ["en", "bca", "bfs"])
def test_an_update_keeps_translations_and_the_plural_rule(folder, language):
    translate(language, "示例甲", "kept")
    catalogs.update()
    text = catalogs.path_of(language).read_text(encoding="utf-8")
    assert 'msgstr "kept"' in text
    assert f"Plural-Forms: {catalogs.CATALOGS[language][0]}" in text


def test_a_foreign_placeholder_or_a_copied_chinese_text_is_reported(folder):
    translate("en", "示例甲", "示例甲")
    translate("en", "共 %(num)d 件", "%(number)d item", "%(num)d items")
    said = " ".join(catalogs.problems())
    assert "copied" in said
    assert "placeholder" in said


def test_compiled_catalogs_speak_and_fall_back_to_chinese(folder, app):
    translate("en", "示例甲", "Sample A")
    translate("en", "共 %(num)d 件", "%(num)d item", "%(num)d items")
    assert catalogs.compile_all() == len(catalogs.CATALOGS)
    assert catalogs.compile_all() == 0
    with app.app_context():
        with i18n.speaking("en"):
            assert i18n.gettext("示例甲") == "Sample A"
            assert i18n.ngettext("共 %(num)d 件", "共 %(num)d 件", 1) == "1 item"
            assert i18n.ngettext("共 %(num)d 件", "共 %(num)d 件", 3) == "3 items"
        with i18n.speaking("bca"):
            assert i18n.gettext("示例甲") == "示例甲"
            assert i18n.ngettext("共 %(num)d 件", "共 %(num)d 件", 3) == "共 3 件"
