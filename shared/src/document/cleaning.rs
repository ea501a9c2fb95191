//! Characters as a reader wants them: plain spaces, no ligatures, no icons, no invisible marks, bullets told apart.

use std::borrow::Cow;

use super::mojibake;

/// Cleans a piece of text: mojibake repaired, ligatures resolved, accents composed, odd spaces made plain and single,
/// controls, zero-width marks and private-use glyphs dropped. Soft hyphens stay: [`super::line_joining`] needs them.
pub(super) fn clean(text: &str) -> String {
    let text = mojibake::repair(text);
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        // The bullet of a symbol font is one only where an item begins.
        if cleaned.is_empty() && is_private_bullet(character) {
            cleaned.push('•');
            continue;
        }
        match clean_character(character) {
            Cleaned::Keep => push(&mut cleaned, character),
            Cleaned::Space => {
                if !cleaned.is_empty() && !cleaned.ends_with(' ') {
                    cleaned.push(' ');
                }
            }
            Cleaned::Become(other) => cleaned.push(other),
            Cleaned::Replace(replacement) => cleaned.push_str(replacement),
            Cleaned::Drop => {}
        }
    }
    let end = cleaned.trim_end().len();
    cleaned.truncate(end);
    cleaned
}

fn push(text: &mut String, character: char) {
    if ('\u{300}'..='\u{328}').contains(&character)
        && let Some(base) = text.chars().next_back()
        && let Some(composed) = compose(base, character)
    {
        text.pop();
        text.push(composed);
    } else {
        text.push(character);
    }
}

enum Cleaned {
    Keep,
    Space,
    Replace(&'static str),
    Become(char),
    Drop,
}

fn clean_character(character: char) -> Cleaned {
    match character {
        ' '..='~' | '\u{AD}' => {
            if character == ' ' {
                Cleaned::Space
            } else {
                Cleaned::Keep
            }
        }
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => Cleaned::Space,
        c if c.is_whitespace() || c == '\u{2800}' || c == '\u{3164}' => Cleaned::Space,
        '\u{FB00}' => Cleaned::Replace("ff"),
        '\u{FB01}' => Cleaned::Replace("fi"),
        '\u{FB02}' => Cleaned::Replace("fl"),
        '\u{FB03}' => Cleaned::Replace("ffi"),
        '\u{FB04}' => Cleaned::Replace("ffl"),
        '\u{FB05}' => Cleaned::Replace("st"),
        '\u{FB06}' => Cleaned::Replace("st"),
        // Full-width forms of ASCII.
        '\u{FF01}'..='\u{FF5E}' => Cleaned::Become(char::from((character as u32 - 0xFEE0) as u8)),
        '\u{2010}' | '\u{2011}' => Cleaned::Replace("-"),
        '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => {
            Cleaned::Drop
        }
        '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}' | '\u{FFF9}'..='\u{FFFD}' => Cleaned::Drop,
        c if is_private_use(c) || c.is_control() => Cleaned::Drop,
        _ => Cleaned::Keep,
    }
}

/// Private-use code points are glyphs of icon and symbol fonts: pictures, not letters.
pub(super) fn is_private_use(character: char) -> bool {
    matches!(character, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}')
}

/// Composes a letter with a combining accent (only those of Latin scripts).
pub(super) fn compose(base: char, accent: char) -> Option<char> {
    const TABLE: &[(char, &str, &str)] = &[
        ('\u{300}', "AEIOUaeiouNn", "ÀÈÌÒÙàèìòùǸǹ"),
        ('\u{301}', "AEIOUYaeiouyCcLlNnRrSsZzGg", "ÁÉÍÓÚÝáéíóúýĆćĹĺŃńŔŕŚśŹźǴǵ"),
        ('\u{302}', "AEIOUaeiouCcGgHhJjSsWwYy", "ÂÊÎÔÛâêîôûĈĉĜĝĤĥĴĵŜŝŴŵŶŷ"),
        ('\u{303}', "ANOanoIiUu", "ÃÑÕãñõĨĩŨũ"),
        ('\u{304}', "AEIOUaeiou", "ĀĒĪŌŪāēīōū"),
        ('\u{306}', "AaGgUuEeIiOo", "ĂăĞğŬŭĔĕĬĭŎŏ"),
        ('\u{307}', "CcEeGgIZz", "ĊċĖėĠġİŻż"),
        ('\u{308}', "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"),
        ('\u{30A}', "AaUu", "ÅåŮů"),
        ('\u{30B}', "OoUu", "ŐőŰű"),
        ('\u{30C}', "CcDdEeNnRrSsTtZz", "ČčĎďĚěŇňŘřŠšŤťŽž"),
        ('\u{326}', "SsTt", "ȘșȚț"),
        ('\u{327}', "CcSsTtGgKkLlNnRr", "ÇçŞşŢţĢģĶķĻļŅņŖŗ"),
        ('\u{328}', "AaEeIiUu", "ĄąĘęĮįŲų"),
    ];
    let (_, bases, composed) = TABLE.iter().find(|(mark, ..)| *mark == accent)?;
    let position = bases.chars().position(|candidate| candidate == base)?;
    composed.chars().nth(position)
}

/// The combining form of an accent that is set as a character of its own (as old TeX fonts do).
pub(super) fn combining(accent: char) -> Option<char> {
    Some(match accent {
        '`' | '\u{2CB}' => '\u{300}',
        '\u{B4}' | '\u{2CA}' => '\u{301}',
        '^' | '\u{2C6}' => '\u{302}',
        '~' | '\u{2DC}' => '\u{303}',
        '\u{AF}' | '\u{2C9}' => '\u{304}',
        '\u{2D8}' => '\u{306}',
        '\u{2D9}' => '\u{307}',
        '\u{A8}' => '\u{308}',
        '\u{2DA}' => '\u{30A}',
        '\u{2DD}' => '\u{30B}',
        '\u{2C7}' => '\u{30C}',
        '\u{B8}' => '\u{327}',
        '\u{2DB}' => '\u{328}',
        _ => return None,
    })
}

/// Signs that open a list item wherever they stand first.
pub(super) fn is_bullet(character: char) -> bool {
    matches!(
        character,
        '•' | '◦'
            | '▪'
            | '▫'
            | '‣'
            | '⁃'
            | '●'
            | '○'
            | '■'
            | '□'
            | '◼'
            | '◾'
            | '◆'
            | '◇'
            | '➢'
            | '➤'
            | '►'
            | '▶'
            | '▸'
            | '▹'
            | '▻'
            | '➔'
            | '➜'
            | '→'
            | '⇒'
            | '✓'
            | '✔'
            | '✗'
            | '❖'
            | '✦'
            | '✧'
            | '★'
            | '☆'
            | '❑'
            | '❒'
            | '⚫'
            | '⬤'
            | '∙'
            | '⋅'
            | '·'
            | '¤'
            | '‧'
            | '⦁'
            | '⁎'
            | '∗'
            | '⚬'
            | '❯'
            | '»'
            | '›'
    ) || is_private_bullet(character)
}

/// Code points at which Symbol, Wingdings and OpenSymbol keep their bullets and at which word processors leave them.
pub(super) fn is_private_bullet(character: char) -> bool {
    matches!(
        character,
        '\u{E00C}' | '\u{F0B7}' | '\u{F0A7}' | '\u{F0A8}' | '\u{F0D8}' | '\u{F0FC}' | '\u{F076}'
    )
}

/// The text behind a bullet, or `None` where there is none. A dash, an asterisk or an `o` counts only with a space.
pub(super) fn strip_bullet(text: &str) -> Option<&str> {
    let trimmed = text.trim_start();
    let mut characters = trimmed.chars();
    let first = characters.next()?;
    let rest = characters.as_str();
    if is_bullet(first) {
        return Some(rest.trim_start_matches(|c: char| c.is_whitespace() || is_bullet(c)));
    }
    if matches!(first, '-' | '–' | '—' | '*' | '+' | '−')
        && rest.starts_with(|c: char| c.is_whitespace())
        && rest
            .trim_start()
            .starts_with(|c: char| c.is_alphanumeric() || matches!(c, '"' | '“' | '(' | '*' | '[' | '\''))
    {
        return Some(rest.trim_start());
    }
    // Word's second-level bullet is the letter o in Courier New.
    if first == 'o'
        && rest.starts_with([' ', '\t', '\u{A0}'])
        && rest.trim_start().starts_with(char::is_uppercase)
    {
        return Some(rest.trim_start());
    }
    None
}

/// Joins a letter-spaced text (`E X P E R I E N C E`): single characters parted by single spaces, words by wider ones.
/// Text that is not letter-spaced comes back as it is.
pub(super) fn join_letter_spacing(text: &str) -> Cow<'_, str> {
    let tokens: Vec<&str> = text.split_whitespace().collect();
    let single = tokens.iter().filter(|token| token.chars().count() == 1).count();
    let letters = tokens.iter().filter(|token| token.chars().all(char::is_alphabetic)).count();
    if tokens.len() < 4 || single != tokens.len() || letters * 4 < tokens.len() * 3 {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    let mut spaces = 0;
    for character in text.trim().chars() {
        if character.is_whitespace() {
            spaces += 1;
        } else {
            if spaces > 1 {
                joined.push(' ');
            }
            spaces = 0;
            joined.push(character);
        }
    }
    Cow::Owned(joined)
}

/// Parts a text at leaders (`Employer ........ 2019`), which are gaps that are drawn.
pub(super) fn split_leaders(text: &str) -> Vec<&str> {
    const MIN_DOTS: usize = 5;
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut run: Option<(usize, usize)> = None;
    for (at, character) in text.char_indices().chain(std::iter::once((text.len(), '\n'))) {
        match (character, &mut run) {
            ('.' | '…' | '_' | '·', Some((_, dots))) => *dots += if character == '…' { 3 } else { 1 },
            ('.' | '…' | '_' | '·', None) => run = Some((at, if character == '…' { 3 } else { 1 })),
            (' ', _) => {}
            (_, Some((from, dots))) => {
                if *dots >= MIN_DOTS {
                    pieces.push(text[start..*from].trim());
                    start = at;
                }
                run = None;
            }
            (_, None) => {}
        }
    }
    pieces.push(text[start..].trim());
    pieces.retain(|piece| !piece.is_empty());
    pieces
}
