//! Tells a tool with an everyday name (Go, R, Excel, Chef, Spring) from the everyday word, by its spelling and the words around.

use super::words::{Word, fold_into};

/// Words before a name that announce a tool.
const CUES_BEFORE: [&str; 32] = [
    "language",
    "languages",
    "programming",
    "microsoft",
    "ms",
    "office",
    "using",
    "proficient",
    "framework",
    "frameworks",
    "software",
    "tools",
    "technologies",
    "technology",
    "apache",
    "google",
    "adobe",
    "scripting",
    "coding",
    "stack",
    "library",
    "libraries",
    "backend",
    "frontend",
    "databases",
    "platform",
    "platforms",
    "code",
    "via",
    "packages",
    "tool",
    "like",
];

/// Words behind a name that say the same.
const CUES_AFTER: [&str; 27] = [
    "programming",
    "language",
    "developer",
    "developers",
    "development",
    "engineer",
    "engineers",
    "programmer",
    "script",
    "scripts",
    "scripting",
    "code",
    "framework",
    "library",
    "libraries",
    "studio",
    "shiny",
    "boot",
    "cookbooks",
    "recipes",
    "modules",
    "microservices",
    "routines",
    "apps",
    "packages",
    "codebase",
    "backend",
];

/// Words that head a list of tools, wherever they stand before the name in its line: "Languages: R and Go".
const LIST_HEADS: [&str; 14] = [
    "language",
    "languages",
    "programming",
    "software",
    "tool",
    "tools",
    "technologies",
    "technology",
    "frameworks",
    "stack",
    "libraries",
    "computer",
    "technical",
    "programs",
];

/// How many words before a name are looked at for the head of its list.
const LIST_HEAD_REACH: usize = 12;

/// Whether `place` is spelt as the taxonomy has it, or in capitals of at least three letters.
pub(super) fn spelling(place: &str, written: &str) -> bool {
    let letters = |text: &str| -> Vec<char> { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let (found, known) = (letters(place), letters(written));
    found.starts_with(&known) || (found.len() >= 3 && found.iter().all(|c| !c.is_lowercase()))
}

/// Whether the words on both sides, or on the only side in the line, are in capitals too, so that capitals say nothing ("MAKE IT HAPPEN").
pub(super) fn is_among_capitals(text: &str, cut: &[Word], first: usize, end: usize) -> bool {
    let in_capitals = |word: &Word| {
        let letters = &text[word.start..word.letters_end];
        letters.len() >= 2 && letters.chars().all(char::is_uppercase)
    };
    let before = (first > 0 && cut[first].joined).then(|| &cut[first - 1]);
    let after = cut.get(end).filter(|word| word.joined);
    match (before, after) {
        (None, None) => false,
        (before, after) => before.is_none_or(in_capitals) && after.is_none_or(in_capitals),
    }
}

/// Words that may follow the name of a language where the language is meant.
const AFTER_LANGUAGE: [&str; 40] = [
    "language",
    "languages",
    "speaker",
    "speakers",
    "speaking",
    "skills",
    "skill",
    "and",
    "or",
    "is",
    "as",
    "at",
    "in",
    "to",
    "on",
    "level",
    "proficiency",
    "fluency",
    "fluent",
    "fluently",
    "native",
    "both",
    "required",
    "essential",
    "preferred",
    "desirable",
    "would",
    "will",
    "with",
    "for",
    "plus",
    "mother",
    "written",
    "spoken",
    "verbal",
    "oral",
    "communication",
    "teaching",
    "but",
    "are",
];

/// Whether the name of a language at the words before `end` rather says where something is from: "a Danish company".
pub(super) fn is_about_a_country(text: &str, cut: &[Word], end: usize) -> bool {
    let Some(next) = cut.get(end).filter(|word| word.joined && !word.ampersand) else { return false };
    let next = &text[next.start..next.letters_end];
    next.starts_with(char::is_lowercase) && !AFTER_LANGUAGE.contains(&next)
}

/// Whether a word is a part of a compound with a hyphen, such as "friendly" in "user-friendly".
pub(super) fn is_hyphenated(text: &str, word: &Word) -> bool {
    let hyphen = |sign: char| matches!(sign, '-' | '\u{2010}' | '\u{2011}');
    let letter_before = |text: &str| text.chars().next_back().is_some_and(char::is_alphanumeric);
    let before = text[..word.start].strip_suffix(hyphen).is_some_and(letter_before);
    before
        || text[word.end..].strip_prefix(hyphen).is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
}

/// Whether a single word is only a part of something longer: an initial ("J. R. Smith", "R. Smith"), a letter with a hyphen or an
/// apostrophe ("C-level", "vitamin-C"), or part of an address.
pub(super) fn is_part_of_a_longer_name(text: &str, cut: &[Word], place: usize) -> bool {
    let word = &cut[place];
    let before = text[..word.start].chars().next_back().unwrap_or(' ');
    let mut behind = text[word.end..].chars();
    let (after, second) = (behind.next().unwrap_or(' '), behind.next().unwrap_or(' '));
    let short = word.end - word.start <= 2;
    let bound = |sign: char| matches!(sign, '-' | '\'' | '’' | '@' | '_' | '\u{2011}');
    let initial = word.letters_end - word.start == 1
        && word.end == word.letters_end
        && after == '.'
        && second != '\n'
        && {
            let next = text[word.end + 1..].trim_start().chars().next().unwrap_or(' ');
            let own_line_start = matches!(before, ' ' | '\n' | '.' | '\t') || word.start == 0;
            next.is_uppercase() && own_line_start
        };
    initial
        || (short
            && (bound(before) || (bound(after) && second.is_alphanumeric()) || before == '&' || after == '&'))
        || matches!(before, '@')
        || (after == '@' && second.is_alphanumeric())
}

/// Whether the words around `cut[first..end]`, in the same line or sentence, say that a tool is meant.
pub(super) fn cue(text: &str, cut: &[Word], first: usize, end: usize) -> bool {
    let mut folded = String::new();
    let mut is_one_of = |word: &Word, list: &[&str]| {
        fold_into(&text[word.start..word.end], &mut folded);
        list.contains(&folded.as_str())
    };
    let gap = |one: usize, other: usize| &text[cut[one].end..cut[other].start];
    if first > 0 && cut[first].joined && is_one_of(&cut[first - 1], &CUES_BEFORE) {
        return true;
    }
    if end < cut.len()
        && gap(end - 1, end).chars().all(|c| matches!(c, ' ' | '-'))
        && is_one_of(&cut[end], &CUES_AFTER)
    {
        return true;
    }
    // The head must be followed by a colon, a dash or a bracket, with only a list between it and the name.
    let mut seen_colon = false;
    for place in (first.saturating_sub(LIST_HEAD_REACH)..first).rev() {
        let between = gap(place, place + 1);
        if between.contains(['\n', '.', ';', '!', '?']) {
            return false;
        }
        seen_colon |= between.contains([':', '(', '–']);
        if seen_colon && is_one_of(&cut[place], &LIST_HEADS) {
            return true;
        }
    }
    false
}

/// Whether only the signs or words of a list stand in `gap`: "," "/" "and" "•" or the end of a line.
pub(super) fn is_list_gap(gap: &str) -> bool {
    if gap.len() > 24 {
        return false;
    }
    let mut signs = false;
    let mut words = 0;
    for part in gap.split(|c: char| c.is_whitespace() || (!c.is_alphanumeric() && c != '&')) {
        match part {
            "" => {}
            "and" | "or" | "und" | "et" | "y" | "&" => words += 1,
            _ => return false,
        }
    }
    for sign in gap.chars().filter(|c| !c.is_whitespace() && !c.is_alphanumeric()) {
        match sign {
            ',' | '/' | ';' | '|' | '•' | '·' | '&' | '(' | ')' | '-' | '*' | '+' | '●' | '▪'
            | '\u{f0b7}' | ':' | '–' => signs = true,
            _ => return false,
        }
    }
    signs || words == 1 || gap.contains('\n') || gap == " "
}
