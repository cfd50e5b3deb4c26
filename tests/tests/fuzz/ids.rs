//! Global ids.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use lys::{
    access::Actor,
    prelude::{GlobalId, Uuid},
    testing::{TestProject, super_user, user},
};
use serde_json::json;
use tokio::runtime::Runtime;

use super::{Tape, ask, codes, fuzz};
use crate::zoo::{park, port};

/// Getters, and the nodes that they give.
const GETTERS: [(&str, &str); 4] =
    [("animal", "AnimalNode"), ("zone", "ZoneNode"), ("ship", "ShipNode"), ("load", "LoadNode")];

#[test]
fn what_is_encoded_is_decoded() {
    fuzz(2_000, 60, |mut tape| {
        let id = GlobalId::new(tape.text().replace(':', ""), tape.hostile_text());
        let decoded = GlobalId::decode(&id.encode());
        if decoded.as_ref().ok() == Some(&id) { Ok(()) } else { Err(format!("{id:?} became {decoded:?}")) }
    });
}

/// A row has one id, not several texts that mean it.
#[test]
fn what_is_decoded_is_encoded_the_same() {
    fuzz(4_000, 60, |mut tape| {
        let text = match tape.below(3) {
            0 => tape.hostile_text(),
            1 => STANDARD.encode(tape.rest()),
            _ => {
                let mut text = GlobalId::new("ShipNode", Uuid::nil()).encode().into_bytes();
                let (at, bit) = (tape.below(text.len()), tape.below(8));
                text[at] ^= 1 << bit;
                String::from_utf8_lossy(&text).into_owned()
            }
        };
        match GlobalId::decode(&text) {
            Ok(id) if id.encode() != text => Err(format!("{text:?} is read as {id:?}")),
            Err(error) if error.code() != "NOT_FOUND" => Err(format!("{text:?}: {error}")),
            _ => Ok(()),
        }
    });
}

/// An id that may be that of a row of `asked`, or nearly.
fn id(tape: &mut Tape, known: &[String], asked: &str) -> String {
    let (node, key) = {
        let id: &String = tape.pick(known);
        let id = GlobalId::decode(id).unwrap();
        (id.type_name, id.key)
    };
    match tape.below(7) {
        0 => tape.pick(known).clone(),
        1 => GlobalId::new(asked, tape.hostile_text()).encode(),
        2 => GlobalId::new(tape.pick(&GETTERS).1, key).encode(),
        3 => {
            let (upper, simple, spaced) = (key.to_uppercase(), key.replace('-', ""), format!("{key} "));
            let lower = key.to_lowercase();
            let braces = format!("{{{key}}}");
            GlobalId::new(node, tape.pick(&[upper, simple, spaced, lower, braces])).encode()
        }
        4 => STANDARD.encode(tape.bytes(40)),
        5 => tape.hostile_text(),
        _ => {
            let mut bytes = format!("{node}:{key}").into_bytes();
            let (at, bit) = (tape.below(bytes.len()), tape.below(8));
            bytes[at] ^= 1 << bit;
            STANDARD.encode(bytes)
        }
    }
}

async fn all_ids(project: &TestProject) -> Vec<String> {
    let query = "{ allAnimals { edges { node { id zone { id } } } } ships { edges { node { id loads { id } } } } }";
    let answer = project.execute_raw(&super_user(), query, "{}").await;
    let ids = answer.split("\"id\":\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    ids.collect()
}

#[test]
fn getters_take_any_text_for_an_id() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(TestProject::new([park::app(), port::app()])).unwrap();
    let known = runtime.block_on(all_ids(&project));
    let captain: Actor = user(6).grant_own("ship").into();
    fuzz(400, 60, |mut tape| {
        let (field, node) = *tape.pick(&GETTERS);
        let given = id(&mut tape, &known, node);
        let query = format!("query ($id: ID!) {{ {field}(id: $id) {{ id }} }}");
        let actor = if field == "ship" && tape.below(2) == 0 { captain.clone() } else { super_user() };
        let answer = runtime.block_on(ask(&project, &actor, &query, &json!({ "id": given })))?;
        let Some(shown) = answer["data"][field]["id"].as_str() else {
            let refused = codes(&answer) == ["NOT_FOUND"];
            return if refused { Ok(()) } else { Err(format!("{given}: {answer}")) };
        };
        let (given, shown) = (GlobalId::decode(&given).unwrap(), GlobalId::decode(shown).unwrap());
        let is_key = given.key == shown.key || Uuid::try_parse(&given.key).is_ok_and(|id| id.to_string() == shown.key);
        let is_right = given.type_name == node && shown.type_name == node && is_key;
        if is_right { Ok(()) } else { Err(format!("{given:?} gives {shown:?}")) }
    });
}
