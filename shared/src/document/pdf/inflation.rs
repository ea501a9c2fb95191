//! Unpacks the streams of a PDF once, into nothing, before the file is opened: the PDF reader itself unpacks without a
//! bound, so a file of a megabyte could take gigabytes.

use flate2::{Decompress, FlushDecompress, Status};

use memchr::memmem::{Finder, find, rfind};

use crate::document::limits::Watch;
use crate::document::{DocumentError, Limits};

/// Filters on top of each other that are followed.
const MAX_FILTERS: usize = 4;
const BUFFER_BYTES: usize = 64 << 10;
/// Pictures are not unpacked by the reader, so they are passed over, unless they shrink more than photographs do: then the
/// file may lie about what is a picture.
const PICTURE_RATIO: u64 = 100;
const MAX_DICTIONARY_BYTES: usize = 4096;

/// Fails with [`DocumentError::TooLarge`] when the streams unpack to more than the limit.
pub(super) fn check(bytes: &[u8], limits: &Limits, watch: &Watch) -> Result<(), DocumentError> {
    let mut inflater = Inflater {
        buffer: vec![0; BUFFER_BYTES],
        left: limits.max_inflated_bytes,
        max_bytes: limits.max_inflated_bytes,
        watch,
    };
    let keyword_finder = Finder::new(b"stream");
    let mut at = 0;
    while let Some(found) = keyword_finder.find(&bytes[at..]) {
        let keyword = at + found;
        at = keyword + 6;
        if bytes[..keyword].ends_with(b"end") {
            continue;
        }
        let data = match bytes[at..] {
            [b'\r', b'\n', ..] => &bytes[at + 2..],
            [b'\n' | b'\r', ..] => &bytes[at + 1..],
            _ => continue,
        };
        let dictionary_start = keyword.saturating_sub(MAX_DICTIONARY_BYTES);
        let dictionary = &bytes[dictionary_start..keyword];
        let dictionary = rfind(dictionary, b"obj").map_or(dictionary, |start| &dictionary[start..]);
        let is_picture = find(dictionary, b"/Image").is_some() && find(dictionary, b"/Width").is_some();
        let consumed =
            if is_picture && inflater.is_photograph(data) { 0 } else { inflater.stream(data, dictionary)? };
        at = bytes.len() - data.len() + consumed;
    }
    Ok(())
}

/// What came of a packed stream.
struct Inflated {
    /// Bytes of input.
    used: usize,
    /// The output, if it looks packed itself.
    output: Option<Vec<u8>>,
}

struct Inflater<'w> {
    buffer: Vec<u8>,
    left: u64,
    max_bytes: u64,
    watch: &'w Watch,
}

impl Inflater<'_> {
    /// Unpacks one stream; returns how many of its bytes were used.
    fn stream(&mut self, data: &[u8], dictionary: &[u8]) -> Result<usize, DocumentError> {
        let text_filter = [&b"/A85"[..], b"/ASCII85Decode", b"/AHx", b"/ASCIIHexDecode"]
            .iter()
            .any(|name| find(dictionary, name).is_some());
        if text_filter {
            let end = find(data, b"endstream").unwrap_or(data.len());
            let decoded =
                if find(dictionary, b"/AHx").is_some() || find(dictionary, b"/ASCIIHexDecode").is_some() {
                    from_hexadecimal(&data[..end])
                } else {
                    from_ascii_85(&data[..end])
                };
            self.layers(&decoded)?;
            return Ok(end);
        }
        self.layers(data)
    }

    /// Whether the beginning of a picture's data shrinks no more than a photograph does, or is not packed this way.
    fn is_photograph(&mut self, data: &[u8]) -> bool {
        let mut decompress = Decompress::new(true);
        if !is_zlib(data) {
            return data.first() == Some(&0xFF);
        }
        let _ = decompress.decompress(data, &mut self.buffer, FlushDecompress::None);
        decompress.total_out() < PICTURE_RATIO * decompress.total_in()
    }

    /// Unpacks what is packed, and what comes out of it if that is packed too.
    fn layers(&mut self, data: &[u8]) -> Result<usize, DocumentError> {
        let (mut consumed, mut inner) = (0, None);
        for layer in 0..MAX_FILTERS {
            let input = inner.as_deref().unwrap_or(data);
            let Some(Inflated { used, output }) = self.inflate(input)? else { break };
            if layer == 0 {
                consumed = used;
            }
            match output {
                Some(output) => inner = Some(output),
                None => break,
            }
        }
        Ok(consumed)
    }

    /// `None` if `data` is not packed.
    fn inflate(&mut self, data: &[u8]) -> Result<Option<Inflated>, DocumentError> {
        if !is_zlib(data) {
            return Ok(None);
        }
        let mut decompress = Decompress::new(true);
        let mut kept: Option<Vec<u8>> = None;
        let mut first = true;
        loop {
            let before_in = decompress.total_in() as usize;
            let before_out = decompress.total_out();
            let status = decompress.decompress(&data[before_in..], &mut self.buffer, FlushDecompress::None);
            let produced = (decompress.total_out() - before_out) as usize;
            if first && produced > 0 {
                first = false;
                if is_zlib(&self.buffer[..produced]) {
                    kept = Some(Vec::new());
                }
            }
            if let Some(kept) = &mut kept {
                kept.extend_from_slice(&self.buffer[..produced]);
            }
            if produced as u64 > self.left {
                return Err(DocumentError::TooLarge {
                    bytes: self.max_bytes - self.left + produced as u64,
                    max_bytes: self.max_bytes,
                });
            }
            self.left -= produced as u64;
            self.watch.check()?;
            let stalled = produced == 0 && decompress.total_in() as usize == before_in;
            match status {
                Ok(Status::Ok | Status::BufError) if !stalled => {}
                _ => break,
            }
        }
        Ok(Some(Inflated { used: decompress.total_in() as usize, output: kept }))
    }
}

fn is_zlib(data: &[u8]) -> bool {
    matches!(data, [method, flags, ..] if method & 0x0F == 8 && (u16::from(*method) << 8 | u16::from(*flags)) % 31 == 0)
}

fn from_hexadecimal(data: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = data
        .iter()
        .take_while(|byte| **byte != b'>')
        .filter_map(|byte| char::from(*byte).to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn from_ascii_85(data: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(data.len());
    let mut group: Vec<u32> = Vec::with_capacity(5);
    for byte in data {
        match byte {
            b'~' => break,
            b'z' if group.is_empty() => decoded.extend([0; 4]),
            b'!'..=b'u' => group.push(u32::from(byte - b'!')),
            _ => {}
        }
        if group.len() == 5 {
            push_ascii_85(&group, 4, &mut decoded);
            group.clear();
        }
    }
    if group.len() > 1 {
        let bytes = group.len() - 1;
        group.resize(5, 84);
        push_ascii_85(&group, bytes, &mut decoded);
    }
    decoded
}

fn push_ascii_85(group: &[u32], bytes: usize, decoded: &mut Vec<u8>) {
    let value = group.iter().fold(0u32, |value, digit| value.wrapping_mul(85).wrapping_add(*digit));
    decoded.extend(&value.to_be_bytes()[..bytes]);
}
