"""The pages a villager reads: home, topics, statutes, articles. Valid HTML, nothing inline, escaped."""

import re
from pathlib import Path
from urllib.parse import unquote

import html5lib
import pytest

from assistant.i18n import LANGUAGES
from assistant.search_service import build_index
from assistant.web.kiosk.differences import Piece, differences
from assistant.web.kiosk.topics import TOPICS
from assistant.web.shell import icon_names
from corpus.citation import Citation
from tests.assistant.sample_law import store_sample_law

PAGES = ["/", "/style-guide", "/statutes", "/statutes/示例法", "/articles/示例法%232", "/没有", "/search"]


@pytest.fixture
def law(collection_store):
    store_sample_law(collection_store)


def text_of(client, path, **query):
    return client.get(path, query_string=query).get_data(as_text=True)


@pytest.mark.parametrize("path", PAGES + [f"/topics/{key}" for key in TOPICS])
def test_every_page_is_sound_html_without_inline_script_or_style(client, law, path):
    page = client.get(path).get_data(as_text=True)
    html5lib.HTMLParser(strict=True).parse(page)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", page)
    assert "<style" not in page
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page)


def test_a_result_says_why_it_was_found_and_the_page_knows_its_language(app, client, law):
    build_index(app.extensions["stores"].collection, app.extensions["settings"].index_directory)
    for tag, why in (("zh", "您写的就是这一条"), ("en", None)):
        page = text_of(client, "/search", q="示例法第二条", lang=tag)
        assert f'<html lang="{LANGUAGES[tag].html_tag}">' in page
        assert f"<span>{LANGUAGES[tag].name}</span>" in page
        badges = re.findall(r'<span class="badge[^"]*">([^<]*)</span>', page)
        assert len(badges) >= 2
        assert all(each.strip() for each in badges)
        assert why is None or why in badges


@pytest.mark.parametrize("path", PAGES)
def test_every_picture_named_on_a_page_exists(client, law, path):
    used = set(re.findall(r"icons\.svg[^#]*#([a-z]+)", client.get(path).get_data(as_text=True)))
    assert used <= set(icon_names())


def test_every_topic_has_a_picture_questions_and_known_statutes():
    for topic in TOPICS.values():
        assert topic.icon in icon_names()
        assert topic.questions
        assert all(name.startswith("中华人民共和国") for name in topic.statutes)


def test_an_article_is_shown_with_its_place_its_neighbours_and_its_doubt(client, law):
    page = text_of(client, "/articles/示例法#2".replace("#", "%23"))
    for expected in ("第一章 总则", "第一条", "第二条之一", "这个日期有疑问", "现行有效", "水渠五天"):
        assert expected in page


def test_an_article_shows_what_changed_between_its_versions(client, law):
    page = text_of(client, "/articles/示例法%232")
    assert "<del>三</del><ins>五</ins>" in page


def test_an_article_on_an_earlier_day_says_what_it_said_then(client, law):
    page = text_of(client, "/articles/示例法%232", on="2015-05-01")
    assert "样例文字乙，讲水渠三天。</p>" in page


def test_a_superseded_version_leads_to_the_present_one(client, law):
    page = text_of(client, "/articles/示例法%232@2010-06-01")
    assert "已被新版代替" in page
    assert 'href="/articles/%E7%A4%BA%E4%BE%8B%E6%B3%95%232"' in page


def test_headings_are_escaped(client, law):
    assert "<b>附则</b>" not in text_of(client, "/statutes/示例法")


def test_a_place_is_kept_for_bai_and_says_openly_that_none_exists(client, law):
    page = text_of(client, "/articles/示例法%232")
    assert "还没有审定的白语译文" in page
    assert "还没有白语录音" in page


@pytest.mark.parametrize("written", ["示例法%232", "《示例法》第2条", "《示例法》第二条"])
def test_an_article_is_found_however_its_citation_is_written(client, law, written):
    assert "水渠五天" in text_of(client, f"/articles/{written}")


@pytest.mark.parametrize(
    "path", ["/articles/示例法%2399", "/articles/x", "/articles/没有法%231", "/statutes/没有法", "/topics/x"]
)
def test_what_does_not_exist_is_not_found(client, law, path):
    assert client.get(path).status_code == 404


def test_repealed_law_that_is_not_held_still_leads_on(client, law):
    page = text_of(client, "/articles/婚姻法%2332")
    assert "已经废止" in page
    assert "%E6%B0%91%E6%B3%95%E5%85%B8%231079" in page


@pytest.mark.parametrize("day", ["31.12.2020", "2020-13-01", "x", "9" * 500])
def test_a_day_that_is_none_is_refused_with_a_page(client, law, day):
    for path in ("/statutes", "/articles/示例法%232", "/search"):
        assert client.get(path, query_string={"on": day}).status_code == 400


def test_the_list_of_statutes_is_narrowed_by_name_kind_and_status(client, law):
    assert "示例法" in text_of(client, "/statutes", name="示例", kind="law", status="in_force")
    for query in ({"name": "没有"}, {"kind": "decision"}, {"status": "repealed"}):
        assert "没有符合的法律" in text_of(client, "/statutes", **query)


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("甲乙丙", "甲乙丙", [("same", "甲乙丙")]),
        (
            "水渠三天内",
            "水渠五天内",
            [("same", "水渠"), ("removed", "三"), ("added", "五"), ("same", "天内")],
        ),
        ("", "新", [("added", "新")]),
        ("旧", "", [("removed", "旧")]),
    ],
)
def test_differences_are_pieces_in_reading_order(old, new, pieces):
    assert differences(old, new) == tuple(Piece(*each) for each in pieces)


def test_the_style_guide_shows_every_macro(client):
    page = client.get("/style-guide").get_data(as_text=True)
    source = Path("assistant/templates/style_guide/index.html").read_text(encoding="utf-8")
    for file in ("ui", "forms"):
        text = Path(f"assistant/templates/macros/{file}.html").read_text(encoding="utf-8")
        for name in re.findall(r"macro ([a-z]\w*)\(", text):
            exempt = {"language_switch", "csrf", "hidden", "fieldset"}
            assert name in exempt or f".{name}(" in source, name
    assert page.count("<h3>") > 15


def test_a_citation_in_an_address_survives_the_round_trip(app):
    with app.test_request_context():
        from flask import url_for

        address = url_for("kiosk.article", citation=str(Citation.parse("刑法第一百二十条之一")))
    matched, values = app.url_map.bind("localhost").match(unquote(address))
    assert matched == "kiosk.article"
    assert str(Citation.parse(values["citation"])) == "刑法#120-1"
