//! Where values are written: JSON bytes, the selection of the value, and what null does to its parents.

use serde::Serialize;

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
    /// `"key":`, escaped.
    pub(crate) key: Box<[u8]>,
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
        self.bytes.push(b'{');
        for (index, planned) in plan.fields.iter().enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            self.bytes.extend_from_slice(&planned.key);
            match planned.field {
                Some(field) => write(field, &mut ValueWriter::new(planned.selection.as_ref(), self.bytes))?,
                None => write_text(plan.type_name, self.bytes),
            }
        }
        self.bytes.push(b'}');
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
    bytes.push(b'"');
}
