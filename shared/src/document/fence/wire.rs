//! What parent and child say to each other: frames of a header (postcard) and a body of bare bytes.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::document::task::Task;
use crate::document::{Document, DocumentError, Limits};

/// A request: what to do with the file that is the frame's body.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub task: Task,
    pub limits: Limits,
}

/// The header of an answer.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    Document(Document),
    /// Width and height of the picture whose pixels are the frame's body.
    Picture(u32, u32),
    NoPicture,
    Error(DocumentError),
}

/// Why a frame cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum FrameError {
    #[error("the other side is gone")]
    Closed,
    #[error("the other side takes too long")]
    TimedOut,
    #[error("it says more than it may")]
    TooLong,
    #[error("what it says makes no sense")]
    Malformed,
    #[error("{0}")]
    Io(io::Error),
}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset => {
                Self::Closed
            }
            io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Self::TimedOut,
            _ => Self::Io(error),
        }
    }
}

pub(super) fn write(to: &mut impl Write, header: &impl Serialize, body: &[u8]) -> Result<(), FrameError> {
    let header = postcard::to_allocvec(header).map_err(|_| FrameError::Malformed)?;
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).map_err(|_| FrameError::TooLong);
    let mut start = Vec::with_capacity(8 + header.len());
    start.extend(length(&header)?.to_le_bytes());
    start.extend(length(body)?.to_le_bytes());
    start.extend(header);
    to.write_all(&start)?;
    to.write_all(body)?;
    Ok(())
}

pub(super) fn read<T: DeserializeOwned>(
    from: &mut impl Read,
    max_bytes: u64,
) -> Result<(T, Vec<u8>), FrameError> {
    let mut lengths = [0; 8];
    from.read_exact(&mut lengths)?;
    let [a, b, c, d, e, f, g, h] = lengths;
    let (header, body) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    if u64::from(header) + u64::from(body) > max_bytes {
        return Err(FrameError::TooLong);
    }
    let mut bytes = vec![0; header as usize];
    from.read_exact(&mut bytes)?;
    let header = postcard::from_bytes(&bytes).map_err(|_| FrameError::Malformed)?;
    bytes.clear();
    bytes.resize(body as usize, 0);
    from.read_exact(&mut bytes)?;
    Ok((header, bytes))
}
