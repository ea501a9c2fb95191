"""As much English as the builder needs: forms of verbs, and a key by which two spellings of a phrase are the same."""

import re

FUNCTION_WORDS = set("a an the of in on at by to for with from and or as its their this that be is are into about etc other such".split())

IRREGULAR = {
    "be": "being been", "bend": "bent", "bind": "bound", "breed": "bred", "bring": "brought", "build": "built", "buy": "bought",
    "choose": "chose chosen", "cut": "cut", "deal": "dealt", "do": "did done", "draw": "drew drawn", "drive": "drove driven",
    "feed": "fed", "find": "found", "give": "gave given", "grow": "grew grown", "have": "had", "hold": "held", "keep": "kept",
    "lay": "laid", "lead": "led", "make": "made", "meet": "met", "oversee": "oversaw overseen", "pay": "paid", "put": "put",
    "read": "read", "ride": "rode ridden", "run": "ran", "sell": "sold", "send": "sent", "set": "set", "sew": "sewed sewn",
    "show": "showed shown", "sing": "sang sung", "speak": "spoke spoken", "spin": "spun", "take": "took taken", "teach": "taught",
    "think": "thought", "understand": "understood", "undertake": "undertook undertaken", "uphold": "upheld", "wind": "wound",
    "write": "wrote written", "rewrite": "rewrote rewritten", "withstand": "withstood", "shoot": "shot",
}
DOUBLING = set("plan run cut set get ship stop trim strip map tap wrap dip mix_ transfer refer transmit submit commit permit control patrol "
               "format_ equip swim spin knit fit scan tan tag log drag pat plot prep program rip rub shop sit skim stun wed whip "
               "install_ fulfil label_ model_ travel_ counsel_ stir grip dig drop flip chop clap put let".split())

VERBS = {}
FORMS = {}


def learn_verbs(words):
    for verb in words:
        verb = verb.lower()
        if verb in VERBS or not verb.isalpha() or verb in FUNCTION_WORDS or verb.endswith("ing"):
            continue
        VERBS[verb] = forms_of(verb)
        for form in [verb, *VERBS[verb]]:
            FORMS.setdefault(form, verb)


def forms_of(verb):
    if verb.endswith("ie"):
        ing, past = verb[:-2] + "ying", verb + "d"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        ing, past = verb[:-1] + "ing", verb + "d"
    elif verb in DOUBLING:
        ing, past = verb + verb[-1] + "ing", verb + verb[-1] + "ed"
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        ing, past = verb + "ing", verb[:-1] + "ied"
    else:
        ing, past = verb + "ing", verb + ("d" if verb.endswith("e") else "ed")
    forms = [ing, *(IRREGULAR[verb].split() if verb in IRREGULAR else [past])]
    return [form for form in dict.fromkeys(forms) if form != verb]


def verb_of(word):
    return FORMS.get(word.lower())


def is_function_word(word):
    return word.lower() in FUNCTION_WORDS


def stem(word):
    word = word.lower()
    word = FORMS.get(word, word)
    return re.sub(r"(ies|es|s|y|e)$", "", word)[:6]


def key(phrase):
    """The same for spellings that the finder cannot tell apart, or nearly so."""
    words = re.findall(r"\.?[^\W_]+[+#]*|&", phrase.lower())
    words = ["and" if word == "&" else singular(word) for word in words]
    if len(words) > 1:
        words[0] = FORMS.get(words[0], words[0])
    return " ".join(words)


def singular(word):
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-1]
