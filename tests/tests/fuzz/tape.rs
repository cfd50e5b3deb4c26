//! Random bytes become hostile things: what the tape says first stays when its end is cut off.

use serde_json::{Map, Value, json};

/// Parts of texts that mean something to somebody.
const PIECES: [&str; 46] = [
    "a",
    "B",
    "z",
    "0",
    "7",
    " ",
    "",
    "'",
    "\"",
    "`",
    "%",
    "_",
    "\\",
    "?",
    "$1",
    ":a",
    "--",
    "/*",
    "*/",
    ";",
    "|",
    "[",
    "]",
    "^",
    "-",
    "*",
    "#",
    "{",
    "}",
    "(",
    ")",
    "@",
    "!",
    "=",
    ",",
    "\n",
    "\t",
    "\u{1}",
    "\u{7f}",
    "é",
    "É",
    "ж",
    "Ж",
    "\u{301}",
    "\u{feff}",
    "\u{1f6a2}",
];

/// Texts that are nearly values of some type.
const NEARLY: [&str; 34] = [
    "\0",
    "a\0b",
    "null",
    "true",
    "NaN",
    "inf",
    "1e400",
    "-0",
    "0x10",
    "2026-01-01",
    "0000-01-01",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "-0001-01-01",
    "2026-02-30",
    "2026-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:60Z",
    "2026-01-01T00:00:00.0000001Z",
    "2026-01-01T00:00:00+99:99",
    "0001-01-01T00:00:00+23:59",
    "2026-01-01 00:00:00",
    "00000000-0000-0000-0000-000000000000",
    "ffffffffffffffffffffffffffffffff",
    "{00000000-0000-0000-0000-000000000000}",
    "79228162514264337593543950335",
    "0.0000000000000000000000000001",
    "99999999.99",
    "SAIL",
    "U2hpcE5vZGU6MQ==",
    "YXJyYXljb25uZWN0aW9uOi0x",
    "\u{d7ff}\u{e000}\u{10ffff}",
];

#[derive(Debug, Clone)]
pub struct Tape(std::vec::IntoIter<u8>);

impl Tape {
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes.into_iter())
    }

    /// A number below `most`; 0 at the end of the tape.
    pub fn below(&mut self, most: usize) -> usize {
        let byte = |tape: &mut Self| usize::from(tape.0.next().unwrap_or_default());
        let drawn = if most > 256 { byte(self) << 8 | byte(self) } else { byte(self) };
        drawn % most
    }

    pub fn pick<'t, T>(&mut self, items: &'t [T]) -> &'t T {
        &items[self.below(items.len())]
    }

    /// What is left of it.
    pub fn rest(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0).collect()
    }

    pub fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most)).map(|_| self.0.next().unwrap_or_default()).collect()
    }

    /// A text of pieces, without NUL.
    pub fn text(&mut self) -> String {
        (0..self.below(7)).map(|_| *self.pick(&PIECES)).collect()
    }

    pub fn hostile_text(&mut self) -> String {
        match self.below(4) {
            0 => self.text(),
            1 => "a".repeat(1 << self.below(15)),
            _ => (*self.pick(&NEARLY)).to_owned(),
        }
    }

    pub fn number(&mut self) -> Value {
        let numbers = [
            json!(0),
            json!(1),
            json!(-1),
            json!(2),
            json!(100),
            json!(101),
            json!(i32::MAX),
            json!(i64::from(i32::MAX) + 1),
            json!(i32::MIN),
            json!(i64::MAX),
            json!(i64::MIN),
            json!(u64::MAX),
            json!(0.1),
            json!(-0.0),
            json!(1.0),
            json!(1e15),
            json!(1e29),
            json!(f64::MAX),
            json!(f64::MIN_POSITIVE),
            json!(5e-324),
        ];
        self.pick(&numbers).clone()
    }

    /// Any JSON; `depth` more levels may follow.
    pub fn json(&mut self, depth: u8) -> Value {
        match self.below(if depth == 0 { 9 } else { 13 }) {
            0 => Value::Null,
            1 => true.into(),
            2 => false.into(),
            3..=5 => self.number(),
            6..=8 => self.hostile_text().into(),
            9 | 10 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
            _ => {
                let field = |tape: &mut Self| (tape.text(), tape.json(depth - 1));
                Value::Object((0..self.below(3)).map(|_| field(self)).collect::<Map<_, _>>())
            }
        }
    }
}
