//! `node` and `nodes`: rows of any type by their global ids, each let through by the getter of its type.
//!
//! An id that is malformed, of no type, of a type without a getter, of a row that is gone or outside the scope: each is null without an
//! error, and no caller can tell one from the other. What the getter refuses to everybody like the caller is the id's error, decided
//! before anything is loaded, so it says nothing of the row. All ids of one type are read together.

use async_graphql_value::ConstValue;
use sea_orm::Value;

use super::{
    arguments,
    failure::Failure,
    load::LoadedLevel,
    plan::{Lookup, LookupType, RootField, RowShape},
    run::Run,
    write::Writer,
};
use crate::{
    access::Decision,
    data::trace::within,
    error::{Error, Result, code},
    getter::Siblings,
    global_id::GlobalId,
    operation::{Answer, ArgumentValues, Authorized},
    output::{Nulled, Written},
};

/// What a lookup asks for, and what was decided on it.
pub(crate) struct Asked {
    /// The type of each id and its place among those of that type; none for an id that no getter is asked about.
    places: Vec<Option<(usize, usize)>>,
    /// For each type of the plan.
    types: Vec<AskedType>,
}

/// The ids of one type.
#[derive(Default)]
struct AskedType {
    /// Each once.
    ids: Vec<GlobalId>,
    /// The getter that was chosen, and its decision; none where no id is of this type.
    decision: Option<Result<(&'static str, Decision)>>,
}

/// What was found of one type: the rows, and for each of its ids a row, nothing, or why it failed.
struct Found {
    level: LoadedLevel,
    rows: Vec<std::result::Result<Option<usize>, Failure>>,
}

impl Asked {
    /// The decision on the type at this place of the plan, if it allows something.
    pub(super) fn decision(&self, ty: usize) -> Option<&Decision> {
        self.types[ty].decision.as_ref()?.as_ref().ok().map(|(_, decision)| decision)
    }
}

impl<'a> Run<'a> {
    /// The ids of a lookup by type, and a decision for each type that is among them.
    pub(super) fn ask(&self, field: &RootField, lookup: &Lookup) -> Result<Asked> {
        let arguments = arguments::values(&lookup.arguments, self.variables, &self.engine.inputs)?;
        let ids = ids(&arguments);
        let limit = self.engine.options.max_ids;
        if ids.len() > limit as usize {
            return Err(Error::new(code::TOO_MANY_IDS, 400).with_extension("limit", limit));
        }
        let mut types: Vec<AskedType> = lookup.types.iter().map(|_| AskedType::default()).collect();
        let places = ids.iter().map(|text| {
            let id = GlobalId::decode(text).ok()?;
            let ty = lookup.types.iter().position(|ty| ty.node == id.type_name)?;
            let known = &mut types[ty].ids;
            let place = known.iter().position(|known| *known == id).unwrap_or_else(|| {
                known.push(id);
                known.len() - 1
            });
            Some((ty, place))
        });
        let places = places.collect();
        for (asked, plan) in types.iter_mut().zip(&lookup.types).filter(|(asked, _)| !asked.ids.is_empty()) {
            asked.decision = Some(self.getter(field, plan));
        }
        Ok(Asked { places, types })
    }

    /// The first getter of a type that the caller may call; if there is none, why not the first.
    fn getter(&self, field: &RootField, plan: &LookupType) -> Result<(&'static str, Decision)> {
        let mut refused = None;
        for name in &plan.getters {
            match self.authorize(field, &self.engine.model.operations[name].definition) {
                Ok(decision) => return Ok((name, decision)),
                Err(error) => _ = refused.get_or_insert(error),
            }
        }
        Err(refused.unwrap_or_else(Error::not_found))
    }

    /// Loads what was asked for, type by type, and writes it in the order of the ids.
    pub(super) async fn lookup(&self, lookup: &'a Lookup, asked: &Asked, writer: &mut Writer<'a>) -> Written {
        let mut found: Vec<Option<Found>> = Vec::with_capacity(lookup.types.len());
        for (plan, asked) in lookup.types.iter().zip(&asked.types) {
            found.push(match &asked.decision {
                None => None,
                Some(decision) => Some(self.find(plan, asked, decision.as_ref()).await),
            });
        }
        let mut places = asked.places.iter().enumerate();
        if !lookup.many {
            return match places.next() {
                Some((_, place)) => self.write_found(lookup, asked, &found, *place, writer),
                None => Err(Nulled),
            };
        }
        writer.bytes.push(b'[');
        for (index, place) in places {
            if index > 0 {
                writer.bytes.push(b',');
            }
            let start = writer.bytes.len();
            writer.enter_item(index);
            let written = self.write_found(lookup, asked, &found, *place, writer);
            writer.leave_item();
            if written.is_err() {
                if writer.overflowed {
                    return Err(Nulled);
                }
                writer.bytes.truncate(start);
                writer.bytes.extend_from_slice(b"null");
            }
        }
        writer.bytes.push(b']');
        Ok(())
    }

    async fn find(
        &self,
        plan: &LookupType,
        asked: &AskedType,
        decision: std::result::Result<&(&'static str, Decision), &Error>,
    ) -> Found {
        let failed = |error: &Error| {
            let failure = Failure::of(error, plan.getters[0], self.masking());
            let rows = asked.ids.iter().map(|_| Err(failure.clone())).collect();
            Found { level: LoadedLevel::empty(), rows }
        };
        match decision {
            Err(error) => failed(error),
            Ok((getter, decision)) => match self.find_rows(plan, asked, getter, decision).await {
                Ok(found) => found,
                Err(error) => failed(&error),
            },
        }
    }

    /// Asks the getter for each id, then reads all rows that it lets through by one statement for each level.
    async fn find_rows(
        &self,
        plan: &LookupType,
        asked: &AskedType,
        getter: &'static str,
        decision: &Decision,
    ) -> Result<Found> {
        let context = self.context(getter, decision, self.reads);
        let siblings = Siblings::new(asked.ids.clone());
        let resolve = self.engine.model.operations[getter].definition.resolve;
        let mut keys: Vec<Value> = Vec::with_capacity(asked.ids.len());
        let mut rows = Vec::with_capacity(asked.ids.len());
        for id in &asked.ids {
            let arguments = ArgumentValues(vec![("id".into(), ConstValue::String(id.encode()))]);
            let call = Authorized { context: &context, arguments, siblings: Some(&siblings) };
            match resolve(call).await.map(|resolved| resolved.0) {
                Ok(Answer::Row(key)) => {
                    keys.push(key);
                    rows.push(Ok(Some(keys.len() - 1)));
                }
                Err(error) if error.status() >= 500 => return Err(error),
                Err(error) if error.code() != code::NOT_FOUND => {
                    rows.push(Err(Failure::of(&error, getter, self.masking())));
                }
                Ok(_) | Err(_) => rows.push(Ok(None)),
            }
        }
        let loader = self.loader(&context, getter);
        let level = &plan.rows.level;
        let about = || loader.about(plan.node, level, &loader.root_scope(level));
        let (level, places) = within(self.database.trace(), about, loader.list(level, plan.key, &keys)).await?;
        let rows = rows.into_iter().map(|row| row.map(|key: Option<usize>| key.and_then(|key| places[key])));
        Ok(Found { level, rows: rows.collect() })
    }

    /// Writes one row, or null where there is none.
    fn write_found(
        &self,
        lookup: &'a Lookup,
        asked: &Asked,
        found: &[Option<Found>],
        place: Option<(usize, usize)>,
        writer: &mut Writer<'a>,
    ) -> Written {
        let Some((ty, place)) = place else { return Err(Nulled) };
        let Some(Found { level, rows }) = &found[ty] else { return Err(Nulled) };
        match (&rows[place], &asked.types[ty].decision) {
            (Ok(Some(row)), Some(Ok((getter, decision)))) => {
                let context = self.context(getter, decision, self.reads);
                let RowShape { level: plan, view } = &lookup.types[ty].rows;
                writer.row(view, plan, level, *row, &self.loader(&context, getter))
            }
            (Err(failure), _) => {
                writer.fail_with(failure);
                Err(Nulled)
            }
            (Ok(_), _) => Err(Nulled),
        }
    }
}

/// The given ids: one, or a list of them. Nothing else passes coercion.
fn ids(arguments: &ArgumentValues) -> Vec<&str> {
    fn text(value: &ConstValue) -> Option<&str> {
        if let ConstValue::String(text) = value { Some(text) } else { None }
    }
    match (arguments.get("id"), arguments.get("ids")) {
        (Some(id), _) => text(id).into_iter().collect(),
        (None, Some(ConstValue::List(ids))) => ids.iter().filter_map(text).collect(),
        _ => Vec::new(),
    }
}
