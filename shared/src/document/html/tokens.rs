//! Cuts HTML into tags and text, as tolerantly as browsers do.

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

/// A piece of HTML.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'t> {
    /// Text with its entities as written.
    Text(&'t str),
    /// A start tag.
    Open(Tag<'t>),
    /// An end tag, by the name of its element.
    Close(String),
    /// The content of a style sheet.
    StyleSheet(&'t str),
}

/// A start tag.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tag<'t> {
    /// Lower case, without a prefix.
    pub name: String,
    /// What stands between `<` and `>`.
    pub written: &'t str,
    /// Byte offset in the page: tells the element from all others.
    pub at: usize,
}

impl Tag<'_> {
    /// Whether the element ends with its start tag.
    pub(super) fn is_void(&self) -> bool {
        VOID.contains(&self.name.as_str()) || self.written.ends_with('/')
    }

    /// The value of an attribute, its entities resolved; empty where it has none.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let tag = self.written;
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
            return Some(super::super::entities::decode(raw));
        }
        None
    }
}

/// The tokens of a page in order.
pub(super) struct Tokens<'t> {
    html: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn new(html: &'t str) -> Self {
        Self { html, at: 0 }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        loop {
            let rest = &self.html[self.at..];
            if rest.is_empty() {
                return None;
            }
            let Some(sign) = rest.find('<') else {
                self.at = self.html.len();
                return Some(Token::Text(rest));
            };
            if sign > 0 {
                self.at += sign;
                return Some(Token::Text(&rest[..sign]));
            }
            if let Some(comment) = rest.strip_prefix("<!--") {
                self.at = comment.find("-->").map_or(self.html.len(), |end| self.at + 4 + end + 3);
                continue;
            }
            let follows = rest[1..].chars().next().unwrap_or(' ');
            if !(follows.is_ascii_alphabetic() || matches!(follows, '/' | '!' | '?')) {
                self.at += 1;
                return Some(Token::Text("<"));
            }
            let Some(end) = tag_end(rest) else {
                self.at = self.html.len();
                return None;
            };
            let tag = Tag { name: tag_name(&rest[1..end]), written: &rest[1..end], at: self.at };
            self.at += end + 1;
            if let Some(name) = tag.written.strip_prefix('/') {
                return Some(Token::Close(tag_name(name)));
            }
            if !follows.is_ascii_alphabetic() {
                continue;
            }
            if RAW.contains(&tag.name.as_str()) && !tag.written.ends_with('/') {
                let raw = &self.html[self.at..];
                let (content, behind) = raw_content(raw, &tag.name);
                self.at += behind;
                if tag.name == "style" {
                    return Some(Token::StyleSheet(content));
                }
                continue;
            }
            return Some(Token::Open(tag));
        }
    }
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

/// The content of a raw element that begins `rest`, and where what follows its end tag begins.
fn raw_content<'t>(rest: &'t str, name: &str) -> (&'t str, usize) {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while let Some(found) = rest[at..].find("</") {
        let start = at + found + 2;
        let end = start + name.len();
        if bytes.get(start..end).is_some_and(|candidate| candidate.eq_ignore_ascii_case(name.as_bytes())) {
            let behind = rest[end..].find('>').map_or(rest.len(), |close| end + close + 1);
            return (&rest[..start - 2], behind);
        }
        at = start;
    }
    (rest, rest.len())
}
