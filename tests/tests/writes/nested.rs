//! Rows that are created with what belongs to them.

use super::*;
use crate::zoo;
use lys::testing::super_user;

const FILL: &str = "mutation($inputs: FillBarrelInput!) {
    fillBarrel(inputs: $inputs) { mark version plate { text } taps { metal washers { code } } } }";
const FILL_ALL: &str =
    "mutation($inputs: [FillBarrelInput!]!) { fillBarrels(inputs: $inputs) { mark taps { metal } } }";
const SPILL: &str = "mutation($inputs: FillBarrelInput!) { spillBarrel(inputs: $inputs) }";

fn north() -> Actor {
    user(3).organization("client", NORTH, ["barrels", "fill_barrel", "fill_barrels", "spill_barrel"]).into()
}

fn washer(code: &str) -> Json {
    json!({ "code": code, "width": 1.25 })
}

/// A barrel with two taps, the second with two washers.
fn barrel(mark: &str) -> Json {
    let code = |number: u8| format!("{mark}{number}");
    json!({
        "mark": mark,
        "litres": 5,
        "clientId": client_id(NORTH),
        "vaultId": "DEEP",
        "taps": [{ "metal": "TIN" }, { "metal": "ZINC", "washers": [washer(&code(1)), washer(&code(2))] }],
        "plate": { "text": mark, "clientId": client_id(NORTH) },
    })
}

/// A barrel in which something is replaced.
fn changed(mark: &str, pointer: &str, value: Json) -> Json {
    let mut barrel = barrel(mark);
    let (parent, last) = pointer.rsplit_once('/').unwrap();
    barrel.pointer_mut(parent).unwrap()[last] = value;
    barrel
}

async fn everything(project: &TestProject) -> Json {
    let query = "{ barrels(orderBy: { mark: true }) { edges { node { mark plate { text } } } }
                   taps(orderBy: { metal: true }) { edges { node { metal } } }
                   washers(orderBy: { code: true }) { edges { node { code } } } }";
    let answer = data(project, &super_user(), query, &json!({})).await;
    let _ = project.statements().take();
    answer
}

#[tokio::test]
async fn all_levels_are_written_by_one_statement_each() {
    let project = zoo::cellar().await;
    let answer = data(&project, &north(), FILL, &json!({ "inputs": barrel("NEW") })).await;
    let mut filled = answer["fillBarrel"].clone();
    filled["taps"].as_array_mut().unwrap().sort_by_key(|tap| tap["metal"].to_string());
    filled["taps"][1]["washers"].as_array_mut().unwrap().sort_by_key(ToString::to_string);
    let taps = json!([{ "metal": "TIN", "washers": [] }, { "metal": "ZINC", "washers": [{ "code": "NEW1" }, { "code": "NEW2" }] }]);
    assert_eq!(filled, json!({ "mark": "NEW", "version": 1, "plate": { "text": "NEW" }, "taps": taps }));
    let statements = project.statements().take();
    let inserts = statements.iter().filter(|sql| sql.starts_with("INSERT")).count();
    // Barrel, taps, washers, plate; then the answer: barrel, plate, taps, washers.
    assert_eq!((inserts, statements.len()), (4, 8), "{statements:#?}");

    let inputs: Vec<Json> = (0..9).map(|number| barrel(&format!("N{number}"))).collect();
    let answer = data(&project, &north(), FILL_ALL, &json!({ "inputs": inputs })).await;
    assert_eq!(answer["fillBarrels"][8]["taps"].as_array().unwrap().len(), 2);
    let statements = project.statements().take();
    let inserts = statements.iter().filter(|sql| sql.starts_with("INSERT")).count();
    // The vaults are asked for, and the answer has two levels.
    assert_eq!((inserts, statements.len()), (4, 7), "{statements:#?}");

    let mut bare = barrel("BARE");
    bare["taps"] = json!([]);
    bare["plate"] = Json::Null;
    let answer = data(&project, &north(), FILL, &json!({ "inputs": bare })).await;
    assert_eq!(answer["fillBarrel"], json!({ "mark": "BARE", "version": 1, "plate": null, "taps": [] }));
}

#[tokio::test]
async fn one_bad_row_of_any_level_spoils_all_and_is_named() {
    let project = zoo::cellar().await;
    data(&project, &north(), FILL, &json!({ "inputs": barrel("OLD") })).await;
    let grape = json!({ "id": global_id("GrapeNode", "WHITE") });
    data(&project, &super_user(), "mutation($id: ID!) { deleteGrape(id: $id) { succeed } }", &grape).await;
    let before = everything(&project).await;
    let foreign = json!(global_id("BarrelNode", zoo::cellar::barrel_key(3)));
    let long = Json::from("a code that is too long");
    let tap = json!(global_id("TapNode", Uuid::from_u128(1)));
    let faults = [
        ("/litres", Json::from("five"), "BAD_USER_INPUT", None),
        ("/taps/0/metal", Json::from(""), "INVALID_INPUT", Some(json!(["taps", 0, "metal"]))),
        (
            "/taps",
            json!([{ "metal": "A" }, { "metal": "B" }, { "metal": "C" }, { "metal": "D" }]),
            "INVALID_INPUT",
            Some(json!(["taps"])),
        ),
        ("/taps/1/washers/1/code", long, "INVALID_INPUT", Some(json!(["taps", 1, "washers", 1, "code"]))),
        ("/taps/1/washers/1/width", json!(1.001), "INVALID_INPUT", Some(json!(["taps", 1, "washers", 1, "width"]))),
        ("/taps/1/washers/0/tapId", tap, "INVALID_INPUT", Some(json!(["taps", 1, "washers", 0, "tapId"]))),
        ("/taps/1/washers/0/grapeId", json!("NONE"), "NOT_FOUND", Some(json!(["taps", 1, "washers", 0, "grapeId"]))),
        ("/taps/1/washers/1/code", json!("OLD2"), "ALREADY_EXISTS", Some(json!(["taps", 1, "washers", 1, "code"]))),
        ("/taps/1/washers/1/code", json!("NEW1"), "ALREADY_EXISTS", Some(json!(["taps", 1, "washers", 1, "code"]))),
        ("/taps/1/washers/0/grapeId", json!("WHITE"), "NOT_FOUND", Some(json!(["taps", 1, "washers", 0, "grapeId"]))),
        ("/taps/1/washers/1/spareForId", foreign, "NOT_FOUND", Some(json!(["taps", 1, "washers", 1, "spareForId"]))),
        ("/plate/clientId", json!(client_id(SOUTH)), "PERMISSION_DENIED", Some(json!(["plate"]))),
        ("/clientId", json!(client_id(SOUTH)), "PERMISSION_DENIED", None),
        ("/vaultId", json!("NONE"), "NOT_FOUND", Some(json!(["vaultId"]))),
        ("/mark", json!("OLD"), "ALREADY_EXISTS", None),
    ];
    for (pointer, value, code, at) in faults {
        let inputs = changed("NEW", pointer, value);
        let answer = ask(&project, &north(), FILL, &json!({ "inputs": inputs })).await;
        assert_eq!(codes(&answer), [code], "{pointer}: {answer}");
        if let Some(at) = &at {
            let wanted = [&[json!("inputs")], at.as_array().unwrap().as_slice()].concat();
            assert_eq!(place(&answer), Json::from(wanted), "{pointer}: {answer}");
        }
        let many = json!({ "inputs": [barrel("ONE"), inputs] });
        let answer = ask(&project, &north(), FILL_ALL, &many).await;
        assert_eq!(codes(&answer), [code], "{pointer}: {answer}");
        if let Some(at) = at {
            let wanted = [&[json!("inputs"), json!(1)], at.as_array().unwrap().as_slice()].concat();
            assert_eq!(place(&answer), Json::from(wanted), "{pointer}: {answer}");
        }
        assert_eq!(everything(&project).await, before, "{pointer}");
    }
    let answer = ask(&project, &north(), SPILL, &json!({ "inputs": barrel("NEW") })).await;
    assert_eq!(codes(&answer), ["SPILT"]);
    assert_eq!(everything(&project).await, before);
}

#[tokio::test]
async fn the_mistakes_of_all_levels_come_together() {
    let project = zoo::cellar().await;
    let mut bad = changed("A mark that is too long", "/taps/0/metal", json!("a metal with a long name"));
    bad["taps"][1]["washers"][1]["width"] = json!(12345);
    let answer = ask(&project, &north(), FILL, &json!({ "inputs": bad })).await;
    let fields = answer["errors"][0]["extensions"]["fields"].as_array().unwrap();
    let paths: Vec<&Json> = fields.iter().map(|field| &field["path"]).collect();
    let wanted = [
        json!(["inputs", "mark"]),
        json!(["inputs", "taps", 0, "metal"]),
        json!(["inputs", "taps", 1, "washers", 0, "code"]),
        json!(["inputs", "taps", 1, "washers", 1, "code"]),
        json!(["inputs", "taps", 1, "washers", 1, "width"]),
    ];
    assert_eq!(paths, wanted.iter().collect::<Vec<_>>(), "{answer}");
}

#[tokio::test]
async fn the_schema_shows_inputs_inside_inputs() {
    let project = zoo::cellar().await;
    let sdl = project.engine().sdl();
    let bare: String = sdl.split("\"\"\"").step_by(2).flat_map(str::split_whitespace).collect();
    for field in ["taps:[FillTapInput!]!", "plate:FillPlateInput", "washers:[FillWasherInput!]"] {
        assert!(bare.contains(field), "{field} is not in\n{sdl}");
    }
}
