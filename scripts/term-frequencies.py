#!/usr/bin/env python3
"""Counts in how many sentences of job ads each stem occurs, and prints the table that weighs words by their rarity
(shared/src/matching/term_frequencies.tsv): term-frequencies.py FILE...

A file is NDJSON with a `text` a line, such as the sentences of SkillSpan and Green et al. 2022 (see shared/src/matching/NOTICE).
Only counts go into the table. A stem in fewer than three sentences stays out: it is as rare as one that never occurred."""

import collections
import json
import pathlib
import re
import sys
import unicodedata

LEAST_SENTENCES = 3
# As `stem` in shared/src/matching/lexical.rs.
STEM_LETTERS = 6

STOP_WORDS = pathlib.Path(__file__).parent.parent / "shared/src/matching/stop_words.txt"


def words(text):
    folded = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", folded)


def main(files):
    if not files:
        sys.exit(__doc__)
    stop_stems = {word[:STEM_LETTERS] for word in words(STOP_WORDS.read_text())}
    sentences, counts = 0, collections.Counter()
    for file in files:
        for line in open(file, encoding="utf-8"):
            sentences += 1
            stems = {word[:STEM_LETTERS] for word in words(json.loads(line)["text"]) if len(word) > 1 and not word.isdigit()}
            counts.update(stems - stop_stems)
    print("# In how many sentences of job ads each stem occurs: written by scripts/term-frequencies.py; sources in NOTICE.")
    print(f"sentences\t{sentences}")
    for stem, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        if count >= LEAST_SENTENCES:
            print(f"{stem}\t{count}")


main(sys.argv[1:])
