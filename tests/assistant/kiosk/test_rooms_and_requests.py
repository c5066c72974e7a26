"""What a villager sees of the rooms, and how a request goes from the kiosk into a room's box."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from assistant import public_desk
from assistant.settings import Settings, SettingsNotValid
from assistant.web.kiosk import asking
from mediation_rooms import request_spool
from mediation_rooms.documents.phrases import phrases
from mediation_rooms.models.requests import RequestForHelp
from mediation_rooms.models.rooms import MediationRoom
from mediation_rooms.sealed_box import BoxDamaged, new_private_key

NOW = datetime.now(UTC)


def boxed(settings):
    return request_spool.waiting(settings.inbox_directory)


def stored(app):
    with app.extensions["stores"].cases.reading() as session:
        return list(session.scalars(select(RequestForHelp)))


def collect(app, settings):
    return public_desk.collect(settings, app.extensions["stores"].cases, now=datetime.now(UTC))


def test_the_directory_shows_near_rooms_first_and_says_who_speaks_what(villager):
    page = villager.get("/rooms").get_data(as_text=True)
    names = re.findall(r"<h2><a[^>]*>([^<]+)</a></h2>", page)
    assert names[0] in {"示例乡贤调解室", "示例网格员服务点"}  # both in the village; whichever is open now
    assert len(names) >= 5
    assert "就在您的村（社区）" in page
    central = villager.get("/rooms?language=bca").get_data(as_text=True)
    assert re.findall(r"<h2><a[^>]*>([^<]+)</a></h2>", central)[0] == "示例阿鹏调解室"
    assert "不说您选的话" in central


def test_the_directory_can_be_read_in_english_and_only_open_rooms_can_be_asked_for(villager):
    page = villager.get("/rooms?lang=en&open=1").get_data(as_text=True)
    assert 'lang="en"' in page
    assert "Find a mediation room" in page


def test_a_room_has_a_page_with_hours_address_and_a_code_to_take_along(villager):
    page = villager.get("/rooms/sample-jinhua").get_data(as_text=True)
    assert "示例镇示例路1号" in page
    assert "08:30–17:30" in page
    assert 'class="qr"' in page
    assert villager.get("/rooms/none-such").status_code == 404


def test_a_closed_room_goes_from_the_directory_by_itself(app, settings, villager, rooms):
    store = app.extensions["stores"].cases
    assert "示例金花调解室" in villager.get("/rooms").get_data(as_text=True)
    with store.writing() as session:
        session.get_one(MediationRoom, rooms["sample-jinhua"]).closed_on = NOW.date() - timedelta(days=1)
    public_desk.make_round(settings, store, now=datetime.now(UTC))
    assert "示例金花调解室" not in villager.get("/rooms").get_data(as_text=True)
    assert not public_desk.publish(settings, store, now=datetime.now(UTC))


def test_what_is_put_up_says_nothing_but_what_the_public_may_know(settings, rooms):
    content = json.loads((settings.public_directory / public_desk.PUBLISHED_FILE).read_text("utf-8"))
    assert set(content) == {"rooms", "request_key"}
    assert "示例调解员甲" not in json.dumps(content, ensure_ascii=False)


def test_a_damaged_file_of_rooms_empties_the_page_and_breaks_nothing(settings, villager):
    (settings.public_directory / public_desk.PUBLISHED_FILE).write_text('{"rooms": 3', encoding="utf-8")
    assert "还没有公布调解室" in villager.get("/rooms").get_data(as_text=True)
    assert villager.get("/ask").status_code == 200


def test_the_place_is_chosen_by_touching_and_kept_without_anything_personal(app, rooms, visitor):
    first = visitor.get("/ask")
    assert first.status_code == 302
    assert "/place" in first.headers["Location"]
    assert "大理市" in visitor.get("/place").get_data(as_text=True)
    answer = visitor.post("/place", data={"code": "532901104", "afterwards": "ask"})
    kept = [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("place=")]
    assert kept[0].startswith("place=532901104;")
    assert visitor.get("/ask").status_code == 200
    assert visitor.post("/place", data={"code": "1"}).headers["Location"].startswith("/place")


def test_a_machine_with_its_own_place_keeps_no_choice_of_a_visitor(villager):
    answer = villager.post("/place", data={"code": "532932", "afterwards": "rooms"})
    assert "place=532932" in answer.headers["Location"]
    assert not [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("place=")]


def test_the_notice_stands_before_the_first_personal_field_and_nothing_is_taken_without_it(
    villager, settings, filled_in
):
    """PRI-01: version and language of the notice are stored; without the notice nothing is."""
    page = villager.get("/ask").get_data(as_text=True)
    assert page.index(asking.NOTICE_VERSION) < page.index('name="words"') < page.index('name="contact_name"')
    answer = villager.post("/ask", data=filled_in(notice=""))
    assert answer.status_code == 422
    assert "再勾" in answer.get_data(as_text=True)
    assert boxed(settings) == []


def test_a_changed_notice_is_asked_again(villager, settings, filled_in, monkeypatch):
    """PRI-04: who agreed to an earlier version of the notice is shown the new one before anything is kept."""
    monkeypatch.setattr(asking, "NOTICE_VERSION", "kiosk-later")
    assert villager.post("/ask", data=filled_in()).status_code == 422
    assert boxed(settings) == []


def test_a_request_reaches_its_room_with_the_number_and_the_day_of_the_receipt(
    app, settings, villager, filled_in, rooms
):
    answer = villager.post("/ask", data=filled_in())
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    number = re.search(r'receipt-number">([^<]+)<', page)[1]
    assert str(phrases()["receipt.limitation"].text) in page
    assert "《中华人民共和国民法典》第一百九十五条" in page
    for secret in ("示例：隔壁的墙", "示例村民", "0000-0000009"):
        assert secret not in page
    report = collect(app, settings)
    assert (report.taken_count, report.refused) == (1, ())
    assert boxed(settings) == []
    (request,) = stored(app)
    assert (request.reference, request.room_id) == (number, rooms["sample-jinhua"])
    assert (request.words, request.contact_name, request.is_safe_to_call) == (
        "示例：隔壁的墙",
        "示例村民",
        True,
    )
    assert request.notice_version == asking.NOTICE_VERSION
    assert abs(request.received_at - datetime.now(UTC)) < timedelta(minutes=1)


def test_the_same_form_sent_twice_is_one_request_with_one_number(app, settings, villager, filled_in):
    first = villager.post("/ask", data=filled_in()).get_data(as_text=True)
    collect(app, settings)
    second = villager.post("/ask", data=filled_in()).get_data(as_text=True)
    collect(app, settings)
    number = r'receipt-number">([^<]+)<'
    assert re.search(number, first)[1] == re.search(number, second)[1]
    assert len(stored(app)) == 1


def test_the_full_profile_takes_the_same_form_by_the_same_way(app, settings, visitor, rooms, filled_in):
    visitor.set_cookie("place", "532901104")
    assert visitor.post("/ask", data=filled_in()).status_code == 200
    assert len(boxed(settings)) == 1
    app.extensions["jobs"].make_due_rounds()
    assert len(stored(app)) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"words": "", "contact_phone": "", "about": ""}, "words"),
        ({"words": "很" * 2001}, "words"),
        ({"contact_phone": "不告诉你"}, "contact_phone"),
        ({"about": "none-such"}, "about"),
        ({"room": "none-such"}, "room"),
        ({"language_code": "xx"}, "language_code"),
        ({"contact_name": "名" * 61}, "contact_name"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    villager, settings, filled_in, changes, field
):
    answer = villager.post("/ask", data=filled_in(call_when="示例：晚上", **changes))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in page
    assert "示例：晚上" in page
    assert boxed(settings) == []


def test_a_machine_that_sends_too_many_is_told_to_wait(villager, settings, filled_in):
    for number in range(request_spool.MOST_IN_SHORT_WINDOW):
        assert villager.post("/ask", data=filled_in(form_token=f"token-{number}")).status_code == 200
    answer = villager.post("/ask", data=filled_in(form_token="one-more"))
    assert answer.status_code == 429
    assert "十分钟" in answer.get_data(as_text=True)
    assert len(boxed(settings)) == request_spool.MOST_IN_SHORT_WINDOW


def test_a_full_box_says_so_and_names_the_other_way(villager, settings, filled_in, monkeypatch):
    monkeypatch.setattr(request_spool, "MOST_WAITING", 0)
    answer = villager.post("/ask", data=filled_in())
    assert answer.status_code == 429
    assert "求助箱满了" in answer.get_data(as_text=True)


def test_a_box_that_cannot_be_written_is_no_error_page(villager, settings, filled_in):
    settings.inbox_directory.write_text("not a folder", encoding="utf-8")
    answer = villager.post("/ask", data=filled_in())
    assert answer.status_code == 503
    assert "没有收下" in answer.get_data(as_text=True)


def test_a_kiosk_started_beside_the_case_database_cannot_reach_it(kiosk, villager, kiosk_settings, instance):
    """KIO-07: no case store, no way to sign in, no private key, though the files lie in the same folder."""
    assert (instance / "cases.sqlite3").exists()
    stores = kiosk.extensions["stores"]
    assert stores.cases is None
    assert kiosk.extensions["jobs"].queues == {}
    assert kiosk_settings.case_database_url == ""
    assert public_desk.private_keys(kiosk_settings) == ()
    assert villager.post("/sign-in/", data={}).status_code == 404
    outcome = kiosk.test_cli_runner().invoke(args=["requests", "collect"])
    assert outcome.exit_code != 0
    assert "自助终端" in outcome.output


def test_a_kiosk_cannot_read_back_what_it_wrote(villager, settings, kiosk_settings, filled_in):
    villager.post("/ask", data=filled_in())
    (path,) = boxed(settings)
    raw = path.read_bytes()
    for secret in ("示例：隔壁的墙", "示例村民", "0000-0000009", "sample-jinhua", "t" * 43):
        assert secret.encode() not in raw
    desk = public_desk.published(kiosk_settings)
    for keys in ((), (desk.public_key,), (new_private_key(),)):
        with pytest.raises(BoxDamaged):
            request_spool.read(path, private_keys=keys)
    kept = (settings.inbox_directory / request_spool.RECENT_FILE).read_text("utf-8")
    assert "127.0.0.1" not in kept
    assert "示例" not in kept


def test_requests_of_any_length_look_alike(villager, settings, filled_in):
    villager.post("/ask", data=filled_in(form_token="short", words="有"))
    villager.post("/ask", data=filled_in(form_token="longer", words="有一件事" * 20))
    sizes = {path.stat().st_size for path in boxed(settings)}
    assert len(sizes) == 1


def test_a_file_that_cannot_be_read_is_set_aside_and_named_and_the_others_come_in(
    app, settings, villager, filled_in
):
    villager.post("/ask", data=filled_in(form_token="one"))
    villager.post("/ask", data=filled_in(form_token="two"))
    damaged = settings.inbox_directory / request_spool.file_name("one")
    raw = bytearray(damaged.read_bytes())
    raw[-1] ^= 1
    damaged.write_bytes(raw)
    (settings.inbox_directory / f"{'0' * 40}.request").write_bytes(b"rubbish")
    outcome = app.test_cli_runner().invoke(args=["requests", "collect"])
    assert outcome.exit_code == 1
    assert "新收 1 条" in outcome.output
    assert len(list((settings.inbox_directory / request_spool.REFUSED).iterdir())) == 2
    assert len(stored(app)) == 1


def test_a_file_renamed_to_another_request_is_not_believed(app, settings, villager, filled_in):
    villager.post("/ask", data=filled_in())
    (path,) = boxed(settings)
    path.rename(path.with_name("f" * 40 + request_spool.SUFFIX))
    assert len(collect(app, settings).refused) == 1


def test_a_request_for_a_room_closed_meanwhile_goes_to_the_nearest(app, settings, villager, filled_in, rooms):
    villager.post("/ask", data=filled_in())
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(MediationRoom, rooms["sample-jinhua"]).closed_on = NOW.date() - timedelta(days=1)
    assert collect(app, settings).taken_count == 1
    village = {rooms["sample-elder"], rooms["sample-grid"]}  # whichever is open now comes first
    assert stored(app)[0].room_id in village


def test_a_box_carried_on_a_stick_is_taken_in_by_command(app, settings, villager, filled_in, tmp_path):
    villager.post("/ask", data=filled_in())
    carried = tmp_path / "stick"
    settings.inbox_directory.rename(carried)
    outcome = app.test_cli_runner().invoke(args=["requests", "collect", "--from", str(carried)])
    assert outcome.exit_code == 0, outcome.output
    assert len(stored(app)) == 1
    again = app.test_cli_runner().invoke(args=["requests", "collect", "--from", str(carried)])
    assert "新收 0 条" in again.output


def test_leaving_takes_the_traces_of_the_visit_along(villager):
    villager.get("/search?q=示例问题&lang=en")
    villager.get("/ask")
    answer = villager.get("/leave")
    page = answer.get_data(as_text=True)
    assert "示例问题" not in page
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert villager.get_cookie("language") is None
    assert villager.get_cookie("device") is None


def test_only_a_kiosk_goes_to_rest_by_itself(client, villager, rooms):
    assert "data-idle-seconds" in villager.get("/").get_data(as_text=True)
    assert "data-idle-seconds" not in client.get("/").get_data(as_text=True)


def test_a_wrong_place_of_the_machine_is_said_at_the_start():
    with pytest.raises(SettingsNotValid, match="KIOSK_PLACE"):
        Settings.from_environment({"KIOSK_PLACE": "1"})
