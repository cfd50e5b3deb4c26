//! The `filter` argument becomes a condition (00-design §6: relations are seen as the decision sees them, which the statement adds).

use async_graphql_value::{ConstValue, Name, indexmap::IndexMap};
use sea_orm::Value;
use uuid::Uuid;

use crate::{
    app::{
        filters::{FilterInput, FilterKind, OperatorInput, Values},
        guards::Guarded,
    },
    data::condition::{Quantifier, Term},
    entity::{ColumnKind, Key},
    error::{Error, Result, code},
    global_id::GlobalId,
    input::Decoder,
    name::camel_case,
    operation::ArgumentValues,
    schema::filters::{AND, NOT, OR, QUANTIFIERS, Question},
};

/// Most questions of one filter and objects around them: each is a part of an expression that databases read by recursion.
const MOST_QUESTIONS: usize = 200;
/// Most values of its lists.
const MOST_VALUES: usize = 1_000;
/// Most searches through relations of one filter: each is a subquery, and planning them together is what costs.
const MOST_SEARCHES: usize = 10;

type Object = IndexMap<Name, ConstValue>;

/// A given filter.
pub(super) struct Given<'a> {
    /// As it was given.
    pub(super) value: &'a ConstValue,
    /// What it stands for.
    pub(super) condition: Term,
}

/// The argument `filter`, if it was given.
pub(super) fn given<'a>(filter: &FilterInput, arguments: &'a ArgumentValues) -> Result<Option<Given<'a>>> {
    let Some(value) = arguments.get("filter").filter(|value| **value != ConstValue::Null) else {
        return Ok(None);
    };
    let mut reading = Reading::default();
    let term = reading.below("filter", |reading| reading.filter(filter, value));
    let Reading { decoder, questions, values, searches } = reading;
    if questions > MOST_QUESTIONS || values > MOST_VALUES || searches > MOST_SEARCHES {
        let text = format!(
            "A filter asks at most {MOST_QUESTIONS} questions, lists {MOST_VALUES} values and searches {MOST_SEARCHES} relations."
        );
        return Err(Error::new(code::FILTER_TOO_LARGE, 400).with_text(text));
    }
    let condition = decoder.finish(term)?;
    Ok(Some(Given { value, condition }))
}

/// How many relations a filter searches, whatever is wrong with it.
pub(super) fn searches(filter: &FilterInput, value: &ConstValue) -> u64 {
    let object = match value {
        ConstValue::List(items) => return items.iter().map(|item| searches(filter, item)).sum(),
        ConstValue::Object(object) => object,
        _ => return 0,
    };
    let parts = [AND, OR, NOT].into_iter().filter_map(|name| object.get(name));
    let parts: u64 = parts.map(|value| searches(filter, value)).sum();
    let fields =
        filter.fields.iter().filter_map(|field| Some((&field.kind, object.get(camel_case(field.name).as_str())?)));
    let fields = fields.map(|(kind, value)| match (kind, value) {
        (FilterKind::ToOne { filter, .. }, value) => 1 + searches(filter, value),
        (FilterKind::ToMany { filter, .. }, ConstValue::Object(object)) => {
            let asked = QUANTIFIERS.into_iter().filter_map(|(name, ..)| object.get(name));
            asked.map(|value| 1 + searches(filter, value)).sum()
        }
        _ => 0,
    });
    parts + fields.sum::<u64>()
}

/// The guarded fields that a filter asks for, whatever is wrong with it.
pub(super) fn guards(filter: &FilterInput, value: &ConstValue, found: &mut Vec<Guarded>) {
    let object = match value {
        ConstValue::List(items) => return items.iter().for_each(|item| guards(filter, item, found)),
        ConstValue::Object(object) => object,
        _ => return,
    };
    for part in [AND, OR, NOT].into_iter().filter_map(|name| object.get(name)) {
        guards(filter, part, found);
    }
    for field in &filter.fields {
        let Some(value) = object.get(camel_case(field.name).as_str()) else { continue };
        found.extend(field.guard);
        match (&field.kind, value) {
            (FilterKind::ToOne { filter, .. }, value) => guards(filter, value, found),
            (FilterKind::ToMany { filter, .. }, ConstValue::Object(object)) => {
                let asked = QUANTIFIERS.into_iter().filter_map(|(name, ..)| object.get(name));
                asked.for_each(|value| guards(filter, value, found));
            }
            _ => {}
        }
    }
}

/// A filter while it is read. Every mistake is reported; then there is no condition.
#[derive(Default)]
struct Reading {
    decoder: Decoder,
    questions: usize,
    values: usize,
    searches: usize,
}

impl Reading {
    fn below<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.decoder.enter(name);
        let read = read(self);
        self.decoder.leave();
        read
    }

    fn items<T>(
        &mut self,
        value: &ConstValue,
        mut read: impl FnMut(&mut Self, &ConstValue) -> Option<T>,
    ) -> Option<Vec<T>> {
        let ConstValue::List(items) = value else {
            return self.refused();
        };
        let mut all = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            self.decoder.enter_item(index);
            all.push(read(self, item));
            self.decoder.leave();
        }
        all.into_iter().collect()
    }

    /// Null says neither "any" nor NULL.
    fn refused<T>(&mut self) -> Option<T> {
        self.decoder.refuse("required", "a value is required; leave out what shall not be asked");
        None
    }

    fn object<'v>(&mut self, value: &'v ConstValue) -> Option<&'v Object> {
        match value {
            ConstValue::Object(object) => Some(object),
            _ => self.refused(),
        }
    }

    fn filter(&mut self, filter: &FilterInput, value: &ConstValue) -> Option<Term> {
        self.questions += 1;
        let object = self.object(value)?;
        let mut terms = Vec::new();
        if let Some(value) = object.get(AND) {
            terms.push(self.below(AND, |reading| reading.filters(filter, value)).map(Term::And));
        }
        if let Some(value) = object.get(OR) {
            terms.push(self.below(OR, |reading| reading.filters(filter, value)).map(Term::Or));
        }
        if let Some(value) = object.get(NOT) {
            let term = self.below(NOT, |reading| reading.filter(filter, value));
            terms.push(term.map(|term| Term::Not(Box::new(term))));
        }
        for field in &filter.fields {
            if let Some(value) = object.get(camel_case(field.name).as_str()) {
                terms.push(self.below(field.name, |reading| reading.field(&field.kind, value)));
            }
        }
        all(terms)
    }

    fn filters(&mut self, filter: &FilterInput, value: &ConstValue) -> Option<Vec<Term>> {
        self.items(value, |reading, value| reading.filter(filter, value))
    }

    fn field(&mut self, kind: &FilterKind, value: &ConstValue) -> Option<Term> {
        match kind {
            FilterKind::Column { column, operators, values } => {
                let object = self.object(value)?;
                let asked: Vec<_> = operators
                    .questions()
                    .filter_map(|(name, question)| Some((name, question, object.get(camel_case(name).as_str())?)))
                    .map(|(name, question, value)| {
                        self.below(name, |reading| reading.question((*column, operators), question, values, value))
                    })
                    .collect();
                all(asked)
            }
            FilterKind::ToOne { relation, filter } => self.search(*relation, Quantifier::Some, filter, value),
            FilterKind::ToMany { relation, filter, .. } => {
                let object = self.object(value)?;
                let asked: Vec<_> = QUANTIFIERS
                    .into_iter()
                    .filter_map(|(name, quantifier, _)| Some((name, quantifier, object.get(name)?)))
                    .map(|(name, quantifier, value)| {
                        self.below(name, |reading| reading.search(*relation, quantifier, filter, value))
                    })
                    .collect();
                all(asked)
            }
        }
    }

    fn search(
        &mut self,
        relation: u16,
        quantifier: Quantifier,
        filter: &FilterInput,
        value: &ConstValue,
    ) -> Option<Term> {
        self.searches += 1;
        let term = self.filter(filter, value)?;
        Some(Term::Related(relation, quantifier, Box::new(term)))
    }

    fn question(
        &mut self,
        (column, operators): (u16, &OperatorInput),
        question: Question,
        values: &Values,
        value: &ConstValue,
    ) -> Option<Term> {
        self.questions += 1;
        if *value == ConstValue::Null {
            return self.refused();
        }
        Some(match (question, value) {
            (Question::Compare(operator), value) => Term::Compare(column, operator, self.value(values, value)?),
            (Question::In, value) => Term::In(column, self.values(values, value)?),
            (Question::NotIn, value) => {
                let others = Term::Not(Box::new(Term::In(column, self.values(values, value)?)));
                if operators.nullable { Term::And(vec![others, not_null(column)]) } else { others }
            }
            (Question::Text(how), value) => match self.value(values, value)? {
                Value::String(Some(text)) => Term::Text(column, how, text),
                _ => return self.refused(),
            },
            (Question::IsNull, ConstValue::Boolean(true)) => Term::Null(column),
            (Question::IsNull, _) => not_null(column),
        })
    }

    fn values(&mut self, values: &Values, value: &ConstValue) -> Option<Vec<Value>> {
        self.items(value, |reading, value| {
            reading.values += 1;
            reading.value(values, value)
        })
    }

    fn value(&mut self, values: &Values, value: &ConstValue) -> Option<Value> {
        let (node, kind) = match values {
            Values::Scalar(decode) => return decode(Some(value), &mut self.decoder),
            Values::Key { node, kind } => (*node, *kind),
        };
        let ConstValue::String(text) = value else {
            return self.refused();
        };
        match key(text, node, kind) {
            Ok(key) => Some(key),
            Err(error) => {
                self.decoder.fail(error);
                None
            }
        }
    }
}

/// All of them, if there was no mistake.
fn all(terms: Vec<Option<Term>>) -> Option<Term> {
    let mut terms: Vec<Term> = terms.into_iter().collect::<Option<_>>()?;
    Some(if terms.len() == 1 { terms.remove(0) } else { Term::And(terms) })
}

fn not_null(column: u16) -> Term {
    Term::Not(Box::new(Term::Null(column)))
}

/// The key in a global id, which must be one of `node`.
fn key(text: &str, node: &str, kind: ColumnKind) -> Result<Value> {
    let id = GlobalId::decode(text)?;
    let key = id.key_of(node)?;
    let value = match kind {
        ColumnKind::Uuid => <Uuid as Key>::parse(key).map(Value::from),
        _ => <String as Key>::parse(key).map(Value::from),
    };
    value.ok_or_else(|| Error::not_found().with_detail("malformed key in a global id"))
}
