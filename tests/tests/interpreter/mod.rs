//! The planned engine against an interpreter that knows no plans: the same bytes for random documents, cold and warm.

mod connection;
pub mod execute;
pub mod filter;
mod functions;
pub mod generate;
pub mod paging;
mod selection;
pub mod viewer;
pub mod world;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use async_graphql::parser::parse_query;
use lys::{
    context::Request,
    data::Consistency,
    execute::{Engine, EngineOptions, GraphqlRequest},
    testing::{TestProject, text},
};
use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use tokio::runtime::Runtime;

use self::{
    execute::{Asked, Interpreter, Made},
    generate::Generator,
    viewer::{User, Viewer},
    world::{Place, World},
};
use crate::zoo::{
    self,
    port::{NORTH, SOUTH},
};
use serde_json::Value;

const OPTIONS: EngineOptions = EngineOptions {
    introspection: true,
    suggestions: false,
    expose_causes: false,
    plans: false,
    consistency: Consistency::Statement,
    lanes: 4,
    depth_limit: usize::MAX,
    alias_limit: usize::MAX,
    cycle_limit: usize::MAX,
    cost_limit: u64::MAX,
    list_rows: 20,
    max_page: 100,
    max_ids: 100,
    audit_table: false,
    max_rows: 10_000,
    max_answer_bytes: 16 << 20,
    plan_cache_bytes: 64 << 20,
};

/// A runner that draws the same cases every time, `LYS_LONG` times as many where that is set.
pub fn runner(cases: u32) -> TestRunner {
    let cases = cases * std::env::var("LYS_LONG").map_or(1, |times| times.parse().unwrap());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// The text with every cursor replaced, and the cursors.
fn mask(text: &str, start: &str, end: &str) -> (String, Vec<String>) {
    let (mut masked, mut cursors, mut rest) = (String::new(), Vec::new(), text);
    while let Some(at) = rest.find(start) {
        let length = rest[at + 1..].find(end).unwrap() + 1 + end.len();
        cursors.push(rest[at..at + length].to_owned());
        masked.push_str(&rest[..at]);
        masked.push_str("\"<cursor>\"");
        rest = &rest[at + length..];
    }
    masked.push_str(rest);
    (masked, cursors)
}

/// A failure of the zoo's own.
const NO_LEGS: &str = "\"errors\":[{\"extensions\":{\"code\":\"NO_LEGS\"";

/// A cursor of another list.
const FOREIGN: &str = "INVALID_CURSOR";

/// What the generated documents and their answers had in them: a generator that has nothing to say proves nothing.
#[derive(Default)]
struct Seen {
    times: RefCell<BTreeMap<&'static str, usize>>,
    /// What the world's own fields look like in documents.
    fields: &'static [&'static str],
}

impl Seen {
    fn note(&self, query: &str, answer: &str) {
        let mut seen = self.times.borrow_mut();
        for field in self.fields {
            *seen.entry(field).or_default() += usize::from(query.contains(field));
        }
        for part in [
            "\nfragment",
            "... on",
            "@skip",
            "@include",
            "query Q",
            "orderBy",
            "first",
            "last",
            "after",
            "before",
            "x_",
        ] {
            *seen.entry(part).or_default() += usize::from(query.contains(part));
        }
        for part in [FOREIGN, "\"errors\"", "{\"data\":null", "\"edges\":[{", NO_LEGS, "<cursor>"] {
            *seen.entry(part).or_default() += usize::from(answer.contains(part));
        }
    }

    fn check(&self, cases: usize, but: &[&str]) {
        for (part, times) in self.times.borrow().iter().filter(|(part, _)| !but.contains(part)) {
            assert!(times * 100 >= cases, "`{part}` in {times} of {cases} cases");
        }
    }
}

/// A project whose answers are known.
struct Judge<'p> {
    project: &'p TestProject,
    /// Another engine on it, which reads all of a request in one snapshot, one level after the other.
    snapshot: Engine,
    world: World<'p>,
    viewers: &'p [Viewer],
    seen: Seen,
}

impl Judge<'_> {
    /// Asks for something at random, and then for something that goes on from there.
    async fn judge(&self, (viewer, first, then): (u8, Vec<u8>, Vec<u8>)) -> Result<(), String> {
        let viewer = &self.viewers[usize::from(viewer) % self.viewers.len()];
        let known = self.compare(viewer, &BTreeMap::new(), first).await?;
        self.compare(viewer, &known, then).await.map(drop)
    }

    /// Gives the cursors in the answer.
    async fn compare(
        &self,
        viewer: &Viewer,
        known: &BTreeMap<String, Place>,
        tape: Vec<u8>,
    ) -> Result<BTreeMap<String, Place>, String> {
        let generated = Generator::generate(&self.world, viewer, known, tape);
        let request = Request::of(viewer.actor());
        let graphql =
            GraphqlRequest { query: generated.query, variables: generated.variables, ..GraphqlRequest::default() };
        let cold = self.project.answer(&request, &graphql).await;
        let warm = self.project.answer(&request, &graphql).await;
        let document = &parse_query(&graphql.query).unwrap();
        let answer =
            Interpreter::answer(&self.world, &Asked { viewer, document, variables: &graphql.variables, known });
        let (given, cursors) = mask(&cold, "\"bHlzMTpb", "\"");
        let (expected, places) = mask(&answer.text, "\"<@", ">\"");
        let describe = |what: &str, other: &str| {
            let GraphqlRequest { query, variables, .. } = &graphql;
            let variables = Value::from(variables.clone());
            Err(format!("{what}\n{viewer:?}\n{query}\n{variables}\nlys:      {given}\nexpected: {other}"))
        };
        if given != expected {
            return describe("the engine is wrong", &expected);
        }
        if cold != warm {
            return describe("warm differs from cold", &warm);
        }
        if graphql.query.len().is_multiple_of(3) {
            let snapshot = text(Box::pin(self.snapshot.execute(&request, &graphql)).await);
            if cold != snapshot {
                return describe("a snapshot differs", &snapshot);
            }
        }
        self.seen.note(&graphql.query, &given);
        let mut places_of = HashMap::new();
        for (place, cursor) in places.iter().zip(&cursors) {
            if places_of.insert(place, cursor).is_some_and(|other| other != cursor) {
                return describe("two cursors of one place", &place.clone());
            }
        }
        let place = |(place, cursor): (&String, &String)| {
            (cursor.trim_matches('"').to_owned(), self.place(&answer.lists, place))
        };
        Ok(places_of.into_iter().map(place).collect())
    }

    /// What `"<@number of the list|id>"` says.
    fn place(&self, lists: &[Made], place: &str) -> Place {
        let (list, id) = place[3..place.len() - 2].split_once('|').unwrap();
        let Made { list, of } = &lists[list.parse::<usize>().unwrap()];
        let (of, asked) = of.clone().unzip();
        let row = self.world.find(list.table, &id.into()).unwrap();
        Place { list: list.clone(), row, of, asked: asked.unwrap_or_default() }
    }
}

fn check(cases: u32, apps: Vec<lys::App>, viewers: &[Viewer], but: &[&str], fields: &'static [&'static str]) {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(TestProject::with_options(apps, OPTIONS)).unwrap();
    let world = runtime.block_on(World::load(&project));
    let snapshot = project.cold_engine(EngineOptions { consistency: Consistency::Snapshot, lanes: 1, ..OPTIONS });
    let judge = Judge { project: &project, snapshot, world, viewers, seen: Seen { fields, ..Seen::default() } };
    let result = runner(cases).run(&(any::<u8>(), vec(any::<u8>(), 0..400), vec(any::<u8>(), 0..300)), |tapes| {
        runtime.block_on(judge.judge(tapes)).map_err(TestCaseError::fail)
    });
    if let Err(TestError::Fail(reason, _) | TestError::Abort(reason)) = result {
        panic!("{reason}");
    }
    judge.seen.check(2 * cases as usize, but);
}

#[test]
fn the_zoo_answers_as_interpreted() {
    check(200, vec![zoo::park::app(), zoo::tour::app()], &[Viewer::SuperUser], &[FOREIGN], &[]);
}

#[test]
fn the_club_answers_as_interpreted() {
    const FIELDS: [&str; 18] = [
        "parent ",
        "children ",
        "offices",
        "members ",
        "roster",
        "lockers ",
        "locker ",
        "holders ",
        "users",
        "mentor ",
        "students ",
        "class",
        "badge ",
        "skills ",
        "abilities",
        "friends ",
        "fans ",
        "circle",
    ];
    check(300, vec![zoo::club::app()], &[Viewer::SuperUser], &[NO_LEGS], &FIELDS);
}

#[test]
fn the_catalog_answers_as_interpreted() {
    check(125, vec![catalog::app()], &[Viewer::SuperUser], &[NO_LEGS, FOREIGN], &[]);
}

const ALL_OF_THE_PORT: &[&str] = &["ship", "ships", "load", "loads", "flag"];

const OF_THE_PORT: [Viewer; 6] = [
    Viewer::SuperUser,
    Viewer::Nobody,
    Viewer::User(User { number: 5, all: &["ports"], own: &[], clients: &[(NORTH, ALL_OF_THE_PORT)] }),
    Viewer::User(User { number: 6, all: &["flag"], own: &["ship", "ships", "load", "loads"], clients: &[] }),
    Viewer::User(User {
        number: 7,
        all: &[],
        own: &["ships"],
        clients: &[(SOUTH, ALL_OF_THE_PORT), (NORTH, &["loads", "load"])],
    }),
    Viewer::User(User { number: 8, all: &["ports", "quays", "loads"], own: &[], clients: &[] }),
];

#[test]
fn the_port_answers_as_interpreted_whoever_asks() {
    check(300, vec![zoo::port::app()], &OF_THE_PORT, &[NO_LEGS], &["filter", "filter: $v"]);
}
