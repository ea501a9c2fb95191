//! HTML: a tolerant tokenizer and a walk over its tags. Nothing is fetched, no script is run; what a browser would not
//! show (scripts, styles, `hidden`, `display:none`) is not read as text.

mod layout;
mod style_sheet;
mod tokens;

use layout::Layout;
use tokens::{Tag, Token, Tokens};

use super::entities;
use super::flow::{Flow, Style};
use super::limits::Watch;
use super::plain_text;
use super::{BlockKind, Document, DocumentError, Format, Limits};

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
    walk(&text, &mut flow, limits, watch)?;
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
    /// Stands on the line of its neighbours, though it is a block.
    in_line: bool,
}

fn walk(html: &str, flow: &mut Flow<'_>, limits: &Limits, watch: &Watch) -> Result<(), DocumentError> {
    let max_open = limits.max_depth as usize * ELEMENTS_PER_LEVEL;
    let layout = layout::of(html, max_open, watch)?;
    let mut open: Vec<Open> = Vec::new();
    let mut title = String::new();
    for token in Tokens::new(html) {
        match token {
            Token::Text(raw) => text(raw, &open, flow, &mut title)?,
            Token::Open(tag) => {
                if open.len() >= max_open {
                    return Err(DocumentError::TooDeep);
                }
                open_tag(&tag, &layout, &mut open, flow)?;
            }
            Token::Close(name) => close(&name, &mut open, flow)?,
            Token::StyleSheet(_) => {}
        }
    }
    flow.end_paragraph()?;
    if !title.trim().is_empty() {
        flow.title = Some(title);
    }
    Ok(())
}

fn open_tag(
    tag: &Tag<'_>,
    layout: &Layout,
    open: &mut Vec<Open>,
    flow: &mut Flow<'_>,
) -> Result<(), DocumentError> {
    let name = tag.name.as_str();
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
    let parent = open.last();
    let mut style = parent.map_or(Style { size: BODY_SIZE, ..Style::default() }, |parent| parent.style);
    let hidden = parent.is_some_and(|parent| parent.hidden)
        || layout.is_hidden(tag)
        || (tag.attribute("hidden").is_some() && name != "input");
    let in_line = layout.is_in_line(tag);
    if layout.has_gap_before(tag) && !hidden {
        flow.push("\t", style)?;
    } else if BLOCK.contains(&name) {
        flow.end_paragraph()?;
    }
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
        "a" => flow.begin_link(&tag.attribute("href").unwrap_or_default()),
        "table" => flow.begin_table()?,
        _ => {}
    }
    if let Some(css) = tag.attribute("style") {
        let css: String = css.to_ascii_lowercase().split_whitespace().collect();
        style.bold |=
            ["bold", "600", "700", "800"].iter().any(|weight| css.contains(&format!("font-weight:{weight}")));
        style.italic |= css.contains("font-style:italic");
    }
    if !tag.is_void() {
        open.push(Open { name: name.to_owned(), style, hidden, preformatted, in_line });
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
                end_element(&element, flow)?;
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
        end_element(&element, flow)?;
    }
    Ok(())
}

fn end_element(element: &Open, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    match element.name.as_str() {
        _ if element.in_line => Ok(()),
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
        name if BLOCK.contains(&name) => flow.end_paragraph(),
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
    let inside_list_item =
        open.iter().rev().find(|element| BLOCK.contains(&element.name.as_str()) && !element.in_line);
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
