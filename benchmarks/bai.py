"""How fast written Bai is parsed: running text (words repeat) and words never seen before.

Run ``python -m benchmarks.bai``; figures are syllables a second of processor time on one core.
"""

from __future__ import annotations

import random
import sys
import time

from corpus.bai.parsing import parse_word, syllable_table
from corpus.bai.scheme import Edition

PROMISED = 200_000


def syllables_a_second(words: list[str]) -> float:
    """Parse all words as 1993 spelling; the rate in syllables a second of processor time."""
    started = time.process_time()
    count = sum(len(parse_word(word, Edition.SCHEME_1993)[0].syllables) for word in words)
    return count / (time.process_time() - started)


def main() -> None:
    """Print both figures."""
    chooser = random.Random(1)  # noqa: S311 - a fixed sample, no secret
    pool = [syllable.text for syllable in syllable_table(Edition.SCHEME_1993).values() if syllable.initial]
    parse_word(pool[0], Edition.SCHEME_1993)
    # the best of several rounds: other work on the machine only ever makes one slower
    rounds = [["".join(chooser.choices(pool, k=2)) for _word in range(10_000)] for _round in range(10)]
    fresh = max(syllables_a_second(words) for words in rounds)
    running = syllables_a_second(chooser.choices(rounds[-1][:5_000], k=200_000))
    met = "met" if fresh >= PROMISED else "NOT MET"
    sys.stdout.write(f"words never seen: {fresh:,.0f} syllables/s (>= {PROMISED:,}: {met})\n")
    sys.stdout.write(f"running text: {running:,.0f} syllables/s\n")


if __name__ == "__main__":
    main()
