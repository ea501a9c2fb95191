//! HTML: a tolerant tokenizer and a walk over its tags. Nothing is fetched, no script is run; what a browser would not
//! show (scripts, styles, `hidden`, `display:none`) is not read as text.

use super::entities;
use super::flow::{Flow, Style};
use super::limits::Watch;
use super::plain_text;
use super::{BlockKind, Document, DocumentError, Format, Limits};

/// Elements whose content is not text.
const RAW: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "math", "iframe", "object", "select", "textarea",
    "canvas",
];
/// Elements that have no end tag.
const VOID: &[&str] = &[
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "embed", "source", "track", "wbr",
    "param",
];
/// Elements that begin and end a paragraph.
const BLOCK: &[&str] = &[
    "p",
    "div",
    "section",
    "article",
    "header",
    "footer",
    "main",
    "aside",
    "nav",
    "address",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "form",
    "fieldset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "body",
    "details",
    "summary",
    "center",
    "title",
    "caption",
    "thead",
    "tbody",
    "tfoot",
];
/// A browser's text size in points.
const BODY_SIZE: f32 = 12.0;
/// Web pages nest deeply without meaning to; the walk does not recurse, so this only bounds memory.
const ELEMENTS_PER_LEVEL: usize = 64;

pub(super) fn read(bytes: &[u8], limits: &Limits, watch: &Watch) -> Result<Document, DocumentError> {
    let text = decode(bytes)?;
    let mut flow = Flow::new(limits, watch);
    walk(&text, &mut flow, limits)?;
    flow.finish(Format::Html)
}

/// Decodes by byte order mark, then by the encoding that the page declares, then as text.
fn decode(bytes: &[u8]) -> Result<String, DocumentError> {
    let window = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let declared = window
        .split("charset=")
        .nth(1)
        .map(|rest| rest.trim_start_matches(['"', '\'']))
        .map(|rest| {
            rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')).next().unwrap_or("")
        })
        .and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
    if encoding_rs::Encoding::for_bom(bytes).is_none()
        && std::str::from_utf8(bytes).is_err()
        && let Some(encoding) = declared.filter(|encoding| *encoding != encoding_rs::UTF_8)
    {
        return Ok(encoding.decode_without_bom_handling(bytes).0.into_owned());
    }
    plain_text::decode(bytes).ok_or_else(|| DocumentError::damaged("its characters are of no known encoding"))
}

struct Open {
    name: String,
    style: Style,
    hidden: bool,
    preformatted: bool,
}

/// Walks HTML into a flow; Markdown uses it for the HTML inside it.
pub(super) fn walk(html: &str, flow: &mut Flow<'_>, limits: &Limits) -> Result<(), DocumentError> {
    let max_open = limits.max_depth as usize * ELEMENTS_PER_LEVEL;
    let mut open: Vec<Open> = Vec::new();
    let mut title = String::new();
    let mut rest = html;
    while !rest.is_empty() {
        let Some(at) = rest.find('<') else {
            text(rest, &open, flow, &mut title)?;
            break;
        };
        if at > 0 {
            text(&rest[..at], &open, flow, &mut title)?;
            rest = &rest[at..];
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let follows = rest[1..].chars().next().unwrap_or(' ');
        if !(follows.is_ascii_alphabetic() || matches!(follows, '/' | '!' | '?')) {
            text("<", &open, flow, &mut title)?;
            rest = &rest[1..];
            continue;
        }
        let Some(end) = tag_end(rest) else { break };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            let name = tag_name(name);
            close(&name, &mut open, flow)?;
        } else if follows.is_ascii_alphabetic() {
            let name = tag_name(tag);
            if RAW.contains(&name.as_str()) && !tag.ends_with('/') {
                rest = after_raw(rest, &name);
                continue;
            }
            if open.len() >= max_open {
                return Err(DocumentError::TooDeep);
            }
            open_tag(&name, tag, &mut open, flow)?;
        }
    }
    flow.end_paragraph()?;
    if !title.trim().is_empty() {
        flow.title = Some(title);
    }
    Ok(())
}

/// Where a tag ends, quoted attributes with `>` in them respected.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (index, byte) in rest.bytes().enumerate().skip(1) {
        match (quote, byte) {
            (None, b'>') => return Some(index),
            (None, b'"' | b'\'') if rest.as_bytes()[index - 1] == b'=' => quote = Some(byte),
            (Some(open), _) if byte == open => quote = None,
            _ => {}
        }
    }
    // A quote that never closes: the tag ends at the first sign for it.
    rest.find('>')
}

fn tag_name(tag: &str) -> String {
    let end = tag.find(|c: char| c.is_whitespace() || c == '/' || c == '>').unwrap_or(tag.len());
    let name = tag[..end].to_ascii_lowercase();
    name.rsplit_once(':').map_or(name.clone(), |(_, local)| local.to_owned())
}

/// What follows the end tag of a raw element.
fn after_raw<'t>(rest: &'t str, name: &str) -> &'t str {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(found) = rest[at..].find("</") {
        let start = at + found + 2;
        let end = start + name.len();
        if bytes.get(start..end).is_some_and(|candidate| candidate.eq_ignore_ascii_case(name.as_bytes())) {
            return rest[end..].find('>').map_or("", |close| &rest[end + close + 1..]);
        }
        at = start;
    }
    ""
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let lower = tag.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(name) {
        let start = from + found;
        let end = start + name.len();
        from = end;
        let before = lower[..start].chars().next_back();
        if !before.is_some_and(|c| c.is_whitespace() || c == '"' || c == '\'') {
            continue;
        }
        let after = lower[end..].trim_start();
        let Some(value) = after.strip_prefix('=') else {
            if after.is_empty() || after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') {
                return Some(String::new());
            }
            continue;
        };
        let value_start = tag.len() - value.trim_start().len();
        let value = &tag[value_start..];
        let raw = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or(""),
            _ => value.split(|c: char| c.is_whitespace()).next().unwrap_or("").trim_end_matches('/'),
        };
        return Some(entities::decode(raw));
    }
    None
}

fn open_tag(name: &str, tag: &str, open: &mut Vec<Open>, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    // Tags that end what is open before them.
    match name {
        "li" => close_implied(open, "li", &["ul", "ol"], flow)?,
        "p" => close_implied(open, "p", &["div", "td", "li", "section", "body"], flow)?,
        "td" | "th" => {
            close_implied(open, "td", &["tr", "table"], flow)?;
            close_implied(open, "th", &["tr", "table"], flow)?;
        }
        "tr" => close_implied(open, "tr", &["table"], flow)?,
        "option" => close_implied(open, "option", &["select"], flow)?,
        _ => {}
    }
    if BLOCK.contains(&name) {
        flow.end_paragraph()?;
    }
    let parent = open.last();
    let mut style = parent.map_or(Style { size: BODY_SIZE, ..Style::default() }, |parent| parent.style);
    let mut hidden = parent.is_some_and(|parent| parent.hidden);
    let preformatted = name == "pre" || parent.is_some_and(|parent| parent.preformatted);
    match name {
        "br" => flow.push("\n", style)?,
        "hr" => flow.end_paragraph()?,
        "b" | "strong" | "th" => style.bold = true,
        "i" | "em" => style.italic = true,
        "small" => style.size *= 0.83,
        "h1" => style = Style { size: BODY_SIZE * 2.0, bold: true, ..style },
        "h2" => style = Style { size: BODY_SIZE * 1.5, bold: true, ..style },
        "h3" => style = Style { size: BODY_SIZE * 1.17, bold: true, ..style },
        "h4" | "h5" | "h6" => style = Style { size: BODY_SIZE, bold: true, ..style },
        "a" => flow.begin_link(&attribute(tag, "href").unwrap_or_default()),
        "table" => flow.begin_table()?,
        _ => {}
    }
    if let Some(css) = attribute(tag, "style") {
        let css: String = css.to_ascii_lowercase().split_whitespace().collect();
        hidden |= css.contains("display:none") || css.contains("visibility:hidden");
        hidden |=
            css.contains("font-size:0;") || css.ends_with("font-size:0") || css.contains("font-size:1px");
        style.bold |= css.contains("font-weight:bold")
            || css.contains("font-weight:700")
            || css.contains("font-weight:600");
        style.italic |= css.contains("font-style:italic");
    }
    hidden |= attribute(tag, "hidden").is_some() && name != "input";
    if !VOID.contains(&name) && !tag.ends_with('/') {
        open.push(Open { name: name.to_owned(), style, hidden, preformatted });
    }
    Ok(())
}

fn close_implied(
    open: &mut Vec<Open>,
    name: &str,
    fences: &[&str],
    flow: &mut Flow<'_>,
) -> Result<(), DocumentError> {
    for index in (0..open.len()).rev() {
        if open[index].name == name {
            while open.len() > index {
                let Some(element) = open.pop() else { break };
                end_element(&element.name, flow)?;
            }
            return Ok(());
        }
        if fences.contains(&open[index].name.as_str()) {
            return Ok(());
        }
    }
    Ok(())
}

fn close(name: &str, open: &mut Vec<Open>, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    // An end tag that matches nothing is ignored; one that matches closes what is open inside it.
    let Some(index) = open.iter().rposition(|element| element.name == name) else {
        return if name == "p" || name == "br" { flow.end_paragraph() } else { Ok(()) };
    };
    while open.len() > index {
        let Some(element) = open.pop() else { break };
        end_element(&element.name, flow)?;
    }
    Ok(())
}

fn end_element(name: &str, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    match name {
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            flow.set_kind(BlockKind::Heading);
            flow.end_paragraph()
        }
        "li" => {
            flow.set_kind(BlockKind::ListItem);
            flow.end_paragraph()
        }
        "a" => {
            flow.end_link();
            Ok(())
        }
        "td" | "th" => flow.end_cell(),
        "tr" => flow.end_row(),
        "table" => flow.end_table(),
        _ if BLOCK.contains(&name) => flow.end_paragraph(),
        _ => Ok(()),
    }
}

fn text(raw: &str, open: &[Open], flow: &mut Flow<'_>, title: &mut String) -> Result<(), DocumentError> {
    let decoded = entities::decode(raw);
    if open.last().is_some_and(|element| element.name == "title") {
        title.push_str(&decoded);
        return Ok(());
    }
    let style = open.last().map_or(Style { size: BODY_SIZE, ..Style::default() }, |element| element.style);
    if open.last().is_some_and(|element| element.hidden) {
        return flow.push_hidden(&decoded);
    }
    if open.last().is_some_and(|element| element.preformatted) {
        for (index, line) in decoded.split('\n').enumerate() {
            if index > 0 {
                flow.end_line();
            }
            flow.push(line.trim_end_matches('\r'), style)?;
        }
        return Ok(());
    }
    // White space between table tags and such is no text, but between inline elements it parts words.
    let spaced: String = decoded.replace(['\n', '\r', '\t'], " ");
    let inside_list_item = open.iter().rev().find(|element| BLOCK.contains(&element.name.as_str()));
    if inside_list_item.is_some_and(|element| element.name == "li") && !spaced.trim().is_empty() {
        flow.set_kind(BlockKind::ListItem);
    } else if inside_list_item.is_some_and(|element| is_heading(&element.name)) && !spaced.trim().is_empty() {
        flow.set_kind(BlockKind::Heading);
    }
    flow.push(&spaced, style)
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}
