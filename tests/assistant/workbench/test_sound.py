"""From a speaker's consent to a sound that villagers hear; who may approve; lists; what is refused."""

from __future__ import annotations

import io
import re

import pytest

from assistant.security import HEADERS
from assistant.web.kiosk.prompts import SENTENCES, prompts
from corpus.parallel import audio, sound_uploads
from tests.assistant.workbench.sound_scene import ARTICLE, PLACE, add_speaker, sound_bench, tone


@pytest.fixture
def bench(app, signed_in):
    return sound_bench(app, signed_in)


def heard(bench, client) -> str:  # type: ignore[no-untyped-def]
    """Upload, approve, and the address the article page plays it from."""
    assert bench.upload(tone()).status_code == 303
    take = bench.newest_take()
    assert bench.reviewer.post(f"/workbench/recordings/{take}/approve").status_code == 303
    return re.search(r'<audio[^>]*src="(/sounds/\d+)"', client.get(ARTICLE).text)[1]


def test_a_sound_is_heard_by_villagers_only_after_another_person_approved_it(bench, client):
    assert "还没有白语录音" in client.get(ARTICLE).text
    sent = bench.upload(tone())
    assert sent.status_code == 303
    take = bench.newest_take()
    assert f"/sounds/{take}" not in client.get(ARTICLE).text
    assert client.get(f"/sounds/{take}").status_code == 404
    assert bench.translator.post(f"/workbench/recordings/{take}/approve").status_code == 404
    bench.reviewer.post(f"/workbench/recordings/{take}/approve")
    page = client.get(ARTICLE).text
    assert f'src="/sounds/{take}"' in page
    assert "中部方言" in page
    assert "有录音 1" in bench.translator.get("/workbench/").text


def test_whoever_recorded_does_not_approve(bench, client):
    bench.upload(tone(), by=bench.reviewer)
    take = bench.newest_take()
    assert "自己录的不能自己批准" in bench.reviewer.get("/workbench/recordings").text
    bench.reviewer.post(f"/workbench/recordings/{take}/approve")
    assert f"/sounds/{take}" not in client.get(ARTICLE).text


def test_a_sound_is_sent_by_ranges_shut_in_a_sandbox(bench, client):
    address = heard(bench, client)
    whole = client.get(address)
    assert whole.status_code == 200
    assert whole.mimetype == "audio/ogg"
    assert whole.data[:4] == b"OggS"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert whole.headers["Accept-Ranges"] == "bytes"
    part = client.get(address, headers={"Range": "bytes=4-9"})
    assert (part.status_code, part.data) == (206, whole.data[4:10])
    assert part.headers["Content-Range"] == f"bytes 4-9/{len(whole.data)}"
    assert client.get(address, headers={"Range": "bytes=-3"}).data == whole.data[-3:]
    beyond = client.get(address, headers={"Range": f"bytes={len(whole.data)}-"})
    assert beyond.status_code == 416
    assert beyond.headers["Content-Range"] == f"bytes */{len(whole.data)}"
    same = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert same.status_code == 304
    changed = client.get(address, headers={"Range": "bytes=4-9", "If-Range": '"other"'})
    assert changed.status_code == 200


def test_a_newer_take_replaces_and_a_withdrawn_one_is_silent(bench, client):
    first = heard(bench, client)
    second = heard(bench, client)
    assert first != second
    assert client.get(first).status_code == 404
    number = second.rsplit("/", 1)[1]
    assert bench.translator.post(f"/workbench/recordings/{number}/withdraw").status_code == 404
    assert bench.reviewer.post(f"/workbench/recordings/{number}/withdraw").status_code == 303
    assert client.get(second).status_code == 404
    assert "还没有白语录音" in client.get(ARTICLE).text


def test_a_text_that_was_changed_silences_the_sound_of_the_old_words(bench, client):
    heard(bench, client)
    unit = f"/workbench/units/{bench.unit}"
    bench.translator.post(unit, data={"text": "【译文占位乙】"})
    for step in ("review", "approve"):
        bench.reviewer.post(f"{unit}/steps/{step}")
    page = client.get(ARTICLE).text
    assert "【译文占位乙】" in page
    assert "还没有白语录音" in page
    assert "录的是改以前的文字" in bench.translator.get(unit).text
    listed = bench.translator.get("/workbench/studio?variety=bca&source=statute.示例法").text
    assert "还没有录音的 1 个" in listed


def test_consent_comes_first_and_its_withdrawal_deletes_the_sound(bench, client, settings):
    address = heard(bench, client)
    folder = settings.instance_directory / "recordings"
    assert [each for each in folder.rglob("*") if each.is_file()]
    answer = bench.translator.post(f"/workbench/speakers/{bench.speaker}/withdraw")
    assert answer.status_code == 303
    assert client.get(address).status_code == 404
    assert not [each for each in folder.rglob("*") if each.is_file()]
    assert bench.translator.post(f"/workbench/speakers/{bench.speaker}/withdraw").status_code == 404
    assert "请先选说话人" in bench.upload(tone()).text


def test_who_agreed_only_to_the_workbench_is_not_played_to_villagers(bench, client):
    add_speaker(bench.translator, name="示例说话人乙", consent_scope="workbench")
    page = bench.translator.get(bench.page).text
    number = re.search(r'<option value="(\d+)"[^>]*>示例说话人乙', page)[1]
    bench.upload(tone(), speaker=number)
    take = bench.newest_take()
    assert "只同意在工作台里听" in bench.reviewer.get("/workbench/recordings").text
    bench.reviewer.post(f"/workbench/recordings/{take}/approve")
    assert "还没有白语录音" in client.get(ARTICLE).text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": " "}, "这一项要填写"),
        ({"village": "没有这个地方"}, "没有找到"),
        ({"village": "村"}, "太多"),
        ({"variety": "und"}, "请从列表中选择"),
        ({"consent_on": "2999-01-01"}, "不是日期"),
        ({"consent_on": "2199-01-01"}, "今天以后"),
        ({"consent_form": "x"}, "请从列表中选择"),
        ({"consent_scope": ""}, "请从列表中选择"),
        ({"agreed": ""}, "不能录音"),
    ],
)
def test_a_speaker_without_clear_consent_is_not_kept(bench, changes, sentence):
    answer = add_speaker(bench.translator, **({"name": "示例说话人丙"} | changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert bench.translator.get("/workbench/speakers").text.count("示例说话人") == 1


def test_a_village_is_found_by_its_name_and_asked_back_where_several_have_it(bench):
    asked = add_speaker(bench.translator, name="示例说话人丁", village="周城")
    assert asked.status_code in (303, 422)
    if asked.status_code == 422:
        code = re.search(r'<option value="(\d{12})"', asked.text)[1]
        assert add_speaker(bench.translator, name="示例说话人丁", village=code).status_code == 303
    assert "示例说话人丁" in bench.translator.get("/workbench/speakers").text


def test_a_listener_hears_the_own_village_first_and_never_another_variety(bench, client, visitor):
    other_village = "532922"
    add_speaker(bench.translator, name="示例说话人乙", village=other_village)
    page = bench.translator.get(bench.page).text
    other = re.search(r'<option value="(\d+)"[^>]*>示例说话人乙', page)[1]
    addresses = {}
    for speaker in (bench.speaker, other):
        bench.upload(tone(), speaker=speaker)
        addresses[speaker] = f"/sounds/{bench.newest_take()}"
        bench.reviewer.post(f"/workbench/recordings/{bench.newest_take()}/approve")
    assert addresses[other] in client.get(ARTICLE).text
    choices = visitor.get(f"/speech?next={ARTICLE}").text
    assert "bca.532901" in choices
    chosen = visitor.post("/speech", data={"speech": "bca.532901", "next": "/articles/示例法#2"})
    assert chosen.status_code == 303
    assert addresses[bench.speaker] in visitor.get(ARTICLE).text
    visitor.post("/speech", data={"speech": "bfs"})
    page = visitor.get(ARTICLE).text
    assert "/sounds/" not in page
    assert "还没有南部方言（大理）的录音" in page
    assert visitor.post("/speech", data={"speech": "bai", "next": "//evil.example"}).status_code == 400
    away = visitor.post("/speech", data={"speech": "", "next": "//evil.example"})
    assert away.headers["Location"] == "/"


def test_a_result_of_the_search_plays_what_the_listener_chose(bench, client, visitor, app):
    from assistant.search_service import build_index

    address = heard(bench, client)
    store = app.extensions["stores"].collection
    build_index(store, app.extensions["settings"].index_directory)
    assert address not in visitor.get("/search?q=水渠").text
    visitor.post("/speech", data={"speech": "bca"})
    assert f'src="{address}"' in visitor.get("/search?q=水渠").text


def test_the_list_of_a_session_is_in_the_order_of_the_law_and_walked_through(bench):
    for citation in ("《示例法》第一条", "《示例法》第二条之一"):
        address = bench.translator.post(
            "/workbench/begin", data={"citation": citation, "variety": "bca", "script": "han"}
        ).headers["Location"]
        bench.translator.post(address, data={"text": PLACE + citation})
    page = bench.translator.get("/workbench/studio?variety=bca&source=statute.示例法").text
    order = re.findall(r"》(第[^<]*条[^<]*)</a>", page)
    assert order == ["第一条", "第二条", "第二条之一"]
    assert "data-print" in page
    sent = bench.upload(tone(), list="bca.statute.示例法")
    following = sent.headers["Location"]
    assert f"/record/unit/{bench.unit}" not in following
    walked = bench.translator.get(following).text
    assert "第 3 个，共 3 个，还差 2 个" in walked
    assert "第二条之一" in walked
    assert "还差 3 个" not in walked
    for wrong in ("bca.statute.没有", "xx.prompts", "bca.subject.x", "bca."):
        assert (
            bench.translator.get(
                f"/workbench/studio?variety={wrong.partition('.')[0]}&source={wrong.partition('.')[2]}"
            ).status_code
            == 200
        )


def test_glossary_terms_and_page_prompts_are_recorded_like_texts(bench, client, app):
    from corpus.bai.glossary import starter_rows, store_rows

    with app.extensions["stores"].collection.writing() as session:
        store_rows(session, rows=list(starter_rows()))
    words = bench.translator.get("/workbench/studio?variety=bca&source=subject.everyday").text
    term = re.search(r"/workbench/record/term/\d+", words)[0]
    assert bench.upload(tone(), page=term).status_code == 303
    assert "等人听过批准" in bench.translator.get(term).text
    prompt = "/workbench/record/prompt/home.question"
    page = bench.translator.get(prompt).text
    assert "这里没有白文" in page
    assert bench.upload(tone(), page=prompt).status_code == 303
    take = re.search(r"/workbench/recordings/(\d+)/sound", bench.reviewer.get(prompt).text)[1]
    assert "/sounds/" not in client.get("/").text
    bench.reviewer.post(f"/workbench/recordings/{take}/approve")
    assert f'src="/sounds/{take}"' in client.get("/").text


def test_a_word_of_the_glossary_is_found_in_any_spelling_and_heard(bench, client, app):
    from sqlalchemy import select

    from corpus.bai.glossary import starter_rows, store_rows
    from corpus.bai.models import GlossaryTerm, TermStatus

    with app.extensions["stores"].collection.writing() as session:
        store_rows(session, rows=list(starter_rows()))
        term = session.scalars(select(GlossaryTerm).where(GlossaryTerm.text == "yildanl")).one()
        term.status = TermStatus.APPROVED
        number, variety, source = term.id, term.variety.value, term.source
    add_speaker(bench.translator, name="示例说话人乙", variety=variety)
    page = f"/workbench/record/term/{number}"
    speaker = re.search(
        r'data-speaker="(\d+)"|<option value="(\d+)"[^>]*>示例说话人乙', bench.translator.get(page).text
    )
    assert bench.upload(tone(), page=page, speaker=speaker[1] or speaker[2]).status_code == 303
    take = re.search(r"/workbench/recordings/(\d+)/sound", bench.reviewer.get(page).text)[1]
    for asked in ("yildanl", "yidan", "刀子"):
        found = client.get(f"/words?q={asked}").text
        assert "刀子" in found, asked
        assert source.split("；")[0] in found
        assert "/sounds/" not in found
    bench.reviewer.post(f"/workbench/recordings/{take}/approve")
    assert f'src="/sounds/{take}"' in client.get("/words?q=刀子").text
    assert "没有查到这个词" in client.get("/words?q=示例没有").text


def test_every_prompt_is_a_sentence_of_the_page_it_belongs_to(app, client):
    from pathlib import Path

    import assistant

    templates = "".join(
        path.read_text("utf-8")
        for path in (Path(assistant.__file__).parent / "templates/kiosk").glob("*.html")
    )
    for name, sentence in SENTENCES.items():
        assert f'_("{sentence}")' in templates, sentence
        assert f'spoken("{name}")' in templates, name
    with app.test_request_context():
        assert {"topic.land", "help.danger"} < set(prompts())


def test_pieces_are_kept_in_order_and_finished_into_a_take(bench):
    """What was sent before the page was closed waits in the studio for its person."""
    content = audio.prepare(tone(3))[1].content
    token = bench.begin()
    half = len(content) // 2
    for number, piece in enumerate((content[:half], content[half:])):
        sent = bench.translator.post(f"/workbench/takes/{token}/pieces/{number}", data=piece)
        assert sent.json == {"next": number + 1}
    again = bench.translator.post(f"/workbench/takes/{token}/pieces/0", data=b"again")
    assert again.json == {"next": 2}
    gap = bench.translator.post(f"/workbench/takes/{token}/pieces/9", data=b"x")
    assert gap.status_code == 409
    assert "缺少第2段" in gap.json["problem"]
    assert "没有录完的" in bench.translator.get("/workbench/studio").text
    assert bench.translator.get(f"/workbench/takes/{token}/sound").data == content
    assert bench.translator.post(f"/workbench/takes/{token}/finish").status_code == 303
    assert "等人听过批准" in bench.translator.get(bench.page).text
    assert "没有录完的" not in bench.translator.get("/workbench/studio").text
    assert bench.translator.post(f"/workbench/takes/{token}/finish").status_code == 404


def test_what_nobody_can_hear_stays_to_be_discarded(bench):
    token = bench.begin()
    bench.translator.post(f"/workbench/takes/{token}/pieces/0", data=b"\x1a\x45\xdf\xa3webm rubbish")
    refused = bench.translator.post(f"/workbench/takes/{token}/finish")
    assert refused.status_code == 422
    assert "损坏" in refused.text or "太短" in refused.text
    assert bench.translator.post(f"/workbench/takes/{token}/discard").status_code == 303
    assert "没有录完的" not in bench.translator.get("/workbench/studio").text


def test_another_person_s_unfinished_take_does_not_exist(bench, signed_in):
    token = bench.begin()
    bench.translator.post(f"/workbench/takes/{token}/pieces/0", data=tone())
    stranger = signed_in("translator")
    for browser in (stranger, bench.reviewer):
        assert browser.get(f"/workbench/takes/{token}/sound").status_code == 404
        for step in ("pieces/1", "finish", "discard"):
            assert browser.post(f"/workbench/takes/{token}/{step}", data=b"x").status_code == 404
        assert "没有录完的" not in browser.get("/workbench/studio").text
    assert bench.translator.get(f"/workbench/takes/{token}/sound").status_code == 200


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"<html>not a sound</html>" * 9, "录音.mp3", "只接受"),
        (b"MZ" + bytes(300), "录音.wav", "只接受"),
        (b"%PDF-1.7" + bytes(300), "a.ogg", "只接受"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt rubbish" * 3, "录音.wav", "损坏"),
        (b"", "录音.wav", "请选择一个文件"),
        (b"PK\x03\x04" + bytes(300), "../../etc/passwd", "只接受"),
    ],
)
def test_what_is_no_sound_is_refused_by_its_content_with_a_sentence(bench, settings, content, name, sentence):
    """UPL-05 and UPL-08: nothing is stored, whatever the name says."""
    answer = bench.upload(content, name)
    assert answer.status_code == 422
    assert sentence in answer.text
    folder = settings.instance_directory / "recordings"
    assert not folder.exists() or not any(each.is_file() for each in folder.rglob("*"))


def test_the_name_of_an_uploaded_file_is_nowhere_on_the_disk(bench, settings):
    """Random names inside the folder, whatever was sent."""
    assert bench.upload(tone(), "../../../keys/web.secret").status_code == 303
    kept = [each for each in (settings.instance_directory / "recordings").rglob("*") if each.is_file()]
    assert len(kept) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}\.(ogg|wav)", each.name) for each in kept)


@pytest.mark.parametrize("claimed", [2 * 1024**3, 51 * 1024**2 + 65 * 1024])
def test_a_claim_of_two_gigabytes_is_refused_before_it_is_read(bench, claimed):
    """Said by the length the request names, for a file and for a piece."""
    claim = {"CONTENT_LENGTH": str(claimed)}
    body = io.BytesIO(b"--x\r\n")
    answer = bench.translator.post(
        f"{bench.page}/upload",
        input_stream=body,
        environ_overrides=claim,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    token = bench.begin()
    piece = bench.translator.post(
        f"/workbench/takes/{token}/pieces/0", input_stream=io.BytesIO(b"x"), environ_overrides=claim
    )
    assert piece.status_code == 413
    assert bench.translator.get(f"/workbench/takes/{token}/sound").status_code == 404


def test_only_so_many_takes_are_begun_and_left(bench, monkeypatch):
    monkeypatch.setattr("assistant.web.workbench.record.MOST_UNFINISHED", 1)
    token = bench.begin()
    bench.translator.post(f"/workbench/takes/{token}/pieces/0", data=b"x")
    refused = bench.translator.post(f"{bench.page}/takes", data={"speaker": bench.speaker})
    assert refused.status_code == 409
    assert "太多" in refused.json["problem"]


@pytest.mark.parametrize(
    "path", ["../cases.sqlite3", "originals/x.wav", "/etc/passwd", "a.ogg", "x" * 22 + ".ogg"]
)
def test_a_row_whose_file_lies_elsewhere_or_is_gone_is_not_found(bench, client, app, path):
    """UPL-07: also where the database itself was tampered with."""
    from sqlalchemy import text

    address = heard(bench, client)
    with app.extensions["stores"].collection.writing() as session:
        session.execute(text("UPDATE recordings SET path = :path"), {"path": path})
    assert client.get(address).status_code == 404


def test_only_pages_that_record_may_use_the_microphone(bench, client):
    """HDR-01: everywhere else the browser refuses it to any script."""
    assert "microphone=()" in HEADERS["Permissions-Policy"]
    for page in ("/workbench/", "/workbench/studio", "/workbench/speakers", ARTICLE):
        assert "microphone=()" in bench.translator.get(page).headers["Permissions-Policy"]
    assert "microphone=(self)" in bench.translator.get(bench.page).headers["Permissions-Policy"]


def test_a_token_is_no_path(bench, settings):
    """UPL-07: nothing outside the folder of takes is reached."""
    (settings.instance_directory / "recordings-unfinished").mkdir(exist_ok=True)
    for token in ("..", "%2e%2e", "..%2fkeys", "a" * 22, "A" * 500):
        assert bench.translator.get(f"/workbench/takes/{token}/sound").status_code == 404
        assert bench.translator.post(f"/workbench/takes/{token}/discard").status_code in (404, 405)
    assert sound_uploads.unfinished(settings.instance_directory / "recordings-unfinished") == []
