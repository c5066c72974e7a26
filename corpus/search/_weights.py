"""BM25 weights compiled once from Whoosh's own postings, so that a question costs additions only.

One sparse matrix a field in compressed columns (``scipy.sparse.csc_array`` at build time): column =
term, row = article. Terms are kept as sorted 64-bit hashes beside the column pointers, so that the
whole table is memory-mapped and shared by all workers instead of living in a dictionary of each.

BM25: Robertson & Zaragoza, The Probabilistic Relevance Framework (2009), formula 3.15.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

FIELDS = ("body", "pairs", "title")
K1 = 1.2
B = {"body": 0.6, "pairs": 0.6, "title": 0.3}


@lru_cache(maxsize=20_000)
def term_hash(term: str) -> int:
    """The 64-bit name of a term in the compiled table."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True)
class FieldWeights:
    """The compiled BM25 weights of one field over ``size`` articles."""

    hashes: npt.NDArray[np.uint64]
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    values: Floats
    idf: Floats
    size: int

    def column(self, term: str) -> int:
        """The column of a term, or -1."""
        return self.columns((term,))[0]

    def columns(self, terms: Sequence[str]) -> list[int]:
        """The column of each term, or -1, looked up together: one call instead of one a term."""
        wanted = np.fromiter((term_hash(term) for term in terms), np.uint64, len(terms))
        places = self.hashes.searchsorted(wanted)
        known = self.hashes.take(places, mode="clip") == wanted if len(self.hashes) else places < 0
        return np.where(known, places, -1).tolist()  # type: ignore[no-any-return]

    def score(self, terms: Mapping[str, float]) -> tuple[Floats, float]:
        """Scores of all articles for weighted terms, and the sum of weight × idf asked for."""
        scores = np.zeros(self.size, dtype=np.float32)
        asked = 0.0
        if not terms:
            return scores, asked
        for column, weight in zip(self.columns(list(terms)), terms.values(), strict=True):
            if column < 0:
                continue
            start, end = self.starts[column], self.starts[column + 1]
            values = self.values[start:end]
            # a term stands once in a row, so that a plain sum at these rows is right
            scores[self.rows[start:end]] += values if weight == 1.0 else np.float32(weight) * values
            asked += weight * float(self.idf[column])
        return scores, asked

    def inverse_frequency(self, term: str) -> float:
        """How telling a term is (BM25's idf); 0 for a term no article has."""
        column = self.column(term)
        return float(self.idf[column]) if column >= 0 else 0.0


def _postings(
    reader: Any, field: str
) -> tuple[list[str], npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    terms: list[str] = []
    lengths: list[int] = []
    rows: list[int] = []
    frequencies: list[float] = []
    for name in reader.lexicon(field):
        matcher = reader.postings(field, name)
        before = len(rows)
        while matcher.is_active():
            rows.append(matcher.id())
            frequencies.append(matcher.weight())
            matcher.next()
        terms.append(name.decode("utf-8"))
        lengths.append(len(rows) - before)
    return terms, np.asarray(lengths), np.asarray(rows, np.int32), np.asarray(frequencies, np.float32)


def compile_postings(reader: Any, field: str, size: int) -> dict[str, npt.NDArray[Any]]:
    """Turn one Whoosh field's postings into the arrays of :class:`FieldWeights`."""
    terms, lengths, rows, frequencies = _postings(reader, field)
    return _compile(
        terms,
        columns=np.repeat(np.arange(len(terms)), lengths),
        rows=rows,
        frequencies=frequencies,
        length_share=B[field],
        size=size,
    )


def compile_texts(
    texts: Sequence[str], terms_of: Callable[[str], Iterable[str]], field: str
) -> dict[str, npt.NDArray[Any]]:
    """The same for terms that need no postings of their own (character pairs), from the texts."""
    columns_of: dict[str, int] = {}
    columns, rows, frequencies = array("i"), array("i"), array("f")
    for row, text in enumerate(texts):
        for term, count in Counter(terms_of(text)).items():
            columns.append(columns_of.setdefault(term, len(columns_of)))
            rows.append(row)
            frequencies.append(count)
    return _compile(
        list(columns_of),
        columns=np.asarray(columns, np.int64),
        rows=np.asarray(rows, np.int32),
        frequencies=np.asarray(frequencies, np.float32),
        length_share=B[field],
        size=len(texts),
    )


def _compile(
    terms: list[str],
    *,
    columns: npt.NDArray[Any],
    rows: npt.NDArray[Any],
    frequencies: npt.NDArray[Any],
    length_share: float,
    size: int,
) -> dict[str, npt.NDArray[Any]]:
    """BM25 of every posting, in columns sorted by the hash of their term.

    Raises ValueError if two terms share a hash (never seen; the build would stop rather than mix them).
    """
    from scipy import sparse

    hashes = np.asarray([term_hash(term) for term in terms], dtype=np.uint64)
    if len(np.unique(hashes)) != len(hashes):
        raise ValueError("two terms share a hash")
    order = np.argsort(hashes)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    lengths = np.bincount(columns, minlength=len(terms))
    counts = np.bincount(rows, weights=frequencies, minlength=size)
    average = float(counts.mean()) or 1.0
    idf = np.log1p((size - lengths + 0.5) / (lengths + 0.5)).astype(np.float32)
    share = 1 - length_share + length_share * counts[rows] / average
    values = idf[columns] * frequencies * (K1 + 1) / (frequencies + K1 * share)
    matrix = sparse.csc_array(
        (values.astype(np.float32), (rows, place[columns])), shape=(size, len(terms)), dtype=np.float32
    )
    return {
        "hashes": hashes[order],
        "starts": matrix.indptr.astype(np.int64),
        "rows": matrix.indices.astype(np.int32),
        "values": matrix.data,
        "idf": idf[order],
    }


def save(directory: Path, field: str, arrays: Mapping[str, npt.NDArray[Any]]) -> Iterable[Path]:
    """Write one ``.npy`` an array; returns the files."""
    files = []
    for name, values in arrays.items():
        file = directory / f"{field}-{name}.npy"
        np.save(file, values, allow_pickle=False)
        files.append(file)
    return files


def load(directory: Path, field: str, size: int) -> FieldWeights:
    """Map the arrays of one field into memory, read-only."""
    names = ("hashes", "starts", "rows", "values", "idf")
    arrays = {
        name: np.load(directory / f"{field}-{name}.npy", mmap_mode="r", allow_pickle=False) for name in names
    }
    # np.asarray drops the memmap class (slow to slice) and keeps the mapping
    return FieldWeights(size=size, **{name: np.asarray(array) for name, array in arrays.items()})
