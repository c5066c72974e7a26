"""Writing on pages: sections of a song, previews, drafts, pictures, recordings, a way back, order of a book."""

from __future__ import annotations

import io
import math
import re
import struct
import wave
import zipfile
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from assistant import jobs
from assistant.job_models import CollectionJob
from assistant.outreach.models import ItemStatus, OutreachItem
from assistant.outreach.picture_models import ItemPicture
from corpus.bai.glossary import starter_rows
from corpus.bai.varieties import Variety
from corpus.parallel.tables import ConsentForm, ConsentScope, Recording, RecordingStatus, Speaker
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.models.vocabulary import HostKind, RoomKind
from tests.assistant.sample_law import store_sample_law
from tests.assistant.studio.test_studio import FORM, studio

assert studio
FOUR = "一句好话暖三春\n一句好话暖三春\n一句好话暖三冬\n和气值千金"
SONG = {
    "sections": "2",
    "delivery-1": "spoken",
    "stanzas-1": "1",
    "chinese-1.1": "各位乡亲请坐好。",
    "delivery-2": "sung",
    "school-2": "南腔",
    "beat-2": "平板",
    "melody-2": "道情",
    "family-2": "翠茵茵",
    "stanzas-2": "1",
    "chinese-2.1": FOUR,
    "verse_form": "3715",
}
STORED = f"【白】\n各位乡亲请坐好。\n【唱｜腔：南腔｜板：平板｜调：道情｜韵：翠茵茵】\n{FOUR}"


@pytest.fixture
def written(studio):
    """An educator with one material, and its address."""
    educator = studio[0]
    return educator, educator.post("/outreach/new", data=FORM).headers["Location"]


def stored(app) -> OutreachItem:
    with app.extensions["stores"].collection.reading() as session:
        item = session.scalars(select(OutreachItem)).one()
        assert item.history is not None
        return item


def version_in(page) -> str:
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def test_a_song_is_written_section_by_section_and_stored_as_one_notation(app, written):
    educator, address = written
    version = version_in(educator.get(f"{address}/song"))
    looked = educator.post(f"{address}/song", data={**SONG, "version": version, "do": "check"})
    assert looked.status_code == 200
    assert 'id="hints-2.1"' in looked.text and "人辰" in looked.text and "白语：还没有" in looked.text
    assert stored(app).song == ""
    kept = educator.post(f"{address}/song", data={**SONG, "version": version, "do": "save"})
    assert kept.status_code == 303
    assert (stored(app).song, stored(app).verse_form) == (STORED, "3715")
    assert "南腔" in educator.get(f"{address}/song").text
    assert educator.get(f"{address}/export/pdf-singer").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("wish", "first", "count"),
    [
        ("down-section:1", "sung", 2),
        ("up-section:2", "sung", 2),
        ("drop-section:1", "sung", 1),
        ("add-section", "spoken", 3),
        ("add-spoken", "spoken", 3),
        ("up-section:1", "spoken", 2),
        ("drop-section:99", "spoken", 2),
        ("up-stanza:1.7", "spoken", 2),
    ],
)
def test_sections_move_without_a_script_and_come_back(written, wish, first, count):
    educator, address = written
    moved = educator.post(f"{address}/song", data={**SONG, "do": wish})
    assert moved.status_code == 200
    assert f'name="sections" value="{count}"' in moved.text
    assert re.search(r'name="delivery-1" value="(\w+)" checked', moved.text)[1] == first
    before = re.search(r'name="before" value="([^"]*)"', moved.text)[1].replace("&#34;", '"')
    back = educator.post(f"{address}/song", data={"sections": "1", "before": before, "do": "undo"})
    assert 'name="sections" value="2"' in back.text and "和气值千金" in back.text


def test_bai_without_a_source_stays_out_and_nothing_typed_is_lost(app, written):
    educator, address = written
    row = next(row for row in starter_rows() if row.text and row.text.isalpha())
    song = {**SONG, "bai-2.1": row.text, "do": "save"}
    refused = educator.post(f"{address}/song", data=song)
    assert refused.status_code == 422
    assert "谁写的、谁审定的" in refused.text and row.text in refused.text
    taken = educator.post(f"{address}/song", data={**song, "bai_source-2": row.source[:150]})
    assert taken.status_code == 303
    assert f"＝{row.text}" in stored(app).song


def test_a_second_editor_of_a_song_sees_the_first_ones_words(written):
    educator, address = written
    version = version_in(educator.get(f"{address}/song"))
    assert (
        educator.post(f"{address}/song", data={**SONG, "version": version, "do": "save"}).status_code == 303
    )
    second = educator.post(
        f"{address}/song",
        data={**SONG, "chinese-2.1": "后写的", "version": version, "do": "save"},
    )
    assert second.status_code == 409
    assert "后写的" in second.text and "和气值千金" in second.text


def test_a_song_tried_out_becomes_a_material(studio):
    page = studio[0].post("/outreach/song", data={**SONG, "do": "keep"})
    assert page.status_code == 200
    assert 'action="/outreach/new"' in page.text and "【唱｜腔：南腔" in page.text


def test_what_is_being_written_survives_a_crash_and_can_be_thrown_away(studio):
    educator, jurist, _reviewer = studio
    assert educator.post("/outreach/preview/new", data={**FORM, "title": "写到一半"}).status_code == 200
    again = educator.get("/outreach/new")
    assert "写到一半" in again.text and "上次没有保存" in again.text
    assert "写到一半" not in jurist.get("/outreach/").text
    assert educator.post("/outreach/preview/new", data={"do": "forget"}).status_code == 303
    assert "写到一半" not in educator.get("/outreach/new").text
    assert educator.post("/outreach/drafts/song", data={**SONG, "school-2": "海东腔"}).status_code == 204
    assert "海东腔" in educator.get("/outreach/song").text
    assert educator.post("/outreach/drafts/anything", data={"a": "b"}).status_code == 404


def test_saving_leaves_no_draft_behind(written):
    educator, address = written
    item_id = address.rsplit("/", 1)[1]
    educator.post(f"/outreach/preview/item-{item_id}", data={**FORM, "title": "草稿里的"})
    version = version_in(educator.get(f"{address}/edit"))
    assert educator.post(f"{address}/edit", data={**FORM, "version": version}).status_code == 303
    assert "上次没有保存" not in educator.get(f"{address}/edit").text


def test_the_preview_shows_the_page_and_names_what_overflows_and_what_has_no_shape(studio):
    educator = studio[0]
    page = educator.post("/outreach/preview/new", data={**FORM, "design": "camellia"})
    source = re.search(r'src="(/outreach/preview/new\.png[^"]*)"', page.text)[1].replace("&amp;", "&")
    picture = educator.get(source)
    assert Image.open(io.BytesIO(picture.data)).size[0] == 720
    assert educator.get(source.replace("page=1", "page=9")).status_code == 404
    long = educator.post("/outreach/preview/new", data={**FORM, "lines": "字" * 900, "design": "camellia"})
    assert "“要点”的文字太长" in long.text
    glyph = educator.post("/outreach/preview/new", data={**FORM, "title": "当心😀"})
    assert "U+1F600" in glyph.text
    bare = educator.post("/outreach/preview/new", data={"lines": "只有一句"})
    assert bare.status_code == 200 and "还没有标题" not in bare.headers.get("Location", "")


def test_the_page_of_a_material_names_its_overflow_and_refuses_the_export_with_the_same_words(written):
    educator, address = written
    version = version_in(educator.get(f"{address}/edit"))
    educator.post(f"{address}/edit", data={**FORM, "lines": "字" * 900, "version": version})
    assert "“要点”的文字太长" in educator.get(f"{address}?design=camellia").text
    refused = educator.get(f"{address}/export/pdf-camellia")
    assert refused.status_code == 422 and "“要点”的文字太长" in refused.text


def test_without_rights_the_page_says_so_and_there_is_nothing_to_take_away(studio):
    educator = studio[0]
    address = educator.post("/outreach/new", data={**FORM, "rights": ""}).headers["Location"]
    assert "没有写明权利" in educator.get(address).text
    assert educator.get(f"{address}/export/docx").status_code == 404


def photograph(width: int = 640, height: int = 480) -> io.BytesIO:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    held = io.BytesIO()
    Image.new("RGB", (width, height), "#3f6b4a").save(held, "JPEG", exif=exif)
    held.seek(0)
    return held


def upload(educator, address, content: io.BytesIO, name: str, **fields: str):  # type: ignore[no-untyped-def]
    return educator.post(
        f"{address}/picture",
        data={"picture": (content, name), "picture_rights": "示例摄影，自由使用", **fields},
        content_type="multipart/form-data",
    )


def test_a_picture_is_taken_in_without_its_place_and_the_one_before_comes_back(app, written):
    educator, address = written
    taken = upload(educator, address, photograph(), "示例.jpg")
    assert taken.status_code == 303
    with app.extensions["stores"].collection.reading() as session:
        (row,) = session.scalars(select(ItemPicture)).all()
        assert not Image.open(io.BytesIO(row.content)).getexif()
    plain = educator.get(f"{address}/picture.png?design=camellia").data
    assert "撤销" in educator.get(taken.headers["Location"]).text
    assert (
        "每英寸只有"
        in educator.post(
            f"/outreach/preview/item-{address.rsplit('/', 1)[1]}", data={**FORM, "design": "camellia"}
        ).text
    )
    assert educator.post(f"{address}/picture", data={"do": "away"}).status_code == 303
    assert educator.get(f"{address}/picture.png?design=camellia").data != plain
    assert educator.post(f"{address}/picture", data={"do": "back", "picture": str(row.id)}).status_code == 303
    assert educator.get(f"{address}/picture.png?design=camellia").data == plain
    assert educator.post(f"{address}/picture", data={"do": "back", "picture": "999"}).status_code == 422


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>x</script></svg>', "a.svg", "script"),
        (b"MZ no picture", "a.png", "不是 JPEG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0"/></svg>', "a.svg", "viewBox"),
    ],
)  # fmt: skip
def test_a_bad_picture_is_refused_on_the_page_with_its_reason(written, content, name, said):
    educator, address = written
    refused = upload(educator, address, io.BytesIO(content), name)
    assert refused.status_code == 422 and said in refused.text


def test_two_hundred_megapixels_and_missing_rights_are_refused_on_the_page(app, written):
    educator, address = written
    held = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(held, "PNG")
    held.seek(0)
    large = upload(educator, address, held, "大.png")
    assert large.status_code == 422 and "最多 40 百万" in large.text
    bare = upload(educator, address, photograph(), "示例.jpg", picture_rights=" ")
    assert bare.status_code == 422 and "没有写明的不能用" in bare.text
    with app.extensions["stores"].collection.reading() as session:
        assert session.scalars(select(ItemPicture)).all() == []


def test_withdrawing_asks_nothing_and_can_be_taken_back_by_who_did_it(app, written):
    educator, address = written
    assert educator.post(f"{address}/steps/withdraw").status_code == 303
    assert stored(app).status is ItemStatus.WITHDRAWN
    assert FORM["title"] not in educator.get("/outreach/").text
    assert FORM["title"] in educator.get("/outreach/?status=withdrawn").text
    page = educator.get(address)
    assert f"{address}/steps/undo" in page.text
    assert educator.post(f"{address}/steps/undo").status_code == 303
    assert stored(app).status is ItemStatus.DRAFT
    assert [step.step for step in stored(app).history] == ["write", "withdraw", "undo"]
    assert educator.post(f"{address}/steps/undo").status_code == 409


def test_the_step_of_somebody_else_is_not_mine_to_take_back(app, studio, signed_in):
    educator, _jurist, _reviewer = studio
    other = signed_in("educator")
    address = educator.post("/outreach/new", data=FORM).headers["Location"]
    educator.post(f"{address}/steps/withdraw")
    assert other.post(f"{address}/steps/undo").status_code == 409
    assert stored(app).status is ItemStatus.WITHDRAWN


def test_the_wall_is_filtered_by_topic_audience_language_and_status(written):
    educator, _address = written
    other = {**FORM, "title": "另一个", "topic": "fraud", "audience": "老人"}
    educator.post("/outreach/new", data=other)
    for query, shown, hidden in (
        ("topic=fraud", "另一个", FORM["title"]),
        ("audience=老人", "另一个", FORM["title"]),
        ("topic=neighbours", FORM["title"], "另一个"),
        ("q=水渠", FORM["title"], "另一个"),
    ):
        page = educator.get(f"/outreach/?{query}").text
        assert f'wall-title">{shown}' in page and f'wall-title">{hidden}' not in page, query
    assert "wall-title" not in educator.get("/outreach/?language=bai").text
    assert "wall-title" in educator.get("/outreach/?language=no-bai&status=nothing").text


def tone() -> io.BytesIO:
    held = io.BytesIO()
    with wave.open(held, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(16_000)
        sound.writeframes(b"".join(struct.pack("<h", int(9000 * math.sin(n / 6))) for n in range(24_000)))
    held.seek(0)
    return held


def test_a_stanza_is_recorded_approved_and_heard_in_the_book_until_its_words_change(app, studio):
    educator, _jurist, reviewer = studio
    address = educator.post("/outreach/new", data=FORM).headers["Location"]
    educator.post(f"{address}/song", data={**SONG, "do": "save"})
    assert "还没有同意把声音用在宣传材料里的讲唱人" in educator.get(f"{address}/sounds").text
    with app.extensions["stores"].collection.writing() as session:
        for scope in (ConsentScope.OUTREACH, ConsentScope.KIOSK):
            session.add(
                Speaker(
                    name=f"示例讲唱人 {scope.value}",
                    variety=Variety("bfs"),
                    village="示例村",
                    consent_on=date(2026, 1, 1),
                    consent_form=ConsentForm.WRITTEN,
                    consent_scope=scope,
                )
            )
    assert "示例讲唱人 kiosk" not in educator.get(f"{address}/sounds").text
    narrow = {"part": "2.1", "speaker": "2", "sound": (tone(), "a.wav")}
    assert educator.post(f"{address}/sounds", data=narrow).status_code == 422
    sent = {"part": "2.1", "speaker": "1", "sound": (io.BytesIO(b"no sound at all"), "a.wav")}
    assert educator.post(f"{address}/sounds", data=sent).status_code == 422
    sent["sound"] = (tone(), "a.wav")
    assert educator.post(f"{address}/sounds", data=sent).status_code == 303
    assert educator.post(f"{address}/sounds/1/approve").status_code == 404
    assert reviewer.post(f"{address}/sounds/1/approve").status_code == 303
    part = educator.get(f"{address}/sounds/1.ogg", headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, b"OggS")
    with zipfile.ZipFile(io.BytesIO(educator.get(f"{address}/export/epub").data)) as book:
        assert "OEBPS/overlay-0.smil" in book.namelist()
    withdrawn = educator.post(f"{address}/sounds/1/withdraw")
    assert "撤销" in educator.get(withdrawn.headers["Location"]).text
    assert educator.get(f"{address}/sounds/1.ogg").status_code == 404
    educator.post(f"{address}/sounds/1/take-back")
    reviewer.post(f"{address}/sounds/1/approve")
    educator.post(f"{address}/song", data={**SONG, "chinese-2.1": "另外一句", "do": "save"})
    sent["part"], sent["sound"] = "9.9", (tone(), "a.wav")
    assert educator.post(f"{address}/sounds", data=sent).status_code == 422
    assert "还没有录音" in educator.get(f"{address}/sounds").text
    with app.extensions["stores"].collection.reading() as session:
        assert session.get_one(Recording, 1).status is RecordingStatus.APPROVED
    with zipfile.ZipFile(io.BytesIO(educator.get(f"{address}/export/epub").data)) as book:
        assert "OEBPS/overlay-0.smil" not in book.namelist()


def test_the_order_of_a_book_moves_by_buttons_and_comes_back(written):
    educator, _address = written
    educator.post("/outreach/new", data={**FORM, "title": "第二个"})
    sent = {"order": ["1", "2"], "items": ["1", "2"], "title": "书"}
    moved = educator.post("/outreach/pack", data={**sent, "do": "up:2"})
    assert re.findall(r'name="order" value="(\d)"', moved.text) == ["2", "1"]
    assert re.findall(r'name="before" value="(\d)"', moved.text) == ["1", "2"]
    back = educator.post("/outreach/pack", data={**sent, "before": ["1", "2"], "do": "undo"})
    assert re.findall(r'name="order" value="(\d)"', back.text) == ["1", "2"]
    assert educator.post("/outreach/pack", data={**sent, "do": "up:99"}).status_code == 200


def test_a_book_is_made_in_the_order_chosen_kept_a_week_and_then_removed(app, written):
    educator, _address = written
    educator.post("/outreach/new", data={**FORM, "title": "第二个"})
    sent = {"order": ["2", "1"], "items": ["1", "2"], "title": "示例唱本"}
    assert educator.post("/outreach/pack", data={**sent, "do": "book"}).status_code == 422
    begun = educator.post(
        "/outreach/pack", data={**sent, "do": "book", "book_forms": ["pdf", "docx", "epub"]}
    )
    with app.app_context():
        assert jobs.run_waiting(app) == 1
    page = educator.get(begun.headers["Location"]).text
    links = re.findall(r"/work/collection/[\w-]+/files/book\.\w+", page)
    assert {link.rsplit(".", 1)[1] for link in links} == {"pdf", "docx", "epub"}
    epub = next(link for link in links if link.endswith("epub"))
    with zipfile.ZipFile(io.BytesIO(educator.get(epub).data)) as book:
        assert "第二个" in book.read("OEBPS/item-0.xhtml").decode()
    with app.extensions["stores"].collection.writing() as session:
        row = session.scalars(select(CollectionJob)).one()
        row.finished_at = datetime.now(UTC) - timedelta(days=8)
        folder = app.extensions["jobs"].folder / row.public_id
    assert folder.exists()
    with app.app_context():
        jobs.run_waiting(app)
    assert not folder.exists()
    assert educator.get(epub).status_code == 404


def test_a_pack_is_chosen_by_day_and_audience_and_its_manifest_says_so(app, written):
    educator, _address = written
    page = educator.get("/outreach/pack?day=third-month-fair&topic=neighbours&audience=")
    assert "三月街" in page.text
    begun = educator.post(
        "/outreach/pack",
        data={"order": "1", "items": "1", "forms": "txt", "day": "third-month-fair", "topic": "neighbours"},
    )
    with app.app_context():
        jobs.run_waiting(app)
    link = re.search(
        r"/work/collection/[\w-]+/files/pack\.zip", educator.get(begun.headers["Location"]).text
    )[0]
    with zipfile.ZipFile(io.BytesIO(educator.get(link).data)) as pack:
        manifest = pack.read("manifest.json").decode()
    assert "三月街" in manifest and "neighbours" in manifest and "示例法" in manifest


def test_cancelled_while_it_is_made_it_leaves_no_file(app, written):
    educator, _address = written
    begun = educator.post("/outreach/pack", data={"order": "1", "items": "1", "forms": "txt"})
    with app.extensions["stores"].collection.writing() as session:
        session.scalars(select(CollectionJob)).one().cancel_requested = True
    with app.app_context():
        jobs.run_waiting(app)
    assert "已取消" in educator.get(begun.headers["Location"]).text
    results = app.extensions["jobs"].folder
    assert [path for path in results.rglob("*") if path.is_file()] == []


def test_the_words_of_a_damaged_row_are_named_and_nothing_breaks(app, written):
    """A control character that an older edition let through: the page and the exports say which."""
    educator, address = written
    with app.extensions["stores"].collection.writing() as session:
        item = session.scalars(select(OutreachItem)).one()
        item.content = {**item.content, "script": "乡亲们\x07请听"}
    assert educator.get(address).status_code == 200
    for key in ("docx", "epub", "txt", "pdf-cloth"):
        refused = educator.get(f"{address}/export/{key}")
        assert refused.status_code == 422 and "U+0007" in refused.text, key


def test_the_command_line_makes_packs_and_books_and_knows_every_format(app, written, tmp_path):
    educator, _address = written
    educator.post("/outreach/new", data={**FORM, "title": "第二个", "topic": "fraud"})
    run = app.test_cli_runner().invoke
    listed = run(args=["outreach", "list", "--formats"]).output
    assert "pdf-singer" in listed and "print-cloth" in listed and "epub" in listed
    target = tmp_path / "包.zip"
    made = run(args=["outreach", "pack", str(target), "--topic", "fraud", "--form", "txt", "--title", "试"])
    assert made.exit_code == 0, made.output
    with zipfile.ZipFile(target) as pack:
        assert '"第二个"' in pack.read("manifest.json").decode()
        assert FORM["title"] not in pack.read("manifest.json").decode()
    book = run(args=["outreach", "book", str(tmp_path / "书"), "--form", "pdf", "--form", "docx"])
    assert book.exit_code == 0, book.output
    assert {path.name for path in (tmp_path / "书").iterdir()} == {"book.pdf", "book.docx"}
    nothing = run(args=["outreach", "pack", str(target), "--topic", "land"])
    assert nothing.exit_code == 1 and "没有符合的材料" in nothing.output
    assert run(args=["outreach", "book", str(tmp_path), "没有这个"]).exit_code == 1


def test_the_foot_names_the_room_of_who_makes_it_as_the_directory_has_it(app, signed_in):
    store_sample_law(app.extensions["stores"].collection)
    with app.extensions["stores"].cases.writing() as session:
        room = MediationRoom(
            code="sample-foot",
            name="示例村调解室",
            kind=RoomKind.JINHUA,
            host_kind=HostKind.VILLAGE,
            host_body="示例村",
            legal_basis="示例",
            division_code="532901104213",
            address="示例路1号",
            phone="0872-0000000",
        )
        session.add(room)
        session.flush()
        room_id = room.id
    educator = signed_in("educator", room_id=room_id)
    address = educator.post("/outreach/new", data=FORM).headers["Location"]
    words = PdfReader(io.BytesIO(educator.get(f"{address}/export/pdf-camellia").data)).pages[0].extract_text()
    assert "示例路" in words and "0872" in words
