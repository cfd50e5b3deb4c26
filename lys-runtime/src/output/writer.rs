//! Where values are written: JSON bytes, the selection of the value, and what null does to its parents.

use serde::Serialize;

use super::key::{Key, close_object};

/// A value that cannot be shown where null is not allowed: the nearest nullable parent becomes null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nulled;

/// Whether a value was written.
pub type Written = Result<(), Nulled>;

/// The selection on a plain node: which fields, under which keys.
#[derive(Debug, Default)]
pub struct ObjectPlan {
    /// GraphQL name of the type.
    pub(crate) type_name: &'static str,
    /// Fields in answer order.
    pub(crate) fields: Vec<PlannedField>,
}

/// One selected field of a plain node.
#[derive(Debug)]
pub(crate) struct PlannedField {
    pub(crate) key: Key,
    /// Index in the object's definition; `None` is `__typename`.
    pub(crate) field: Option<usize>,
    /// Selection below.
    pub(crate) selection: Option<ObjectPlan>,
}

/// Writes one value. Made by the executor.
pub struct ValueWriter<'p, 'b> {
    pub(crate) selection: Option<&'p ObjectPlan>,
    pub(crate) bytes: &'b mut Vec<u8>,
}

impl<'p, 'b> ValueWriter<'p, 'b> {
    pub(crate) fn new(selection: Option<&'p ObjectPlan>, bytes: &'b mut Vec<u8>) -> Self {
        Self { selection, bytes }
    }

    /// Writes `null`.
    ///
    /// # Errors
    /// None: it answers like the others, so that they stand beside each other.
    pub fn null(&mut self) -> Written {
        self.bytes.extend_from_slice(b"null");
        Ok(())
    }

    /// Writes text as a JSON string.
    ///
    /// # Errors
    /// None.
    pub fn text(&mut self, text: &str) -> Written {
        write_text(text, self.bytes);
        Ok(())
    }

    /// Writes text that is JSON already.
    #[expect(clippy::unnecessary_wraps, reason = "answers like the others")]
    pub(crate) fn raw(&mut self, json: &str) -> Written {
        self.bytes.extend_from_slice(json.as_bytes());
        Ok(())
    }

    /// Writes anything that serde can.
    ///
    /// # Errors
    /// [`Nulled`] when serde refuses the value.
    pub fn serialize(&mut self, value: &impl Serialize) -> Written {
        let start = self.bytes.len();
        serde_json::to_writer(&mut *self.bytes, value).map_err(|_| {
            self.bytes.truncate(start);
            Nulled
        })
    }

    /// Writes a value or, when it is nulled, `null`.
    ///
    /// # Errors
    /// None.
    pub fn optional(&mut self, write: impl FnOnce(&mut Self) -> Written) -> Written {
        let start = self.bytes.len();
        if write(self).is_err() {
            self.bytes.truncate(start);
            return self.null();
        }
        Ok(())
    }

    /// Writes a list.
    ///
    /// # Errors
    /// [`Nulled`] when an item is.
    pub fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&T, &mut Self) -> Written) -> Written {
        self.bytes.push(b'[');
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            write(item, self)?;
        }
        self.bytes.push(b']');
        Ok(())
    }

    /// Writes an object: `write` is called with the index of each selected field.
    ///
    /// # Errors
    /// [`Nulled`] when a non-null field is.
    pub fn object(&mut self, mut write: impl FnMut(usize, &mut ValueWriter<'p, '_>) -> Written) -> Written {
        let Some(plan) = self.selection else {
            return Err(Nulled);
        };
        for (index, planned) in plan.fields.iter().enumerate() {
            planned.key.write(index, self.bytes);
            match planned.field {
                Some(field) => write(field, &mut ValueWriter::new(planned.selection.as_ref(), self.bytes))?,
                None => write_text(plan.type_name, self.bytes),
            }
        }
        close_object(plan.fields.is_empty(), self.bytes);
        Ok(())
    }
}

/// Writes one field of a plain node.
pub type WriteField<T> = fn(&T, &mut ValueWriter<'_, '_>) -> Written;

/// Writes the selected fields of a plain node; `fields` stand in the order of its definition.
///
/// # Errors
/// [`Nulled`] when a non-null field is.
pub fn write_fields<T>(node: &T, fields: &[WriteField<T>], writer: &mut ValueWriter<'_, '_>) -> Written {
    writer.object(|index, writer| fields[index](node, writer))
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// Appends `text` as a JSON string.
pub(crate) fn write_text(text: &str, bytes: &mut Vec<u8>) {
    let source = text.as_bytes();
    bytes.reserve(source.len() + 2);
    bytes.push(b'"');
    if is_plain(source) {
        bytes.extend_from_slice(source);
    } else {
        write_escaped(source, bytes);
    }
    bytes.push(b'"');
}

/// Whether JSON has the text as it is. Most are: eight bytes are looked at together.
pub(crate) fn is_plain(source: &[u8]) -> bool {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // Sets the high bit of each byte that is zero, and of none if there is no such byte.
    let zeros = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, rest) = source.as_chunks::<8>();
    let escaped = words.iter().fold(0, |escaped, word| {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        escaped | control | zeros(word ^ (ONES * u64::from(b'"'))) | zeros(word ^ (ONES * u64::from(b'\\')))
    });
    escaped == 0 && !rest.iter().any(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\'))
}

fn write_escaped(source: &[u8], bytes: &mut Vec<u8>) {
    let mut start = 0;
    for (index, &byte) in source.iter().enumerate() {
        let escape: &[u8] = match byte {
            b'"' => b"\\\"",
            b'\\' => b"\\\\",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            b'\t' => b"\\t",
            0x08 => b"\\b",
            0x0c => b"\\f",
            0x00..=0x1f => {
                bytes.extend_from_slice(&source[start..index]);
                bytes.extend_from_slice(b"\\u00");
                bytes.push(HEX[usize::from(byte >> 4)]);
                bytes.push(HEX[usize::from(byte & 15)]);
                start = index + 1;
                continue;
            }
            _ => continue,
        };
        bytes.extend_from_slice(&source[start..index]);
        bytes.extend_from_slice(escape);
        start = index + 1;
    }
    bytes.extend_from_slice(&source[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> String {
        let mut bytes = Vec::new();
        write_text(text, &mut bytes);
        String::from_utf8(bytes).expect("UTF-8")
    }

    #[test]
    fn texts_are_written_as_serde_json_does() {
        for letter in (0..=0x100).filter_map(char::from_u32).chain(['é', '\u{2028}', '😀', '\u{ffff}']) {
            for place in 0..20 {
                let text: String = (0..20).map(|at| if at == place { letter } else { 'a' }).collect();
                for text in [&text[..], text.split_at(place).1] {
                    assert_eq!(written(text), serde_json::to_string(text).expect("JSON"));
                    let plain = !text.chars().any(|letter| letter < ' ' || letter == '"' || letter == '\\');
                    assert_eq!(is_plain(text.as_bytes()), plain, "{text:?}");
                }
            }
        }
        assert_eq!(written(""), "\"\"");
    }
}
