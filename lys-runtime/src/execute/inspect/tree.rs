//! A plan as a tree for people: what `explain` prints.

use std::fmt::{self, Display, Formatter};

use super::report::{DecisionReport, FieldReport, GuardReport, LevelReport, PlanReport, StatementReport};

impl Display for PlanReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "document: cache {}, {} ms", self.document.cache, self.document.ms)?;
        writeln!(f, "cost: at most {}", counted(Some(self.cost)))?;
        writeln!(f, "consistency: {}", self.consistency)?;
        for GuardReport { guard, decision } in &self.guards {
            match &decision.denied {
                Some(code) => writeln!(f, "\nfield {guard}: denied, {code}")?,
                None => writeln!(f, "\nfield {guard}")?,
            }
            write!(f, "{decision}")?;
        }
        for field in &self.fields {
            write!(f, "\n{field}")?;
        }
        let statements = self.fields.iter().map(FieldReport::count).sum::<usize>();
        writeln!(f, "\n{statements} {}", if statements == 1 { "statement" } else { "statements" })
    }
}

impl FieldReport {
    fn count(&self) -> usize {
        self.statements.len() + self.levels.iter().map(LevelReport::count).sum::<usize>()
    }
}

impl LevelReport {
    fn count(&self) -> usize {
        self.statements.len() + self.levels.iter().map(Self::count).sum::<usize>()
    }

    fn write(&self, f: &mut Formatter<'_>, indent: usize) -> fmt::Result {
        write!(f, "{:indent$}{}", "", self.level)?;
        if let Some(entity) = self.entity {
            write!(f, ": {entity}, {}", self.scope)?;
        }
        writeln!(f, ", {} ms", self.ms)?;
        write_all(f, &self.statements, &self.levels, indent + 2)
    }
}

impl Display for FieldReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.field, self.operation)?;
        match (&self.decision.denied, self.ms) {
            (Some(code), _) => writeln!(f, ": denied, {code}")?,
            (None, None) => writeln!(f, ": not run")?,
            (None, Some(ms)) if self.rolled_back => writeln!(f, ", {ms} ms, rolled back: nothing was written")?,
            (None, Some(ms)) => writeln!(f, ", {ms} ms")?,
        }
        write!(f, "{}", self.decision)?;
        write_all(f, &self.statements, &self.levels, 2)
    }
}

impl Display for DecisionReport {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let open_to = match (self.public, self.levels.is_empty()) {
            (true, _) => "everybody".to_owned(),
            (false, true) => "super users only".to_owned(),
            (false, false) => self.levels.join(", "),
        };
        writeln!(f, "  open to: {open_to}")?;
        for permission in &self.permissions {
            writeln!(f, "    {}: {}", permission.permission, permission.opinion)?;
        }
        match &self.allowed {
            Some(rows) => writeln!(f, "  allowed: {rows}"),
            None => Ok(()),
        }
    }
}

fn write_all(
    f: &mut Formatter<'_>,
    statements: &[StatementReport],
    levels: &[LevelReport],
    indent: usize,
) -> fmt::Result {
    for StatementReport { sql, rows, ms } in statements {
        writeln!(f, "{:indent$}{sql}\n{:indent$}  {}, {ms} ms", "", "", counted(*rows))?;
    }
    levels.iter().try_for_each(|level| level.write(f, indent))
}

fn counted(rows: Option<u64>) -> String {
    match rows {
        None => "failed".to_owned(),
        Some(1) => "1 row".to_owned(),
        Some(rows) => format!("{rows} rows"),
    }
}
