//! What belongs to a row that is deleted but kept is nobody's until that row is restored.

use super::*;
use lys::{prelude::*, testing::super_user};

#[entity(soft_delete, tenant(client = client_id))]
pub struct Drawer {
    #[references("ClientNode")]
    pub client_id: Uuid,
}

#[entity(tenant(client = drawer.client_id))]
pub struct Letter {
    #[column(length = 20)]
    pub text: String,
    #[belongs_to(Drawer)]
    #[references("DrawerNode")]
    pub drawer_id: Uuid,
}

#[node(Drawer)]
#[deletion(access(OrganizationRole), licensed = false)]
pub struct DrawerNode {}

#[node(Letter)]
#[getter(name = "letter", access(OrganizationRole), licensed = false)]
#[connection(name = "letters", access(OrganizationRole), licensed = false)]
pub struct LetterNode {
    pub text: String,
}

#[derive(Input)]
#[input(entity = Letter)]
pub struct LetterInput {
    pub text: String,
    pub drawer_id: GlobalId,
}

#[creation(node = LetterNode, access(OrganizationRole), licensed = false)]
async fn create_letter(_ctx: &Context<'_>, inputs: LetterInput) -> Result<Draft<Letter>> {
    inputs.into_draft()
}

#[field(mutation, access(OrganizationRole), licensed = false)]
async fn restore_drawer(ctx: &Context<'_>, id: GlobalId) -> Result<bool> {
    ctx.writer()?.restore::<Drawer>(id.key::<DrawerNode>()?).await?;
    Ok(true)
}

#[tokio::test]
async fn rows_of_a_deleted_parent_are_nobodys() {
    let drawers = Fixture::business::<Drawer>("drawers", &[Environment::Dev], || {
        vec![Draft::new().with(Drawer::COLUMN.id, key(1)).with(Drawer::COLUMN.client_id, NORTH)]
    });
    let letters = Fixture::business::<Letter>("letters", &[Environment::Dev], || {
        let letter = Draft::new().with(Letter::COLUMN.id, key(1)).with(Letter::COLUMN.text, "dear");
        vec![letter.with(Letter::COLUMN.drawer_id, key(1))]
    });
    let app = App::new("drawers", module_path!()).fixture(drawers).fixture(letters);
    let project = TestProject::new([app]).await.unwrap();
    let operations = ["letter", "letters", "create_letter", "delete_drawer", "restore_drawer"];
    let member: Actor = user(3).organization("client", NORTH, operations).into();
    let list = "{ letters { edges { node { text } } pageInfo { totalCount } } }";
    let create = "mutation($inputs: LetterInput!) { createLetter(inputs: $inputs) { text } }";
    let drawer = json!({ "id": id("DrawerNode", 1) });

    assert_eq!(texts(&data(&project, &member, list, &json!({})).await["letters"], "text"), ["dear"]);
    data(&project, &member, "mutation($id: ID!) { deleteDrawer(id: $id) { succeed } }", &drawer).await;
    assert_eq!(data(&project, &member, list, &json!({})).await["letters"]["pageInfo"]["totalCount"], 0);
    let one = [1, 77].map(|number| json!({ "id": id("LetterNode", number) }));
    check_alike(&project, &member, "query($id: ID!) { letter(id: $id) { text } }", one, "NOT_FOUND").await;
    let new = [1, 77].map(|number| json!({ "inputs": { "text": "new", "drawerId": id("DrawerNode", number) } }));
    check_alike(&project, &member, create, new, "NOT_FOUND").await;
    assert_eq!(data(&project, &super_user(), list, &json!({})).await["letters"]["pageInfo"]["totalCount"], 1);

    data(&project, &member, "mutation($id: ID!) { restoreDrawer(id: $id) }", &drawer).await;
    assert_eq!(texts(&data(&project, &member, list, &json!({})).await["letters"], "text"), ["dear"]);
}
