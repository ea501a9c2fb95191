//! ODT: a walk over `content.xml`, with the headers and footers of `styles.xml`. Deleted text of tracked changes,
//! which ODT keeps apart, is left out.

use std::collections::HashMap;

use super::flow::{Flow, Style};
use super::limits::Watch;
use super::package::Package;
use super::xml::{Element, Parts, Step};
use super::{BlockKind, Document, DocumentError, Format, Limits};

const TINY_POINTS: f32 = 2.5;
/// What paragraphs of no style are like; no real style has an empty name.
const DEFAULT_STYLE: &str = "";
const MAX_STYLE_CHAIN: usize = 16;

pub(super) fn read(bytes: &[u8], limits: &Limits, watch: &Watch) -> Result<Document, DocumentError> {
    let mut package = Package::open(bytes, limits, watch)?;
    if let Some(manifest) = package.part("META-INF/manifest.xml")?
        && memchr::memmem::find(&manifest, b"encryption-data").is_some()
    {
        return Err(DocumentError::Encrypted);
    }
    let content =
        package.part("content.xml")?.ok_or_else(|| DocumentError::damaged("its content is missing"))?;
    let styles_part = package.part("styles.xml")?.unwrap_or_default();
    let mut styles = Styles::default();
    styles.read(&styles_part, limits)?;
    styles.read(&content, limits)?;

    let mut flow = Flow::new(limits, watch);
    let mut headers = Vec::new();
    let mut footers = Vec::new();
    let mut parts = Parts::new(&styles_part, limits);
    loop {
        match parts.next()? {
            Step::Open(element) if element.name == "header" || element.name == "header-first" => {
                walk(&mut parts, &styles, &mut flow)?;
                headers.extend(flow.take_region(BlockKind::Header)?);
            }
            Step::Open(element) if element.name == "footer" || element.name == "footer-first" => {
                walk(&mut parts, &styles, &mut flow)?;
                footers.extend(flow.take_region(BlockKind::Footer)?);
            }
            Step::End => break,
            _ => {}
        }
    }
    let mut parts = Parts::new(&content, limits);
    loop {
        match parts.next()? {
            Step::Open(element) if element.name == "text" => walk(&mut parts, &styles, &mut flow)?,
            Step::End => break,
            _ => {}
        }
    }
    let body = flow.take_blocks()?;
    flow.put_blocks(body);
    flow.add_region(headers, true);
    flow.add_region(footers, false);
    if let Some(meta) = package.part("meta.xml")? {
        flow.title = title_of(&meta, limits)?;
    }
    flow.finish(Format::Odt)
}

fn title_of(xml: &[u8], limits: &Limits) -> Result<Option<String>, DocumentError> {
    let mut parts = Parts::new(xml, limits);
    let mut inside = false;
    let mut title = None;
    loop {
        match parts.next()? {
            Step::Open(element) => inside = element.name == "title",
            Step::Text(text) if inside => title = Some(text),
            Step::Close(_) => inside = false,
            Step::End => return Ok(title),
            Step::Text(_) => {}
        }
    }
}

#[derive(Debug, Clone, Default)]
struct StyleDefinition {
    parent: Option<String>,
    bold: Option<bool>,
    italic: Option<bool>,
    size: Option<f32>,
    hidden: Option<bool>,
    title: bool,
}

#[derive(Default)]
struct Styles {
    by_name: HashMap<String, StyleDefinition>,
}

impl Styles {
    fn read(&mut self, xml: &[u8], limits: &Limits) -> Result<(), DocumentError> {
        let mut parts = Parts::new(xml, limits);
        let mut name = None;
        let mut definition = StyleDefinition::default();
        loop {
            match parts.next()? {
                Step::Open(element) => match element.name.as_str() {
                    "default-style" if element.attribute("family") == Some("paragraph") => {
                        name = Some(DEFAULT_STYLE.to_owned());
                        definition = StyleDefinition::default();
                    }
                    "style" => {
                        name = element.attribute("name").map(str::to_owned);
                        definition = StyleDefinition {
                            parent: element.attribute("parent-style-name").map(str::to_owned).or_else(|| {
                                (element.attribute("family") == Some("paragraph"))
                                    .then(|| DEFAULT_STYLE.to_owned())
                            }),
                            title: element.attribute("name") == Some("Title"),
                            ..StyleDefinition::default()
                        };
                    }
                    "text-properties" if name.is_some() => read_text_properties(&element, &mut definition),
                    "body" => return Ok(()),
                    _ => {}
                },
                Step::Close(closed) if closed == "style" || closed == "default-style" => {
                    if let Some(name) = name.take() {
                        self.by_name.insert(name, std::mem::take(&mut definition));
                    }
                }
                Step::End => return Ok(()),
                _ => {}
            }
        }
    }

    fn resolve(&self, name: &str) -> StyleDefinition {
        let mut resolved = StyleDefinition::default();
        let mut next = Some(name.to_owned());
        for _ in 0..MAX_STYLE_CHAIN {
            let Some(definition) = next.as_deref().and_then(|name| self.by_name.get(name)) else { break };
            resolved.bold = resolved.bold.or(definition.bold);
            resolved.italic = resolved.italic.or(definition.italic);
            resolved.size = resolved.size.or(definition.size);
            resolved.hidden = resolved.hidden.or(definition.hidden);
            resolved.title |= definition.title;
            next = definition.parent.clone();
        }
        resolved
    }
}

fn read_text_properties(element: &Element, definition: &mut StyleDefinition) {
    if let Some(weight) = element.attribute("font-weight") {
        definition.bold = Some(weight == "bold" || weight.parse::<u32>().is_ok_and(|weight| weight >= 600));
    }
    if let Some(slope) = element.attribute("font-style") {
        definition.italic = Some(slope == "italic" || slope == "oblique");
    }
    if let Some(size) = element.attribute("font-size").and_then(|size| size.strip_suffix("pt")?.parse().ok())
    {
        definition.size = Some(size);
    }
    if element.attribute("display") == Some("none") {
        definition.hidden = Some(true);
    }
}

/// Walks the element that was just opened, to its end.
fn walk(parts: &mut Parts<'_>, styles: &Styles, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    let mut depth = 1usize;
    let mut stack: Vec<StyleDefinition> = vec![StyleDefinition::default()];
    let mut list_depth = 0usize;
    let mut paragraph_open = 0usize;
    loop {
        match parts.next()? {
            Step::Open(element) => {
                if matches!(
                    element.name.as_str(),
                    "tracked-changes"
                        | "annotation"
                        | "note-citation"
                        | "forms"
                        | "sequence-decls"
                        | "table-of-content"
                ) {
                    parts.skip()?;
                    continue;
                }
                depth += 1;
                let parent = stack.last().cloned().unwrap_or_default();
                let own =
                    element.attribute("style-name").map(|name| styles.resolve(name)).unwrap_or_default();
                let merged = StyleDefinition {
                    parent: None,
                    bold: own.bold.or(parent.bold),
                    italic: own.italic.or(parent.italic),
                    size: own.size.or(parent.size),
                    hidden: own.hidden.or(parent.hidden),
                    title: own.title,
                };
                match element.name.as_str() {
                    "p" | "h" => {
                        paragraph_open += 1;
                        if element.name == "h" || merged.title {
                            flow.set_kind(BlockKind::Heading);
                        } else if list_depth > 0 {
                            flow.set_kind(BlockKind::ListItem);
                        }
                    }
                    "list-item" => list_depth += 1,
                    "s" => {
                        let count =
                            element.attribute("c").and_then(|count| count.parse::<usize>().ok()).unwrap_or(1);
                        emit(&" ".repeat(count.min(80)), &merged, flow)?;
                    }
                    "tab" => emit("\t", &merged, flow)?,
                    "line-break" => emit("\n", &merged, flow)?,
                    "a" => flow.begin_link(element.attribute("href").unwrap_or_default()),
                    "table" => flow.begin_table()?,
                    "text-box" => flow.suspend(false)?,
                    "note-body" => flow.suspend(true)?,
                    _ => {}
                }
                stack.push(merged);
            }
            Step::Close(name) => {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
                stack.pop();
                match name.as_str() {
                    "p" | "h" => {
                        paragraph_open = paragraph_open.saturating_sub(1);
                        flow.end_paragraph()?;
                    }
                    "list-item" => list_depth = list_depth.saturating_sub(1),
                    "a" => flow.end_link(),
                    "table-cell" => flow.end_cell()?,
                    "table-row" => flow.end_row()?,
                    "table" => flow.end_table()?,
                    "text-box" | "note-body" => flow.resume()?,
                    _ => {}
                }
            }
            Step::Text(text) => {
                if paragraph_open > 0 {
                    let style = stack.last().cloned().unwrap_or_default();
                    emit(&text.replace(['\n', '\r', '\t'], " "), &style, flow)?;
                }
            }
            Step::End => return Ok(()),
        }
    }
}

fn emit(text: &str, style: &StyleDefinition, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
    if style.hidden == Some(true) || style.size.is_some_and(|size| size < TINY_POINTS) {
        return flow.push_hidden(text);
    }
    flow.push(
        text,
        Style {
            size: style.size.unwrap_or(0.0),
            bold: style.bold.unwrap_or(false),
            italic: style.italic.unwrap_or(false),
        },
    )
}
