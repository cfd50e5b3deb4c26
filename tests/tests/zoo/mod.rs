//! A zoo: two apps with one of everything, a shop that several clients share,, and the rows that graphql-js sees too (`data.json`).

pub mod data;
pub mod park;
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

/// The shop alone, with the rows of one view.
pub async fn shop<const VIEW: u8>() -> TestProject {
    project([shop::app::<VIEW>()]).await
}

async fn project(apps: impl IntoIterator<Item = App>) -> TestProject {
    TestProject::new(apps).await.unwrap_or_else(|error| panic!("{error:?}"))
}
