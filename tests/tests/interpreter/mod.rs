//! The planned engine against an interpreter that knows no plans: the same bytes for random documents, cold and warm.

pub mod execute;
pub mod generate;
pub mod world;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
};

use async_graphql::parser::parse_query;
use lys::{
    context::Request,
    execute::{EngineOptions, GraphqlRequest},
    testing::{TestProject, super_user, text},
};
use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use tokio::runtime::Runtime;

use self::{execute::Interpreter, generate::Generator, world::World};
use crate::zoo;

const OPTIONS: EngineOptions = EngineOptions {
    introspection: true,
    suggestions: false,
    expose_causes: false,
    plans: false,
    consistency: lys::data::Consistency::Statement,
    lanes: 4,
    depth_limit: usize::MAX,
    alias_limit: usize::MAX,
    cycle_limit: usize::MAX,
    cost_limit: u64::MAX,
    list_rows: 20,
    max_page: 100,
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
        for part in ["\"errors\"", "{\"data\":null", "\"edges\":[{", NO_LEGS, "<cursor>"] {
            *seen.entry(part).or_default() += usize::from(answer.contains(part));
        }
    }

    fn check(&self, cases: usize, but: &[&str]) {
        for (part, times) in self.times.borrow().iter().filter(|(part, _)| !but.contains(part)) {
            assert!(times * 100 >= cases, "`{part}` in {times} of {cases} cases");
        }
    }
}

async fn compare(project: &TestProject, world: &World<'_>, seen: &Seen, tape: Vec<u8>) -> Result<(), String> {
    let generated = Generator::generate(world, tape);
    let request = Request::of(super_user());
    let graphql =
        GraphqlRequest { query: generated.query, variables: generated.variables, ..GraphqlRequest::default() };
    let cold = text(project.engine().execute(&request, &graphql).await);
    let warm = text(project.engine().execute(&request, &graphql).await);
    let document = parse_query(&graphql.query).unwrap();
    let expected = Interpreter::answer(world, &document, &graphql.variables);
    let (given, cursors) = mask(&cold, "\"bHlzMTpb", "\"");
    let (expected, places) = mask(&expected, "\"<@", ">\"");
    let describe = |what: &str, other: &str| {
        Err(format!("{what}\n{}\n{:?}\nlys:      {given}\nexpected: {other}", graphql.query, graphql.variables))
    };
    if given != expected {
        return describe("the engine is wrong", &expected);
    }
    if cold != warm {
        return describe("warm differs from cold", &warm);
    }
    seen.note(&graphql.query, &given);
    let mut known = HashMap::new();
    for (place, cursor) in places.iter().zip(&cursors) {
        if known.insert(place, cursor).is_some_and(|other| other != cursor) {
            return describe("two cursors of one place", &place.clone());
        }
    }
    Ok(())
}

fn check(cases: u32, apps: Vec<lys::App>, but: &[&str], fields: &'static [&'static str]) {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(TestProject::with_options(apps, OPTIONS)).unwrap();
    let world = runtime.block_on(World::load(&project));
    let seen = Seen { fields, ..Seen::default() };
    let result = runner(cases).run(&vec(any::<u8>(), 0..400), |tape| {
        runtime.block_on(compare(&project, &world, &seen, tape)).map_err(TestCaseError::fail)
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    seen.check(cases as usize, but);
}

#[test]
fn the_zoo_answers_as_interpreted() {
    check(400, vec![zoo::park::app(), zoo::tour::app()], &[], &[]);
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
    check(600, vec![zoo::club::app()], &[NO_LEGS], &FIELDS);
}

#[test]
fn the_catalog_answers_as_interpreted() {
    check(250, vec![catalog::app()], &[NO_LEGS], &[]);
}
