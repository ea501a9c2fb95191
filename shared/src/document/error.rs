//! Why a CV could not be read, told so that its owner knows what to do.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a CV could not be read. The text is one for the person who uploaded the file.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum DocumentError {
    /// No bytes, or a file without any text.
    #[error("This file is empty: there is no text in it. Save your CV again and upload the saved file.")]
    Empty,
    /// More bytes than allowed, in the file or once it is unpacked.
    #[error("This file is too large ({}, at most {} are read). Save it without large pictures and upload that.", megabytes(.bytes), megabytes(.max_bytes))]
    TooLarge {
        /// Bytes found, or where unpacking stopped.
        bytes: u64,
        /// Bytes allowed.
        max_bytes: u64,
    },
    /// Not a format that is read.
    #[error(
        "This file is {detected}, which cannot be read. Upload your CV as PDF, DOCX, ODT, RTF, HTML, Markdown or plain text."
    )]
    Unsupported {
        /// What the file seems to be, with its article (`a JPEG picture`).
        detected: String,
    },
    /// Needs a password.
    #[error("This file is protected with a password. Save a copy without it and upload that.")]
    Encrypted,
    /// Pages are pictures without text.
    #[error(
        "This CV is a picture: its {pages} page(s) hold no text. Export it from the program that it was written in, or run text recognition (OCR) on it, and upload that."
    )]
    Scanned {
        /// Number of pages.
        pages: u32,
    },
    /// Broken beyond reading.
    #[error(
        "This file is damaged and cannot be read ({detail}). Open it, save it again and upload the saved file."
    )]
    Damaged {
        /// What is broken.
        detail: String,
    },
    /// More pages than allowed.
    #[error("This file has {pages} pages, at most {max_pages} are read. Upload the CV alone.")]
    TooManyPages {
        /// Pages found.
        pages: u32,
        /// Pages allowed.
        max_pages: u32,
    },
    /// More text than allowed.
    #[error("This file has more than {max_text_chars} characters of text. Upload the CV alone.")]
    TooMuchText {
        /// Characters allowed.
        max_text_chars: usize,
    },
    /// Elements nested deeper than allowed.
    #[error("This file is nested too deeply to be read. Save it again as PDF and upload that.")]
    TooDeep,
    /// Reading took longer than allowed.
    #[error("This file takes too long to read. Save it again as a simple PDF and upload that.")]
    TimedOut,
    /// Reading needed more memory than allowed.
    #[error(
        "This file needs too much memory to be read. Save it again as a simple PDF, without large pictures, and upload that."
    )]
    TooMuchMemory,
    /// Reading ended the process that did it.
    #[error(
        "This file cannot be read: the reader broke off in it. Save it again as a simple PDF and upload that."
    )]
    Crashed,
    /// Pages are pictures in which no text was recognised.
    #[error(
        "This CV is a picture, and no text could be recognised in it. Export it from the program that it was written in, and upload that."
    )]
    Illegible,
    /// Pages are pictures, and recognising their text took longer than allowed.
    #[error(
        "This CV is a picture, and recognising its text takes too long. Export it from the program that it was written in, and upload that."
    )]
    RecognitionTimedOut,
    /// Nothing is said of the file: the machine could not read it now.
    #[error(
        "This file could not be read just now. It is tried again by itself; upload it again if it stays so."
    )]
    Unavailable {
        /// What is wrong with the machine, for the log.
        detail: String,
    },
}

impl DocumentError {
    /// The kind as a stable name for logs, metrics and answers.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge { .. } => "too_large",
            Self::Unsupported { .. } => "unsupported",
            Self::Encrypted => "encrypted",
            Self::Scanned { .. } => "scanned",
            Self::Damaged { .. } => "damaged",
            Self::TooManyPages { .. } => "too_many_pages",
            Self::TooMuchText { .. } => "too_much_text",
            Self::TooDeep => "too_deep",
            Self::TimedOut => "timed_out",
            Self::TooMuchMemory => "too_much_memory",
            Self::Crashed => "crashed",
            Self::Illegible => "illegible",
            Self::RecognitionTimedOut => "recognition_timed_out",
            Self::Unavailable { .. } => "unavailable",
        }
    }

    pub(super) fn damaged(detail: impl Into<String>) -> Self {
        Self::Damaged { detail: detail.into() }
    }
}

fn megabytes(bytes: &u64) -> String {
    format!("{:.1} MB", *bytes as f64 / 1e6)
}
