"""Reads the own list (own/*.txt). A section is headed `[group | kind | broader, broader | ~]`, the last two optional; `~` makes all
entries of the section related to one another. An entry is a line

    Name**: alias, alias > broader, broader ~ related, related = ESCO label; ESCO label

of which only the name is needed. A slash before an alias makes it a skill of its own, with the aliases behind it, the same broader ones
and related to the first. Asterisks tell how common it is. A name or alias may have a sign before it: `^` the case of its letters
counts, `?` it is a skill only in some contexts, `!` any case will do although it is short.
"""

import re


class Entry:
    pass


RULES = {"^": "c", "?": "x", "!": "-"}
COMMONNESS = {"skill": 0.4, "knowledge": 0.35, "tool": 0.2, "language": 0.3, "certificate": 0.2}


def slug(name):
    name = name.lower().replace("+", " plus ").replace("#", " sharp ").replace("&", " and ").lstrip(".")
    return re.sub(r"[^a-z0-9]+", "-", name).strip("-")


def split(text, sign=","):
    return [part.strip() for part in text.split(sign) if part.strip()]


def marked(phrase):
    return (phrase[1:], RULES[phrase[0]]) if phrase[0] in RULES else (phrase, None)


def read(paths):
    entries = []
    for path in paths:
        section, defaults = [], None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            line = line.strip()
            if not line or line.startswith("# "):
                continue
            if line.startswith("["):
                defaults = (line.strip("[]") + "|||").split("|")
                section = []
                continue
            first = None
            for entry in parse(line):
                entry.group, entry.kind = defaults[0].strip(), defaults[1].strip()
                entry.commonness = {0: COMMONNESS[entry.kind], 1: 0.55, 2: 0.75, 3: 1.0}[entry.stars]
                entry.broader = entry.broader or split(defaults[2])
                for other in section if defaults[3].strip() == "~" else [first] if first else []:
                    other.related.append(entry.name)
                    entry.related.append(other.name)
                first = first or entry
                section.append(entry)
                entries.append(entry)
    return entries


def parse(line):
    line, _, same_as = line.partition(" = ")
    line, _, related = line.partition(" ~ ")
    line, _, broader = line.partition(" > ")
    name, _, aliases = line.partition(": ")
    name = name.rstrip(": ")
    parts = [[name.rstrip("*")]]
    for alias in split(aliases):
        if alias.startswith("/"):
            parts.append([alias[1:]])
        else:
            parts[-1].append(alias)
    entries = []
    for phrases in parts:
        entry = Entry()
        entry.stars = len(name) - len(name.rstrip("*")) if not entries else 0
        entry.phrases = [marked(phrase) for phrase in phrases]
        entry.name = entry.phrases[0][0]
        entry.same_as = split(same_as, ";") if not entries else []
        entry.broader, entry.related = split(broader), split(related) if not entries else []
        entries.append(entry)
    return entries
