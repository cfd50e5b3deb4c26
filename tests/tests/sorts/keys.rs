//! Keys by their path in an answer: `animal.keeper.name`, and `animal.children#` for the number of rows.

use serde_json::{Value, json};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    path: Vec<&'static str>,
    counts: bool,
}

impl Key {
    pub fn new(path: &'static str) -> Self {
        let counts = path.ends_with('#');
        Self { path: path.trim_end_matches('#').split('.').collect(), counts }
    }

    /// One item of `sort`.
    pub fn argument(&self, descends: bool) -> String {
        let direction = if descends { "DESC" } else { "ASC" };
        let end = if self.counts { format!("{{ count: {direction} }}") } else { direction.to_owned() };
        self.path.iter().rev().fold(end, |below, name| format!("{{ {name}: {below} }}"))
    }

    /// What shows the key's value: its first field goes by `alias`, so that keys do not meet.
    pub fn selection(&self, alias: &str) -> String {
        let end = if self.counts { "{ id }" } else { "" };
        let all = self.path.iter().rev().fold(end.to_owned(), |below, name| match below.as_str() {
            "" => (*name).to_owned(),
            below if below.starts_with('{') => format!("{name} {below}"),
            below => format!("{name} {{ {below} }}"),
        });
        format!("{alias}: {all}")
    }

    /// The value in a node that was selected so.
    pub fn value(&self, alias: &str, node: &Value) -> Value {
        let value = self.path[1..].iter().fold(&node[alias], |value, name| &value[name]);
        if self.counts { json!(value.as_array().map_or(0, Vec::len)) } else { value.clone() }
    }
}
