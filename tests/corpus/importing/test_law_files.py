"""Statutes from Markdown, DOCX and tables; files that are broken say where and how to mend them."""

import io
import time
import zipfile
from datetime import date

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook

from assistant.cli.collection import import_versions, read_paths
from corpus.importing.archive_guard import ArchiveRefused, check_archive
from corpus.importing.law_docx import read_docx
from corpus.importing.law_import import Change
from corpus.importing.markdown import read_markdown
from corpus.importing.statute_text import ImportProblem
from corpus.importing.tabular import read_table
from corpus.law.models import StatuteKind
from corpus.law.queries import statutes, versions_of
from tests.corpus.in_this_process import in_this_process  # noqa: F401 - for the whole module
from tests.shared_data import law_database, shared_data

TEXT = """# 中华人民共和国示例法

2020年5月28日 示例会议通过

<!-- INFO END -->

## 第一章 总则

第一条 为了做示例，制定本法。

第二条 示例有两款。

这是第二款。

## 第二章 附则

### 第一节 施行

第三条 本法自2021年1月1日起施行。《中华人民共和国旧例法》同时废止。
"""


@pytest.fixture
def markdown(tmp_path):
    def write(text=TEXT, name="示例法(2020-05-28).md", encoding="utf-8"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def test_markdown_gives_days_headings_paragraphs_and_what_it_repeals(markdown):
    version = read_markdown(markdown())
    assert (version.short_name, version.kind) == ("示例法", StatuteKind.LAW)
    assert (version.published_on, version.effective_on) == (date(2020, 5, 28), date(2021, 1, 1))
    assert [article.number for article in version.articles] == [1, 2, 3]
    assert version.articles[1].text == "示例有两款。\n这是第二款。"
    assert version.articles[2].heading_path == ("第二章 附则", "第一节 施行")
    assert version.repeals == ("旧例法",)


def test_a_file_in_the_common_chinese_encoding_is_read_as_well(markdown):
    assert read_markdown(markdown(encoding="gb18030")).articles[0].text == "为了做示例，制定本法。"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("<!-- INFO END -->", ""), "INFO END"),
        (lambda text: text.replace("第二条", "第一条"), "出现了两次"),
        (lambda text: text.replace("第二条", "第九条"), "中间缺条"),
        (lambda text: text.split("第一条")[0], "没有找到"),
        (lambda text: "", "空的"),
        (
            lambda text: text.replace(
                "第三条 本法自2021年1月1日起施行。《中华人民共和国旧例法》同时废止。", "第三条"
            ),
            "没有内容",
        ),
    ],
)
def test_a_faulty_file_is_named_with_the_remedy(markdown, change, says):
    with pytest.raises(ImportProblem, match=says) as problem:
        read_markdown(markdown(change(TEXT)))
    assert "示例法(2020-05-28).md" in str(problem.value)


def law_docx(path, *, contents=True):
    document = Document()
    document.add_paragraph("中华人民共和国示例法")
    document.add_paragraph("（2020年5月28日示例会议通过　自2021年1月1日起施行）")
    if contents:
        for line in ("目　　录", "第一章　总则", "第二章　附则"):
            document.add_paragraph(line)
    for line in (
        "第一章　总则",
        "第一条　为了做示例，制定本法。",
        "第二条　示例有两款。",
        "这是第二款。",
        "第二章　附则",
        "第三条　本法自2021年1月1日起施行。",
    ):
        document.add_paragraph(line)
    document.save(path)
    return path


@pytest.mark.parametrize("contents", [True, False])
def test_docx_of_the_national_database_gives_the_same_as_markdown(tmp_path, markdown, contents):
    from_docx = read_docx(law_docx(tmp_path / "示例法.docx", contents=contents))
    assert (from_docx.published_on, from_docx.effective_on) == (date(2020, 5, 28), date(2021, 1, 1))
    assert [article.text for article in from_docx.articles][:2] == [
        article.text for article in read_markdown(markdown()).articles
    ][:2]
    assert [article.heading_path for article in from_docx.articles] == [
        ("第一章 总则",),
        ("第一章 总则",),
        ("第二章 附则",),
    ]


def test_a_broken_docx_is_refused_with_the_remedy(tmp_path):
    path = law_docx(tmp_path / "半个.docx")
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(ImportProblem, match=r"半个.docx.*另存"):
        read_docx(path)


def zip_of(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not a zip", "损坏"),
        (zip_of(**{"a.xml": b"<a>" + b"0" * 60_000_000}), "展开后超过"),
        (zip_of(**{"a.bin": b"0" * 60_000_000}), "展开后超过"),
        (zip_of(**{"a.xml": b"<!--" + b" " * 40_000_000}), "不是完好的 XML"),
        (zip_of(**{"a.xml": b"<a b='" + b" " * 40_000_000}), "不是完好的 XML"),
        (zip_of(**{"a.xml": b"0" * 40_000_000}), "不是完好的 XML"),
        (zip_of(**{"a.xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "实体"),
        (zip_of(**{"a.xml": b"<!--" + b" " * 200_000 + b"--><!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "实体"),
        (zip_of(**{"a.xml": "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'b'><a/>".encode("utf-16")}), "实体"),
        (zip_of(**{"a.xml": "\ufeff<!DOCTYPE a SYSTEM 'b'><a/>".encode("utf-16-be")}), "实体"),
        (zip_of(**{"part.bin": b"<?xml version='1.0'?><!DOCTYPE a SYSTEM 'b'><a/>"}), "实体"),
        (zip_of(**{"a.xml": b"<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>"}), "不是完好的 XML"),
        (zip_of(**{"..__..__etc__passwd": b"x"}), "越出"),
        (zip_of(**{"word__vbaProject.bin": b"x"}), "宏"),
        (zip_of(**{f"m{number}": b"" for number in range(2500)}), "部件"),
        (zip_of(**{"a.bin": b"\0" * 30_000_000}), "压缩比"),
    ],
)
def test_a_hostile_archive_is_refused_before_it_is_parsed(content, says):
    """UPL-01, UPL-03, UPL-10: refused, and none of them costs the guard itself more than a moment of the processor."""
    began = time.process_time()
    with pytest.raises(ArchiveRefused, match=says):
        check_archive(content)
    assert time.process_time() - began < 6  # an unbounded search for its end took 28 s


HEADER = ["法规名称", "公布日期", "施行日期", "条号", "章节", "正文"]
ROWS = [
    ["中华人民共和国示例法", "2020-05-28", "2021-01-01", "1", "第一章 总则", "为了做示例。"],
    ["中华人民共和国示例法", "2020年5月28日", "2021/1/1", "第二条", "第一章 总则", "第二。"],
    ["中华人民共和国示例法", "2020-05-28", "2021-01-01", "2条之一", "第一章 总则", "插入的。"],
]


def table(path, rows=ROWS, header=HEADER):
    if path.suffix == ".xlsx":
        book = Workbook()
        for row in [header, *rows]:
            book.active.append(row)
        book.save(path)
    else:
        path.write_text("\n".join(",".join(row) for row in [header, *rows]), encoding="gb18030")
    return path


@pytest.mark.parametrize("name", ["表.csv", "表.xlsx"])
def test_tables_bring_one_article_a_row(tmp_path, name):
    (version,) = read_table(table(tmp_path / name))
    assert [(article.number, article.suffix) for article in version.articles] == [(1, 0), (2, 0), (2, 1)]
    assert version.effective_on == date(2021, 1, 1)


@pytest.mark.parametrize(
    ("rows", "header", "says"),
    [
        (ROWS, ["法规名称", "公布日期"], "缺少栏目"),
        ([["", *ROWS[0][1:]]], HEADER, "第 2 行.*法规名称"),
        ([[*ROWS[0][:2], "明天", *ROWS[0][3:]]], HEADER, "第 2 行.*不是日期"),
        ([[*ROWS[0][:3], "末条", *ROWS[0][4:]]], HEADER, "条号"),
        ([ROWS[0], ROWS[0]], HEADER, "出现了两次"),
        ([], HEADER, "没有一行"),
    ],
)
def test_a_faulty_table_names_row_and_remedy(tmp_path, rows, header, says):
    with pytest.raises(ImportProblem, match=says):
        read_table(table(tmp_path / "表.csv", rows, header))


def test_one_faulty_file_of_many_imports_nothing(tmp_path, collection_store, markdown):
    markdown()
    (tmp_path / "坏.md").write_text("# 坏\n", encoding="utf-8")
    with pytest.raises(ImportProblem, match=r"坏.md"):
        import_versions(collection_store, read_paths([tmp_path]))
    with collection_store.reading() as session:
        assert statutes(session, on=date(2026, 1, 1)) == []


def test_a_dry_run_shows_the_change_and_writes_nothing(collection_store, markdown):
    report = import_versions(collection_store, read_paths([markdown()]), dry_run=True)
    assert report.count(Change.NEW_STATUTE) == 1
    with collection_store.reading() as session:
        assert statutes(session, on=date(2026, 1, 1)) == []


def test_all_official_texts_of_the_research_data_come_in(collection_store):
    folder = shared_data("laws")
    whole = [
        path for path in folder.rglob("*.md") if path.name != "README.md" and path.parent.name != "民法典"
    ]
    report = import_versions(collection_store, read_paths(whole))
    assert len(report.planned) == len(whole) == 39
    with collection_store.reading() as session:
        women = versions_of(session, statute="妇女权益保障法")
        assert [each.effective_on for each in women] == [date(2018, 10, 26), date(2023, 1, 1)]
        assert women[0].repealed_on == date(2023, 1, 1)
        procedure = versions_of(session, statute="民事诉讼法")
        assert [each.effective_on for each in procedure] == [date(2022, 1, 1), date(2024, 1, 1)]


def test_one_book_of_a_code_needs_the_whole_code_first(collection_store):
    path = shared_data("laws", "民法典", "继承编.md")
    with pytest.raises(ImportProblem, match="先导入全文"):
        import_versions(collection_store, read_paths([path]))


def test_a_dry_run_names_the_articles_that_a_changed_text_would_drop(collection_store, tmp_path):
    first = tmp_path / "first"
    first.mkdir()
    (first / "示例法.md").write_text(TEXT, encoding="utf-8")
    import_versions(collection_store, read_paths([first]))
    shorter = TEXT.replace("第二条 示例有两款。\n\n这是第二款。\n\n", "").replace("第三条", "第二条")
    (first / "示例法.md").write_text(shorter, encoding="utf-8")
    report = import_versions(collection_store, read_paths([first]), dry_run=True)
    assert [(each.change, each.removed) for each in report.planned] == [(Change.CHANGED, ("第3条",))]


def test_an_article_that_stands_twice_is_refused_with_file_and_lines(tmp_path):
    path = tmp_path / "示例法.md"
    path.write_text(TEXT.replace("第三条", "第二条"), encoding="utf-8")
    with pytest.raises(ImportProblem, match=r"示例法.md.*第2条出现了两次（第 11 行和第 19 行）"):
        read_markdown(path)


def test_the_command_line_imports_every_shared_law_with_two_texts_on_one_timeline(app):
    folder = shared_data("laws")
    store = app.extensions["stores"].collection
    files = [path for path in folder.rglob("*.md") if path.stem.upper() != "README"]
    import_versions(store, read_paths([law_database()]))
    runner = app.test_cli_runner()
    dry = runner.invoke(args=["collection", "import", "--dry-run", str(folder)])
    assert dry.exit_code == 0, dry.output
    assert "没有写入" in dry.output
    with store.reading() as session:
        assert len(versions_of(session, statute="妇女权益保障法")) == 1
    done = runner.invoke(args=["collection", "import", str(folder)])
    assert done.exit_code == 0, done.output
    assert len(files) == 42
    with store.reading() as session:
        versions = versions_of(session, statute="妇女权益保障法")
        assert len(versions) == 2
        assert [version.effective_on for version in versions] == sorted(
            version.effective_on for version in versions
        )
        ended = min(versions, key=lambda version: version.effective_on)
        latest = max(versions, key=lambda version: version.effective_on)
        assert ended.repealed_on == latest.effective_on
    again = runner.invoke(args=["collection", "import", str(folder)])
    assert "新法规 0，新文本 0，有改动 0" in again.output


def test_a_workbook_with_a_cell_in_its_last_corner_is_read_no_further_than_its_caps(tmp_path):
    """UPL-04: one cell at XFD1048576 costs no more than the rows that may be read."""
    path = table(tmp_path / "示例.xlsx")
    book = load_workbook(path)
    book.active["XFD1048576"] = "x"
    book.save(path)
    started = time.process_time()
    assert [len(each.articles) for each in read_table(path)] == [len(ROWS)]
    assert time.process_time() - started < 6  # all million rows would take minutes
