//! Standard base64, three bytes at a time. Global ids and cursors are a third of the bytes of an answer, and too short for the loops
//! that the `base64` crate is fast with: this took half of its instructions.

/// The two letters of each twelve bits, the first in the low byte.
static PAIRS: [u16; 4096] = pairs();

const fn pairs() -> [u16; 4096] {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut pairs = [0; 4096];
    let mut bits = 0;
    while bits < pairs.len() {
        pairs[bits] = u16::from_le_bytes([LETTERS[bits >> 6], LETTERS[bits & 63]]);
        bits += 1;
    }
    pairs
}

/// Appends `source`, padded (RFC 4648 §4).
pub(crate) fn write_base64(source: &[u8], bytes: &mut Vec<u8>) {
    let start = bytes.len();
    bytes.resize(start + source.len().div_ceil(3) * 4, b'=');
    let groups = source.len().checked_sub(8).map_or(0, |more| more / 6 + 1);
    let (mut rest, mut letters) = (source, &mut bytes[start..]);
    // Two bytes more than are encoded are read, so that reading is one load.
    while let Some(eight) = rest.first_chunk::<8>() {
        let Some((encoded, behind)) = std::mem::take(&mut letters).split_first_chunk_mut::<8>() else { break };
        *encoded = encode(*eight);
        (rest, letters) = (&rest[6..], behind);
    }
    let ends = bytes[start + groups * 8..].chunks_mut(8);
    for (six, letters) in source[groups * 6..].chunks(6).zip(ends) {
        let mut eight = [0; 8];
        eight[..six.len()].copy_from_slice(six);
        let kept = (six.len() * 8).div_ceil(6);
        letters[..kept].copy_from_slice(&encode(eight)[..kept]);
    }
}

/// The letters of the first six bytes.
#[inline]
fn encode(eight: [u8; 8]) -> [u8; 8] {
    let bits = u64::from_be_bytes(eight);
    let pair = |shift: u32| u64::from(PAIRS[usize::try_from(bits >> shift & 0xfff).unwrap_or(0)]);
    (pair(52) | pair(40) << 16 | pair(28) << 32 | pair(16) << 48).to_le_bytes()
}

/// What many texts begin with, encoded once.
#[derive(Debug, Clone)]
pub(crate) struct Base64Start {
    /// Of whole groups of three bytes.
    encoded: Box<[u8]>,
    /// What is left of it: at most two bytes.
    rest: [u8; 2],
    rest_len: usize,
}

/// Longest text that is put together without an allocation.
const SHORT: usize = 128;

impl Base64Start {
    pub(crate) fn new(start: &[u8]) -> Self {
        let (whole, left) = start.split_at(start.len() / 3 * 3);
        let mut encoded = Vec::new();
        write_base64(whole, &mut encoded);
        let mut rest = [0; 2];
        rest[..left.len()].copy_from_slice(left);
        Self { encoded: encoded.into(), rest, rest_len: left.len() }
    }

    /// Appends the start with `end` behind it.
    #[inline]
    pub(crate) fn write(&self, end: &[u8], bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.encoded);
        let length = self.rest_len + end.len();
        if length > SHORT {
            return write_base64(&[&self.rest[..self.rest_len], end].concat(), bytes);
        }
        let mut joined = [0; SHORT];
        joined[..2].copy_from_slice(&self.rest);
        joined[self.rest_len..length].copy_from_slice(end);
        write_base64(&joined[..length], bytes);
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    use super::*;

    #[test]
    fn bytes_are_encoded_as_the_base64_crate_does() {
        let source: Vec<u8> = (0..1024_u32).map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
        for length in 0..source.len() {
            let mut bytes = b"before".to_vec();
            write_base64(&source[..length], &mut bytes);
            assert_eq!(bytes, [b"before", STANDARD.encode(&source[..length]).as_bytes()].concat());
        }
    }

    #[test]
    fn starts_are_encoded_once() {
        for start in ["", "a", "ab", "abc", "abcd", "ProductNode:", "ClientNode:", "lys1:[1234567890"] {
            for length in [0, 1, 2, 3, 36, 125, 126, 127, 128, 129, 300] {
                let end = "x".repeat(length);
                let mut bytes = Vec::new();
                Base64Start::new(start.as_bytes()).write(end.as_bytes(), &mut bytes);
                assert_eq!(bytes, STANDARD.encode(format!("{start}{end}")).as_bytes(), "{start} and {length} more");
            }
        }
    }
}
