//! Conditions and order terms over declared columns, with bound values.

use std::marker::PhantomData;

use sea_orm::Value;

/// A condition on rows of `E`.
pub struct Condition<E> {
    pub(crate) term: Term,
    entity: PhantomData<fn() -> E>,
}

/// A condition whose entity is known from its surroundings.
#[derive(Debug, Clone)]
pub(crate) enum Term {
    Compare(u16, Operator, Value),
    In(u16, Vec<Value>),
    /// Several columns together, one value for each.
    InRows(Vec<u16>, Vec<Vec<Value>>),
    Null(u16),
    /// The text has this part.
    Text(u16, TextMatch, String),
    And(Vec<Term>),
    Or(Vec<Term>),
    /// The rows that the term does not choose: also those for which a NULL leaves it unknown.
    Not(Box<Term>),
    /// A condition on the rows of a relation, by its index.
    Related(u16, Quantifier, Box<Term>),
    /// The explicit escape: SQL with `?` for each value.
    Raw(&'static str, Vec<Value>),
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Operator {
    pub(crate) fn sql(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }
}

/// Where in a text a part is looked for, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TextMatch {
    pub(crate) place: Place,
    /// Whatever the case of its letters.
    pub(crate) any_case: bool,
}

/// Places in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Anywhere,
    Start,
    End,
}

/// How many rows of a relation satisfy a condition. Rows outside the decision's scope are none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Some,
    None,
    Every,
}

impl Term {
    /// Whether there is SQL of the author's own in it.
    pub(crate) fn is_raw(&self) -> bool {
        match self {
            Self::Raw(..) => true,
            Self::And(terms) | Self::Or(terms) => terms.iter().any(Self::is_raw),
            Self::Not(term) | Self::Related(_, _, term) => term.is_raw(),
            Self::Compare(..) | Self::In(..) | Self::InRows(..) | Self::Null(_) | Self::Text(..) => false,
        }
    }
}

impl<E> Condition<E> {
    fn new(term: Term) -> Self {
        Self { term, entity: PhantomData }
    }

    pub(crate) fn compare(column: u16, operator: Operator, value: Value) -> Self {
        Self::new(Term::Compare(column, operator, value))
    }

    pub(crate) fn is_in(column: u16, values: Vec<Value>) -> Self {
        Self::new(Term::In(column, values))
    }

    pub(crate) fn is_null(column: u16) -> Self {
        Self::new(Term::Null(column))
    }

    pub(crate) fn text(column: u16, place: Place, any_case: bool, text: String) -> Self {
        Self::new(Term::Text(column, TextMatch { place, any_case }, text))
    }

    pub(crate) fn related<T>(relation: u16, quantifier: Quantifier, condition: Condition<T>) -> Self {
        Self::new(Term::Related(relation, quantifier, Box::new(condition.term)))
    }

    /// SQL of your own, `?` for each of `values`. The explicit escape: it is not checked, and it must never be built from input.
    #[must_use]
    pub fn raw(sql: &'static str, values: Vec<Value>) -> Self {
        Self::new(Term::Raw(sql, values))
    }

    /// Both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self::new(Term::And(vec![self.term, other.term]))
    }

    /// Either.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self::new(Term::Or(vec![self.term, other.term]))
    }

    /// The opposite: the rows that this does not choose, also where a NULL leaves it unknown.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "reads like SQL next to `and` and `or`")]
    pub fn not(self) -> Self {
        Self::new(Term::Not(Box::new(self.term)))
    }
}

impl<E> From<Term> for Condition<E> {
    fn from(term: Term) -> Self {
        Self::new(term)
    }
}

/// One term of an order.
pub struct OrderTerm<E> {
    pub(crate) order: ColumnOrder,
    entity: PhantomData<fn() -> E>,
}

/// A column and a direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct ColumnOrder {
    pub(crate) column: u16,
    pub(crate) descending: bool,
}

impl<E> Clone for OrderTerm<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E> Copy for OrderTerm<E> {}

impl<E> OrderTerm<E> {
    pub(crate) fn new(column: u16, descending: bool) -> Self {
        Self { order: ColumnOrder { column, descending }, entity: PhantomData }
    }
}
