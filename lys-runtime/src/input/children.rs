//! Inputs inside an input: the new rows that belong to the row of the input around them.

use super::IntoDraft;
use crate::{
    data::Draft,
    entity::{Entity, Owns, relation},
    error::Result,
    name::camel_case,
};

/// An input type of a `#[input(children)]` field: inputs of `T`, in a list where the relation leads to many rows. Derived with
/// `#[input(entity = T)]` for one, there for a `Vec` of them, and for an `Option` of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` makes no rows of `{T}`",
    note = "a `#[input(children)]` field is a Vec of inputs with `#[input(entity = {T})]`, or one of them for a `#[has_one]`"
)]
pub trait Children<T: Entity> {
    /// How many rows: [`relation::Many`] or [`relation::One`].
    type Rows;

    /// A draft of each row.
    ///
    /// # Errors
    /// When a value does not fit its column.
    fn into_drafts(self) -> Result<Vec<Draft<T>>>;
}

#[diagnostic::do_not_recommend]
impl<T: Entity, I: IntoDraft<T>> Children<T> for Vec<I> {
    type Rows = relation::Many;

    fn into_drafts(self) -> Result<Vec<Draft<T>>> {
        let draft = |(index, input): (usize, I)| input.into_draft().map_err(|error| error.at(&[index.into()]));
        self.into_iter().enumerate().map(draft).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Entity, C: Children<T>> Children<T> for Option<C> {
    type Rows = C::Rows;

    fn into_drafts(self) -> Result<Vec<Draft<T>>> {
        self.map_or_else(|| Ok(Vec::new()), C::into_drafts)
    }
}

/// The draft of a single child.
///
/// # Errors
/// When a value does not fit its column.
pub fn one<T: Entity>(input: impl IntoDraft<T>) -> Result<Vec<Draft<T>>> {
    input.into_draft().map(|draft| vec![draft])
}

/// Hands the rows of the field `name` to the draft of the row that they belong to by `relation`.
///
/// # Errors
/// When a value does not fit its column.
pub fn add<E: Entity, R: Owns<E>>(
    children: impl Children<R::Target, Rows = R::Rows>,
    relation: R,
    name: &'static str,
    draft: &mut Draft<E>,
) -> Result<()> {
    let drafts = children.into_drafts().map_err(|error| error.at(&[camel_case(name).into()]))?;
    draft.add_children(relation, drafts);
    Ok(())
}
