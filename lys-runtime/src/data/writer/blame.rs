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
    /// would have said. The database has named the columns.
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
        let column = |name: &str| {
            let place = entity.columns.iter().position(|column| camel_case(column.name) == name);
            place.and_then(|place| u16::try_from(place).ok())
        };
        let blamed = error.extensions().get("fields")?.as_array()?;
        let columns = blamed.iter().map(|field| column(field["path"][0].as_str()?)).collect::<Option<Vec<u16>>>()?;
        let writes = |line: &&&Line| columns.iter().any(|column| line.writes(*column));
        let lines: Vec<&Line> = lines.iter().filter(writes).copied().collect();
        self.taken(entity, values, &columns, &lines).await.ok()?
    }

    async fn taken<'l>(
        &self,
        entity: &EntityDef,
        values: ReadValues,
        columns: &[u16],
        lines: &[&'l Line],
    ) -> Result<Option<&'l Line>> {
        let mut seen = HashSet::new();
        let again = lines.iter().find(|line| together(&line.values, columns).is_some_and(|text| !seen.insert(text)));
        if let Some(again) = again {
            return Ok(Some(again));
        }
        let holders = self.holders(entity, values, columns, lines).await?;
        let is_taken = |line: &&&Line| {
            let holder = together(&line.values, columns).and_then(|text| holders.get(&text));
            holder.is_some() && holder != lookup_text(line.key()).filter(|_| columns != [0]).as_ref()
        };
        Ok(lines.iter().find(is_taken).copied())
    }

    /// The key of the row that has each of the values, whoever's it is. The transaction answers no more, so others are asked.
    async fn holders(
        &self,
        entity: &EntityDef,
        read_values: ReadValues,
        columns: &[u16],
        lines: &[&Line],
    ) -> Result<HashMap<Vec<String>, String>> {
        let mut holders = HashMap::new();
        for lines in lines.chunks(self.keys_per_statement(columns)) {
            let values = |column: &u16| lines.iter().map(|line| line.value(*column).clone()).collect();
            let row = |line: &&Line| columns.iter().map(|column| line.value(*column).clone()).collect();
            let wanted = match columns {
                [column] => Term::In(*column, values(column)),
                _ => Term::InRows(
                    columns.to_vec(),
                    lines.iter().filter(|line| together(&line.values, columns).is_some()).map(row).collect(),
                ),
            };
            let mut sql = SqlWriter::new(self.backend());
            sql.push("SELECT ").columns(entity).push(" FROM ").name(entity.table);
            // A deleted row still has its key, and nothing else that is unique.
            let deleted = if columns == [0] { Deleted::Shown } else { Deleted::Hidden };
            let scope = Scope::all(self.decision).showing(deleted);
            sql.filter(entity, "", &[wanted], &scope);
            for row in self.database.primary().read_all(sql.text, sql.values).await?.iter() {
                let values = read_values(row)?;
                holders.extend(together(&values, columns).zip(lookup_text(&values[0])));
            }
        }
        Ok(holders)
    }
}

/// The values of `columns`, to be looked up; nothing is equal to a NULL among them.
fn together(values: &[Value], columns: &[u16]) -> Option<Vec<String>> {
    columns.iter().map(|column| lookup_text(values.get(usize::from(*column))?)).collect()
}
