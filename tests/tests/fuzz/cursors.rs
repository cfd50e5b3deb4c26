//! Cursors: a place in the list or an error, and never a row that the list does not show.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    access::Actor,
    testing::{TestProject, user},
};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use super::{Tape, ask, codes, fuzz};
use crate::zoo::port::{self, NORTH};

const KEYS: [&str; 9] = ["name", "crew", "draught", "worth", "built", "seenAt", "armed", "rig", "createdAt"];
const FILTERS: [&str; 3] = ["", "filter: { armed: { isNull: false } }", "filter: { loads: { some: {} } }"];

/// A list as somebody sees it: its arguments, and ids and cursors of its rows.
struct List {
    field: &'static str,
    arguments: String,
    ids: Vec<String>,
    cursors: Vec<String>,
}

fn actor() -> Actor {
    user(5).organization("client", NORTH, ["ships"]).grant("ports").into()
}

async fn lists(project: &TestProject) -> Vec<List> {
    let ships = KEYS.iter().flat_map(|key| {
        FILTERS
            .iter()
            .zip([true, false, true])
            .map(move |(filter, up)| ("ships", format!("orderBy: {{ {key}: {up} }}, {filter}")))
    });
    let ports = [true, false].into_iter().map(|up| ("ports", format!("orderBy: {{ code: {up} }}")));
    let mut lists = Vec::new();
    for (field, arguments) in ships.chain(ports) {
        let query = format!("{{ {field}({arguments}) {{ edges {{ cursor node {{ id }} }} }} }}");
        let answer = project.execute(&actor(), &query, "{}").await;
        let edges = answer["data"][field]["edges"].as_array().unwrap_or_else(|| panic!("{query}\n{answer}"));
        let all = |name: &dyn Fn(&Value) -> Value| -> Vec<String> {
            edges.iter().map(|edge| name(edge).as_str().unwrap().to_owned()).collect()
        };
        let (ids, cursors) = (all(&|edge| edge["node"]["id"].clone()), all(&|edge| edge["cursor"].clone()));
        assert!(ids.len() > 2, "{query}");
        lists.push(List { field, arguments, ids, cursors });
    }
    lists
}

fn flip(tape: &mut Tape, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..=tape.below(3) {
        let (at, bit) = (tape.below(bytes.len()), tape.below(8));
        bytes[at] ^= 1 << bit;
    }
    bytes
}

/// A cursor of the list, or what became of it.
fn cursor(tape: &mut Tape, list: &List, lists: &[List]) -> String {
    let real = tape.pick(&list.cursors).clone();
    let decoded = STANDARD.decode(&real).unwrap();
    match tape.below(10) {
        0 => real,
        1 => String::from_utf8_lossy(&flip(tape, real.into_bytes())).into_owned(),
        2 => STANDARD.encode(flip(tape, decoded)),
        3 => STANDARD.encode(tape.bytes(60)),
        4 => STANDARD.encode(format!("arrayconnection:{}", tape.hostile_text())),
        5 => STANDARD.encode(format!("arrayconnection:{}", tape.number())),
        6 => {
            let other = tape.pick(lists);
            tape.pick(&other.cursors).clone()
        }
        // A place that no row has.
        _ => {
            let text = String::from_utf8(decoded).unwrap();
            let mut parts: Vec<Value> = serde_json::from_str(text.strip_prefix("lys1:").unwrap()).unwrap();
            let at = if tape.below(8) == 0 { 0 } else { 1 + tape.below(parts.len() - 1) };
            match tape.below(8) {
                0 => drop(parts.remove(at)),
                1 => parts.insert(at, tape.json(1)),
                _ => parts[at] = tape.json(1),
            }
            STANDARD.encode(format!("lys1:{}", Value::from(parts)))
        }
    }
}

fn ids(page: &Value) -> Vec<String> {
    let edges = page["edges"].as_array().unwrap().iter();
    edges.map(|edge| edge["node"]["id"].as_str().unwrap().to_owned()).collect()
}

/// What stands behind a place ends the list, what stands before it begins it, and only one row can be the place itself.
#[test]
fn a_cursor_is_a_place_or_refused() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(TestProject::new([port::app()])).unwrap();
    let lists = runtime.block_on(lists(&project));
    let taken = std::cell::Cell::new((0, 0));
    fuzz(600, 40, |mut tape| {
        let list = tape.pick(&lists);
        let cursor = cursor(&mut tape, list, &lists);
        let List { field, arguments, ids: all, .. } = list;
        let page = |name: &str| format!("{field}({arguments}, {name}: $cursor) {{ edges {{ node {{ id }} }} }}");
        let query = format!("query ($cursor: String) {{ behind: {} ahead: {} }}", page("after"), page("before"));
        let answer = runtime.block_on(ask(&project, &actor(), &query, &json!({ "cursor": cursor })))?;
        let (places, refused) = taken.get();
        if !codes(&answer).is_empty() {
            taken.set((places, refused + 1));
            let refused = codes(&answer).iter().all(|code| *code == "INVALID_CURSOR") && answer["data"].is_null();
            return if refused { Ok(()) } else { Err(format!("{query}\n{cursor}\n{answer}")) };
        }
        taken.set((places + 1, refused));
        let (behind, ahead) = (ids(&answer["data"]["behind"]), ids(&answer["data"]["ahead"]));
        let fits =
            cursor.is_empty() || behind.len() + ahead.len() <= all.len() && behind.len() + ahead.len() + 1 >= all.len();
        if all.ends_with(&behind) && all.starts_with(&ahead) && fits {
            return Ok(());
        }
        let decoded = STANDARD.decode(&cursor).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Err(format!("{query}\n{decoded:?}\nall {all:?}\nbehind {behind:?}\nahead {ahead:?}"))
    });
    let (places, refused) = taken.get();
    assert!(places > 100 && refused > 100, "{places} places, {refused} refused");
}

/// The same below rows, where a place is one for all parents.
#[test]
fn a_cursor_below_rows_is_a_place_or_refused() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(TestProject::new([port::app()])).unwrap();
    let lists: Vec<List> = runtime.block_on(lists(&project)).into_iter().filter(|list| list.field == "ships").collect();
    let seen: Vec<&String> = lists.iter().flat_map(|list| &list.ids).collect();
    fuzz(300, 40, |mut tape| {
        let list = tape.pick(&lists);
        let cursor = cursor(&mut tape, list, &lists);
        let order = list.arguments.split_once(", ").unwrap().0;
        if order.contains("createdAt") {
            return Ok(());
        }
        let page = |name: &str| format!("{name}: fleet({order}, {name}: $cursor) {{ edges {{ node {{ id }} }} }}");
        let whole = format!("fleet({order}) {{ edges {{ node {{ id }} }} }}");
        let query = format!(
            "query ($cursor: String) {{ ships {{ edges {{ node {{ {whole} {} {} }} }} }} }}",
            page("after"),
            page("before")
        );
        let answer = runtime.block_on(ask(&project, &actor(), &query, &json!({ "cursor": cursor })))?;
        if !codes(&answer).is_empty() {
            let refused = codes(&answer).iter().all(|code| *code == "INVALID_CURSOR");
            return if refused { Ok(()) } else { Err(format!("{query}\n{cursor}\n{answer}")) };
        }
        for edge in answer["data"]["ships"]["edges"].as_array().unwrap() {
            let [all, after, before] = ["fleet", "after", "before"].map(|name| ids(&edge["node"][name]));
            let is_place = all.ends_with(&after) && all.starts_with(&before);
            if !is_place || all.iter().any(|id| !seen.contains(&id)) {
                return Err(format!("{query}\n{cursor}\n{edge}"));
            }
        }
        Ok(())
    });
}
