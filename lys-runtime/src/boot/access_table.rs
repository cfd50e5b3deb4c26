//! The access table: one line per operation and endpoint, who may call it, and what restricts the rows.

use crate::{
    app::Model,
    operation::{Audience, PublicType},
};

const HEADINGS: [&str; 7] = ["OPERATION", "KIND", "APP", "LEVELS", "PUBLIC", "LICENSED", "ENABLED"];

/// The table of a model: what `lys access` prints.
#[must_use]
pub fn access_table(model: &Model) -> String {
    let operations = model.operations().map(|entry| {
        let definition = &entry.definition;
        row(definition.name, definition.kind.name(), entry.app, &definition.audience)
    });
    let endpoints = model.endpoints().map(|entry| {
        let definition = &entry.definition;
        let kind = format!("{} {}", definition.method, definition.path);
        row(definition.name, &kind, entry.app, &definition.audience)
    });
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(operations.chain(endpoints));
    format(&rows)
}

fn row(name: &str, kind: &str, app: &str, audience: &Audience) -> [String; 7] {
    let levels = match (audience.levels.is_empty(), audience.public) {
        (false, _) => audience.levels.join(", "),
        (true, Some(_)) => "-".to_owned(),
        (true, None) => "super users only".to_owned(),
    };
    let public = match audience.public {
        None => "-",
        Some(PublicType::NoLimitation) => "everybody",
        Some(PublicType::Disconnected) => "signed out",
    };
    let yes = |is: bool| if is { "yes" } else { "no" };
    [name, kind, app, &levels, public, yes(audience.licensed), yes(audience.enabled)].map(str::to_owned)
}

fn format(rows: &[[String; 7]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 7] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_without_an_audience_is_for_super_users() {
        let audience = Audience { licensed: false, ..Audience::default() };
        let text = format(&[row("purge", "field", "base", &audience)]);
        assert_eq!(text, "purge  field  base  super users only  -  no  yes\n");
    }
}
