//! Markdown: its marks are read (headings, lists, emphasis, links, tables, fences) and taken off the text.

use super::entities;
use super::flow::{Flow, Style};
use super::limits::Watch;
use super::plain_text;
use super::{BlockKind, Document, DocumentError, Format, Limits};

const BODY_SIZE: f32 = 12.0;
const HEADING_SIZES: [f32; 6] = [24.0, 18.0, 15.0, 13.0, 12.0, 12.0];

pub(super) fn read(bytes: &[u8], limits: &Limits, watch: &Watch) -> Result<Document, DocumentError> {
    let text = plain_text::decode(bytes)
        .ok_or_else(|| DocumentError::damaged("its characters are of no known encoding"))?;
    let mut flow = Flow::new(limits, watch);
    let mut lines = text.lines().peekable();
    let mut in_fence = false;
    let mut in_table = false;
    let mut front_matter = false;
    let mut first = true;
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if std::mem::take(&mut first) && trimmed == "---" {
            front_matter = true;
            continue;
        }
        if front_matter {
            if trimmed == "---" || trimmed == "..." {
                front_matter = false;
            } else if let Some(title) = trimmed.strip_prefix("title:") {
                flow.title = Some(title.trim().trim_matches(['"', '\'']).to_owned());
            }
            continue;
        }
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_fence = !in_fence;
            flow.end_paragraph()?;
            continue;
        }
        if in_fence {
            flow.push(line, Style { size: BODY_SIZE, ..Style::default() })?;
            flow.end_line();
            continue;
        }
        let is_row = trimmed.starts_with('|') && trimmed.len() > 1;
        if in_table && !is_row {
            flow.end_table()?;
            in_table = false;
        }
        if is_row {
            if !in_table {
                flow.begin_table()?;
                in_table = true;
            }
            table_row(trimmed, &mut flow)?;
            continue;
        }
        if trimmed.is_empty() {
            flow.end_paragraph()?;
            continue;
        }
        if is_rule(trimmed) {
            flow.end_paragraph()?;
            continue;
        }
        // A heading that is underlined.
        if let Some(next) = lines.peek() {
            let under = next.trim();
            let level = match under.as_bytes() {
                [b'=', ..] if under.bytes().all(|byte| byte == b'=') => Some(0),
                [b'-', b'-', ..] if under.bytes().all(|byte| byte == b'-') => Some(1),
                _ => None,
            };
            if let Some(level) = level {
                lines.next();
                heading(trimmed, level, &mut flow)?;
                continue;
            }
        }
        let hashes = trimmed.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&hashes) && trimmed[hashes..].starts_with(' ') {
            heading(trimmed[hashes..].trim().trim_end_matches('#').trim_end(), hashes - 1, &mut flow)?;
            continue;
        }
        let quoted = trimmed.trim_start_matches('>').trim_start();
        // The text of a definition list stands behind a colon.
        let quoted = quoted.strip_prefix(": ").map_or(quoted, str::trim_start);
        if let Some(item) = list_item(quoted) {
            flow.end_paragraph()?;
            inline(item, Style { size: BODY_SIZE, ..Style::default() }, &mut flow)?;
            flow.set_kind(BlockKind::ListItem);
            flow.end_line();
            continue;
        }
        inline(quoted.trim_end_matches('\\'), Style { size: BODY_SIZE, ..Style::default() }, &mut flow)?;
        flow.end_line();
    }
    if in_table {
        flow.end_table()?;
    }
    flow.finish(Format::Markdown)
}

fn is_rule(line: &str) -> bool {
    let marks: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    marks.len() >= 3 && ["-", "*", "_"].iter().any(|mark| marks.chars().all(|c| mark.contains(c)))
}

fn heading(text: &str, level: usize, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    flow.end_paragraph()?;
    inline(text, Style { size: HEADING_SIZES[level.min(5)], bold: true, italic: false }, flow)?;
    flow.set_kind(BlockKind::Heading);
    flow.end_paragraph()
}

fn list_item(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix(['-', '*', '+', '•']).filter(|rest| rest.starts_with([' ', '\t']))
    {
        let rest = rest.trim_start();
        return Some(rest.strip_prefix("[ ] ").or_else(|| rest.strip_prefix("[x] ")).unwrap_or(rest));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    (1..=3).contains(&digits).then(|| line[digits..].strip_prefix(['.', ')'])).flatten()?.strip_prefix(' ')
}

fn table_row(line: &str, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    let inner = line.trim_matches('|');
    if inner.chars().all(|c| matches!(c, '-' | ':' | '|' | ' ')) {
        return Ok(());
    }
    for cell in inner.split('|') {
        inline(cell.trim(), Style { size: BODY_SIZE, ..Style::default() }, flow)?;
        flow.end_cell()?;
    }
    flow.end_row()
}

/// Reads the marks inside a line: emphasis, code, links, pictures, autolinks, HTML tags, escapes.
fn inline(text: &str, base: Style, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    let mut style = base;
    let mut plain = String::new();
    let mut rest = text;
    let mut after_word = false;
    let mut in_code = false;
    while let Some(character) = rest.chars().next() {
        let next = rest[character.len_utf8()..].chars().next();
        match character {
            '\\' if next.is_some_and(|c| c.is_ascii_punctuation()) => {
                plain.extend(next);
                rest = &rest[2..];
                continue;
            }
            '*' | '_' => {
                let run = rest.chars().take_while(|c| *c == character).count();
                let following = rest[run..].chars().next();
                let inside_word =
                    character == '_' && after_word && following.is_some_and(char::is_alphanumeric);
                let alone = !after_word && following.is_none_or(char::is_whitespace);
                if run <= 3 && !inside_word && !alone {
                    flow.push(&std::mem::take(&mut plain), style)?;
                    if run >= 2 {
                        style.bold = !style.bold || base.bold;
                    }
                    if run != 2 {
                        style.italic = !style.italic;
                    }
                    rest = &rest[run..];
                    continue;
                }
            }
            '~' if next == Some('~') => {
                rest = &rest[2..];
                continue;
            }
            '`' => {
                in_code = !in_code;
                rest = &rest[1..];
                // Pieces of code beside each other are items: `Rust` `SQL`.
                let behind = rest.trim_start();
                if !in_code && behind.starts_with('`') && behind.len() < rest.len() {
                    plain.push('\t');
                    rest = behind;
                }
                continue;
            }
            '!' if next == Some('[') => {
                if let Some((_, _, after)) = link(&rest[1..]) {
                    rest = after;
                    continue;
                }
            }
            '[' => {
                if let Some((label, url, after)) = link(rest) {
                    flow.push(&std::mem::take(&mut plain), style)?;
                    flow.begin_link(url);
                    flow.push(&label.replace(['*', '`'], ""), style)?;
                    flow.end_link();
                    rest = after;
                    after_word = true;
                    continue;
                }
            }
            '<' => {
                if let Some(end) = rest.find('>') {
                    let inner = &rest[1..end];
                    let is_link = inner.contains("://") || (inner.contains('@') && !inner.contains(' '));
                    if is_link {
                        flow.push(&std::mem::take(&mut plain), style)?;
                        let url = if inner.contains("://") || inner.starts_with("mailto:") {
                            inner.to_owned()
                        } else {
                            format!("mailto:{inner}")
                        };
                        flow.begin_link(&url);
                        flow.push(inner, style)?;
                        flow.end_link();
                    } else if inner.starts_with("br") {
                        plain.push('\n');
                    }
                    if is_link || inner.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
                    {
                        rest = &rest[end + 1..];
                        continue;
                    }
                }
            }
            '&' => {
                if let Some(end) = rest.bytes().take(12).position(|byte| byte == b';')
                    && let Some(text) = entities::resolve(&rest[1..end])
                {
                    plain.push_str(&text);
                    rest = &rest[end + 1..];
                    continue;
                }
            }
            _ => {}
        }
        after_word = character.is_alphanumeric() || character.is_ascii_punctuation();
        plain.push(character);
        rest = &rest[character.len_utf8()..];
    }
    flow.push(&plain, style)
}

/// `[label](url "title")` at the start of `text`: label, url and what follows.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let close = text.find("](")?;
    let label = &text[1..close];
    if label.contains(']') || label.len() > 500 {
        return None;
    }
    let target = &text[close + 2..];
    let end = target.find(')')?;
    let url = target[..end].split_whitespace().next().unwrap_or("");
    Some((label, url.trim_matches(['<', '>']), &target[end + 1..]))
}
