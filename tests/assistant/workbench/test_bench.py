"""From an empty bench to an approved text that a villager sees; who may do what; two editors; files."""

from __future__ import annotations

import io
import re

import pytest

from tests.assistant.sample_law import store_sample_law

PLACE = "【译文占位甲】"


@pytest.fixture
def bench(app, signed_in):
    """A translator and a reviewer over a little law."""
    store_sample_law(app.extensions["stores"].collection)
    return signed_in("translator"), signed_in("reviewer")


def begun(translator) -> str:  # type: ignore[no-untyped-def]
    answer = translator.post(
        "/workbench/begin", data={"citation": "《示例法》第二条", "variety": "bca", "script": "han"}
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_text_is_seen_by_villagers_only_after_two_people(bench, client):
    translator, reviewer = bench
    assert "还没有译文" in translator.get("/workbench/").text
    address = begun(translator)
    assert "还没有审定的白语译文" in client.get("/articles/示例法%232").text
    assert translator.post(address, data={"text": PLACE, "provenance": "示例来源"}).status_code == 303
    assert translator.post(f"{address}/steps/review").status_code == 404
    assert PLACE not in client.get("/articles/示例法%232").text
    assert reviewer.post(f"{address}/steps/approve").status_code == 409
    assert reviewer.post(f"{address}/steps/review").status_code == 303
    assert reviewer.post(f"{address}/steps/approve").status_code == 303
    page = client.get("/articles/示例法%232").text
    assert PLACE in page
    assert "示例来源" in page
    answer = client.get("/api/v1/articles/示例法%232").json
    assert [each["text"] for each in answer["translations"]] == [PLACE]
    assert "已批准" in translator.get("/workbench/?status=approved&statute=示例法").text


def test_a_reviewer_does_not_review_the_own_text(bench):
    _translator, reviewer = bench
    address = begun(reviewer)
    reviewer.post(address, data={"text": PLACE})
    refused = reviewer.post(f"{address}/steps/review")
    assert refused.status_code == 409
    assert "自己译的不能自己审" in refused.text
    assert reviewer.post(f"{address}/steps/send_back", data={"remark": " "}).status_code == 409
    assert reviewer.post(f"{address}/steps/withdraw", data={"remark": "印错了"}).status_code == 303


def test_the_second_editor_sees_both_texts_and_loses_nothing(bench):
    translator, reviewer = bench
    address = begun(translator)
    seen = re.search(r'name="seen_version" value="(\d+)"', translator.get(address).text)[1]
    assert reviewer.post(address, data={"text": "【先存】", "seen_version": seen}).status_code == 303
    second = translator.post(address, data={"text": "【后写】", "seen_version": seen})
    assert second.status_code == 409
    assert "【先存】" in second.text
    assert "【后写】" in second.text
    empty = translator.post(address, data={"text": " "})
    assert empty.status_code == 422


def test_the_editor_shows_faults_memory_and_what_others_said(bench):
    translator, reviewer = bench
    address = begun(translator)
    translator.post(address, data={"text": PLACE})
    other = translator.post(
        "/workbench/begin", data={"citation": "《示例法》第一条", "variety": "bca", "script": "latin_1993"}
    ).headers["Location"]
    translator.post(other, data={"text": "авс"})
    page = translator.get(other).text
    assert "处不合这一套文字" in page
    reviewer.post(f"{other}/comments", data={"text": "<i>这里要问老人</i>"})
    assert "&lt;i&gt;这里要问老人" in translator.get(other).text
    assert translator.get("/workbench/stale").status_code == 200
    assert reviewer.post(f"{other}/assign", data={"assignee": "", "due_on": "2026-12-31"}).status_code == 303
    assert translator.post("/workbench/begin", data={"citation": "胡说"}).status_code == 422


def test_files_are_looked_at_before_they_are_stored(bench):
    translator, _reviewer = bench
    table = "条文,方言,文字,译文\n《示例法》第一条,bca,han,【甲】\n《示例法》第二条,bca,han,【乙】\n".encode()

    def send(content: bytes, name: str):  # type: ignore[no-untyped-def]
        data = {"file": (io.BytesIO(content), name)}
        return translator.post("/workbench/exchange/preview", data=data, content_type="multipart/form-data")

    shown = send(table, "译文.csv")
    assert "新的 2 条" in shown.text
    assert "还没有译文" in translator.get("/workbench/").text
    kept = re.search(r'name="kept" value="([^"]+)"', shown.text)[1]
    assert translator.post("/workbench/exchange/store", data={"kept": kept}).status_code == 303
    assert "共 2 条" in translator.get("/workbench/").text
    assert translator.post("/workbench/exchange/store", data={"kept": kept}).status_code == 422
    assert translator.post("/workbench/exchange/store", data={"kept": "../../keys"}).status_code == 422
    for content, name in ((b"", "a.csv"), (b"x,y\n", "a.csv"), (b"MZ", "a.exe"), (b"<tmx", "a.tmx")):
        assert send(content, name).status_code == 422
    assert "第 3 行" in send(table.replace("第二条".encode(), "第一条".encode()), "a.csv").text
    assert translator.get("/workbench/export.tmx").data.startswith(b"<?xml")
    assert translator.get("/workbench/export.xlsx?statute=示例法").data[:2] == b"PK"
    assert translator.get("/workbench/export.exe").status_code == 404


def test_paragraphs_are_put_right_by_hand_before_anything_is_stored(bench):
    translator, _reviewer = bench
    text = "第二条之一 【丙占位】\n【段一】\n【段二】\n第一条 【甲占位】\n".encode()
    data = {"file": (io.BytesIO(text), "译文.txt"), "statute": "示例法", "variety": "bca", "script": "han"}
    shown = translator.post(
        "/workbench/exchange/preview", data={**data, "grain": "paragraph"}, content_type="multipart/form-data"
    )
    assert "哪几行译哪一款" in shown.text
    assert "还没有译文" in translator.get("/workbench/").text

    def send(page, **more):  # type: ignore[no-untyped-def]
        fields = dict(re.findall(r'name="(kept|offset)" value="([^"]*)"', page))
        fields |= {
            name: text.strip("\n") for name, text in re.findall(r'name="(text-[\d-]+)"[^>]*>([^<]*)<', page)
        }
        return translator.post("/workbench/exchange/align", data={**fields, **more})

    page = send(shown.text, move="0-0-join").text
    assert "有 1 条不是每一款都有译文" in page
    page = send(page, move="0-0-down").text
    stored = send(page, do="store", **{"text-0-1": "【段二改】"})
    assert stored.status_code == 303, stored.text
    listed = translator.get("/workbench/").text
    assert "第二条之一第一款" in listed
    assert "第二条之一第二款" in listed
    assert "共 3 条" in listed
    assert send(page, do="store").status_code == 422
    for move in ("", "x", "9-9-up", "0-99999999999999999999-up", "0--1-join", "²-²-up"):
        assert send(page, move=move).status_code == 422


def test_xliff_goes_out_in_both_versions_and_the_newer_one_asks_for_a_language(bench):
    translator, _reviewer = bench
    translator.post(begun(translator), data={"text": PLACE})
    assert b'version="1.2"' in translator.get("/workbench/export.xlf").data
    newer = translator.get("/workbench/export.xlf?version=2&variety=bca&script=han")
    assert b'version="2.0"' in newer.data
    assert PLACE.encode() in newer.data
    assert translator.get("/workbench/export.xlf?version=2").status_code == 303


def test_what_is_typed_is_kept_unsaved_shown_again_and_meets_what_others_saved(bench):
    translator, reviewer = bench
    address = begun(translator)
    seen = re.search(r'name="seen_version" value="(\d+)"', translator.get(address).text)[1]
    kept = translator.post(f"{address}/draft", data={"text": "【打到一半】", "seen_version": seen})
    assert kept.status_code == 204
    assert "没有提交的内容" in translator.get(address).text
    assert "【打到一半】" not in reviewer.get(address).text
    reviewer.post(address, data={"text": "【别人先存】", "seen_version": seen})
    page = translator.get(address).text
    assert "【打到一半】" in page
    assert f'name="seen_version" value="{seen}"' in page
    conflict = translator.post(address, data={"text": "【打到一半】", "seen_version": seen})
    assert conflict.status_code == 409
    assert "差在哪里" in conflict.text
    assert translator.post(address, data={"text": "【打完】", "then": "next"}).status_code == 303
    assert "没有提交的内容" not in translator.get(address).text
    translator.post(f"{address}/draft", data={"text": "【又打】"})
    assert translator.post(f"{address}/draft/discard").status_code == 303
    assert "【又打】" not in translator.get(address).text


def test_faults_of_spelling_are_told_while_one_types(bench):
    translator, _reviewer = bench
    address = translator.post(
        "/workbench/begin", data={"citation": "《示例法》第一条", "variety": "bca", "script": "latin_1993"}
    ).headers["Location"]
    assert "西里尔" in translator.post(f"{address}/check", data={"text": "авс"}).json["reasons"][0]
    assert translator.post(f"{address}/check", data={"text": "yildanl"}).json == {"reasons": []}
