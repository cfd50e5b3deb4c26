//! Documents: any bytes, any tokens, and valid documents that something has happened to.

use std::collections::BTreeMap;

use lys::{
    access::Actor,
    testing::{TestProject, anonymous, super_user, user},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{Tape, ask, fuzz};
use crate::{
    interpreter::{generate::Generator, viewer::Viewer, world::World},
    zoo::port::{self, NORTH},
};

const TOKENS: [&str; 52] = [
    "{",
    "}",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    "!",
    "$",
    "@",
    "...",
    "=",
    "|",
    "&",
    "query",
    "mutation",
    "subscription",
    "fragment",
    "on",
    "Q",
    "ships",
    "loads",
    "quays",
    "ship",
    "edges",
    "node",
    "cursor",
    "pageInfo",
    "totalCount",
    "id",
    "name",
    "__typename",
    "__schema",
    "__type",
    "_service",
    "ShipNode",
    "ShipNodeListConnection",
    "ShipsFilter",
    "Int",
    "$a",
    "first",
    "filter",
    "orderBy",
    "@skip(if: true)",
    "@include",
    "null",
    "1",
    "-1.5e9",
    "\"text\"",
    "\"\"\"block\"\"\"",
];

fn actors() -> [Actor; 3] {
    [super_user(), anonymous(), user(5).organization("client", NORTH, ["ships", "ship"]).into()]
}

async fn project() -> TestProject {
    TestProject::new([port::app()]).await.unwrap()
}

fn tokens(tape: &mut Tape, most: usize) -> String {
    let tokens: Vec<&str> = (0..tape.below(most)).map(|_| *tape.pick(&TOKENS)).collect();
    tokens.join(" ")
}

fn soup(tape: &mut Tape) -> String {
    match tape.below(3) {
        0 => String::from_utf8_lossy(&tape.rest()).into_owned(),
        1 => tokens(tape, 60),
        _ => {
            let inside = tokens(tape, 30);
            format!("query Q($a: Int) {{ ships {{ edges {{ {inside} }} }} {inside} }}")
        }
    }
}

#[test]
fn any_text_is_answered() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(project());
    fuzz(1_500, 200, |mut tape| {
        let actor = tape.pick(&actors()).clone();
        let query = soup(&mut tape);
        runtime.block_on(ask(&project, &actor, &query, &json!({}))).map(drop)
    });
}

/// Tokens and letters are taken out, put in, doubled and moved.
fn mutate(tape: &mut Tape, query: &str) -> String {
    let mut parts: Vec<String> = query.split_inclusive(' ').map(str::to_owned).collect();
    for _ in 0..tape.below(3) {
        let at = tape.below(parts.len());
        match tape.below(6) {
            0 if parts.len() > 1 => drop(parts.remove(at)),
            1 => parts.insert(at, format!("{} ", tape.pick(&TOKENS))),
            2 => parts.insert(at, parts[at].clone()),
            3 => {
                let other = tape.below(parts.len());
                parts.swap(at, other);
            }
            4 => parts[at] = format!("{} ", tape.pick(&TOKENS)),
            _ => {
                let mut letters: Vec<char> = parts[at].chars().collect();
                let place = tape.below(letters.len() + 1);
                letters.splice(place..place, tape.hostile_text().chars().take(40));
                parts[at] = letters.into_iter().collect();
            }
        }
    }
    parts.concat()
}

#[test]
fn documents_that_something_has_happened_to_are_answered() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(project());
    let world = runtime.block_on(World::load(&project));
    let known = BTreeMap::new();
    let ran = std::cell::Cell::new((0, 0));
    fuzz(500, 500, |mut tape| {
        let actor = tape.pick(&actors()).clone();
        let mut changes = Tape::new(tape.bytes(60));
        let generated = Generator::generate(&world, &Viewer::SuperUser, &known, tape.rest());
        let query = mutate(&mut changes, &generated.query);
        let answer = runtime.block_on(ask(&project, &actor, &query, &Value::from(generated.variables)))?;
        let (executed, refused) = ran.get();
        ran.set(if answer.get("data").is_some() { (executed + 1, refused) } else { (executed, refused + 1) });
        Ok(())
    });
    let (executed, refused) = ran.get();
    assert!(executed > 50 && refused > 50, "{executed} executed, {refused} refused");
}
