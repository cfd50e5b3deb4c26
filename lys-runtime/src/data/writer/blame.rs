//! Which row of a batch is at fault, where the database does not say: asked once it has refused, of what others see.

use std::collections::{HashMap, HashSet};

use sea_orm::Value;

use super::{
    Writer,
    rows::{Line, lookup_text},
};
use crate::{
    access::scope::{Deleted, Scope},
    data::{Row, condition::Term, sql::SqlWriter},
    entity::EntityDef,
    error::{Error, Result, code},
    name::camel_case,
};

/// The values of a row that was read, in column order.
pub(super) type ReadValues = fn(Row<'_>) -> Result<Vec<Value>>;

impl Writer<'_> {
    /// Says of which row a unique value is taken: in the batch itself, or in the table. That is what writing the rows one by one
    /// would have said. The database has named the column.
    pub(super) async fn name_taken(
        &self,
        entity: &EntityDef,
        values: ReadValues,
        lines: &[&Line],
        error: Error,
    ) -> Error {
        match self.line_at_fault(entity, values, lines, &error).await {
            Some(line) => error.at(&line.path),
            None => error,
        }
    }

    pub(super) async fn line_at_fault<'l>(
        &self,
        entity: &EntityDef,
        values: ReadValues,
        lines: &[&'l Line],
        error: &Error,
    ) -> Option<&'l Line> {
        if error.code() != code::ALREADY_EXISTS {
            return None;
        }
        let blamed = error.extensions().get("fields").and_then(|fields| fields[0]["path"][0].as_str());
        let column =
            (0_u16..).zip(&entity.columns).find(|(_, column)| Some(camel_case(column.name).as_str()) == blamed);
        let (column, _) = column?;
        let lines: Vec<&Line> = lines.iter().filter(|line| line.writes(column)).copied().collect();
        self.taken(entity, values, column, &lines).await.ok()?
    }

    async fn taken<'l>(
        &self,
        entity: &EntityDef,
        values: ReadValues,
        column: u16,
        lines: &[&'l Line],
    ) -> Result<Option<&'l Line>> {
        let mut seen = HashSet::new();
        let again = lines.iter().find(|line| lookup_text(line.value(column)).is_some_and(|text| !seen.insert(text)));
        if let Some(again) = again {
            return Ok(Some(again));
        }
        let holders = self.holders(entity, values, column, lines).await?;
        let is_taken = |line: &&&Line| {
            let holder = lookup_text(line.value(column)).and_then(|text| holders.get(&text));
            holder.is_some() && holder != lookup_text(line.key()).filter(|_| column > 0).as_ref()
        };
        Ok(lines.iter().find(is_taken).copied())
    }

    /// The key of the row that has each of the values, whoever's it is. The transaction answers no more, so others are asked.
    async fn holders(
        &self,
        entity: &EntityDef,
        read_values: ReadValues,
        column: u16,
        lines: &[&Line],
    ) -> Result<HashMap<String, String>> {
        let values: Vec<Value> = lines.iter().map(|line| line.value(column).clone()).collect();
        let mut holders = HashMap::new();
        for values in values.chunks(self.dialect().keys_per_statement()) {
            let mut sql = SqlWriter::new(self.backend());
            sql.push("SELECT ").columns(entity).push(" FROM ").name(entity.table);
            // A deleted row still has its key, and nothing else that is unique.
            let deleted = if column == 0 { Deleted::Shown } else { Deleted::Hidden };
            let scope = Scope::all(self.decision).showing(deleted);
            sql.filter(entity, "", &[Term::In(column, values.to_vec())], &scope);
            for row in self.database.primary().read_all(sql.text, sql.values).await?.iter() {
                let values = read_values(row)?;
                let text = |column: u16| lookup_text(values.get(usize::from(column))?);
                holders.extend(text(column).zip(text(0)));
            }
        }
        Ok(holders)
    }
}
