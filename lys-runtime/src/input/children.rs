//! Inputs inside an input: the new rows that belong to the row of the input around them.

use super::IntoDraft;
use crate::{
    data::Draft,
    entity::{Entity, Owns, relation},
    error::Result,
    name::camel_case,
};

/// An input type of a `#[input(children)]` field: inputs of `T`, in a list where the relation leads to [`Many`](relation::Many) rows.
/// Derived with `#[input(entity = T)]` for [`One`](relation::One), there for a `Vec` of them, and for an `Option` of either.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot hold the `{T}` rows of this relation",
    label = "no inputs of `{T}`, or not as many as the relation leads to",
    note = "a `#[input(children)]` field is a Vec of inputs with `#[input(entity = {T})]` for a `#[has_many]`, and one of them for a `#[has_one]`"
)]
pub trait Children<T: Entity, Rows> {
    /// A draft of each row.
    ///
    /// # Errors
    /// When a value does not fit its column.
    fn into_drafts(self) -> Result<Vec<Draft<T>>>;
}

#[diagnostic::do_not_recommend]
impl<T: Entity, I: IntoDraft<T>> Children<T, relation::Many> for Vec<I> {
    fn into_drafts(self) -> Result<Vec<Draft<T>>> {
        let draft = |(index, input): (usize, I)| input.into_draft().map_err(|error| error.at(&[index.into()]));
        self.into_iter().enumerate().map(draft).collect()
    }
}

#[diagnostic::do_not_recommend]
impl<T: Entity, R, C: Children<T, R>> Children<T, R> for Option<C> {
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
    relation: R,
    name: &'static str,
    children: impl Children<R::Target, R::Rows>,
    draft: &mut Draft<E>,
) -> Result<()> {
    let drafts = children.into_drafts().map_err(|error| error.at(&[camel_case(name).into()]))?;
    draft.add_children(relation, drafts);
    Ok(())
}
