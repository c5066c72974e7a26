"""Languages: what Babel does not know works all the same, and no choice leads off the site."""

import pytest

from assistant.i18n import LANGUAGES, TRANSLATIONS, speaking
from assistant.i18n import gettext as _


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_every_language_opens_every_public_page(client, tag):
    for path in ("/", "/statutes", "/style-guide", "/topics/land"):
        response = client.get(path, query_string={"lang": tag})
        assert response.status_code == 200, (tag, path)
        assert f'lang="{LANGUAGES[tag].html_tag}"' in response.get_data(as_text=True)


def test_the_choice_is_kept_in_a_cookie_that_scripts_cannot_read(client):
    response = client.get("/?lang=bca")
    cookie = response.headers["Set-Cookie"]
    assert "language=bca" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "白语（中部）" in client.get("/topics/land").get_data(as_text=True)


@pytest.mark.parametrize("tag", ["xx", "../en", "zh\r\nX: y", "<script>", ""])
def test_an_unknown_language_changes_nothing(client, tag):
    response = client.get("/", query_string={"lang": tag})
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers


def test_the_switch_leads_to_the_same_page_and_nowhere_else(client):
    page = client.get("/topics/land?x=//evil.example&lang=zh").get_data(as_text=True)
    assert 'href="?x=%2F%2Fevil.example&amp;lang=en"' in page


def test_bai_without_its_own_string_says_it_in_chinese(app):
    with app.app_context(), speaking("bca"):
        assert _("查找") == "查找"


def test_english_is_used_where_its_catalog_has_the_message(app):
    if not (TRANSLATIONS / "en" / "LC_MESSAGES" / "messages.mo").exists():
        pytest.skip("catalogs are not compiled: python -m assistant.cli.catalogs compile")
    with app.app_context(), speaking("en"):
        assert _("查找").isascii()


@pytest.mark.parametrize("tag", list(LANGUAGES))
def test_nothing_said_is_nothing_shown(app, tag):
    """A catalog keeps its own header under the empty message; a page never shows it."""
    with app.app_context(), speaking(tag):
        assert _("") == ""
