//! Operations: the root fields of the schema, their audience and the function that answers them.

pub mod arguments;
pub mod definition;

pub use arguments::{Argument, ArgumentValues, Arguments, argument};
pub use definition::{
    Audience, OperationDef, OperationKind, OrderKeyDef, OutputDef, PublicType, ResolveFn, Root, needs_owner,
    needs_tenant,
};

use futures_util::future::BoxFuture;
use sea_orm::Value;

use crate::{
    context::Context, data::select::RowSelect, error::Result, getter::Siblings, node::computed::ErasedOutput,
    subscription::events::Happenings,
};

/// A root field that the authoriser has let through. Only it makes one; resolvers ask for one, so none can run unasked.
pub struct Authorized<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) arguments: ArgumentValues,
    /// The ids that are looked up together with this one.
    pub(crate) siblings: Option<&'a Siblings>,
}

impl<'a> Authorized<'a> {
    /// The request, its actor and the decision.
    #[must_use]
    pub fn context(&self) -> &'a Context<'a> {
        self.context
    }

    /// The coerced arguments.
    #[must_use]
    pub fn arguments(&self) -> &ArgumentValues {
        &self.arguments
    }
}

/// What a resolver answers with. Rows are read by the executor, with the selected columns and inside the decision's scope.
pub struct Resolved(pub(crate) Answer);

pub(crate) enum Answer {
    /// The row with this key.
    Row(Value),
    /// The rows with these keys, in this order.
    List(Vec<Value>),
    /// A page of these rows.
    Rows(RowSelect),
    /// A value that is ready.
    Value(Box<dyn ErasedOutput>),
    /// What happens from now on.
    Happenings(Happenings),
    /// Null.
    Null,
}

impl Resolved {
    pub(crate) fn row(key: impl Into<Value>) -> Self {
        Self(Answer::Row(key.into()))
    }

    pub(crate) fn list(keys: impl IntoIterator<Item = impl Into<Value>>) -> Self {
        Self(Answer::List(keys.into_iter().map(Into::into).collect()))
    }

    pub(crate) fn rows(select: RowSelect) -> Self {
        Self(Answer::Rows(select))
    }

    /// A value that is ready to be written.
    pub fn value(value: impl crate::output::Output) -> Self {
        Self(Answer::Value(Box::new(value)))
    }

    pub(crate) fn happenings(happenings: Happenings) -> Self {
        Self(Answer::Happenings(happenings))
    }

    pub(crate) fn null() -> Self {
        Self(Answer::Null)
    }
}

/// A resolver at work.
pub type Resolving<'a> = BoxFuture<'a, Result<Resolved>>;
