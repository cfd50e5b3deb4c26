//! A scope along a key of two columns.

use super::*;
use crate::scopes::yard::SOUTH;
use lys::prelude::*;

/// Numbered within its quay.
#[entity(owner = keeper_id, tenant(client = client_id), unique(quay, number))]
pub struct Mooring {
    #[column(length = 10)]
    pub quay: String,
    pub number: i32,
    pub client_id: Uuid,
    pub keeper_id: Option<Uuid>,
}

#[entity(tenant(client = mooring.client_id))]
pub struct Boat {
    #[column(length = 20)]
    pub name: String,
    #[column(length = 10)]
    pub quay: Option<String>,
    pub number: Option<i32>,
    #[belongs_to(Mooring, by(quay, number))]
    pub mooring: One<Mooring>,
}

#[node(Boat)]
#[connection(name = "boats", order_by(name), access(OrganizationRole), licensed = false)]
pub struct BoatNode {
    pub name: String,
}

#[derive(Input)]
#[input(entity = Boat)]
pub struct BoatInput {
    pub name: Option<String>,
    pub quay: Patch<String>,
    pub number: Patch<i32>,
}

#[creation(node = BoatNode, access(OrganizationRole), licensed = false)]
async fn create_boats(_ctx: &Context<'_>, inputs: Vec<BoatInput>) -> Result<Vec<Draft<Boat>>> {
    inputs.into_iter().map(BoatInput::into_draft).collect()
}

#[edition(node = BoatNode, access(OrganizationRole), licensed = false)]
async fn change_boat(_ctx: &Context<'_>, boat: Boat, inputs: BoatInput) -> Result<Draft<Boat>> {
    inputs.edit(boat)
}

#[field(mutation, access(Owner, OrganizationRole), licensed = false)]
async fn tow_boats(ctx: &Context<'_>, inputs: BoatInput) -> Result<i32> {
    Ok(i32::try_from(ctx.writer()?.update_where(Boat::select(), inputs.into_draft()?).await?).unwrap())
}

/// Moorings 1 to 4 of quay A, the even ones of the south, the fourth kept by user 3; a boat at each, and one adrift.
async fn harbour() -> TestProject {
    let moorings = Fixture::business::<Mooring>("moorings", &[Environment::Dev], || {
        let mooring = |number: u128| {
            Draft::new()
                .with(Mooring::COLUMN.id, key(number))
                .with(Mooring::COLUMN.quay, "A")
                .with(Mooring::COLUMN.number, i32::try_from(number).unwrap())
                .with(Mooring::COLUMN.client_id, if number.is_multiple_of(2) { SOUTH } else { NORTH })
                .with(Mooring::COLUMN.keeper_id, (number == 4).then(|| Uuid::from_u128(3)))
        };
        (1..5).map(mooring).collect()
    });
    let boats = Fixture::business::<Boat>("boats", &[Environment::Dev], || {
        let boat = |number: u128| {
            Draft::new()
                .with(Boat::COLUMN.id, key(number))
                .with(Boat::COLUMN.name, format!("B{number}"))
                .with(Boat::COLUMN.quay, "A".to_owned())
                .with(Boat::COLUMN.number, (number < 5).then(|| i32::try_from(number).unwrap()))
        };
        (1..6).map(boat).collect()
    });
    TestProject::new([App::new("harbour", module_path!()).fixture(moorings).fixture(boats)]).await.unwrap()
}

fn at(number: impl Into<Option<i32>>) -> Json {
    json!({ "name": "new", "quay": "A", "number": number.into() })
}

#[tokio::test]
async fn two_columns_lead_to_the_tenant_together() {
    let project = harbour().await;
    let operations = ["boats", "create_boats", "change_boat", "tow_boats"];
    let member: Actor = user(3).organization("client", NORTH, operations).into();
    let list = "{ boats(orderBy: { name: true }) { edges { node { name } } } }";
    assert_eq!(texts(&data(&project, &member, list, &json!({})).await["boats"], "name"), ["B1", "B3"]);

    let create = "mutation($inputs: [BoatInput!]!) { createBoats(inputs: $inputs) { name } }";
    data(&project, &member, create, &json!({ "inputs": [at(1), at(3)] })).await;
    let new = [2, 77].map(|number| json!({ "inputs": [at(1), at(number)] }));
    check_alike(&project, &member, create, new, "NOT_FOUND").await;
    check_refused(&project, &member, create, json!({ "inputs": [at(1), at(None)] }), "PERMISSION_DENIED").await;

    let change = "mutation($id: ID!, $inputs: BoatInput!) { changeBoat(id: $id, inputs: $inputs) { name } }";
    let moved = |inputs: Json| json!({ "id": id("BoatNode", 1), "inputs": inputs });
    data(&project, &member, change, &moved(json!({ "number": 3 }))).await;
    check_alike(&project, &member, change, [2, 77].map(|number| moved(json!({ "number": number }))), "NOT_FOUND").await;
    check_refused(&project, &member, change, moved(json!({ "quay": null })), "PERMISSION_DENIED").await;

    let tow = "mutation($inputs: BoatInput!) { towBoats(inputs: $inputs) }";
    let all = |number: i32| json!({ "inputs": { "quay": "A", "number": number } });
    assert_eq!(data(&project, &member, tow, &all(1)).await["towBoats"], 4);
    check_alike(&project, &member, tow, [all(2), all(77)], "NOT_FOUND").await;
    // What a part of the key would lead to, nobody has asked.
    check_refused(&project, &member, tow, json!({ "inputs": { "number": 2 } }), "INTERNAL_ERROR").await;
    check_refused(&project, &member, tow, json!({ "inputs": { "number": null } }), "PERMISSION_DENIED").await;
    // The caller keeps the fourth mooring, but what lies at it is the south's.
    let keeper: Actor = user(3).grant_own("tow_boats").organization("client", NORTH, ["tow_boats"]).into();
    check_refused(&project, &keeper, tow, all(4), "PERMISSION_DENIED").await;
}
