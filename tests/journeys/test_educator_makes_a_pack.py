"""An educator goes from an empty page to a campaign pack; what comes out is opened by other people's programmes."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant import jobs
from tests.assistant.sample_law import store_sample_law
from tests.journeys.conftest import Actor

pytestmark = pytest.mark.browser
EPUBCHECK = Path("/usr/bin/epubcheck")
STANZA = "邻里好比一家亲，\n有话好说莫伤心，\n一句好话暖三春，\n和气值千金。"


@dataclass
class Educator(Actor):
    """Somebody of the 普法 team with the studio open."""

    def writes(self, **fields: str):  # type: ignore[no-untyped-def]
        """Fill in boxes by their names."""
        for name, text in fields.items():
            box = self.page.locator(f'main [name="{name}"]')  # type: ignore[attr-defined]
            if box.evaluate("e => e.tagName") == "SELECT":
                box.select_option(text)
            else:
                box.fill(text)
        return self

    def presses(self, label: str):  # type: ignore[no-untyped-def]
        """Press a button and wait for the page that follows."""
        with self.page.expect_navigation():  # type: ignore[attr-defined]
            self.page.get_by_role("button", name=label, exact=True).first.click()  # type: ignore[attr-defined]
        return self

    def follows(self, label: str):  # type: ignore[no-untyped-def]
        """Follow a link."""
        with self.page.expect_navigation():  # type: ignore[attr-defined]
            self.page.get_by_role("link", name=label).first.click()  # type: ignore[attr-defined]
        return self

    def takes(self, name: str, folder: Path) -> Path:
        """Download a finished file."""
        with self.page.expect_download() as waiting:  # type: ignore[attr-defined]
            self.page.locator(f"a[href$='{name}']").click()  # type: ignore[attr-defined]
        waiting.value.save_as(folder / name)
        return folder / name


@pytest.fixture
def person(app, new_page, signed_in, live_server):  # type: ignore[no-untyped-def]
    """``person("educator", "phone")``: somebody signed in, in front of a page."""
    store_sample_law(app.extensions["stores"].collection)

    def sit_down(role: str, size: str = "desktop", **options) -> Educator:  # type: ignore[no-untyped-def]
        token = signed_in(role).get_cookie("session").value
        page = new_page(size, **options)
        page.context.add_cookies([{"name": "session", "value": token, "url": live_server}])
        return Educator(page)

    return sit_down


def write_a_material(educator: Educator, title: str) -> str:
    """The address of a new material."""
    educator.opens("/outreach/new").writes(
        title=title,
        topic="neighbours",
        lines="先看约定\n再找村里",
        points="水渠谁来修？\n先看大家怎么约定的。",
        script="乡亲们，修水渠先看约定。",
        articles="《示例法》第二条",
        author="示例宣传员",
        rights="可以自由复印散发",
    )
    educator.presses("保存")
    return "/" + educator.page.url.split("/", 3)[3]  # type: ignore[attr-defined]


def test_from_an_empty_page_to_a_campaign_pack(app, person, tmp_path):
    educator, jurist, reviewer = person("educator"), person("jurist"), person("reviewer")
    educator.opens("/outreach/").sees("还没有材料").follows("写一个材料")
    page = educator.page
    page.locator('[name="title"]').press_sequentially("水渠的事，先看约定")
    page.locator("#preview img").first.wait_for()
    assert page.locator("#preview img").first.evaluate(
        "e => e.complete || new Promise(r => e.onload = () => r(true))"
    )
    address = write_a_material(educator, "水渠的事，先看约定")

    educator.follows("写唱词")
    page.locator('[name="chinese-1.1"]').fill(STANZA.replace("和气值千金", "和气最值万两"))
    educator.sees("第 4 句有 6 个音节")
    page.locator('[name="chinese-1.1"]').fill(STANZA)
    educator.sees("字数和押韵都合这个格式").writes(**{"school-1": "南腔", "beat-1": "平板"}).presses("保存")
    educator.sees("唱　腔：南腔　板：平板")

    jurist.opens(address).presses("法律审核通过")
    reviewer.opens(address).presses("语言审校通过")
    educator.opens(address).presses("发布").sees("已发布").presses("撤回")
    educator.presses("撤销").sees("已发布")

    write_a_material(educator, "另一个材料")
    educator.opens("/outreach/pack").writes(title="三月街")
    rows = page.locator("[data-sortable] li")
    first = rows.first.inner_text()
    rows.first.get_by_role("button").last.click()
    assert rows.first.inner_text() != first
    page.get_by_role("button", name="撤销排序").click()
    assert rows.first.inner_text() == first
    rows.first.drag_to(rows.last, target_position={"x": 20, "y": rows.last.bounding_box()["height"] - 2})
    assert rows.last.inner_text() == first
    for key in ("pptx", "epub"):
        page.locator(f'[name="forms"][value="{key}"]').check()
    educator.presses("做材料包")
    with app.app_context():
        assert jobs.run_waiting(app) == 1
    page.locator("a[href$='pack.zip']").wait_for()
    look_into(educator.takes("pack.zip", tmp_path), tmp_path / "unpacked")


def look_into(pack: Path, folder: Path) -> None:
    """Every PDF has its fonts inside, LibreOffice opens the office files, epubcheck finds nothing."""
    with zipfile.ZipFile(pack) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    kinds = {path.suffix for path in folder.rglob("*.*")}
    assert {".pdf", ".png", ".pptx", ".docx", ".epub", ".srt", ".txt", ".json"} <= kinds
    if shutil.which("pdffonts"):
        for path in folder.rglob("*.pdf"):
            said = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout
            assert all(row.split()[-5] == "yes" for row in said.splitlines()[2:]), (path, said)
    if shutil.which("soffice"):
        office = [*folder.rglob("*.docx"), *folder.rglob("*.pptx")]
        made = folder / "office"
        for path in office:
            subprocess.run(
                ["soffice", f"-env:UserInstallation=file://{folder / 'profile'}", "--headless",
                 "--convert-to", "pdf", "--outdir", str(made / path.parent.name), str(path)],
                check=True, capture_output=True, timeout=120,
            )  # fmt: skip
        assert len(list(made.rglob("*.pdf"))) == len({(p.parent.name, p.stem) for p in office})
    if EPUBCHECK.exists() and shutil.which("java"):
        for path in folder.rglob("*.epub"):
            said = subprocess.run(
                ["java", "-jar", str(EPUBCHECK), "-w", str(path)], capture_output=True, text=True, check=False
            )
            assert said.returncode == 0, said.stdout + said.stderr


def test_a_song_book_on_a_telephone_without_scripts(app, person, tmp_path):
    """Everything works by the server alone; nothing sticks out of the screen."""
    educator = person("educator", "phone", scripts=False)
    address = write_a_material(educator, "有话好好说")
    educator.does_not_scroll_sideways().follows("写唱词").does_not_scroll_sideways()
    educator.writes(**{"chinese-1.1": STANZA}).presses("看一看").sees("人辰").does_not_scroll_sideways()
    educator.presses("加一段白").sees("第2段").writes(**{"chinese-2.1": "各位乡亲慢走。"}).presses("保存")
    educator.does_not_scroll_sideways()
    write_a_material(educator, "第二首")
    educator.opens("/outreach/pack").does_not_scroll_sideways()
    titles = educator.page.locator("[data-sortable-title]")
    before = titles.all_inner_texts()
    educator.presses(f"下移：{before[0]}")
    assert titles.all_inner_texts() == before[::-1]
    educator.presses("做成书")
    with app.app_context():
        assert jobs.run_waiting(app) == 1
    educator.page.reload()
    book = educator.takes("book.epub", tmp_path)
    with zipfile.ZipFile(book) as archive:
        assert before[1] in archive.read("OEBPS/item-0.xhtml").decode()
    assert re.search(r"/outreach/items/\d+$", address)


def test_what_was_being_written_is_there_again_after_the_browser_died(person):
    educator = person("educator")
    educator.opens("/outreach/song")
    educator.page.locator('[name="chinese-1.1"]').fill("写到一半的词")
    educator.sees("草稿已存")
    token = educator.page.context.cookies()
    educator.page.close(run_before_unload=False)
    again = Educator(educator.page.context.new_page())
    assert token
    again.opens("/outreach/song").sees("上次没有保存")
    assert again.page.locator('[name="chinese-1.1"]').input_value() == "写到一半的词"
