//! The access table: one line per operation, node field with an access of its own, and endpoint, who may call it, and what restricts the rows.

use crate::{
    app::Model,
    entity::EntityDef,
    operation::{Audience, OutputDef, PublicType},
};

const HEADINGS: [&str; 8] = ["OPERATION", "KIND", "APP", "LEVELS", "PUBLIC", "LICENSED", "ENABLED", "SCOPE"];

/// The table of a model: what `lys access` prints.
#[must_use]
pub fn access_table(model: &Model) -> String {
    let operations = model.operations().map(|entry| {
        let definition = &entry.definition;
        row(definition.name, definition.kind.name(), entry.app, &definition.audience, &scope(model, &definition.output))
    });
    let fields = model.guards().map(|entry| {
        let node = model.nodes().find(|node| node.definition.name == entry.node);
        let scope = node.map_or_else(|| "-".to_owned(), |node| rows_of(&model.entities()[node.entity].definition));
        row(&entry.name, "node field", entry.app, &entry.audience, &scope)
    });
    let endpoints = model.endpoints().map(|entry| {
        let definition = &entry.definition;
        let kind = format!("{} {}", definition.method, definition.path);
        row(definition.name, &kind, entry.app, &definition.audience, "-")
    });
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(operations.chain(fields).chain(endpoints));
    format(&rows)
}

/// What says whose a row is: a decision on some rows is limited by it.
fn scope(model: &Model, output: &OutputDef) -> String {
    let (OutputDef::Node { entity, .. } | OutputDef::Connection { entity, .. } | OutputDef::Success { entity }) =
        output
    else {
        return "-".to_owned();
    };
    let Some(entity) = model.entity_index(*entity).map(|index| &model.entities()[index].definition) else {
        return "-".to_owned();
    };
    rows_of(entity)
}

fn rows_of(entity: &EntityDef) -> String {
    let column = |index: u16| entity.columns[usize::from(index)].name;
    let owner = entity.owner.map(|owner| format!("owner {}", column(owner)));
    let tenants = entity.tenants.iter().map(|tenant| format!("{} {}", tenant.level, column(tenant.column)));
    let related = entity.related_scopes.iter().map(|scope| {
        let whose = scope.level.unwrap_or("owner");
        format!("{whose} {}", scope.place(entity))
    });
    let rules = entity.scope_rules.iter().map(|rule| rule.name.to_owned());
    let scopes: Vec<String> = owner.into_iter().chain(tenants).chain(related).chain(rules).collect();
    if scopes.is_empty() { "all rows".to_owned() } else { scopes.join(", ") }
}

fn row(name: &str, kind: &str, app: &str, audience: &Audience, scope: &str) -> [String; 8] {
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
    [name, kind, app, &levels, public, yes(audience.licensed), yes(audience.enabled), scope].map(str::to_owned)
}

fn format(rows: &[[String; 8]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: [usize; 8] = std::array::from_fn(width);
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
        let text = format(&[row("purge", "field", "base", &audience, "-")]);
        assert_eq!(text, "purge  field  base  super users only  -  no  yes  -\n");
    }
}
