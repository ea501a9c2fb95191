//! DOCX: a walk over the parts of the package, in the order in which a person reads them: headers, body (with tables,
//! text boxes and content controls), notes, footers. Tracked changes are read in their accepted state.

use std::collections::HashMap;

use super::flow::{Flow, Style};
use super::limits::Watch;
use super::package::Package;
use super::xml::{Element, Parts, Step};
use super::{BlockKind, Document, DocumentError, Format, Limits};

/// Half-points below which text is not there to be read.
const TINY_HALF_POINTS: f32 = 5.0;
/// How far a style's ancestors are followed.
const MAX_STYLE_CHAIN: usize = 16;

pub(super) fn read(bytes: &[u8], limits: &Limits, watch: &Watch) -> Result<Document, DocumentError> {
    let mut package = Package::open(bytes, limits, watch)?;
    let main = main_part(&mut package, limits)?;
    let body = package.part(&main)?.ok_or_else(|| DocumentError::damaged("its main part is missing"))?;
    let styles = match package.part("word/styles.xml")? {
        Some(xml) => Styles::read(&xml, limits)?,
        None => Styles::default(),
    };
    let relations = relations_of(&mut package, &main, limits)?;
    let mut flow = Flow::new(limits, watch);
    let sections = Walker::new(&body, &relations, &styles, limits).walk(&mut flow)?;
    let body_blocks = flow.take_blocks()?;

    let mut headers = Vec::new();
    let mut footers = Vec::new();
    for (is_header, id) in sections.shown_regions() {
        let Some(target) = relations.get(&id) else { continue };
        let name = part_name(target);
        let Some(xml) = package.part(&name)? else { continue };
        let own_relations = relations_of(&mut package, &name, limits)?;
        Walker::new(&xml, &own_relations, &styles, limits).walk(&mut flow)?;
        if is_header {
            headers.extend(flow.take_region(BlockKind::Header)?);
        } else {
            footers.extend(flow.take_region(BlockKind::Footer)?);
        }
    }
    flow.put_blocks(body_blocks);
    for notes in ["word/footnotes.xml", "word/endnotes.xml"] {
        if let Some(xml) = package.part(notes)? {
            let own_relations = relations_of(&mut package, notes, limits)?;
            Walker::new(&xml, &own_relations, &styles, limits).walk(&mut flow)?;
        }
    }
    flow.end_paragraph()?;
    flow.add_region(headers, true);
    flow.add_region(footers, false);
    if let Some(xml) = package.part("docProps/core.xml")? {
        flow.title = title_of(&xml, limits)?;
    }
    flow.finish(Format::Docx)
}

/// The main part, by the package's relations; `word/document.xml` in nearly all files.
fn main_part(package: &mut Package<'_>, limits: &Limits) -> Result<String, DocumentError> {
    const USUAL: &str = "word/document.xml";
    if package.names().iter().any(|name| name == USUAL) {
        return Ok(USUAL.to_owned());
    }
    let Some(xml) = package.part("_rels/.rels")? else { return Ok(USUAL.to_owned()) };
    let mut parts = Parts::new(&xml, limits);
    loop {
        match parts.next()? {
            Step::Open(element)
                if element.attribute("Type").is_some_and(|t| t.ends_with("/officeDocument")) =>
            {
                if let Some(target) = element.attribute("Target") {
                    return Ok(target.trim_start_matches('/').to_owned());
                }
            }
            Step::End => return Ok(USUAL.to_owned()),
            _ => {}
        }
    }
}

fn part_name(target: &str) -> String {
    match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("word/{}", target.trim_start_matches("./")),
    }
}

fn relations_of(
    package: &mut Package<'_>,
    part: &str,
    limits: &Limits,
) -> Result<HashMap<String, String>, DocumentError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let mut relations = HashMap::new();
    let Some(xml) = package.part(&format!("{folder}/_rels/{file}.rels"))? else { return Ok(relations) };
    let mut parts = Parts::new(&xml, limits);
    loop {
        match parts.next()? {
            Step::Open(element) => {
                if let (Some(id), Some(target)) = (element.attribute("Id"), element.attribute("Target")) {
                    relations.insert(id.to_owned(), target.to_owned());
                }
            }
            Step::End => return Ok(relations),
            _ => {}
        }
    }
}

fn title_of(xml: &[u8], limits: &Limits) -> Result<Option<String>, DocumentError> {
    let mut parts = Parts::new(xml, limits);
    let mut inside = false;
    let mut title = String::new();
    loop {
        match parts.next()? {
            Step::Open(element) => inside = element.name == "title",
            Step::Text(text) if inside => title.push_str(&text),
            Step::Close(_) => inside = false,
            Step::End => return Ok(Some(title)),
            Step::Text(_) => {}
        }
    }
}

/// An on/off property: there and not switched off.
fn is_on(element: &Element) -> bool {
    !matches!(element.attribute("val"), Some("0" | "false" | "off" | "none"))
}

#[derive(Debug, Clone, Default)]
struct StyleDefinition {
    based_on: Option<String>,
    heading: bool,
    list: bool,
    bold: Option<bool>,
    italic: Option<bool>,
    half_points: Option<f32>,
    hidden: Option<bool>,
}

#[derive(Default)]
struct Styles {
    by_id: HashMap<String, StyleDefinition>,
    default: StyleDefinition,
    default_paragraph: Option<String>,
}

impl Styles {
    fn read(xml: &[u8], limits: &Limits) -> Result<Self, DocumentError> {
        let mut styles = Self::default();
        let mut parts = Parts::new(xml, limits);
        let mut id = None;
        let mut definition = StyleDefinition::default();
        let mut in_defaults = false;
        loop {
            match parts.next()? {
                Step::Open(element) => match element.name.as_str() {
                    "docDefaults" => in_defaults = true,
                    "tblStylePr" => parts.skip()?,
                    "style" => {
                        id = element.attribute("styleId").map(str::to_owned);
                        definition = StyleDefinition::default();
                        if element.attribute("type") == Some("paragraph")
                            && matches!(element.attribute("default"), Some("1" | "true"))
                        {
                            styles.default_paragraph = id.clone();
                        }
                    }
                    "name" => {
                        let name = element.attribute("val").unwrap_or_default().to_lowercase();
                        definition.heading =
                            name.starts_with("heading ") || name == "title" || name == "subtitle";
                        definition.list = name.starts_with("list ");
                    }
                    "outlineLvl" => definition.heading |= element.attribute("val") != Some("9"),
                    "basedOn" => definition.based_on = element.attribute("val").map(str::to_owned),
                    "numPr" => definition.list = true,
                    "b" => definition.bold = Some(is_on(&element)),
                    "i" => definition.italic = Some(is_on(&element)),
                    "vanish" => definition.hidden = Some(is_on(&element)),
                    "sz" => {
                        definition.half_points = element.attribute("val").and_then(|val| val.parse().ok())
                    }
                    _ => {}
                },
                Step::Close(name) => match name.as_str() {
                    "docDefaults" => {
                        styles.default = std::mem::take(&mut definition);
                        in_defaults = false;
                    }
                    "style" if !in_defaults => {
                        if let Some(id) = id.take() {
                            styles.by_id.insert(id, std::mem::take(&mut definition));
                        }
                    }
                    _ => {}
                },
                Step::Text(_) => {}
                Step::End => return Ok(styles),
            }
        }
    }

    /// What a style says, its ancestors and the defaults included.
    fn resolve(&self, id: Option<&str>) -> StyleDefinition {
        let mut resolved = StyleDefinition::default();
        let mut next = id.map(str::to_owned).or_else(|| self.default_paragraph.clone());
        for step in 0..MAX_STYLE_CHAIN {
            let Some(definition) = next.as_deref().and_then(|id| self.by_id.get(id)) else { break };
            resolved.heading |= definition.heading && (step == 0 || !resolved.list);
            resolved.list |= definition.list;
            resolved.bold = resolved.bold.or(definition.bold);
            resolved.italic = resolved.italic.or(definition.italic);
            resolved.half_points = resolved.half_points.or(definition.half_points);
            resolved.hidden = resolved.hidden.or(definition.hidden);
            next = definition.based_on.clone();
        }
        resolved.bold = resolved.bold.or(self.default.bold);
        resolved.italic = resolved.italic.or(self.default.italic);
        resolved.half_points = resolved.half_points.or(self.default.half_points);
        resolved
    }
}

/// Which headers and footers the sections ask for.
#[derive(Default)]
struct Sections {
    /// Header or footer, its type, relation id.
    references: Vec<(bool, String, String)>,
    first_page_differs: bool,
}

impl Sections {
    /// Those that are shown: `first` only where first pages differ; `even` repeats what the others say.
    fn shown_regions(&self) -> Vec<(bool, String)> {
        let rank = |kind: &str| if kind == "first" { 0 } else { 1 };
        let mut shown: Vec<_> = self
            .references
            .iter()
            .filter(|(_, kind, _)| kind != "even" && (kind != "first" || self.first_page_differs))
            .collect();
        shown.sort_by_key(|(_, kind, _)| rank(kind));
        shown.into_iter().map(|(is_header, _, id)| (*is_header, id.clone())).collect()
    }
}

struct Walker<'w> {
    parts: Parts<'w>,
    relations: &'w HashMap<String, String>,
    styles: &'w Styles,
    sections: Sections,
    paragraph_style: StyleDefinition,
    run: StyleDefinition,
    white: bool,
    in_run: bool,
    in_run_properties: bool,
    in_paragraph_properties: bool,
    mark_deleted: bool,
    /// Whether each open cell, paragraph or text box has a coloured ground, on which white text can be read.
    shaded: Vec<bool>,
    /// Instructions of the open fields; `None` once their result has begun.
    fields: Vec<Option<String>>,
    paragraphs: Vec<(StyleDefinition, bool)>,
}

impl<'w> Walker<'w> {
    fn new(
        xml: &'w [u8],
        relations: &'w HashMap<String, String>,
        styles: &'w Styles,
        limits: &Limits,
    ) -> Self {
        Self {
            parts: Parts::new(xml, limits),
            relations,
            styles,
            sections: Sections::default(),
            paragraph_style: StyleDefinition::default(),
            run: StyleDefinition::default(),
            white: false,
            in_run: false,
            in_run_properties: false,
            in_paragraph_properties: false,
            mark_deleted: false,
            shaded: Vec::new(),
            fields: Vec::new(),
            paragraphs: Vec::new(),
        }
    }

    fn walk(mut self, flow: &mut Flow<'_>) -> Result<Sections, DocumentError> {
        loop {
            match self.parts.next()? {
                Step::Open(element) => self.open(&element, flow)?,
                Step::Close(name) => self.close(&name, flow)?,
                Step::Text(_) => {}
                Step::End => break,
            }
        }
        flow.end_paragraph()?;
        Ok(self.sections)
    }

    fn open(&mut self, element: &Element, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
        match element.name.as_str() {
            // Deleted text, older versions of what `Choice` says, field codes and comments.
            "del" | "moveFrom" if !self.in_run_properties => self.parts.skip()?,
            "del" if self.in_paragraph_properties => self.mark_deleted = true,
            "Fallback" | "sdtPr" | "sdtEndPr" | "rPrChange" | "pPrChange" | "tblPrChange" | "delText"
            | "ruby" => {
                self.parts.skip()?;
            }
            "p" if !self.in_run => self.open_paragraph(),
            "pPr" => self.in_paragraph_properties = true,
            "pStyle" => {
                self.paragraph_style = self.styles.resolve(element.attribute("val"));
            }
            "outlineLvl" if self.in_paragraph_properties => {
                self.paragraph_style.heading |= element.attribute("val") != Some("9");
            }
            "numPr" if self.in_paragraph_properties => self.paragraph_style.list = true,
            "numId" if self.in_paragraph_properties && element.attribute("val") == Some("0") => {
                self.paragraph_style.list = false;
            }
            "shd" => {
                let coloured =
                    !matches!(element.attribute("fill"), None | Some("auto" | "FFFFFF" | "ffffff"));
                if coloured && let Some(shaded) = self.shaded.last_mut() {
                    *shaded = true;
                }
            }
            "highlight" => {
                if let Some(shaded) = self.shaded.last_mut() {
                    *shaded = true;
                }
            }
            "r" => {
                self.in_run = true;
                self.run = StyleDefinition::default();
                self.white = false;
            }
            "rPr" => self.in_run_properties = true,
            "rStyle" if self.in_run => {
                let id = element.attribute("val");
                if let Some(style) = id.and_then(|id| self.styles.by_id.get(id)) {
                    self.run.bold = style.bold;
                    self.run.italic = style.italic;
                    self.run.half_points = style.half_points;
                    self.run.hidden = style.hidden;
                }
            }
            "b" if self.in_run => self.run.bold = Some(is_on(element)),
            "i" if self.in_run => self.run.italic = Some(is_on(element)),
            "vanish" if self.in_run => self.run.hidden = Some(is_on(element)),
            "sz" if self.in_run => {
                self.run.half_points = element.attribute("val").and_then(|val| val.parse().ok())
            }
            "color" if self.in_run => {
                self.white = element.attribute("val").is_some_and(|val| val.eq_ignore_ascii_case("FFFFFF"));
            }
            "t" if self.in_run => {
                let text = self.text_of_element()?;
                self.emit(&text, flow)?;
            }
            "tab" | "ptab" if self.in_run && !self.in_run_properties => self.emit("\t", flow)?,
            "br" | "cr" if self.in_run => self.emit("\n", flow)?,
            "noBreakHyphen" => self.emit("-", flow)?,
            "softHyphen" => self.emit("\u{AD}", flow)?,
            "sym" => {
                let code = element.attribute("char").and_then(|code| u32::from_str_radix(code, 16).ok());
                if let Some(character) = code.and_then(char::from_u32) {
                    self.emit(character.encode_utf8(&mut [0; 4]), flow)?;
                }
            }
            "hyperlink" => {
                let url = element
                    .attribute("id")
                    .and_then(|id| self.relations.get(id))
                    .map(String::as_str)
                    .unwrap_or_default();
                flow.begin_link(url);
            }
            "fldSimple" => {
                if let Some(url) = hyperlink_of(element.attribute("instr").unwrap_or_default()) {
                    flow.begin_link(&url);
                }
            }
            "fldChar" => match element.attribute("fldCharType") {
                Some("begin") => self.fields.push(Some(String::new())),
                Some("separate") => {
                    if let Some(field) = self.fields.last_mut()
                        && let Some(url) = field.take().as_deref().and_then(hyperlink_of)
                    {
                        flow.begin_link(&url);
                    }
                }
                Some("end") if self.fields.pop().is_some() => flow.end_link(),
                _ => {}
            },
            "instrText" => {
                let text = self.text_of_element()?;
                if let Some(Some(instruction)) = self.fields.last_mut() {
                    instruction.push_str(&text);
                }
            }
            "tbl" => flow.begin_table()?,
            "tc" => self.shaded.push(false),
            "txbxContent" => {
                flow.suspend(false)?;
                self.paragraphs.push((std::mem::take(&mut self.paragraph_style), self.mark_deleted));
                self.in_run = false;
                // A text box has a ground of its own.
                self.shaded.push(true);
            }
            "headerReference" | "footerReference" => {
                if let Some(id) = element.attribute("id") {
                    self.sections.references.push((
                        element.name == "headerReference",
                        element.attribute("type").unwrap_or("default").to_owned(),
                        id.to_owned(),
                    ));
                }
            }
            "titlePg" => self.sections.first_page_differs |= is_on(element),
            _ => {}
        }
        Ok(())
    }

    fn close(&mut self, name: &str, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
        match name {
            "p" if !self.in_run => {
                self.shaded.pop();
                if self.paragraph_style.heading {
                    flow.set_kind(BlockKind::Heading);
                } else if self.paragraph_style.list {
                    flow.set_kind(BlockKind::ListItem);
                }
                if !std::mem::take(&mut self.mark_deleted) {
                    flow.end_paragraph()?;
                }
            }
            "pPr" => self.in_paragraph_properties = false,
            "rPr" => self.in_run_properties = false,
            "r" => self.in_run = false,
            "hyperlink" | "fldSimple" => flow.end_link(),
            "tc" => {
                self.shaded.pop();
                flow.end_cell()?;
            }
            "tr" => flow.end_row()?,
            "tbl" => flow.end_table()?,
            "txbxContent" => {
                self.shaded.pop();
                flow.resume()?;
                if let Some((style, mark_deleted)) = self.paragraphs.pop() {
                    self.paragraph_style = style;
                    self.mark_deleted = mark_deleted;
                }
                // Text boxes stand in a run of their host.
                self.in_run = true;
            }
            _ => {}
        }
        Ok(())
    }

    fn open_paragraph(&mut self) {
        self.paragraph_style = self.styles.resolve(None);
        self.mark_deleted = false;
        self.in_run = false;
        self.in_run_properties = false;
        self.in_paragraph_properties = false;
        let ground = self.shaded.last().copied().unwrap_or(false);
        self.shaded.push(ground);
    }

    /// Text up to the end of the element that was just opened.
    fn text_of_element(&mut self) -> Result<String, DocumentError> {
        let mut text = String::new();
        loop {
            match self.parts.next()? {
                // Line breaks and tabs of the XML are spaces; real ones are elements.
                Step::Text(piece) => text.push_str(&piece.replace(['\n', '\r', '\t'], " ")),
                Step::Open(_) => self.parts.skip()?,
                Step::Close(_) | Step::End => return Ok(text),
            }
        }
    }

    fn emit(&mut self, text: &str, flow: &mut Flow<'_>) -> Result<(), DocumentError> {
        // Between `begin` and `separate` a field has its code, not its text.
        if self.fields.iter().any(Option::is_some) {
            return Ok(());
        }
        let half_points = self.run.half_points.or(self.paragraph_style.half_points);
        let hidden = self.run.hidden.or(self.paragraph_style.hidden).unwrap_or(false)
            || half_points.is_some_and(|size| size < TINY_HALF_POINTS)
            || (self.white && !self.shaded.last().copied().unwrap_or(false));
        if hidden {
            return flow.push_hidden(text);
        }
        let style = Style {
            size: half_points.unwrap_or(0.0) / 2.0,
            bold: self.run.bold.or(self.paragraph_style.bold).unwrap_or(false),
            italic: self.run.italic.or(self.paragraph_style.italic).unwrap_or(false),
        };
        flow.push(text, style)
    }
}

/// The address in a field code `HYPERLINK "address"`.
pub(super) fn hyperlink_of(instruction: &str) -> Option<String> {
    let rest = instruction.trim_start().strip_prefix("HYPERLINK")?;
    if rest.trim_start().starts_with("\\l") {
        return None;
    }
    let start = rest.find('"')? + 1;
    let end = rest[start..].find('"')? + start;
    Some(rest[start..end].to_owned())
}
