//! Where keys come from: files, or the settings themselves.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use toml::Value;

use crate::{
    access::Key,
    boot::{config::list, secret::Secret},
};

/// Where keys come from, and what is said of them.
#[derive(Debug, Clone)]
pub struct KeySource {
    text: KeyText,
    id: Option<String>,
    not_after: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone)]
enum KeyText {
    File(PathBuf),
    Given(Secret),
}

impl KeySource {
    /// A file with a key in PEM, a JWK or a JWK set.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self { text: KeyText::File(path.into()), id: None, not_after: None }
    }

    /// The text itself when it is PEM or JSON, else the path of a file.
    fn of(text: &str) -> Self {
        let text = text.trim();
        if text.starts_with("-----BEGIN") || text.starts_with('{') {
            return Self { text: KeyText::Given(Secret::new(text)), id: None, not_after: None };
        }
        Self::file(text)
    }

    /// Reads its keys.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no key.
    pub fn read(&self) -> Result<Vec<Key>, String> {
        let (name, text) = match &self.text {
            KeyText::File(path) => {
                let text = std::fs::read_to_string(path);
                let text = text.map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
                (path.display().to_string(), Secret::new(text))
            }
            KeyText::Given(text) => ("the key that is given".to_owned(), text.clone()),
        };
        let keys = Key::read(text.reveal()).map_err(|error| format!("{name}: {error}"))?;
        if self.id.is_some() && keys.len() > 1 {
            return Err(format!("{name}: several keys cannot have one kid"));
        }
        let dressed = keys.into_iter().map(|key| {
            let key = self.id.iter().fold(key, |key, id| key.named(id.clone()));
            self.not_after.iter().fold(key, |key, time| key.until(*time))
        });
        Ok(dressed.collect())
    }
}

/// In the file an array of paths, texts and tables `{ file | key, kid, not_after }`; elsewhere one key as text, or paths behind commas.
pub(super) fn sources(value: Value) -> Result<Vec<KeySource>, String> {
    match value {
        Value::Array(items) => items.into_iter().map(source).collect(),
        Value::String(text) if text.trim_start().starts_with(['{', '-']) => Ok(vec![KeySource::of(&text)]),
        value => Ok(list(value)?.iter().map(|path| KeySource::of(path)).collect()),
    }
}

fn source(value: Value) -> Result<KeySource, String> {
    // Values are not repeated in faults: one may be a key.
    const SHAPE: &str = "a key is a path, or a table of `file` or `key` with `kid` and `not_after`";
    let mut table = match value {
        Value::String(text) => return Ok(KeySource::of(&text)),
        Value::Table(table) => table,
        _ => return Err(SHAPE.to_owned()),
    };
    let mut take = |name: &str| {
        table.remove(name).map(|value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        })
    };
    let mut source = match (take("file"), take("key")) {
        (Some(path), None) => KeySource::file(path),
        (None, Some(text)) => KeySource { text: KeyText::Given(Secret::new(text)), id: None, not_after: None },
        _ => return Err(SHAPE.to_owned()),
    };
    source.id = take("kid");
    let not_after = take("not_after").map(|text| text.parse());
    source.not_after =
        not_after.transpose().map_err(|_| "`not_after` is no time with a zone, as 2027-01-31T00:00:00Z")?;
    if table.is_empty() { Ok(source) } else { Err(SHAPE.to_owned()) }
}
