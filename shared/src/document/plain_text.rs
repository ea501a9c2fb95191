//! Plain text in UTF-8, UTF-16 or Windows-1252.

use super::flow::Flow;
use super::limits::Watch;
use super::{Document, DocumentError, Format, Limits};

pub(super) fn read(bytes: &[u8], limits: &Limits, watch: &Watch) -> Result<Document, DocumentError> {
    let text =
        decode(bytes).ok_or_else(|| DocumentError::damaged("its characters are of no known encoding"))?;
    let mut flow = Flow::new(limits, watch);
    for line in text.lines() {
        if line.trim().is_empty() {
            flow.end_paragraph()?;
        } else {
            flow.text_line(line)?;
        }
    }
    flow.finish(Format::PlainText)
}

/// Decodes text: a byte order mark decides; else UTF-16 is told by its zero bytes, UTF-8 by being valid, and what is
/// left is Windows-1252. `None` for binary data.
pub(super) fn decode(bytes: &[u8]) -> Option<String> {
    if let Some((encoding, mark)) = encoding_rs::Encoding::for_bom(bytes) {
        return Some(encoding.decode_without_bom_handling(&bytes[mark..]).0.into_owned());
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Some(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if is_text(text) => Some(text.to_owned()),
        Ok(_) => None,
        // A window may end inside a character.
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            is_text(&text).then_some(text)
        }
        Err(_) => {
            let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0;
            // Mostly UTF-8 with a few broken bytes reads better as UTF-8.
            let lossy = String::from_utf8_lossy(bytes);
            let broken = lossy.matches('\u{FFFD}').count();
            let multibyte = lossy.chars().filter(|c| !c.is_ascii() && *c != '\u{FFFD}').count();
            let text = if multibyte > 4 * broken { lossy } else { text };
            is_text(&text).then(|| text.into_owned())
        }
    }
}

fn utf16_without_mark(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let window = &bytes[..bytes.len().min(2048)];
    if window.len() < 8 {
        return None;
    }
    let zeros = |offset: usize| window.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let half = window.len() / 2;
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > half * 6 && even * 20 < half {
        Some(encoding_rs::UTF_16LE)
    } else if even * 10 > half * 6 && odd * 20 < half {
        Some(encoding_rs::UTF_16BE)
    } else {
        None
    }
}

/// Text has next to no control characters.
fn is_text(text: &str) -> bool {
    let controls = text
        .chars()
        .filter(|c| {
            (c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}' | '\u{b}')) || *c == '\u{FFFD}'
        })
        .count();
    controls * 50 <= text.chars().count()
}
