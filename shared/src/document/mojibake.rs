//! Repair of text that was UTF-8, was read as Windows-1252, and written again (`â€™` for `’`, `Ã©` for `é`).

/// Bytes 0x80..=0x9F of Windows-1252 as code points; the five undefined ones stand for themselves.
const WINDOWS_1252_HIGH: [u32; 32] = [
    0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
    0x8D, 0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
    0x203A, 0x0153, 0x9D, 0x017E, 0x0178,
];

/// The byte that Windows-1252 reads as `character`, for the upper half.
fn high_byte(character: char) -> Option<u8> {
    let code = character as u32;
    match code {
        0xA0..=0xFF => Some(code as u8),
        _ => WINDOWS_1252_HIGH.iter().position(|known| *known == code).map(|index| 0x80 + index as u8),
    }
}

/// Repairs `text`; text without the fault comes back unchanged. Twice encoded text is repaired too.
pub(super) fn repair(text: &str) -> std::borrow::Cow<'_, str> {
    let suspicious = |text: &str| {
        text.chars().any(|c| matches!(c, '\u{C2}'..='\u{C5}' | '\u{CB}' | '\u{E2}' | '\u{EF}' | '\u{F0}'))
    };
    if !suspicious(text) {
        return text.into();
    }
    let once = repair_once(text);
    if once == text || !suspicious(&once) { once.into() } else { repair_once(&once).into() }
}

fn repair_once(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut repaired = String::with_capacity(text.len());
    let mut index = 0;
    while index < characters.len() {
        if let Some((character, length)) = decode_at(&characters[index..]) {
            repaired.push(character);
            index += length;
            continue;
        }
        match characters[index..] {
            // The third character of a closing quote is undefined in Windows-1252 and gets lost on the way.
            ['\u{E2}', '\u{20AC}', ..] => {
                repaired.push('\u{201D}');
                index += 2;
            }
            // The same for a full-width hyphen.
            ['\u{EF}', '\u{BC}', next, ..] if high_byte(next).is_none() => {
                repaired.push('-');
                index += 2;
            }
            // A no-break space whose second character has become a plain space.
            ['\u{C2}', next, ..] if next.is_whitespace() && !ends_with_letter(&repaired) => index += 1,
            ['\u{C2}'] if !ends_with_letter(&repaired) => index += 1,
            [character, ..] => {
                repaired.push(character);
                index += 1;
            }
            [] => break,
        }
    }
    repaired
}

fn ends_with_letter(text: &str) -> bool {
    text.chars().next_back().is_some_and(char::is_alphabetic)
}

/// Decodes one doubly encoded character at the start of `characters`.
fn decode_at(characters: &[char]) -> Option<(char, usize)> {
    let lead = high_byte(*characters.first()?)?;
    let length = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    for (offset, slot) in bytes.iter_mut().enumerate().take(length).skip(1) {
        let byte = high_byte(*characters.get(offset)?)?;
        if !(0x80..=0xBF).contains(&byte) {
            return None;
        }
        *slot = byte;
    }
    let decoded = std::str::from_utf8(&bytes[..length]).ok()?.chars().next()?;
    plausible(decoded, characters[1]).then_some((decoded, length))
}

/// Whether a decoded character is one that CVs have, so that honest text (`Ü“` at the end of a German quotation) stays.
fn plausible(decoded: char, second: char) -> bool {
    match decoded as u32 {
        0xA0..=0xFF => true,
        // These start with Ä or Å, real letters before a closing quote.
        0x100..=0x17F => !matches!(second, '\u{2018}'..='\u{201D}'),
        0x2C6..=0x2DD | 0x2000..=0x206F | 0x20A0..=0x20BF | 0x2100..=0x22FF | 0x2500..=0x27BF => true,
        0xE000..=0xF8FF | 0xFB00..=0xFB06 | 0xFEFF | 0xFF01..=0xFF5E | 0xFFFD => true,
        code => code >= 0x1F300,
    }
}
