//! Aggregates: what all rows of a list come to, inside the decision's scope; one statement, also for the lists of many parents.

use async_graphql_value::ConstValue;
use sea_orm::DbBackend;

use super::{
    arguments,
    children::{Family, spans},
    compile_aggregate::FURTHER_DIGITS,
    failure::Failure,
    load::Loader,
    plan::{Aggregate, Child, Grouping, KeySlot, Piece},
    row_key::RowKey,
};
use crate::{
    access::audit::{self, Action},
    data::{Row, Rows, select::RowSelect, sql::SqlWriter},
    entity::{ColumnDef, ColumnKind, EntityDef},
    error::{Error, Result, code},
    schema::aggregates::BY,
};

/// What rows come to, for one list or for several.
pub(crate) struct LoadedAggregate {
    /// The values of a list or of one of its groups.
    pub(crate) rows: Rows,
    /// Where the grouping's choices are, if they were chosen.
    pub(crate) choices: Vec<Option<usize>>,
    /// Which rows belong to which list.
    pub(crate) spans: Vec<(u32, u32)>,
}

/// What was asked for and could be read, or what is wrong with the arguments.
pub(crate) type LoadedAggregates = Vec<std::result::Result<LoadedAggregate, AggregateFailure>>;

/// Why an aggregate is not told.
pub(crate) struct AggregateFailure {
    pub(crate) failure: Failure,
    /// The keys that lead to the field inside the aggregate that it is about.
    pub(crate) path: Vec<Box<str>>,
}

/// What is read of rows: the pieces, then what they are grouped by.
struct Summary<'s> {
    entity: &'s EntityDef,
    pieces: &'s [Piece],
    /// Columns to group by.
    by: Vec<u16>,
    choices: Vec<Option<usize>>,
}

/// The lists whose rows come to something.
pub(super) enum Lists<'l> {
    /// What the select chooses.
    Root(&'l RowSelect),
    /// One for each parent; without a family none has rows.
    OfParents { child: &'l Child, family: Option<&'l Family<'l>>, keys: &'l [Option<RowKey>] },
}

impl<'a> Loader<'a> {
    /// What the rows of each list come to. Wrong arguments are the error of their field.
    pub(super) async fn aggregates(
        &self,
        asked: &'a [Aggregate],
        entity: &EntityDef,
        lists: Lists<'_>,
    ) -> Result<LoadedAggregates> {
        let mut loaded = Vec::with_capacity(asked.len());
        for aggregate in asked {
            let fail = |error: &Error, path| AggregateFailure {
                failure: Failure::of(error, self.operation, self.masking),
                path,
            };
            let mut guarded = aggregate.guarded.iter();
            let denied = guarded.find_map(|(guarded, path)| Some((self.check(*guarded).err()?, path)));
            loaded.push(match (denied, self.summary(aggregate, entity)) {
                (Some((error, path)), _) => Err(fail(&error, path.clone())),
                (None, Ok(summary)) => Ok(self.aggregate(summary, &lists).await?),
                (None, Err(error)) => Err(fail(&error, Vec::new())),
            });
        }
        Ok(loaded)
    }

    async fn aggregate(&self, summary: Summary<'_>, lists: &Lists<'_>) -> Result<LoadedAggregate> {
        let mut sql = SqlWriter::new(self.context.database.backend());
        sql.push("SELECT ");
        let (rows, spans) = match lists {
            Lists::Root(select) => {
                let entity = summary.entity;
                summary.values("", &mut sql);
                sql.push(" FROM ").name(entity.table);
                sql.filter(entity, "", &select.conditions, &self.root_rows(entity, select));
                summary.group("", None, &mut sql);
                let rows = self.groups(&summary, sql).await?;
                let spans = vec![(0, u32::try_from(rows.len()).unwrap_or(u32::MAX))];
                (rows, spans)
            }
            Lists::OfParents { family: None, keys, .. } => (Rows::none(), vec![(0, 0); keys.len()]),
            Lists::OfParents { child, family: Some(family), keys } => {
                summary.values(family.alias, &mut sql);
                sql.push(", ");
                family.key(&mut sql);
                family.from(&mut sql);
                summary.group(family.alias, Some(family), &mut sql);
                let rows = self.groups(&summary, sql).await?;
                let parts = child.link.child.iter().zip(summary.width()..);
                let key: Vec<_> = parts.map(|(part, slot)| KeySlot { slot, ..*part }).collect();
                let spans = spans(&key, keys, &rows)?;
                (rows, spans)
            }
        };
        let tells = summary.pieces.iter().any(|piece| *piece != Piece::Count) || !summary.by.is_empty();
        if tells {
            let number = audit::Rows::Number(rows.len() as u64);
            self.context.audit.read(summary.entity, Action::Aggregate, number);
        }
        Ok(LoadedAggregate { rows, choices: summary.choices, spans })
    }

    /// Groups are a list of their own, of which there may be as many as rows of a relation.
    async fn groups(&self, summary: &Summary<'_>, mut sql: SqlWriter) -> Result<Rows> {
        sql.push(" LIMIT ").bind((i64::from(self.options.max_rows) + 1).into());
        let rows = self.read(sql).await?;
        if rows.len() > self.options.max_rows as usize {
            let detail = format!("more than {} groups", self.options.max_rows);
            return Err(Error::new(code::TOO_MANY_ROWS, 400).with_detail(detail));
        }
        rows.iter().try_for_each(|row| summary.check(row))?;
        Ok(rows)
    }

    fn summary<'s>(&self, aggregate: &'s Aggregate, entity: &'s EntityDef) -> Result<Summary<'s>> {
        let mut summary = Summary { entity, pieces: &aggregate.pieces, by: Vec::new(), choices: Vec::new() };
        let Some(Grouping { arguments, choices, guards }) = &aggregate.groups else { return Ok(summary) };
        let arguments = arguments::values(arguments, self.variables, self.inputs)?;
        let Some(ConstValue::List(chosen)) = arguments.get(BY).filter(|by| **by != ConstValue::List(Vec::new())) else {
            let text = "Argument 'by' must name what the rows of a group share.".to_owned();
            return Err(Error::new(code::INVALID_ARGUMENT, 400).with_text(text));
        };
        let is_chosen =
            |name: &str| chosen.iter().any(|item| matches!(item, ConstValue::Enum(item) if item.as_str() == name));
        for ((name, column), guarded) in choices.iter().zip(guards) {
            if let Some(guarded) = guarded.filter(|_| is_chosen(name)) {
                self.check(guarded)?;
            }
            let slot = summary.width();
            summary.choices.push(is_chosen(name).then_some(slot));
            if is_chosen(name) {
                summary.by.push(*column);
            }
        }
        Ok(summary)
    }
}

impl Summary<'_> {
    /// How many values are read.
    fn width(&self) -> usize {
        self.pieces.len().max(1) + self.by.len()
    }

    /// A sum may be greater than the numbers of its column can be. Servers refuse most of these themselves, SQLite has an infinity.
    fn check(&self, row: Row<'_>) -> Result<()> {
        for (slot, piece) in self.pieces.iter().enumerate() {
            let (Piece::Sum(column) | Piece::Average(column)) = piece else { continue };
            let is_number = match self.column(*column).kind {
                ColumnKind::Decimal => row.decimal(slot).is_ok(),
                _ => row.float(slot)?.is_none_or(f64::is_finite),
            };
            if !is_number {
                let detail = format!("a sum of {}.{}", self.entity.name, self.column(*column).name);
                return Err(Error::new(code::NUMBER_OUT_OF_RANGE, 400).with_detail(detail));
            }
        }
        Ok(())
    }

    fn column(&self, column: u16) -> &ColumnDef {
        &self.entity.columns[usize::from(column)]
    }

    fn values(&self, alias: &str, sql: &mut SqlWriter) {
        // A selection of names only asks for nothing, but for each group.
        let pieces = if self.pieces.is_empty() { &[Piece::Count] } else { self.pieces };
        for (index, piece) in pieces.iter().enumerate() {
            sql.push(if index > 0 { ", " } else { "" });
            self.piece(*piece, alias, sql);
        }
        for column in &self.by {
            sql.push(", ").column(alias, self.column(*column).name);
        }
    }

    fn piece(&self, piece: Piece, alias: &str, sql: &mut SqlWriter) {
        match piece {
            Piece::Count => {
                sql.push("COUNT(*)");
            }
            Piece::Min(column) => {
                sql.push("MIN(").column(alias, self.column(column).name).push(")");
            }
            Piece::Max(column) => {
                sql.push("MAX(").column(alias, self.column(column).name).push(")");
            }
            Piece::Sum(column) => self.sum(column, alias, sql),
            Piece::Average(column) => {
                let exact = self.column(column).kind == ColumnKind::Decimal && sql.backend() != DbBackend::Sqlite;
                sql.push(if exact { "ROUND(" } else { "" });
                self.sum(column, alias, sql);
                sql.push(" / COUNT(").column(alias, self.column(column).name).push(")");
                if exact {
                    let scale = self.column(column).decimal.map_or(0, |(_, scale)| scale) + FURTHER_DIGITS;
                    sql.push(&format!(", {scale})"));
                }
            }
        }
    }

    /// Of whole numbers as a float, since the sum of many has more digits than one.
    fn sum(&self, column: u16, alias: &str, sql: &mut SqlWriter) {
        let whole = matches!(self.column(column).kind, ColumnKind::Int | ColumnKind::BigInt);
        let (before, after) = match (whole, sql.backend()) {
            (false, _) => ("SUM(", ")"),
            (true, DbBackend::Postgres) => ("CAST(SUM(", ") AS double precision)"),
            (true, DbBackend::MySql) => ("(SUM(", ") + 0E0)"),
            (true, _) => ("CAST(SUM(", ") AS REAL)"),
        };
        sql.push(before).column(alias, self.column(column).name).push(after);
    }

    /// ` GROUP BY … ORDER BY …`: by the parent first, then by what was chosen. A bare name could be that of a value as well: PostgreSQL
    /// calls `COUNT(*)` `count`.
    fn group(&self, alias: &str, family: Option<&Family<'_>>, sql: &mut SqlWriter) {
        if self.by.is_empty() && family.is_none() {
            return;
        }
        let alias = if alias.is_empty() { self.entity.table } else { alias };
        for word in [" GROUP BY ", " ORDER BY "] {
            sql.push(word);
            if let Some(family) = family {
                family.key(sql);
                sql.push(if self.by.is_empty() { "" } else { ", " });
            }
            for (index, column) in self.by.iter().enumerate() {
                sql.push(if index > 0 { ", " } else { "" });
                let column = self.column(*column);
                if word == " ORDER BY " {
                    sql.order_term(alias, column, false)
                } else {
                    sql.column(alias, column.name)
                };
            }
        }
    }
}
