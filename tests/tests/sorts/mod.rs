//! Sorts of connections: by several keys, by a related row and by numbers of rows. Pages walked in both directions are the sorted list,
//! and what a caller may not see moves no row.

mod attacks;
mod keys;
mod refusals;

use std::cmp::Ordering;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::testing::{TestProject, super_user};
use proptest::{collection::vec, prelude::any, test_runner::TestCaseError};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use self::keys::Key;
use crate::{
    interpreter::{paging::compare, runner},
    zoo,
};

/// A list of the zoo, and what it may be sorted by.
const LISTS: [(&str, &[&str]); 2] = [
    (
        "searchReadings",
        &[
            "batch",
            "level",
            "amount",
            "day",
            "takenAt",
            "good",
            "count",
            "note",
            "mood",
            "animal.name",
            "animal.tame",
            "animal.price",
            "animal.fedAt",
            "animal.keeper.name",
            "animal.keeper.animals#",
            "animal.parent.nickname",
            "animal.parent.weight",
            "animal.children#",
            "animal.readings#",
        ],
    ),
    (
        "searchAnimals",
        &[
            "name",
            "legs",
            "price",
            "born",
            "keeper.name",
            "keeper.animals#",
            "zone.enabled",
            "zone.animals#",
            "parent.nickname",
            "parent.mood",
            "parent.zone.description",
            "children#",
            "readings#",
        ],
    ),
];

/// A sort of a list: keys, each with whether it descends.
#[derive(Debug, Clone)]
struct Sort {
    field: &'static str,
    keys: Vec<(Key, bool)>,
}

impl Sort {
    /// Some of the keys, as random bytes say.
    fn of(list: usize, tape: &[u8]) -> Self {
        let (field, all) = LISTS[list];
        let key = |byte: &u8| (Key::new(all[usize::from(byte / 2) % all.len()]), byte % 2 == 1);
        let mut keys: Vec<(Key, bool)> = Vec::new();
        for (key, descends) in tape.iter().map(key) {
            // One that comes again says nothing.
            if keys.iter().all(|(known, _)| *known != key) {
                keys.push((key, descends));
            }
        }
        Self { field, keys }
    }

    fn argument(&self) -> String {
        let keys: Vec<String> = self.keys.iter().map(|(key, descends)| key.argument(*descends)).collect();
        format!("sort: [{}]", keys.join(", "))
    }

    async fn ask(&self, project: &TestProject, more: &str) -> Value {
        let shown: Vec<String> =
            self.keys.iter().enumerate().map(|(at, (key, _))| key.selection(&format!("k{at}"))).collect();
        let query = format!(
            "{{ {}({}{more}) {{ edges {{ cursor node {{ id {} }} }}
                pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor totalCount }} }} }}",
            self.field,
            self.argument(),
            shown.join(" ")
        );
        let mut answer = project.execute(&super_user(), &query, "{}").await;
        assert!(answer["errors"].is_null(), "{query}\n{answer}");
        answer["data"][self.field].take()
    }

    /// All rows, sorted here.
    async fn sorted(&self, project: &TestProject) -> Vec<String> {
        let page = self.ask(project, "").await;
        let mut rows: Vec<&Value> = page["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]).collect();
        rows.sort_by(|left, right| self.compare(left, right));
        rows.into_iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    fn compare(&self, left: &Value, right: &Value) -> Ordering {
        let turned = |descends: bool, ordering: Ordering| if descends { ordering.reverse() } else { ordering };
        let mut keys = self.keys.iter().enumerate().map(|(at, (key, descends))| {
            let name = format!("k{at}");
            turned(*descends, compare(&key.value(&name, left), &key.value(&name, right)))
        });
        let id = |row: &Value| STANDARD.decode(row["id"].as_str().unwrap()).unwrap();
        let last = self.keys.last().is_some_and(|(_, descends)| *descends);
        keys.find(|ordering| ordering.is_ne()).unwrap_or_else(|| turned(last, id(left).cmp(&id(right))))
    }

    /// Reads the list page by page.
    async fn walk(&self, project: &TestProject, sizes: &[u8], forward: bool) -> Result<(), String> {
        let expected = self.sorted(project).await;
        let (mut seen, mut cursor, mut sizes) = (Vec::new(), String::new(), sizes.iter().cycle());
        loop {
            let size = sizes.next().unwrap() % 9 + 1;
            let more = if forward { format!(", first: {size}{cursor}") } else { format!(", last: {size}{cursor}") };
            let page = self.ask(project, &more).await;
            let info = &page["pageInfo"];
            let rows: Vec<String> = page["edges"]
                .as_array()
                .unwrap()
                .iter()
                .map(|edge| edge["node"]["id"].as_str().unwrap().into())
                .collect();
            if info["totalCount"] != json!(expected.len()) || rows.is_empty() {
                return Err(format!("{self:?}{more}\n{page}"));
            }
            let further = if forward {
                seen.extend(rows);
                cursor = format!(", after: {}", info["endCursor"]);
                &info["hasNextPage"]
            } else {
                seen.splice(0..0, rows);
                cursor = format!(", before: {}", info["startCursor"]);
                &info["hasPreviousPage"]
            };
            if *further == (seen.len() >= expected.len()) {
                return Err(format!("whether more follows: {self:?}{more}\n{page}"));
            }
            if *further == false {
                break;
            }
        }
        if seen == expected { Ok(()) } else { Err(format!("{self:?}\ngiven:    {seen:?}\nexpected: {expected:?}")) }
    }
}

#[test]
fn walks_by_every_key() {
    let runtime = Runtime::new().unwrap();
    let park = runtime.block_on(zoo::park());
    for (list, (_, keys)) in LISTS.iter().enumerate() {
        for key in 0..keys.len() {
            for descends in [0, 1] {
                let sort = Sort::of(list, &[u8::try_from(key * 2).unwrap() + descends]);
                runtime.block_on(sort.walk(&park, &[3, 6], descends == 0)).unwrap();
            }
        }
    }
}

#[test]
fn walks_by_several_keys() {
    let runtime = Runtime::new().unwrap();
    let park = runtime.block_on(zoo::park());
    let strategy = (0..LISTS.len(), vec(any::<u8>(), 1..5), vec(any::<u8>(), 1..8), any::<bool>());
    let result = runner(60).run(&strategy, |(list, keys, sizes, forward)| {
        let sort = Sort::of(list, &keys);
        runtime.block_on(sort.walk(&park, &sizes, forward)).map_err(TestCaseError::fail)
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}

/// A page by any sort is one statement, and its text tells nothing of the cursor's values.
#[tokio::test]
async fn a_sort_is_a_part_of_its_statement() {
    let park = zoo::park().await;
    let sort = Sort {
        field: "searchReadings",
        keys: vec![(Key::new("animal.keeper.name"), true), (Key::new("animal.readings#"), false)],
    };
    let page = sort.ask(&park, ", first: 3").await;
    let query = format!(
        "{{ searchReadings({}, first: 3, after: {}) {{ edges {{ cursor node {{ id }} }} pageInfo {{ totalCount }} }} }}",
        sort.argument(),
        page["pageInfo"]["endCursor"]
    );
    let ran = park.statements_of(&super_user(), &query, "{}").await;
    for name in ["Ada", "Bo ", "Cy"] {
        assert!(!ran.texts().iter().any(|text| text.contains(name)), "{ran}");
    }
    ran.assert_exactly(1);
}

/// What the entity itself holds is sorted without a subquery, so that an index can be used.
#[tokio::test]
async fn own_columns_need_no_subquery() {
    let park = zoo::park().await;
    let query = "{ searchReadings(sort: [{ batch: ASC }, { note: DESC }], first: 3) { edges { node { id } } } }";
    let ran = park.statements_of(&super_user(), query, "{}").await;
    assert!(!ran.texts()[0].contains("(SELECT"), "{ran}");
    ran.assert_exactly(1);
}
