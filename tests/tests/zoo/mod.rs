//! A zoo: two apps with one of everything, the rows that graphql-js sees too (`data.json`), a club of all kinds of relation, a shop,
//! for writes, a market that several clients share, a port with all kinds of column and relation, for several clients, and a cellar,
//! whose deleted rows stay.

pub mod cellar;
pub mod club;
pub mod data;
pub mod market;
pub mod park;
pub mod port;
pub mod shop;
pub mod tour;

use lys::{App, testing::TestProject};

/// The park alone.
pub async fn park() -> TestProject {
    project([park::app()]).await
}

/// The park and the tours, which change it.
pub async fn zoo() -> TestProject {
    project([park::app(), tour::app()]).await
}

/// The club alone.
pub async fn club() -> TestProject {
    project([club::app()]).await
}

/// The shop alone.
pub async fn shop() -> TestProject {
    project([shop::app()]).await
}

/// The cellar alone.
pub async fn cellar() -> TestProject {
    project([cellar::app()]).await
}

/// The market alone, with the rows of one view.
pub async fn market<const VIEW: u8>() -> TestProject {
    project([market::app::<VIEW>()]).await
}

async fn project(apps: impl IntoIterator<Item = App>) -> TestProject {
    TestProject::new(apps).await.unwrap_or_else(|error| panic!("{error:?}"))
}
