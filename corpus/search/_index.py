"""Building an index beside the old one, checking it, switching to it, and refusing a damaged one.

``instance/index/CURRENT`` names the directory of the index in use. A build writes a new directory,
syncs every file, writes a manifest with the hash of each, opens it as a check, and only then replaces
the pointer (``os.replace``): readers of the old one are not disturbed and a kill at any moment leaves
either the old or the new. At opening every file must be in the manifest with its hash *before* anything
in it is read: Whoosh keeps pickles.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np

from corpus.database import write_atomically
from corpus.search import _analysis, _names, _thesaurus, _weights
from corpus.search._semantic import VectorTable, all_vectors
from corpus.search.documents import CIVIL_CODE, IndexedArticle, fingerprint_of, vector_key

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows: one process builds
    fcntl = None  # type: ignore[assignment]

LAYOUT_VERSION = 2
POINTER = "CURRENT"
MANIFEST = "manifest.json"
OPEN_END = 4_000_000  # an ordinal after every date
Progress = Callable[[str, int, int], None]


class IndexDamaged(Exception):
    """The index is missing, incomplete, changed, or of another version; it must be rebuilt."""


def versions() -> str:
    """What an index must have been built with to be read by this program."""
    from corpus.search._schema import SCHEMA_VERSION

    data = hashlib.sha256()
    for name in ("thesaurus.tsv", "topics.tsv", "stop-words.txt"):
        file = Path(__file__).parent / "data" / name
        data.update(file.read_bytes() if file.exists() else b"")
    return f"{LAYOUT_VERSION}.{SCHEMA_VERSION}.{_analysis.ANALYSIS_VERSION}.{data.hexdigest()[:12]}"


def silent(_step: str, _done: int, _total: int) -> None:
    """No progress wanted."""


def legal_words(articles: Sequence[IndexedArticle]) -> list[str]:
    """Words jieba must know: statute names, defined terms, the thesaurus's legal terms."""
    found = {article.short_name for article in articles} | {article.law for article in articles}
    for article in articles:
        found.update(_analysis.defined_terms(article.text))
    found.update(_thesaurus.load().legal_terms)
    return sorted(word for word in found if 2 <= len(word) <= 16)


def _write_whoosh(directory: Path, articles: Sequence[IndexedArticle], progress: Progress) -> Any:
    from whoosh.filedb.filestore import FileStorage

    from corpus.search._schema import schema

    directory.mkdir()
    index = FileStorage(str(directory)).create_index(schema())
    writer = index.writer(limitmb=256)
    for number, article in enumerate(articles):
        writer.add_document(
            body=article.text,
            title=f"{article.short_name} {article.headings}",
            law=article.law,
            category=article.category,
            kind=article.kind,
            number=article.number,
            translations=",".join(article.translations),
        )
        if number % 500 == 0:
            progress("words", number, len(articles))
    writer.commit(optimize=True)
    return index


def _table_arrays(
    articles: Sequence[IndexedArticle], laws: dict[str, int]
) -> dict[str, np.ndarray[Any, Any]]:
    length = np.log(np.asarray([len(article.text) + 1 for article in articles], np.float32))
    length = (length - length.mean()) / (length.std() + 1e-6)
    return {
        "law": np.asarray([laws[article.law] for article in articles], np.int32),
        "number": np.asarray([article.number for article in articles], np.int32),
        "suffix": np.asarray([article.suffix for article in articles], np.int32),
        "effective": np.asarray(
            [article.effective_on.toordinal() if article.effective_on else 0 for article in articles],
            np.int32,
        ),
        "ended": np.asarray(
            [article.ended_on.toordinal() if article.ended_on else OPEN_END for article in articles], np.int32
        ),
        "is_statute": np.asarray(
            [article.kind in {"statute", "regulation"} for article in articles], np.bool_
        ),
        "civil_code": np.asarray([article.short_name == CIVIL_CODE for article in articles], np.bool_),
        "closing": np.asarray(
            [any(word in article.headings for word in ("法律责任", "附则")) for article in articles], np.bool_
        ),
        "length": length,
    }


def _write_articles(directory: Path, articles: Sequence[IndexedArticle]) -> None:
    offsets = [0]
    with (directory / "articles.jsonl").open("wb") as handle:
        for article in articles:
            offsets.append(offsets[-1] + handle.write(article.to_json() + b"\n"))
    np.save(directory / "offsets.npy", np.asarray(offsets, np.int64), allow_pickle=False)


def _write_vectors(directory: Path, articles: Sequence[IndexedArticle], vectors: VectorTable) -> int:
    keys = np.asarray([vector_key(article.short_name, article.text) for article in articles], np.uint64)
    matrix, known = vectors.matrix(keys)
    if known.any():
        np.save(directory / "vectors.npy", matrix, allow_pickle=False)
        np.save(directory / "vectors-known.npy", known, allow_pickle=False)
    return int(known.sum())


def build(
    base: Path,
    articles: Iterable[IndexedArticle],
    *,
    fingerprint: str,
    forwarding: Mapping[str, Sequence[str]] | None = None,
    vectors: VectorTable | None = None,
    progress: Progress = silent,
) -> Path:
    """Build, check and switch; returns the new directory.

    ``fingerprint`` names the content it was built from; ``forwarding`` the successors of articles whose
    own text is not in the collection (``婚姻法#32`` → ``民法典#1079``). ``vectors`` default to the shipped and added
    ones. Raises ValueError when there is no article at all.
    """
    listed = list(articles)
    if not listed:
        raise ValueError("no articles: import the law first")
    base.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _building(base):
        return _build(
            base,
            listed,
            fingerprint=fingerprint,
            forwarding=dict(forwarding or {}),
            vectors=vectors,
            progress=progress,
        )


@contextlib.contextmanager
def _building(base: Path) -> Iterator[None]:
    """One build at a time over all processes; a killed builder gives the lock back by dying."""
    with (base / "build.lock").open("ab") as handle:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _build(
    base: Path,
    listed: list[IndexedArticle],
    *,
    fingerprint: str,
    forwarding: dict[str, Sequence[str]],
    vectors: VectorTable | None,
    progress: Progress,
) -> Path:
    with contextlib.suppress(IndexDamaged):
        directory, manifest = open_current(base)
        if manifest["content"] == fingerprint_of(listed) and vectors is None:
            with_vector = int(manifest["with_vector"])
            if manifest["fingerprint"] == fingerprint and with_vector == _countable(listed, base):
                return directory  # another process has just built the same
    target = base / f"build-{fingerprint[:12]}-{secrets.token_hex(4)}"
    target.mkdir(mode=0o700)
    try:
        table = all_vectors(base) if vectors is None else vectors
        _fill(
            target,
            listed,
            fingerprint=fingerprint,
            forwarding=forwarding,
            vectors=table,
            progress=progress,
        )
        verify(target)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise
    switch(base, target)
    progress("done", len(listed), len(listed))
    return target


def _fill(
    target: Path,
    articles: Sequence[IndexedArticle],
    *,
    fingerprint: str,
    forwarding: dict[str, Sequence[str]],
    vectors: VectorTable,
    progress: Progress,
) -> None:
    laws = {law: number for number, law in enumerate(dict.fromkeys(article.law for article in articles))}
    vocabulary = legal_words(articles)
    _analysis.add_words(vocabulary)
    index = _write_whoosh(target / "whoosh", articles, progress)
    progress("weights", 0, 3)
    reader = index.reader()
    try:
        for number, field in enumerate(("body", "title")):
            _weights.save(target, field, _weights.compile_postings(reader, field, len(articles)))
            progress("weights", number + 1, 3)
        frequent = Counter(
            {name.decode(): reader.doc_frequency("body", name) for name in reader.lexicon("body")}
        )
    finally:
        reader.close()
        index.close()
    texts = [article.text for article in articles]
    _weights.save(target, "pairs", _weights.compile_texts(texts, _analysis.pairs, "pairs"))
    for name, array in _table_arrays(articles, laws).items():
        np.save(target / f"table-{name}.npy", array, allow_pickle=False)
    _write_articles(target, articles)
    names = _names.collect(articles, laws, frequent)
    names["vocabulary"] = vocabulary
    names["forwarding"] = {reference: list(successors) for reference, successors in forwarding.items()}
    (target / "names.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
    with_vector = _write_vectors(target, articles, vectors)
    facts = {"fingerprint": fingerprint, "content": fingerprint_of(articles)}
    _seal(target, {**facts, "articles": len(articles), "with_vector": with_vector})


def _countable(articles: Sequence[IndexedArticle], base: Path) -> int:
    keys = np.asarray([vector_key(article.short_name, article.text) for article in articles], np.uint64)
    return int(np.isin(keys, all_vectors(base).keys).sum())


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file() and path.name != MANIFEST)


def _hash(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "blake2b").hexdigest()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _seal(target: Path, facts: dict[str, Any]) -> None:
    hashes = {}
    for path in _files(target):
        _sync(path)
        hashes[path.relative_to(target).as_posix()] = _hash(path)
    for directory in [target, *(path for path in target.rglob("*") if path.is_dir())]:
        _sync(directory)
    _write(
        target / MANIFEST, json.dumps({"versions": versions(), **facts, "files": hashes}, indent=1).encode()
    )


def _write(path: Path, content: bytes) -> None:
    def write(handle: IO[bytes]) -> None:
        handle.write(content)

    write_atomically(path, write)


def verify(directory: Path) -> dict[str, Any]:
    """Check a directory against its manifest; returns the manifest. Raises IndexDamaged."""
    try:
        manifest: dict[str, Any] = json.loads((directory / MANIFEST).read_bytes())
        listed: dict[str, str] = manifest["files"]
        built_with = manifest["versions"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(f"{directory.name}: no readable manifest") from error
    if built_with != versions():
        raise IndexDamaged(f"{directory.name}: built with {built_with}, this program needs {versions()}")
    present = {path.relative_to(directory).as_posix() for path in _files(directory)}
    if present != set(listed):
        raise IndexDamaged(
            f"{directory.name}: files are missing or foreign: {sorted(present ^ set(listed))[:3]}"
        )
    for name, expected in listed.items():
        if _hash(directory / name) != expected:
            raise IndexDamaged(f"{directory.name}: {name} is not what was written")
    return manifest


def switch(base: Path, target: Path) -> None:
    """Point to a directory, then clear away all others but the one before (its readers may live)."""
    previous = current(base)
    _write(base / POINTER, target.name.encode())
    for path in base.glob("build-*"):
        if path not in {target, previous}:
            shutil.rmtree(path, ignore_errors=True)


def current(base: Path) -> Path | None:
    """The directory the pointer names, if it exists."""
    try:
        name = (base / POINTER).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    path = base / name
    return path if name.startswith("build-") and "/" not in name and path.is_dir() else None


def open_current(base: Path) -> tuple[Path, dict[str, Any]]:
    """The verified index in use. Raises IndexDamaged when there is none or it is not whole."""
    directory = current(base)
    if directory is None:
        raise IndexDamaged("no index has been built")
    return directory, verify(directory)
