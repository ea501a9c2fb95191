//! PDF: glyphs of every page with their boxes ([`glyphs`]), put together to pieces of lines ([`fragments`]), ordered by
//! columns ([`columns`]) and gathered into blocks ([`paragraphs`]).
//!
//! `hayro-interpret` runs the content streams; everything that makes text of glyphs is done here.

mod boldness;
mod canvas;
mod cards;
mod columns;
mod fragments;
mod gaps;
mod glyphs;
mod inflation;
mod labels;
mod ligatures;
mod links;
mod margins;
mod paragraphs;
mod pictures;

use hayro_interpret::hayro_syntax::object::{Array, Name, Stream};
use hayro_interpret::hayro_syntax::{LoadPdfError, Pdf};
use hayro_interpret::{InterpreterCache, InterpreterSettings};

use super::cleaning;
use super::limits::Watch;
use super::line_joining;
use super::{Block, Document, DocumentError, Format, Limits, Link};

pub(super) use pictures::picture;

/// Fewer letters than this on pages that are pictures mean that the text is in the pictures.
const MIN_LETTERS: usize = 24;

/// A page after reading: its fragments, and what else is on it.
struct Page {
    width: f32,
    height: f32,
    /// Fragments by direction of writing, upright first.
    layers: Vec<Vec<fragments::Fragment>>,
    dots: Vec<glyphs::Dot>,
}

pub(super) fn read(bytes: Vec<u8>, limits: &Limits, watch: &Watch) -> Result<Document, DocumentError> {
    let pdf = open(bytes, limits, watch)?;
    let count = u32::try_from(pdf.pages().len()).unwrap_or(u32::MAX);
    if count > limits.max_pages {
        return Err(DocumentError::TooManyPages { pages: count, max_pages: limits.max_pages });
    }
    if count == 0 {
        return Err(DocumentError::damaged("it has no pages"));
    }

    let settings = InterpreterSettings::default();
    let cache = InterpreterCache::new();
    let mut budget = glyphs::Budget::new(limits, *watch);
    let mut pages = Vec::new();
    let mut found_links: Vec<Link> = Vec::new();
    let mut hidden = String::new();
    let mut pictures = false;
    let mut letters = 0;
    for page in pdf.pages().iter() {
        watch.check()?;
        if content_is_picture(page) {
            return Err(DocumentError::damaged("a picture stands where text should"));
        }
        let mut collected = glyphs::collect(page, &pdf, &cache, &settings, &mut budget);
        pictures |= collected.is_picture();
        boldness::mark_by_stem(&mut collected.glyphs);
        let dots = std::mem::take(&mut collected.dots);
        let (shown, hidden_here) = collected.part_hidden();
        if !hidden_here.is_empty() {
            hidden.push_str(&hidden_here);
            hidden.push('\n');
        }
        let shown = ligatures::restore(boldness::without_doubles(shown));
        letters += shown.iter().map(|glyph| glyph.letters()).sum::<usize>();
        for link in links::read(page, &shown) {
            super::flow::add_link(&mut found_links, link);
        }
        let (width, height) = page.render_dimensions();
        pages.push(Page { width, height, layers: fragments::layers(shown), dots });
    }
    if letters < MIN_LETTERS && pictures {
        return Err(DocumentError::Scanned { pages: count });
    }
    let mut blocks: Vec<Block> = Vec::new();
    let mut most_columns = 1;
    margins::mark(&mut pages);
    for (index, page) in pages.into_iter().enumerate() {
        watch.check()?;
        let number = index as u32 + 1;
        for layer in page.layers {
            let regions = columns::regions(layer, page.width);
            most_columns = regions.iter().map(|region| region.column + 1).fold(most_columns, u8::max);
            for region in regions {
                blocks.extend(paragraphs::blocks(region, number, &page.dots));
            }
        }
    }
    line_joining::join_hyphenated_words(&mut blocks);
    blocks.retain(|block| !block.lines.is_empty());
    line_joining::promote_headings(&mut blocks);
    let hidden = cleaning::clean(&hidden);
    let title = pdf.metadata().title.as_deref().map(text_string).filter(|title| !title.is_empty());
    Ok(Document {
        format: Format::Pdf,
        pages: count,
        columns: most_columns,
        blocks,
        links: found_links,
        hidden_text: (!hidden.is_empty()).then_some(hidden),
        title,
    })
}

fn open(bytes: Vec<u8>, limits: &Limits, watch: &Watch) -> Result<Pdf, DocumentError> {
    inflation::check(&bytes, limits, watch)?;
    let ends = memchr::memmem::rfind(&bytes[bytes.len().saturating_sub(4096)..], b"%%EOF").is_some();
    let pdf = Pdf::new(bytes).map_err(|error| match error {
        LoadPdfError::Decryption(_) => DocumentError::Encrypted,
        LoadPdfError::Invalid if !ends => DocumentError::damaged("it is cut off before its end"),
        LoadPdfError::Invalid => DocumentError::damaged("it has no readable pages"),
    })?;
    watch.check()?;
    Ok(pdf)
}

/// Whether a content stream says that it is a picture: a way past [`inflation`], which passes pictures over.
fn content_is_picture(page: &hayro_interpret::hayro_syntax::page::Page<'_>) -> bool {
    let is_picture = |stream: &Stream<'_>| {
        stream.dict().get::<Name<'_>>("Subtype").is_some_and(|subtype| subtype.as_str() == "Image")
    };
    match page.raw().get::<Array<'_>>("Contents") {
        Some(streams) => streams.iter::<Stream<'_>>().any(|stream| is_picture(&stream)),
        None => page.raw().get::<Stream<'_>>("Contents").is_some_and(|stream| is_picture(&stream)),
    }
}

/// Decodes a PDF text string: UTF-16 or UTF-8 with a byte order mark, else PDFDocEncoding (near Windows-1252).
fn text_string(bytes: &[u8]) -> String {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0,
        None => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    // Soft hyphens must stay: they say how a line ends.
    cleaning::clean(&text)
}
