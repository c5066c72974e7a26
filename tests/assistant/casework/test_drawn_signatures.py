"""Names written on a tablet: kept encrypted with who, when and how; never for family papers."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from assistant.web.clock import now
from mediation_rooms import samples
from mediation_rooms.models.agreements import Signature
from mediation_rooms.models.cases import CaseFile
from mediation_rooms.models.evidence import Attachment
from mediation_rooms.models.vocabulary import SignatureMethod
from tests.journeys.conftest import chromium, live_server, new_page  # noqa: F401 - fixtures of the browser


def drawing(*, strokes=True, size=(900, 300)):
    """What the pad of the page sends."""
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    if strokes:
        ImageDraw.Draw(picture).line((100, 200, 400, 60, 700, 220), fill="black", width=6)
    content = io.BytesIO()
    picture.save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


@pytest.fixture
def signing(app, mediator, make_case):
    """``signing(drawing=…)``: post the signature of the first party; gives the answer and the case's id."""
    case_id = make_case(samples.boundary_case_mediating)
    with app.extensions["stores"].cases.reading() as session:
        party_id = session.get_one(CaseFile, case_id).parties[0].id

    def sign(**changes):
        fields = {
            "paper": "session",
            "signer": f"party:{party_id}",
            "method": "tablet",
            "signed_at": now().strftime("%Y-%m-%dT%H:%M"),
            "place": "示例室",
            "drawing": drawing(),
            **changes,
        }
        return mediator.post(f"/cases/{case_id}/acts/sign", data=fields)

    sign.case_id = case_id
    return sign


def stored(app):
    with app.extensions["stores"].cases.reading() as session:
        return list(session.scalars(select(Signature))), list(session.scalars(select(Attachment)))


def test_a_name_written_on_the_tablet_is_kept_encrypted_and_tied_to_its_signature(
    app, settings, mediator, signing
):
    before = len(stored(app)[0])
    assert signing().status_code == 303
    signatures, attachments = stored(app)
    assert len(signatures) == before + 1
    (mark,) = [each for each in signatures if each.method is SignatureMethod.TABLET]
    (picture,) = [each for each in attachments if each.place == "signature"]
    assert mark.attachment_id == picture.id
    assert (mark.place, bool(mark.recorded_by)) == ("示例室", True)
    raw = next((settings.instance_directory / "attachments").rglob(picture.stored_name)).read_bytes()
    assert b"PNG" not in raw
    answer = mediator.get(f"/cases/{signing.case_id}/attachments/{picture.id}")
    assert answer.data[:8] == b"\x89PNG\r\n\x1a\n"
    assert "手写签名" in mediator.get(f"/cases/{signing.case_id}").text


@pytest.mark.parametrize(
    "given",
    ["", drawing(strokes=False), "data:image/png;base64,####", "data:text/html;base64,PGI+",
     drawing(size=(4000, 4000)), "data:image/png;base64," + "A" * 800_000],
    ids=["nothing", "blank", "no base64", "no picture", "too large", "too long"],
)  # fmt: skip
def test_what_is_no_signature_is_not_taken_for_one(app, signing, given):
    answer = signing(drawing=given)
    assert answer.status_code == 422
    assert [each for each in stored(app)[0] if each.method is SignatureMethod.TABLET] == []
    assert [each for each in stored(app)[1] if each.place == "signature"] == []


def test_a_family_agreement_keeps_no_drawing_at_all(app, settings, signing):
    """PRI-15: the drawing of a paper that takes no electronic signature is not even written to the disk."""
    with app.extensions["stores"].cases.writing() as session:
        session.get_one(CaseFile, signing.case_id).kind_code = "marriage_family"
    answer = signing(paper="oral_agreement")
    assert answer.status_code == 422
    assert "电子签名法第三条" in answer.text
    folder = settings.instance_directory / "attachments"
    assert not folder.exists() or not [path for path in folder.rglob("*") if path.is_file()]


def test_a_signature_on_paper_keeps_no_drawing_and_a_draft_keeps_none_either(app, mediator, signing):
    assert signing(method="ink").status_code == 303
    assert [each for each in stored(app)[1] if each.place == "signature"] == []
    address = f"/cases/{signing.case_id}/acts/sign"
    assert (
        mediator.post(f"{address}/draft", data={"place": "示例室", "drawing": drawing()}).status_code == 204
    )
    assert "data:image/png" not in mediator.get(address).text


@pytest.mark.browser
def test_a_finger_writes_on_the_pad_and_paper_stays_the_way_without_scripts(app, mediator, signing, new_page):  # noqa: F811
    page = new_page("kiosk")
    cookie = {
        "name": "session",
        "value": mediator.get_cookie("session").value,
        "domain": "127.0.0.1",
        "path": "/",
    }
    page.context.add_cookies([cookie])
    page.goto(f"/cases/{signing.case_id}/acts/sign")
    pad = page.locator("canvas.drawing-pad")
    assert not pad.is_visible()
    page.get_by_label("在平板上手写").check()
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(box["x"] + 40 + 30 * step, box["y"] + 60 + 40 * (step % 2))
    page.mouse.up()
    page.locator("#field-paper").select_option("session")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url(f"**/cases/{signing.case_id}")
    assert [each.place for each in stored(app)[1] if each.place == "signature"] == ["signature"]
    plain = new_page("phone", scripts=False)
    plain.context.add_cookies([cookie])
    plain.goto(f"/cases/{signing.case_id}/acts/sign")
    assert plain.get_by_text("这台机器不能手写").is_visible()
