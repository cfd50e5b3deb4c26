//! The catalog: products of several clients, their categories and reviews.

#![expect(missing_docs, reason = "doc comments here are descriptions for clients; columns speak for themselves")]

pub mod bench_data;
pub mod category;
pub mod demo;
pub mod product;
pub mod review;

/// The app: its modules in order, and the rows it ships.
#[must_use]
pub fn app() -> lys::App {
    lys::app!("catalog", modules(category, product, review))
        .fixture(category::fixture())
        .fixture(demo::products())
        .fixture(demo::reviews())
}

/// The project: the app, demo accounts and one command of its own.
#[must_use]
pub fn project() -> lys::Project {
    demo::accounts(lys::Project::new("catalog").apps([app()])).command(bench_data::command())
}
