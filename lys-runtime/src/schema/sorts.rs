//! The input types of sorts.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::inputs::{InputField, InputKind};
use crate::{
    app::sorts::{SortInput, SortKind},
    name::camel_case,
    output::{EnumDef, EnumValueDef, TypeRef},
};

/// The directions of a sort.
pub(crate) const DIRECTION: &str = "LysSortDirection";
/// From the smallest value; NULL is smaller than every value.
pub(crate) const ASCENDING: &str = "ASC";
const DESCENDING: &str = "DESC";

/// A sort by a number of rows.
const COUNT: &str = "LysCountSort";
/// Its field.
pub(crate) const NUMBER: &str = "count";

/// The enum of the directions.
pub(crate) fn direction() -> EnumDef {
    let value = |name, description| EnumValueDef { name, description };
    EnumDef {
        name: DIRECTION,
        description: "Where a sort begins.",
        values: vec![
            value(ASCENDING, "From the smallest value; NULL is smaller than every value."),
            value(DESCENDING, "From the greatest value; NULL comes last."),
        ],
    }
}

/// Adds the types that `sort` consists of.
pub(super) fn declare(sort: &SortInput, kinds: &mut HashMap<String, InputKind>) {
    for input in sort.all() {
        let fields = input.fields.iter().map(|declared| {
            let (ty, description) = match &declared.kind {
                SortKind::Key(_) => (DIRECTION.to_owned(), ""),
                SortKind::Count(_) => {
                    let number = field(DIRECTION.to_owned(), "By the number of rows.");
                    let fields = std::iter::once((NUMBER.to_owned(), number)).collect();
                    kinds.insert(COUNT.to_owned(), object(fields, "By what is counted."));
                    (COUNT.to_owned(), "")
                }
                SortKind::Related(input) => {
                    (input.name.clone(), "By the row. Where there is none, its columns are NULL and its numbers 0.")
                }
            };
            (camel_case(declared.name), field(ty, description))
        });
        let fields: IndexMap<_, _> = fields.collect();
        kinds.insert(input.name.clone(), object(fields, "One key."));
    }
}

fn field(ty: String, description: &str) -> InputField {
    InputField { ty: TypeRef::named(ty).optional(), description: description.to_owned() }
}

fn object(fields: IndexMap<String, InputField>, description: &str) -> InputKind {
    InputKind::Object { fields, one_of: true, description: description.to_owned() }
}
