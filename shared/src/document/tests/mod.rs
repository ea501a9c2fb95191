//! Small documents made here, one for each promise of the module.

mod files;
mod hostile;
mod office;
mod pdf;
mod text_formats;

use super::{Block, BlockKind, Document, DocumentError, Limits, read};

use files::{PdfWriter, WORD_NAMESPACES, deflate, docx, encrypted_pdf, pdf, pdf_with, put, put_in, zip};

fn read_well(bytes: &[u8]) -> Document {
    read(bytes, &Limits::default()).expect("the document is a good one")
}

fn error_of(bytes: &[u8]) -> DocumentError {
    read(bytes, &Limits::default()).expect_err("the document cannot be read")
}

fn texts(document: &Document) -> Vec<&str> {
    document.lines().map(|line| line.text.as_str()).collect()
}

fn block_with<'d>(document: &'d Document, text: &str) -> &'d Block {
    let has = |block: &&Block| block.lines.iter().any(|line| line.text.contains(text));
    document.blocks.iter().find(has).unwrap_or_else(|| panic!("no block has {text:?}: {:?}", texts(document)))
}

fn kind_of(document: &Document, text: &str) -> BlockKind {
    block_with(document, text).kind
}
