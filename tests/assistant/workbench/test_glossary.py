"""The glossary on pages: two people for a form, search in any spelling, files in after a look and out.

Only attested words of the starter glossary and marked places stand in for Bai.
"""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from corpus.bai.glossary import starter_rows, store_rows
from tests.assistant.sample_law import store_sample_law

PLACE = {
    "chinese": "水渠",
    "text": "【词形占位】",
    "source": "示例来源第1页",
    "variety": "bca",
    "village": "示例村",
}


@pytest.fixture
def desk(app, signed_in):
    """A translator and a reviewer over the starter glossary and a little law."""
    store = app.extensions["stores"].collection
    store_sample_law(store)
    with store.writing() as session:
        store_rows(session, rows=starter_rows())
    return signed_in("translator"), signed_in("reviewer")


def test_a_form_is_proposed_by_one_and_approved_by_another(desk):
    translator, reviewer = desk
    address = translator.post("/workbench/glossary/propose", data=PLACE).headers["Location"]
    page = translator.get(address).text
    for words in ("【词形占位】", "示例来源第1页", "示例村", "待批准", "示例法", "第二条"):
        assert words in page
    step = re.search(r'action="(/workbench/glossary/terms/\d+/)approve"', reviewer.get(address).text)[1]
    assert translator.post(f"{step}approve").status_code == 404
    assert reviewer.post(f"{step}approve").status_code == 303
    assert reviewer.post(f"{step}approve").status_code == 409
    assert reviewer.post(f"{step}withdraw", data={"remark": " "}).status_code == 409
    assert reviewer.post(f"{step}withdraw", data={"remark": "记错了"}).status_code == 303
    assert reviewer.post(f"{step}restore", data={"remark": "没有记错"}).status_code == 303
    page = reviewer.get(address).text
    assert "自己提的词形不能自己批准" in page
    assert "记错了" in page


def test_a_form_without_source_or_twice_the_same_is_refused_and_nothing_typed_is_lost(desk):
    translator, _reviewer = desk
    refused = translator.post("/workbench/glossary/propose", data={**PLACE, "source": ""})
    assert refused.status_code == 422
    assert "要写来源" in refused.text
    assert "【词形占位】" in refused.text
    assert translator.post("/workbench/glossary/propose", data=PLACE).status_code == 303
    assert "没有再存" in translator.post("/workbench/glossary/propose", data=PLACE).text
    assert translator.post("/workbench/glossary/propose", data={"chinese": "占位词条"}).status_code == 303
    for wrong in (
        {},
        {"chinese": "x", "source": "只有来源"},
        {**PLACE, "text": "<b>x"},
        {**PLACE, "village": "\x07"},
    ):
        assert translator.post("/workbench/glossary/propose", data=wrong).status_code == 422


def test_search_takes_any_spelling_and_empty_legal_terms_are_shown_as_work(desk):
    translator, _reviewer = desk
    for typed in ("yildanl", "yidan", "ji55tã55", "刀子", "knife"):
        assert "刀子" in translator.get("/workbench/glossary", query_string={"q": typed}).text
    assert "还没有词形的法律词" in translator.get("/workbench/glossary").text
    assert "随程序带来" in translator.get("/workbench/glossary?list=waiting").text
    address = re.search(r"/workbench/glossary/concepts/\d+", translator.get("/workbench/glossary").text)[0]
    assert "还没有白语词形" in translator.get(address).text
    assert translator.get("/workbench/glossary/concepts/999999999999").status_code == 404


def cldf() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("x/cldf/languages.csv", "ID,Name,ISO639P3code\na,Eryuan,bca\n")
        archive.writestr("x/cldf/parameters.csv", "ID,Name,Chinese\n1,six,六\n")
        archive.writestr(
            "x/cldf/forms.csv", "ID,Language_ID,Parameter_ID,Form,Source\nf1,a,1,fv⁴⁴,Allen2007\n"
        )
        archive.writestr("../outside.txt".replace("../", "x/"), "nothing")
    return made.getvalue()


TABLE = "汉语\t白语\t来源\n占位甲\t【甲】\t示例来源\n".encode()
WORD_LIST = (
    "ipa\tvariety\tconcept_zh\tconcept_en\tsource\nfv⁴⁴\tCentral (Eryuan)\t六\tsix\t示例 CC-BY-4.0\n".encode()
)


@pytest.mark.parametrize(
    ("content", "name", "beside"),
    [(TABLE, "a.tsv", {}), (WORD_LIST, "b.tsv", {}), (cldf(), "c.zip", {"source": "lexibank/示例"})],
    ids=["table", "word list", "CLDF"],
)
def test_a_file_is_looked_at_before_its_forms_are_proposed(desk, content, name, beside):
    translator, _reviewer = desk
    shown = translator.post(
        "/workbench/glossary/exchange/preview",
        data={"file": (io.BytesIO(content), name), **beside},
        content_type="multipart/form-data",
    )
    assert "没有问题" in shown.text, shown.text
    kept = re.search(r'name="kept" value="([^"]+)"', shown.text)[1]
    for status in (303, 422):
        assert (
            translator.post("/workbench/glossary/exchange/store", data={"kept": kept}).status_code == status
        )
    taken_out = translator.get("/workbench/glossary.tbx").data
    assert ("fv⁴⁴" if name != "a.tsv" else "【甲】").encode() in taken_out


BOMB = b'<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><martif><text><body>&b;</body></text></martif>'


@pytest.mark.parametrize(
    ("content", "name", "beside"),
    [
        (b"", "a.tsv", {}),
        (b"MZ", "a.exe", {}),
        (b"PK\x03\x04", "a.xlsx", {}),
        (BOMB, "a.tbx", {}),
        (cldf(), "c.zip", {}),
        (b"PK\x03\x04", "c.zip", {"source": "x"}),
        ("汉语\t白语\n占位\t【没有来源】\n".encode(), "a.tsv", {}),
        ("汉语\t白语\t来源\n<b>甲</b>\t【甲】\t示例\n".encode(), "a.tsv", {}),
        ("汉语\n占位".encode("gb18030"), "a.csv", {}),
        ("汉语\n占\x00位\n".encode(), "a.csv", {}),
    ],
)
def test_a_dangerous_or_faulty_file_is_refused_with_a_sentence(desk, content, name, beside):
    translator, _reviewer = desk
    answer = translator.post(
        "/workbench/glossary/exchange/preview",
        data={"file": (io.BytesIO(content), name), **beside},
        content_type="multipart/form-data",
    )
    if name == "a.csv" and b"\x00" in content:
        assert answer.status_code in (200, 422)
    else:
        assert answer.status_code == 422
        assert "alert-danger" in answer.text


def test_forms_are_listed_approved_and_withdrawn_by_command(app, desk):
    translator, _reviewer = desk
    translator.post("/workbench/glossary/propose", data=PLACE)
    run = app.test_cli_runner().invoke
    listed = run(args=["glossary", "waiting"]).output
    number = listed.split()[0]
    assert "【词形占位】" in listed.splitlines()[0]
    assert run(args=["glossary", "approve", number, "--by", "示例审校"]).exit_code == 0
    assert "只有草稿" in run(args=["glossary", "approve", number, "--by", "示例审校"]).output
    assert run(args=["glossary", "withdraw", number, "--by", "示例审校", "--why", "示例"]).exit_code == 0
    assert "没有编号" in run(args=["glossary", "approve", "99999", "--by", "x"]).output
