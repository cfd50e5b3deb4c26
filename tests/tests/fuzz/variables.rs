//! Variables and arguments: any JSON for any type.

use lys::{
    prelude::GlobalId,
    testing::{TestProject, super_user},
};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

use super::{Tape, ask, fuzz};
use crate::zoo::{park, port};

/// Documents with all kinds of variable.
const DOCUMENTS: [&str; 9] = [
    "query ($first: Int, $last: Int, $limit: Int, $after: String, $before: String) {
            ships(first: $first, last: $last, limit: $limit, after: $after, before: $before) {
                edges { cursor node { id fleet(first: $last, after: $before) { pageInfo { totalCount } } } } } }",
    "query ($order: ShipNodeOderByType, $filter: ShipsFilter) {
            ships(orderBy: $order, filter: $filter) { pageInfo { totalCount endCursor } } }",
    "query ($a: String, $b: Int, $c: Float, $d: DateTime, $e: Date, $f: Rig, $g: ID, $h: Boolean, $i: [String!]) {
            ships(filter: { name: { contains: $a, in: $i }, crew: { lt: $b }, draught: { gte: $c }, worth: { ne: $c },
                seenAt: { gt: $d }, built: { lte: $e }, rig: { eq: $f }, id: { ne: $g }, armed: { eq: $h } }) {
                edges { node { id } } } }",
    "query ($yes: Boolean!, $no: Boolean = false) {
            ships(first: 1) { edges { node { id @include(if: $yes) name @skip(if: $no) } } } }",
    "query ($tree: TreeInput!) { tree(inputs: $tree) }",
    "query ($a: Int, $b: Float, $c: String, $d: Boolean, $e: ID, $f: [Int!], $g: [String], $h: JSON) {
            scalars(int: $a, float: $b, text: $c, flag: $d, id: $e, list: $f, texts: $g, any: $h) }",
    "query ($name: String!) { findAnimal(name: $name) { id } }",
    "query ($id: ID!) { ship(id: $id) { id } zone(id: $id) { id } }",
    "mutation ($keeper: KeeperInput!) { createKeeper(inputs: $keeper) { id name } }",
];

/// Names that mean something in some input.
const NAMES: [&str; 24] = [
    "and",
    "or",
    "not",
    "name",
    "crew",
    "worth",
    "seenAt",
    "built",
    "rig",
    "armed",
    "id",
    "captainId",
    "loads",
    "some",
    "none",
    "every",
    "eq",
    "in",
    "lt",
    "containsCi",
    "isNull",
    "leaf",
    "moods",
    "count",
];

fn value(tape: &mut Tape, depth: u8) -> Value {
    match tape.below(4) {
        0 => tape.json(2),
        1 if depth > 0 => (0..tape.below(4)).map(|_| value(tape, depth - 1)).collect(),
        _ if depth > 0 => {
            let field = |tape: &mut Tape| ((*tape.pick(&NAMES)).to_owned(), value(tape, depth - 1));
            Value::Object((0..=tape.below(2)).map(|_| field(tape)).collect::<Map<_, _>>())
        }
        _ => tape.json(0),
    }
}

/// A value of a type, or nearly.
fn typed(tape: &mut Tape, ty: &str) -> Value {
    let times = ["2026-01-01T00:00:01Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2026-01-01 00:00:00"];
    let days = ["2026-02-28", "0000-01-01", "9999-12-31", "0001-12-31"];
    match ty {
        "Int" => json!([0, 1, 2, 100, 101, -1, i32::MAX, i32::MIN][tape.below(8)]),
        "Float" => tape.number(),
        "Boolean" => (tape.below(2) == 0).into(),
        "DateTime" => (*tape.pick(&times)).into(),
        "Date" => (*tape.pick(&days)).into(),
        "Rig" => (*tape.pick(&["SAIL", "OARS_ONLY", "sail"])).into(),
        "ID" => GlobalId::new(*tape.pick(&["ShipNode", "ZoneNode"]), tape.hostile_text()).encode().into(),
        "[Int!]" => (0..tape.below(3)).map(|_| typed(tape, "Int")).collect(),
        "[String!]" | "[String]" => (0..tape.below(3)).map(|_| tape.hostile_text()).collect(),
        "ShipNodeOderByType" => json!({ *tape.pick(&["name", "worth", "rig"]): tape.below(2) == 0 }),
        "ShipsFilter" => json!({ "name": { "containsCi": tape.hostile_text() }, "worth": { "in": [tape.number()] } }),
        "TreeInput" => {
            json!({ "name": tape.hostile_text(), "size": tape.number(), "leaf": { "count": tape.number() } })
        }
        "KeeperInput" => json!({ "name": tape.hostile_text() }),
        _ => tape.hostile_text().into(),
    }
}

/// The variables of a document: most of the declared type, one or the other of none.
fn variables(tape: &mut Tape, query: &str) -> Value {
    let declared = query.split_once('(').unwrap().1.split_once(") {").unwrap().0;
    let mut variables = Map::new();
    for declaration in declared.split(", ") {
        let (name, ty) = declaration.trim_start_matches('$').split_once(": ").unwrap();
        let ty = ty.split_once(" =").map_or(ty, |(ty, _)| ty);
        let required = ty.ends_with('!');
        let given = match tape.below(16) {
            0..=3 if !required => continue,
            4 => tape.json(2),
            5 => value(tape, 3),
            _ => typed(tape, ty.trim_end_matches('!')),
        };
        variables.insert(name.to_owned(), given);
    }
    variables.into()
}

#[test]
fn any_value_is_taken_or_refused() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(TestProject::new([park::app(), port::app()])).unwrap();
    let ran = std::cell::Cell::new((0, 0));
    fuzz(1_500, 100, |mut tape| {
        let query = *tape.pick(&DOCUMENTS);
        let variables = variables(&mut tape, query);
        let answer = runtime.block_on(ask(&project, &super_user(), query, &variables))?;
        let (executed, refused) = ran.get();
        ran.set(if answer["data"].is_object() { (executed + 1, refused) } else { (executed, refused + 1) });
        Ok(())
    });
    let (executed, refused) = ran.get();
    assert!(executed > 150 && refused > 150, "{executed} executed, {refused} refused");
}
