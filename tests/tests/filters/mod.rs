//! Filters of connections: they choose what a reader of the documentation would choose, in pages like any list, and wrong ones are
//! refused. What they must not give away is in `attacks`.

mod attacks;
pub mod by_hand;
pub mod generate;
mod refusals;
mod sdl;
pub mod types;

use std::cell::Cell;

use lys::testing::{TestProject, super_user};
use proptest::{collection::vec, prelude::any, test_runner::TestCaseError};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use self::{
    generate::{Generator, Pool},
    types::Types,
};
use crate::{interpreter::runner, zoo};

/// A connection of the zoo, and the type of its filter.
const SEARCHES: [(&str, &str); 2] =
    [("searchAnimals", "SearchAnimalsFilter"), ("searchReadings", "SearchReadingsFilter")];

async fn ask(project: &TestProject, query: &str, variables: Value) -> Value {
    let answer = project.execute(&super_user(), query, &variables.to_string()).await;
    assert!(answer["errors"].is_null(), "{query}\n{:.2000}\n{answer}", variables.to_string());
    answer["data"].clone()
}

/// Nodes of a page.
fn nodes(page: &Value) -> Vec<Value> {
    page["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
}

struct Search {
    field: &'static str,
    ty: &'static str,
    types: Types,
    rows: Vec<Value>,
    pool: Pool,
}

impl Search {
    async fn load(project: &TestProject, (field, ty): (&'static str, &'static str)) -> Self {
        let types = Types::load(project, ty).await;
        let query = format!("{{ {field} {{ edges {{ node {{ key: id {} }} }} }} }}", types.selection(ty));
        let rows = nodes(&ask(project, &query, json!({})).await[field]);
        let pool = Pool::of(&types, ty, &rows);
        Self { field, ty, types, rows, pool }
    }

    fn query(&self) -> String {
        let Self { field, ty, .. } = self;
        format!(
            "query Q($filter: {ty}) {{ {field}(filter: $filter) {{ edges {{ node {{ id }} }} pageInfo {{ totalCount }} }} }}"
        )
    }

    /// The rows that the server chooses are those chosen by hand; gives how many.
    async fn check(&self, project: &TestProject, filter: &Value) -> Result<usize, String> {
        let page = &ask(project, &self.query(), json!({ "filter": filter })).await[self.field];
        let mut given: Vec<Value> = nodes(page).into_iter().map(|node| node["id"].clone()).collect();
        let chosen = self.rows.iter().filter(|row| by_hand::holds(&self.types, self.ty, filter, row));
        let mut expected: Vec<Value> = chosen.map(|row| row["key"].clone()).collect();
        for ids in [&mut given, &mut expected] {
            ids.sort_by_key(ToString::to_string);
        }
        if given != expected || page["pageInfo"]["totalCount"] != json!(expected.len()) {
            return Err(format!("{}\n{filter}\ngiven:    {given:?}\nexpected: {expected:?}\n{page}", self.field));
        }
        Ok(expected.len())
    }
}

#[test]
fn random_filters_choose_what_they_say() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(zoo::park());
    for search in SEARCHES {
        let search = runtime.block_on(Search::load(&project, search));
        let (cases, some, all) = (Cell::new(0), Cell::new(0), Cell::new(0));
        let result = runner(300).run(&vec(any::<u8>(), 0..60), |tape| {
            let mut generator = Generator { types: &search.types, pool: &search.pool, tape: tape.into_iter() };
            let filter = generator.filter(search.ty, 3);
            let chosen = runtime.block_on(search.check(&project, &filter)).map_err(TestCaseError::fail)?;
            cases.set(cases.get() + 1);
            some.set(some.get() + usize::from(chosen > 0 && chosen < search.rows.len()));
            all.set(all.get() + usize::from(chosen == search.rows.len()));
            Ok(())
        });
        result.unwrap_or_else(|error| panic!("{error}"));
        // Filters that choose all rows or none of them prove little.
        assert!(some.get() * 4 >= cases.get(), "{}: {some:?} of {cases:?}, all: {all:?}", search.field);
    }
}
