//! RTF: groups, control words and code pages, read in one pass without recursion. Destinations that hold no text of the
//! document (font tables, pictures, metadata) are skipped.

use encoding_rs::Encoding;

use super::docx::hyperlink_of;
use super::flow::{Flow, Style};
use super::limits::Watch;
use super::{BlockKind, Document, DocumentError, Format, Limits};

/// Destinations without text of the document; any destination marked `\*` that is not known is skipped as well.
const SKIPPED: &[&str] = &[
    "fonttbl",
    "colortbl",
    "stylesheet",
    "pict",
    "object",
    "objdata",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "filetbl",
    "revtbl",
    "info",
    "template",
    "mmathPr",
    "bkmkstart",
    "bkmkend",
    "nonshppict",
    "pnseclvl",
    "ftnsep",
    "ftnsepc",
    "aftnsep",
    "aftnsepc",
    "annotation",
    "atnid",
    "atnauthor",
    "atndate",
    "atnref",
    "sp",
    "sn",
    "sv",
    "shpinst_props",
    "blipuid",
    "panose",
    "falt",
    "userprops",
    "docvar",
    "formfield",
    "fldtype",
    "xe",
    "tc",
    "deleted",
];
/// Destinations marked `\*` that do hold text.
const STARRED_WITH_TEXT: &[&str] = &["shpinst", "shptxt", "fldinst", "fldrslt"];
/// Groups inside each other for one level of `max_depth`.
const GROUPS_PER_LEVEL: u32 = 8;

#[derive(Clone)]
struct Group {
    style: Style,
    hidden: bool,
    deleted: bool,
    encoding: &'static Encoding,
    /// Characters that stand for one `\u` and are to be skipped.
    unicode_skip: usize,
    destination: Destination,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    Text,
    Skipped,
    FieldInstruction,
    FieldResult,
    Title,
    FontTable,
    /// The bullet or number of a list item.
    ListSign,
    /// A text box or note: its text goes before the paragraph or to the end.
    Apart,
    Region(BlockKind),
}

struct Reader<'r, 'l> {
    bytes: &'r [u8],
    at: usize,
    flow: Flow<'l>,
    group: Group,
    groups: Vec<Group>,
    max_groups: usize,
    /// Bytes of the code page that wait for their decoding, so that double-byte characters are whole.
    pending: Vec<u8>,
    high_surrogate: Option<u16>,
    skip_characters: usize,
    instruction: String,
    in_table: bool,
    list_item: bool,
    heading: bool,
    list_sign: String,
    title: String,
    fonts: Vec<(i32, &'static Encoding)>,
    defining_font: i32,
    default_encoding: &'static Encoding,
    headers: Vec<super::Block>,
    footers: Vec<super::Block>,
    regions: Vec<Vec<super::Block>>,
}

pub(super) fn read(bytes: &[u8], limits: &Limits, watch: &Watch) -> Result<Document, DocumentError> {
    let group = Group {
        style: Style { size: 12.0, ..Style::default() },
        hidden: false,
        deleted: false,
        encoding: encoding_rs::WINDOWS_1252,
        unicode_skip: 1,
        destination: Destination::Text,
    };
    let mut reader = Reader {
        bytes,
        at: 0,
        flow: Flow::new(limits, watch),
        group,
        groups: Vec::new(),
        max_groups: (limits.max_depth * GROUPS_PER_LEVEL) as usize,
        pending: Vec::new(),
        high_surrogate: None,
        skip_characters: 0,
        instruction: String::new(),
        in_table: false,
        list_item: false,
        heading: false,
        list_sign: String::new(),
        title: String::new(),
        fonts: Vec::new(),
        defining_font: 0,
        default_encoding: encoding_rs::WINDOWS_1252,
        headers: Vec::new(),
        footers: Vec::new(),
        regions: Vec::new(),
    };
    reader.run()?;
    reader.finish()
}

impl Reader<'_, '_> {
    fn run(&mut self) -> Result<(), DocumentError> {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => {
                    self.flush()?;
                    if self.groups.len() >= self.max_groups {
                        return Err(DocumentError::TooDeep);
                    }
                    self.groups.push(self.group.clone());
                }
                b'}' => {
                    self.flush()?;
                    self.close_group()?;
                }
                b'\\' => self.control()?,
                b'\r' | b'\n' => {}
                _ => self.character_byte(byte),
            }
        }
        self.flush()
    }

    fn finish(mut self) -> Result<Document, DocumentError> {
        self.end_paragraph()?;
        if self.in_table {
            self.flow.end_table()?;
        }
        let body = self.flow.take_blocks()?;
        self.flow.put_blocks(body);
        self.flow.add_region(self.headers, true);
        self.flow.add_region(self.footers, false);
        self.flow.title = Some(self.title);
        self.flow.finish(Format::Rtf)
    }

    fn close_group(&mut self) -> Result<(), DocumentError> {
        let Some(outer) = self.groups.pop() else { return Ok(()) };
        let inner = std::mem::replace(&mut self.group, outer);
        self.skip_characters = 0;
        if inner.destination == self.group.destination {
            return Ok(());
        }
        match inner.destination {
            Destination::FieldInstruction => {
                let instruction = std::mem::take(&mut self.instruction);
                if let Some(url) = hyperlink_of(&instruction) {
                    self.flow.begin_link(&url);
                }
            }
            Destination::FieldResult => self.flow.end_link(),
            Destination::ListSign => {
                let sign = std::mem::take(&mut self.list_sign);
                self.list_item |= !sign.trim().is_empty();
            }
            Destination::Apart => self.flow.resume()?,
            Destination::Region(kind) => {
                let blocks = self.flow.take_region(kind)?;
                match kind {
                    BlockKind::Header => self.headers.extend(blocks),
                    _ => self.footers.extend(blocks),
                }
                let body = self.regions.pop().unwrap_or_default();
                self.flow.put_blocks(body);
                self.flow.resume()?;
            }
            _ => {}
        }
        Ok(())
    }

    fn character_byte(&mut self, byte: u8) {
        if self.skip_characters > 0 {
            self.skip_characters -= 1;
        } else if self.group.destination != Destination::Skipped {
            self.pending.push(byte);
        }
    }

    /// Decodes the bytes that wait and hands them on.
    fn flush(&mut self) -> Result<(), DocumentError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let bytes = std::mem::take(&mut self.pending);
        let text = self.group.encoding.decode_without_bom_handling(&bytes).0;
        // Tabs and line feeds come as control words only.
        let text = text.replace(['\t', '\n'], " ");
        self.emit(&text)
    }

    fn emit(&mut self, text: &str) -> Result<(), DocumentError> {
        match self.group.destination {
            Destination::Skipped | Destination::FontTable => Ok(()),
            Destination::FieldInstruction => {
                self.instruction.push_str(text);
                Ok(())
            }
            Destination::ListSign => {
                self.list_sign.push_str(text);
                Ok(())
            }
            Destination::Title => {
                self.title.push_str(text);
                Ok(())
            }
            _ if self.group.deleted => Ok(()),
            _ if self.group.hidden => self.flow.push_hidden(text),
            _ => self.flow.push(text, self.group.style),
        }
    }

    fn control(&mut self) -> Result<(), DocumentError> {
        let Some(&first) = self.bytes.get(self.at) else { return Ok(()) };
        if !first.is_ascii_alphabetic() {
            self.at += 1;
            match first {
                b'\'' => {
                    let digits =
                        self.bytes.get(self.at..self.at + 2).and_then(|hex| std::str::from_utf8(hex).ok());
                    if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                        self.at += 2;
                        self.character_byte(byte);
                    }
                }
                b'~' => self.symbol(" ")?,
                b'_' => self.symbol("-")?,
                b'-' => self.symbol("\u{AD}")?,
                b'\\' | b'{' | b'}' => self.character_byte(first),
                b'\r' | b'\n' => {
                    self.flush()?;
                    self.end_paragraph()?;
                }
                b'*' => self.starred()?,
                _ => {}
            }
            return Ok(());
        }
        let start = self.at;
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_alphabetic) && self.at - start < 32 {
            self.at += 1;
        }
        let word = String::from_utf8_lossy(&self.bytes[start..self.at]).into_owned();
        let number_start = self.at;
        if self.bytes.get(self.at) == Some(&b'-') {
            self.at += 1;
        }
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_digit) && self.at - number_start < 11 {
            self.at += 1;
        }
        let number =
            std::str::from_utf8(&self.bytes[number_start..self.at]).ok().and_then(|n| n.parse::<i32>().ok());
        if self.bytes.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
        self.word(&word, number)
    }

    fn symbol(&mut self, text: &str) -> Result<(), DocumentError> {
        self.flush()?;
        self.emit(text)
    }

    /// `\*`: the destination that follows may be skipped by who does not know it.
    fn starred(&mut self) -> Result<(), DocumentError> {
        self.flush()?;
        if self.bytes.get(self.at) == Some(&b'\\') {
            let start = self.at + 1;
            let length =
                self.bytes[start..].iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
            let word = std::str::from_utf8(&self.bytes[start..start + length]).unwrap_or_default();
            if STARRED_WITH_TEXT.contains(&word) {
                return Ok(());
            }
        }
        self.group.destination = Destination::Skipped;
        Ok(())
    }

    fn word(&mut self, word: &str, number: Option<i32>) -> Result<(), DocumentError> {
        if word == "u" {
            return self.unicode(number.unwrap_or(0));
        }
        if word == "bin" {
            self.at = self
                .at
                .saturating_add(usize::try_from(number.unwrap_or(0)).unwrap_or(0))
                .min(self.bytes.len());
            return Ok(());
        }
        self.flush()?;
        if self.group.destination == Destination::Skipped {
            // Nothing inside matters, except that the title hides in the metadata.
            if word == "title" {
                self.group.destination = Destination::Title;
            }
            return Ok(());
        }
        let on = number != Some(0);
        match word {
            _ if SKIPPED.contains(&word) && word != "fonttbl" && word != "deleted" => {
                self.group.destination = Destination::Skipped;
            }
            "listtext" | "pntext" => self.group.destination = Destination::ListSign,
            "fonttbl" => self.group.destination = Destination::FontTable,
            "deleted" => self.group.deleted = on,
            "fldinst" => self.group.destination = Destination::FieldInstruction,
            "fldrslt" => self.group.destination = Destination::FieldResult,
            "shptxt" => self.open_apart(false)?,
            "footnote" => self.open_apart(true)?,
            "header" | "headerf" | "headerl" | "headerr" => self.open_region(BlockKind::Header)?,
            "footer" | "footerf" | "footerl" | "footerr" => self.open_region(BlockKind::Footer)?,
            "ansicpg" => {
                self.default_encoding = code_page(number.unwrap_or(1252));
                self.group.encoding = self.default_encoding;
            }
            "mac" => self.group.encoding = encoding_rs::MACINTOSH,
            "f" => {
                let font = number.unwrap_or(0);
                if self.group.destination == Destination::FontTable {
                    self.defining_font = font;
                } else {
                    let known = self.fonts.iter().rev().find(|(id, _)| *id == font);
                    self.group.encoding = known.map_or(self.default_encoding, |(_, encoding)| encoding);
                }
            }
            "fcharset" if self.group.destination == Destination::FontTable => {
                if let Some(encoding) = character_set(number.unwrap_or(0)) {
                    self.fonts.push((self.defining_font, encoding));
                }
            }
            "uc" => self.group.unicode_skip = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(8),
            "plain" => {
                self.group.style = Style { size: 12.0, ..Style::default() };
                self.group.hidden = false;
            }
            "b" => self.group.style.bold = on,
            "i" => self.group.style.italic = on,
            "fs" => {
                self.group.style.size = number.unwrap_or(24).clamp(0, 2000) as f32 / 2.0;
            }
            "v" => self.group.hidden = on,
            "par" | "sect" | "page" => self.end_paragraph()?,
            "line" | "lbr" => self.emit("\n")?,
            "tab" => self.emit("\t")?,
            "pard" if self.group.destination != Destination::ListSign => {
                self.list_item = false;
                self.heading = false;
            }
            "outlinelevel" => self.heading = number.is_some_and(|level| level < 9),
            "trowd" | "intbl" if !self.in_table => {
                self.flow.begin_table()?;
                self.in_table = true;
            }
            "cell" | "nestcell" => {
                self.mark_kind();
                if self.in_table {
                    self.flow.end_cell()?;
                } else {
                    self.emit("\t")?;
                }
            }
            "row" | "nestrow" if self.in_table => {
                self.flow.end_row()?;
                if !self.row_follows() {
                    self.flow.end_table()?;
                    self.in_table = false;
                }
            }
            "bullet" => self.emit("•")?,
            "endash" => self.emit("–")?,
            "emdash" => self.emit("—")?,
            "lquote" => self.emit("‘")?,
            "rquote" => self.emit("’")?,
            "ldblquote" => self.emit("“")?,
            "rdblquote" => self.emit("”")?,
            "emspace" | "enspace" | "qmspace" => self.emit(" ")?,
            _ => {}
        }
        Ok(())
    }

    /// Whether another row of the same table comes next.
    fn row_follows(&self) -> bool {
        let window = &self.bytes[self.at.min(self.bytes.len())..self.bytes.len().min(self.at + 4096)];
        let position = |word: &[u8]| memchr::memmem::find(window, word);
        let next_row = [position(b"\\trowd"), position(b"\\intbl")].into_iter().flatten().min();
        let next_paragraph =
            [position(b"\\par\n"), position(b"\\par "), position(b"\\par\r"), position(b"\\par}")]
                .into_iter()
                .flatten()
                .min();
        match (next_row, next_paragraph) {
            (Some(row), Some(paragraph)) => row < paragraph,
            (Some(_), None) => true,
            _ => false,
        }
    }

    fn open_apart(&mut self, to_end: bool) -> Result<(), DocumentError> {
        self.flow.suspend(to_end)?;
        self.group.destination = Destination::Apart;
        Ok(())
    }

    fn open_region(&mut self, kind: BlockKind) -> Result<(), DocumentError> {
        // Only one is open at a time; a second one inside is broken RTF and read as text.
        if matches!(self.group.destination, Destination::Region(_)) || !self.regions.is_empty() {
            return Ok(());
        }
        self.flow.suspend(false)?;
        let body = self.flow.take_blocks()?;
        self.regions.push(body);
        self.group.destination = Destination::Region(kind);
        Ok(())
    }

    fn unicode(&mut self, number: i32) -> Result<(), DocumentError> {
        self.flush()?;
        self.skip_characters = self.group.unicode_skip;
        let code = (number & 0xFFFF) as u16;
        let character = match (self.high_surrogate.take(), code) {
            (_, 0xD800..=0xDBFF) => {
                self.high_surrogate = Some(code);
                return Ok(());
            }
            (Some(high), 0xDC00..=0xDFFF) => char::decode_utf16([high, code]).next().and_then(Result::ok),
            _ => char::from_u32(u32::from(code)),
        };
        match character {
            Some(character) => self.emit(character.encode_utf8(&mut [0; 4])),
            None => Ok(()),
        }
    }

    fn mark_kind(&mut self) {
        if self.heading {
            self.flow.set_kind(BlockKind::Heading);
        } else if self.list_item {
            self.flow.set_kind(BlockKind::ListItem);
        }
    }

    fn end_paragraph(&mut self) -> Result<(), DocumentError> {
        if self.group.destination == Destination::Skipped {
            return Ok(());
        }
        self.mark_kind();
        self.flow.end_paragraph()
    }
}

fn code_page(number: i32) -> &'static Encoding {
    match number {
        437 | 850 => encoding_rs::WINDOWS_1252,
        866 => encoding_rs::IBM866,
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1253 => encoding_rs::WINDOWS_1253,
        1254 => encoding_rs::WINDOWS_1254,
        1255 => encoding_rs::WINDOWS_1255,
        1256 => encoding_rs::WINDOWS_1256,
        1257 => encoding_rs::WINDOWS_1257,
        1258 => encoding_rs::WINDOWS_1258,
        10000 => encoding_rs::MACINTOSH,
        65001 => encoding_rs::UTF_8,
        _ => encoding_rs::WINDOWS_1252,
    }
}

fn character_set(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        0 => encoding_rs::WINDOWS_1252,
        77 => encoding_rs::MACINTOSH,
        128 => encoding_rs::SHIFT_JIS,
        129 => encoding_rs::EUC_KR,
        134 => encoding_rs::GBK,
        136 => encoding_rs::BIG5,
        161 => encoding_rs::WINDOWS_1253,
        162 => encoding_rs::WINDOWS_1254,
        163 => encoding_rs::WINDOWS_1258,
        177 => encoding_rs::WINDOWS_1255,
        178 => encoding_rs::WINDOWS_1256,
        186 => encoding_rs::WINDOWS_1257,
        204 => encoding_rs::WINDOWS_1251,
        222 => encoding_rs::WINDOWS_874,
        238 => encoding_rs::WINDOWS_1250,
        _ => return None,
    })
}
