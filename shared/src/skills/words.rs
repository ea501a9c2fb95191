//! Cuts text into words and brings each word to a normal form, so that "Behavioural therapies", "behavioral-therapy" and
//! "BEHAVIORAL THERAPY" are the same words, and so that C, C++, C#, .NET and Node.js stay what they are.

/// A word of a text: its place, and how it is joined to the word before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Byte offset of the first character.
    pub(super) start: usize,
    /// Byte offset behind the last character, signs such as `++` and `#` included.
    pub(super) end: usize,
    /// Byte offset behind the last letter or digit: less than `end` if signs such as `++` follow, or equal to it.
    pub(super) letters_end: usize,
    /// Whether the word goes on a phrase with the word before: joined by a space, a hyphen, a slash, a dot without spaces,
    /// or the line break of a running paragraph.
    pub(super) joined: bool,
    /// Whether a `.` stands before the first letter, as in `.NET`; `start` is the place of the dot.
    pub(super) dotted: bool,
    /// Whether the word is the sign `&`.
    pub(super) ampersand: bool,
}

/// A line must have at least this many bytes for its end to count as the wrapping of a paragraph and not as the end of an item.
const WRAPPED_LINE_BYTES: usize = 60;

/// The words of `text` in order.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::with_capacity(text.len() / 6 + 1);
    let mut previous_end = 0;
    let mut characters = text.char_indices().peekable();
    let mut before = ' ';
    while let Some((place, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |&(_, next)| next);
        let dotted = character == '.' && !before.is_alphanumeric() && before != '.' && next.is_alphabetic();
        if character == '&' {
            let joined = joins(text, previous_end, place);
            let end = place + 1;
            found.push(Word { start: place, end, letters_end: end, joined, dotted: false, ampersand: true });
            previous_end = end;
        } else if character.is_alphanumeric() || dotted {
            let mut end = place + character.len_utf8();
            before = character;
            while let Some(&(next_place, next)) = characters.peek() {
                if !(next.is_alphanumeric() || is_combining_mark(next)) {
                    break;
                }
                end = next_place + next.len_utf8();
                before = next;
                characters.next();
            }
            let letters_end = end;
            let rest = &text[end..];
            let signs = rest.bytes().take_while(|&sign| sign == b'+' || sign == b'#').count();
            let after = rest[signs..].chars().next().unwrap_or(' ');
            if (1..=2).contains(&signs) && !after.is_alphanumeric() {
                end += signs;
            } else if let Some(length) = possessive(rest) {
                end += length;
            }
            while characters.peek().is_some_and(|&(next_place, _)| next_place < end) {
                characters.next();
            }
            let joined = joins(text, previous_end, place);
            found.push(Word { start: place, end, letters_end, joined, dotted, ampersand: false });
            previous_end = end;
            continue;
        }
        before = character;
    }
    found
}

/// The length of a possessive `'s` at the start of `rest`, if it ends a word there.
fn possessive(rest: &str) -> Option<usize> {
    let length = ["'s", "’s", "'S", "’S"].iter().find(|ending| rest.starts_with(**ending))?.len();
    let ends = !rest[length..].chars().next().is_some_and(char::is_alphanumeric);
    ends.then_some(length)
}

fn is_combining_mark(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

/// Whether the words around `text[start..end]` may belong to one phrase.
fn joins(text: &str, start: usize, end: usize) -> bool {
    let gap = &text[start..end];
    if gap == " " {
        return true;
    }
    if gap.len() > 8 {
        return false;
    }
    let mut signs = 0;
    let mut spaces = 0;
    for character in gap.chars() {
        match character {
            ' ' | '\t' | '\u{a0}' | '\u{200b}' | '\u{2009}' | '\u{202f}' => spaces += 1,
            '-' | '\u{2010}' | '\u{2011}' | '\u{2013}' | '/' | '.' | '_' | '\'' | '’' => signs += 1,
            '®' | '™' | '\u{ad}' | '\r' => {}
            '\n' => {
                let line_start = text[..start].rfind('\n').map_or(0, |place| place + 1);
                if gap.matches('\n').count() > 1 || start - line_start < WRAPPED_LINE_BYTES {
                    return false;
                }
                spaces += 1;
            }
            _ => return false,
        }
    }
    signs == 0 || (signs == 1 && spaces == 0)
}

/// Writes the lower-case form of `word` without accents to `folded`.
pub(super) fn fold_into(word: &str, folded: &mut String) {
    folded.clear();
    if word.bytes().all(|byte| byte.is_ascii()) {
        folded.push_str(word);
        folded.make_ascii_lowercase();
        return;
    }
    for character in word.chars().flat_map(char::to_lowercase) {
        match character {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'ç' | 'ć' | 'č' => folded.push('c'),
            'ď' | 'đ' => folded.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ğ' => folded.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => folded.push('i'),
            'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ň' => folded.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => folded.push('o'),
            'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
            'ť' | 'ţ' | 'ț' => folded.push('t'),
            'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => folded.push('u'),
            'ý' | 'ÿ' => folded.push('y'),
            'ź' | 'ż' | 'ž' => folded.push('z'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            mark if is_combining_mark(mark) => {}
            other => folded.push(other),
        }
    }
}

/// Brings a folded word to its normal form, in place: singular, American spelling. The rules are blunt ("exercise" becomes
/// "exercize"): what counts is that the same word always comes to the same form, and different words rarely do.
pub(super) fn normalise(word: &mut String) {
    if word.len() > 3 && word.is_ascii() && !word.ends_with(['+', '#']) {
        to_singular(word);
        to_american(word);
    }
}

fn to_singular(word: &mut String) {
    if !word.ends_with('s') || ["ss", "us", "is"].iter().any(|ending| word.ends_with(ending)) {
        return;
    }
    let cut = |word: &mut String, bytes: usize| word.truncate(word.len() - bytes);
    if word.ends_with("ies") && word.len() > 4 {
        cut(word, 3);
        word.push('y');
    } else if ["xes", "ches", "shes", "sses", "zes"].iter().any(|ending| word.ends_with(ending))
        && word.len() > 4
    {
        cut(word, 2);
    } else {
        cut(word, 1);
    }
}

/// British endings and stems with their American counterparts, tried in order; each at most once a word.
const ENDINGS: [(&str, &str); 22] = [
    ("isation", "ization"),
    ("isational", "izational"),
    ("ising", "izing"),
    ("ised", "ized"),
    ("ise", "ize"),
    ("iser", "izer"),
    ("ysing", "yzing"),
    ("ysed", "yzed"),
    ("yse", "yze"),
    ("lling", "ling"),
    ("lled", "led"),
    ("ller", "ler"),
    ("ogue", "og"),
    ("ouring", "oring"),
    ("oured", "ored"),
    ("oural", "oral"),
    ("our", "or"),
    ("tre", "ter"),
    ("gramme", "gram"),
    ("ence", "ense"),
    ("llment", "lment"),
    ("jewellery", "jewelry"),
];

fn to_american(word: &mut String) {
    if word.len() < 5 {
        return;
    }
    // "modelling" has a doubled letter, "filling" and "seller" have their own.
    let fits = |british: &str| word.ends_with(british) && !(british.starts_with("ll") && word.len() < 8);
    if let Some((british, american)) = ENDINGS.iter().find(|(british, _)| fits(british)) {
        word.truncate(word.len() - british.len());
        word.push_str(american);
    }
    if let Some(place) = word.find("ae") {
        word.replace_range(place..place + 2, "e");
    }
    if word.starts_with("oe") || word.starts_with("foe") {
        let place = usize::from(word.starts_with('f'));
        word.replace_range(place..place + 2, "e");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        words(text).iter().map(|word| &text[word.start..word.end]).collect()
    }

    fn normal(word: &str) -> String {
        let mut folded = String::new();
        fold_into(word, &mut folded);
        normalise(&mut folded);
        folded
    }

    #[test]
    fn signs_that_belong_to_a_name_stay_with_it() {
        assert_eq!(cut("C, C++ and C# or F#."), ["C", "C++", "and", "C#", "or", "F#"]);
        assert_eq!(cut("with .NET Core, ASP.NET"), ["with", ".NET", "Core", "ASP", "NET"]);
        assert_eq!(cut("a driver’s licence"), ["a", "driver’s", "licence"]);
    }

    #[test]
    fn words_join_over_hyphens_and_slashes_but_not_over_commas_or_short_lines() {
        let joined = |text: &str| words(text)[1].joined;
        assert!(
            joined("time management") && joined("time-management") && joined("CI/CD") && joined("Node.js")
        );
        assert!(!joined("time, management") && !joined("Sales\nManagement") && !joined("Sales - Management"));
        assert!(!joined("Sales. Management"));
    }

    #[test]
    fn a_paragraph_that_wraps_goes_on_in_the_next_line() {
        let text = "for many years responsible for the budget and for all customer\nservice";
        assert!(words(text).last().is_some_and(|word| word.joined));
    }

    #[test]
    fn spelling_variants_and_plurals_come_to_one_form() {
        for (one, other) in [
            ("behavioural", "Behavioral"),
            ("programme", "programs"),
            ("organisational", "organizational"),
            ("modelling", "modeling"),
            ("paediatrics", "pediatric"),
            ("licences", "license"),
            ("theatre", "theaters"),
            ("analyse", "analyze"),
            ("therapies", "therapy"),
            ("Café", "cafe"),
        ] {
            assert_eq!(normal(one), normal(other));
        }
        assert_ne!(normal("SAS"), normal("SA"));
        assert_ne!(normal("business"), normal("busines"));
    }
}
