//! Categories: reference data with business ids.

use lys::prelude::*;

/// A kind of product: ELECTRONICS, BOOKS, ...
#[entity(table = "product_category", parametric)]
pub struct ProductCategory;

/// A kind of product, by its business id.
#[node(ProductCategory)]
#[connection(name = "all_categories", public)]
pub struct ProductCategoryNode;

/// The categories that every environment has.
#[must_use]
pub fn fixture() -> Fixture {
    Fixture::parametric::<ProductCategory>("categories", || {
        [
            ("ELECTRONICS", "Devices and accessories"),
            ("BOOKS", "Printed and digital books"),
            ("HOME", "For house and garden"),
        ]
        .map(|(id, description)| {
            Draft::new()
                .with(ProductCategory::COLUMN.id, id)
                .with(ProductCategory::COLUMN.description, Some(description.to_owned()))
        })
        .into()
    })
}
