"""A tiny invented collection for the pages: no real statute's words."""

from __future__ import annotations

from datetime import date

from corpus.database import Store
from corpus.law.models import Article, Statute, StatuteKind, StatuteVersion
from corpus.law.state import renew_fingerprint

NAME = "中华人民共和国示例法"


def store_sample_law(store: Store) -> None:
    """示例法 with two versions: article 2 was changed, article 3 is new."""
    statute = Statute(name=NAME, short_name="示例法", kind=StatuteKind.LAW)
    old = StatuteVersion(
        published_on=date(2010, 1, 1),
        effective_on=date(2010, 6, 1),
        repealed_on=date(2020, 1, 1),
        replaced_by="示例法",
        source="测试",
        fingerprint="a" * 64,
    )
    new = StatuteVersion(
        published_on=date(2019, 10, 1),
        effective_on=date(2020, 1, 1),
        source="测试",
        fingerprint="b" * 64,
        doubt="这个日期有疑问，示例。",
    )
    old.articles = [
        Article(number=1, heading_path=["第一章 总则"], text="样例文字甲，讲鸡鸭。", position=1),
        Article(number=2, heading_path=["第一章 总则"], text="样例文字乙，讲水渠三天。", position=2),
    ]
    new.articles = [
        Article(number=1, heading_path=["第一章 总则"], text="样例文字甲，讲鸡鸭。", position=1),
        Article(number=2, heading_path=["第一章 总则"], text="样例文字乙，讲水渠五天。", position=2),
        Article(
            number=2, suffix=1, heading_path=["第二章 <b>附则</b>"], text="样例文字丙。\n第二段。", position=3
        ),
    ]
    statute.versions = [old, new]
    with store.writing() as session:
        session.add(statute)
        session.flush()
        renew_fingerprint(session)
