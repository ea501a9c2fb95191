//! A pull reader for the XML of DOCX and ODT: local names, attributes, text with entities resolved, a bound on depth,
//! and no document type declarations (neither format may have one; they are how external entities come in).

use quick_xml::events::{BytesStart, Event};

use super::{DocumentError, Limits};

/// `max_depth` counts what a person nests (tables, groups); each of these takes several elements.
const ELEMENTS_PER_LEVEL: usize = 8;

/// What comes next in a part.
pub(super) enum Step {
    Open(Element),
    Close(String),
    Text(String),
    End,
}

/// A start tag.
pub(super) struct Element {
    /// Name without its prefix.
    pub name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// The attribute of that local name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

pub(super) struct Parts<'b> {
    reader: quick_xml::Reader<&'b [u8]>,
    depth: usize,
    max_depth: usize,
    /// A self-closing tag is reported as opened and closed.
    pending_close: Option<String>,
}

impl<'b> Parts<'b> {
    pub(super) fn new(xml: &'b [u8], limits: &Limits) -> Self {
        let xml = xml.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(xml);
        let mut reader = quick_xml::Reader::from_reader(xml);
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        Self {
            reader,
            depth: 0,
            max_depth: limits.max_depth as usize * ELEMENTS_PER_LEVEL,
            pending_close: None,
        }
    }

    pub(super) fn next(&mut self) -> Result<Step, DocumentError> {
        if let Some(name) = self.pending_close.take() {
            return Ok(Step::Close(name));
        }
        loop {
            let event = self
                .reader
                .read_event()
                .map_err(|error| DocumentError::damaged(format!("its XML is broken: {error}")))?;
            match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        return Err(DocumentError::TooDeep);
                    }
                    return Ok(Step::Open(element(&start)));
                }
                Event::Empty(start) => {
                    let element = element(&start);
                    self.pending_close = Some(element.name.clone());
                    return Ok(Step::Open(element));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Step::Close(end.local_name().as_ref().to_owned()));
                }
                Event::Text(text) => return Ok(Step::Text(text.to_string())),
                Event::CData(text) => return Ok(Step::Text(text.to_string())),
                Event::GeneralRef(reference) => {
                    if let Some(text) = super::entities::resolve(&reference) {
                        return Ok(Step::Text(text));
                    }
                }
                Event::DocType(_) => {
                    return Err(DocumentError::damaged(
                        "its XML declares entities, which a document must not",
                    ));
                }
                Event::Eof => return Ok(Step::End),
                _ => {}
            }
        }
    }

    /// Skips everything up to the end of the element that was just opened.
    pub(super) fn skip(&mut self) -> Result<(), DocumentError> {
        let mut depth = 1;
        while depth > 0 {
            match self.next()? {
                Step::Open(_) => depth += 1,
                Step::Close(_) => depth -= 1,
                Step::Text(_) => {}
                Step::End => break,
            }
        }
        Ok(())
    }
}

fn element(start: &BytesStart<'_>) -> Element {
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .map(|attribute| {
            let key = attribute.key.local_name().as_ref().to_owned();
            (key, super::entities::decode(&attribute.value))
        })
        .collect();
    Element { name: start.local_name().as_ref().to_owned(), attributes }
}
