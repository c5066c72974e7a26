"""``flask --app wsgi units import|export``: a look first, drafts only with --store, every format. Placeholders only."""

from __future__ import annotations

import pytest

from corpus.parallel.unit_tables import TranslationUnit, UnitStatus
from tests.assistant.sample_law import store_sample_law

TABLE = "条文,方言,文字,译文\n《示例法》第一条,bca,han,【甲】\n《示例法》第二条,bca,han,【乙】\n"


@pytest.fixture
def run(app, tmp_path):
    """``run("import", "译文.csv", …)`` in a folder with that table."""
    store_sample_law(app.extensions["stores"].collection)
    (tmp_path / "译文.csv").write_text(TABLE, encoding="utf-8")

    def invoke(verb: str, name: str, *options: str):  # type: ignore[no-untyped-def]
        return app.test_cli_runner().invoke(args=["units", verb, str(tmp_path / name), *options])

    return invoke


def stored(app):  # type: ignore[no-untyped-def]
    with app.extensions["stores"].collection.reading() as session:
        rows = session.query(TranslationUnit).order_by(TranslationUnit.article)
        return [(row.text, row.status, row.translator) for row in rows]


def test_a_file_is_only_looked_at_until_storing_is_asked_for(app, run):
    looked = run("import", "译文.csv")
    assert looked.exit_code == 0, looked.output
    assert "新的 2" in looked.output
    assert "没有保存" in looked.output
    assert stored(app) == []
    assert "--by" in run("import", "译文.csv", "--store").output
    assert stored(app) == []
    kept = run("import", "译文.csv", "--store", "--by", "示例译者")
    assert kept.exit_code == 0, kept.output
    assert stored(app) == [
        ("【甲】", UnitStatus.DRAFT, "示例译者"),
        ("【乙】", UnitStatus.DRAFT, "示例译者"),
    ]


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("出.tmx", ()),
        ("出.xlf", ()),
        ("出.xlf", ("--xliff-2", "--variety", "bca", "--script", "han")),
        ("出.xlsx", ("--statute", "示例法")),
    ],
)
def test_what_goes_out_comes_back_the_same(run, name, options):
    run("import", "译文.csv", "--store", "--by", "示例译者")
    out = run("export", name, *options)
    assert out.exit_code == 0, out.output
    assert "已写出 2 条" in out.output
    back = run("import", name)
    assert back.exit_code == 0, back.output
    assert "一样 2" in back.output


def test_refusals_name_the_line_and_the_remedy(app, run, tmp_path):
    (tmp_path / "坏.csv").write_text(TABLE + "《没有的法》第九条,bca,han,【丙】\n", encoding="utf-8")
    (tmp_path / "坏.xlsx").write_bytes(b"no workbook")
    (tmp_path / "坏.pdf").write_bytes(b"%PDF")
    refused = run("import", "坏.csv", "--store", "--by", "示例译者")
    assert refused.exit_code == 1
    assert "第4行" in refused.output
    assert stored(app) == []
    for name in ("坏.xlsx", "坏.pdf"):
        assert run("import", name).exit_code == 1
    assert run("export", "出.pdf").exit_code == 1
    assert run("export", "出.tmx", "--xliff-2").exit_code == 1
    run("import", "译文.csv", "--store", "--by", "示例译者")
    (tmp_path / "另.csv").write_text(
        "条文,方言,文字,译文\n《示例法》第一条,bfs,han,【丁】\n", encoding="utf-8"
    )
    run("import", "另.csv", "--store", "--by", "示例译者")
    mixed = run("export", "出.xlf", "--xliff-2")
    assert mixed.exit_code == 1
    assert "只能有一种方言和文字" in mixed.output
