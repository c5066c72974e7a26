"""The engines the search is measured against: SQLite FTS5 and Tantivy, both fed jieba's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from corpus.search import _analysis
from corpus.search.documents import IndexedArticle

DEPTH = 100


class Peer(Protocol):
    """Something that ranks article rows for a question."""

    name: str

    def rank(self, question: str) -> list[int]:
        """The best rows, best first."""


class SqliteFts5:
    """FTS5 with bm25 over statute name, headings and text, one OR query."""

    name = "SQLite FTS5 + jieba"

    def __init__(self, articles: Sequence[IndexedArticle], folder: Path) -> None:
        self._connection = sqlite3.connect(folder / "fts.sqlite3")
        self._connection.execute("CREATE VIRTUAL TABLE articles USING fts5(title, body)")
        self._connection.executemany(
            "INSERT INTO articles (rowid, title, body) VALUES (?, ?, ?)",
            (
                (
                    row,
                    " ".join(_analysis.words(f"{article.short_name} {article.headings}")),
                    " ".join(_analysis.words(article.text)),
                )
                for row, article in enumerate(articles)
            ),
        )
        self._connection.commit()

    def rank(self, question: str) -> list[int]:
        """The best rows by bm25."""
        words = dict.fromkeys(_analysis.words(question))
        if not words:
            return []
        query = " OR ".join(f'"{word}"' for word in words)
        found = self._connection.execute(
            "SELECT rowid FROM articles WHERE articles MATCH ? ORDER BY bm25(articles) LIMIT ?",
            (query, DEPTH),
        )
        return [row for (row,) in found]


class Tantivy:
    """Tantivy (Rust) with its own BM25, one OR query."""

    name = "Tantivy + jieba"

    def __init__(self, articles: Sequence[IndexedArticle], folder: Path) -> None:
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("row", stored=True)
        for field in ("title", "body"):
            builder.add_text_field(field, tokenizer_name="whitespace")
        self._schema = builder.build()
        (folder / "tantivy").mkdir()
        index = tantivy.Index(self._schema, path=str(folder / "tantivy"))
        writer = index.writer(heap_size=64_000_000, num_threads=1)
        for row, article in enumerate(articles):
            document = tantivy.Document()
            document.add_unsigned("row", row)
            document.add_text("title", " ".join(_analysis.words(f"{article.short_name} {article.headings}")))
            document.add_text("body", " ".join(_analysis.words(article.text)))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def rank(self, question: str) -> list[int]:
        """The best rows by Tantivy's score."""
        query = self._tantivy.Query
        occur = self._tantivy.Occur
        clauses = [
            (occur.Should, query.term_query(self._schema, field, word))
            for word in dict.fromkeys(_analysis.words(question))
            for field in ("title", "body")
        ]
        if not clauses:
            return []
        hits = self._searcher.search(query.boolean_query(clauses), DEPTH).hits
        return [self._searcher.doc(address)["row"][0] for _score, address in hits]
