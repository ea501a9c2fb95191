//! The ZIP package of DOCX and ODT: parts by name, unpacked within a budget, so that a bomb costs no memory.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::limits::Watch;
use super::{DocumentError, Limits};

/// How much is unpacked between two looks at the clock.
const CHUNK_BYTES: usize = 256 << 10;

pub(super) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    budget: u64,
    max_inflated: u64,
    watch: Watch,
}

impl<'b> Package<'b> {
    pub(super) fn open(bytes: &'b [u8], limits: &Limits, watch: &Watch) -> Result<Self, DocumentError> {
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| {
            DocumentError::damaged("its archive has no directory: it is cut off, or no archive at all")
        })?;
        Ok(Self {
            archive,
            budget: limits.max_inflated_bytes,
            max_inflated: limits.max_inflated_bytes,
            watch: *watch,
        })
    }

    /// Names of all parts, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.archive.file_names().map(str::to_owned).collect();
        names.sort_unstable();
        names
    }

    /// Unpacks a part; `None` where there is none of that name.
    pub(super) fn part(&mut self, name: &str) -> Result<Option<Vec<u8>>, DocumentError> {
        let mut file = match self.archive.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(message)) if message == ZipError::PASSWORD_REQUIRED => {
                return Err(DocumentError::Encrypted);
            }
            Err(error) => {
                return Err(DocumentError::damaged(format!("its part {name} cannot be unpacked: {error}")));
            }
        };
        let mut part = Vec::new();
        loop {
            let before = part.len();
            let read = (&mut file)
                .take(CHUNK_BYTES as u64)
                .read_to_end(&mut part)
                .map_err(|error| DocumentError::damaged(format!("its part {name} is broken: {error}")))?;
            if read == 0 {
                return Ok(Some(part));
            }
            let read = (part.len() - before) as u64;
            if read > self.budget {
                return Err(DocumentError::TooLarge {
                    bytes: self.max_inflated - self.budget + read,
                    max_bytes: self.max_inflated,
                });
            }
            self.budget -= read;
            self.watch.check()?;
        }
    }
}
