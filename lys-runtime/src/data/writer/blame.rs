//! Which row of a batch is at fault, where the database does not say: asked once it has refused, of what others see.

use std::collections::{HashMap, HashSet};

use sea_orm::Value;

use super::{
    Writer,
    rows::{Line, lookup_text},
};
use crate::{
    access::scope::{Deleted, Scope},
    data::{condition::Term, reader::read, sql::SqlWriter},
    entity::{Entity, EntityDef},
    error::{Error, Result, code},
    name::camel_case,
};

impl Writer<'_> {
    /// Says of which row a unique value is taken: in the batch itself, or in the table. That is what writing the rows one by one
    /// would have said. The database has named the column.
    pub(super) async fn name_taken<E: Entity>(&self, entity: &EntityDef, lines: &[&Line], error: Error) -> Error {
        if error.code() != code::ALREADY_EXISTS {
            return error;
        }
        let blamed = error.extensions().get("fields").and_then(|fields| fields[0]["path"][0].as_str());
        let column =
            (0_u16..).zip(&entity.columns).find(|(_, column)| Some(camel_case(column.name).as_str()) == blamed);
        let Some((column, _)) = column else { return error };
        let lines: Vec<&Line> = lines.iter().filter(|line| line.writes(column)).copied().collect();
        match self.taken::<E>(entity, column, &lines).await {
            Ok(Some(line)) => error.at(&line.path),
            _ => error,
        }
    }

    async fn taken<'l, E: Entity>(
        &self,
        entity: &EntityDef,
        column: u16,
        lines: &[&'l Line],
    ) -> Result<Option<&'l Line>> {
        let mut seen = HashSet::new();
        let again = lines.iter().find(|line| lookup_text(line.value(column)).is_some_and(|text| !seen.insert(text)));
        if let Some(again) = again {
            return Ok(Some(again));
        }
        let holders = self.holders::<E>(entity, column, lines).await?;
        let is_taken = |line: &&&Line| {
            let holder = lookup_text(line.value(column)).and_then(|text| holders.get(&text));
            holder.is_some() && holder != lookup_text(line.key()).filter(|_| column > 0).as_ref()
        };
        Ok(lines.iter().find(is_taken).copied())
    }

    /// The key of the row that has each of the values, whoever's it is. The transaction answers no more, so others are asked.
    async fn holders<E: Entity>(
        &self,
        entity: &EntityDef,
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
            let rows: Vec<E> = read(&self.database.primary().read_all(sql.text, sql.values).await?)?;
            holders.extend(rows.into_iter().filter_map(|row| {
                let key = lookup_text(&row.key().clone().into())?;
                Some((lookup_text(row.into_values().get(usize::from(column))?)?, key))
            }));
        }
        Ok(holders)
    }
}
