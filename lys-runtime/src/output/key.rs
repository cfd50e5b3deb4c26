//! Keys of objects in answers.

use std::fmt;

use super::writer::write_text;

/// Longest key that is copied as a whole block: a copy of known length is a few instructions where another is a call.
const BLOCK: usize = 32;

/// The key of a field as it stands in an object: `,"key":`, escaped.
pub(crate) struct Key {
    /// The key, and whatever behind it.
    block: [u8; BLOCK],
    /// Of the key in the block; 0 where it does not fit.
    len: usize,
    /// A key that does not fit.
    long: Box<[u8]>,
}

impl Key {
    /// The key `name`.
    pub(crate) fn new(name: &str) -> Self {
        let mut bytes = vec![b','];
        write_text(name, &mut bytes);
        bytes.push(b':');
        let mut block = [0; BLOCK];
        match block.get_mut(..bytes.len()) {
            Some(start) => {
                start.copy_from_slice(&bytes);
                Self { block, len: bytes.len(), long: Box::default() }
            }
            None => Self { block, len: 0, long: bytes.into() },
        }
    }

    /// `"key":`
    pub(crate) fn bare(&self) -> &[u8] {
        let whole = if self.len == 0 { &*self.long } else { &self.block[..self.len] };
        &whole[1..]
    }

    /// Appends the key of an object's field number `index`; the first one opens the object.
    #[inline]
    pub(crate) fn write(&self, index: usize, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        if self.len == 0 {
            bytes.extend_from_slice(&self.long);
        } else {
            bytes.extend_from_slice(&self.block);
            bytes.truncate(start + self.len);
        }
        if index == 0 {
            bytes[start] = b'{';
        }
    }
}

/// Closes an object; one without fields has not been opened by a key.
pub(crate) fn close_object(is_empty: bool, bytes: &mut Vec<u8>) {
    bytes.extend_from_slice(if is_empty { b"{}" } else { b"}" });
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.bare()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_any_length_stand_in_objects() {
        for length in [1, 27, 28, 29, 30, 31, 32, 33, 100] {
            let name = "k".repeat(length);
            let mut bytes = Vec::new();
            for index in 0..2 {
                let key = Key::new(&name);
                assert_eq!(key.bare(), format!("\"{name}\":").as_bytes());
                key.write(index, &mut bytes);
                bytes.push(b'1');
            }
            close_object(false, &mut bytes);
            assert_eq!(String::from_utf8(bytes).expect("UTF-8"), format!("{{\"{name}\":1,\"{name}\":1}}"));
        }
        let mut bytes = Vec::new();
        close_object(true, &mut bytes);
        assert_eq!(bytes, b"{}");
    }
}
