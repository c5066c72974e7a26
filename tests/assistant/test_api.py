"""The API answers as its own document says, and refuses bad input with a sentence."""

import pytest

from assistant.search_service import build_index
from tests.assistant.sample_law import NAME, store_sample_law
from tests.faults.extent import extent


@pytest.fixture
def law(collection_store):
    store_sample_law(collection_store)


def test_an_article_is_read_by_its_citation(client, law):
    body = client.get("/api/v1/articles/示例法%232-1").get_json()
    assert body["citation"] == "示例法#2-1@2020-01-01"
    assert body["law"] == NAME
    assert body["status"] == "in_force"
    assert body["previous"] == "示例法#2@2020-01-01"
    assert body["next"] is None
    assert body["text"] == "样例文字丙。\n第二段。"


def test_an_article_is_read_as_it_stood_on_a_day(client, law):
    body = client.get("/api/v1/articles/示例法%232?on=2012-01-01").get_json()
    assert body["effective_on"] == "2010-06-01"
    assert body["versions"] == ["示例法#2@2010-06-01", "示例法#2@2020-01-01"]


def test_statutes_are_listed_with_their_status(client, law):
    body = client.get("/api/v1/statutes").get_json()
    assert body["total"] == 1
    assert body["statutes"][0]["articles"] == 3
    assert body["statutes"][0]["versions"] == 2


def test_a_search_without_an_index_says_when_to_come_back(client):
    response = client.get("/api/v1/search?q=离婚")
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/api/v1/search?limit=x", "limit"),
        ("/api/v1/search?limit=0", "limit"),
        ("/api/v1/search?offset=-1", "offset"),
        ("/api/v1/search?in_force_on=yesterday", "in_force_on"),
        ("/api/v1/statutes?kind=song", "kind"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_that_names_it(client, law, path, named):
    response = client.get(path)
    assert response.status_code == 400
    assert any(named in problem for problem in response.get_json()["problems"])


@pytest.mark.parametrize("citation", ["x", "示例法%230", "示例法%2399"])
def test_a_citation_of_nothing_is_not_found(client, law, citation):
    response = client.get(f"/api/v1/articles/{citation}")
    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_the_document_names_every_address_of_the_api(app, client):
    document = client.get("/api/v1/openapi.json").get_json()
    rules = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert set(document["paths"]) == rules


def test_whatever_is_sent_the_api_answers_as_its_document_says(app, law, collection_store):
    """INP-08: schemathesis over the document, a few examples of every operation each day and 200 in the report."""
    build_index(collection_store, app.extensions["settings"].index_directory)
    import schemathesis
    from hypothesis import HealthCheck, given, settings

    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    tried = 0
    for operation in schema.get_all_operations():

        @settings(
            max_examples=extent(200, 8),
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
        )
        @given(case=operation.ok().as_strategy())
        def try_out(case):
            response = case.call()
            assert response.status_code != 500
            case.validate_response(response)

        try_out()
        tried += 1
    assert tried == 3
