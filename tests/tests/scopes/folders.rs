//! A tree: a folder is of the client that it or the folder around it names, so its scope reads the table that is written.

use super::*;
use crate::scopes::yard::SOUTH;
use lys::prelude::*;

#[entity(tenant(client = client_id, client = parent.client_id))]
pub struct Folder {
    #[column(length = 20)]
    pub name: String,
    #[references("ClientNode")]
    pub client_id: Option<Uuid>,
    #[belongs_to(Folder)]
    #[references("FolderNode")]
    pub parent_id: Option<Uuid>,
}

#[node(Folder)]
#[getter(name = "folder", access(OrganizationRole), licensed = false)]
#[connection(name = "folders", order_by(name), access(OrganizationRole), licensed = false)]
#[deletion(access(OrganizationRole), licensed = false)]
pub struct FolderNode {
    pub name: String,
    pub parent: Option<FolderNode>,
}

#[derive(Input)]
#[input(entity = Folder)]
pub struct FolderInput {
    pub name: Option<String>,
    pub client_id: Patch<GlobalId>,
    pub parent_id: Patch<GlobalId>,
}

#[creation(node = FolderNode, access(OrganizationRole), licensed = false)]
async fn create_folder(_ctx: &Context<'_>, inputs: FolderInput) -> Result<Draft<Folder>> {
    inputs.into_draft()
}

#[edition(node = FolderNode, access(OrganizationRole), licensed = false)]
async fn change_folder(_ctx: &Context<'_>, folder: Folder, inputs: FolderInput) -> Result<Draft<Folder>> {
    inputs.edit(folder)
}

#[field(mutation, access(OrganizationRole), licensed = false)]
async fn name_folders(ctx: &Context<'_>, inputs: FolderInput) -> Result<i32> {
    Ok(i32::try_from(ctx.writer()?.update_where(Folder::select(), inputs.into_draft()?).await?).unwrap())
}

/// Folder 1 of the north with 11 and 12 in it, 2 of the south with 21, and 111 in 11, which is nobody's: only one step counts.
async fn folders() -> TestProject {
    let folders = Fixture::business::<Folder>("folders", &[Environment::Dev], || {
        let folder = |number: u128| {
            let client = match number {
                1 => Some(NORTH),
                2 => Some(SOUTH),
                _ => None,
            };
            Draft::new()
                .with(Folder::COLUMN.id, key(number))
                .with(Folder::COLUMN.name, format!("F{number}"))
                .with(Folder::COLUMN.client_id, client)
                .with(Folder::COLUMN.parent_id, (number > 9).then(|| key(number / 10)))
        };
        [1, 2, 11, 12, 21, 111].map(folder).into()
    });
    TestProject::new([App::new("folders", module_path!()).fixture(folders)]).await.unwrap()
}

fn member() -> Actor {
    let all = ["folder", "folders", "delete_folder", "create_folder", "change_folder", "name_folders"];
    user(3).organization("client", NORTH, all).into()
}

#[tokio::test]
async fn a_tree_is_read_and_written_where_its_parents_say_so() {
    let project = folders().await;
    let list = "{ folders(orderBy: { name: true }) { edges { node { name parent { name } } } } }";
    let answer = data(&project, &member(), list, &json!({})).await;
    assert_eq!(texts(&answer["folders"], "name"), ["F1", "F11", "F12"]);
    let create = "mutation($inputs: FolderInput!) { createFolder(inputs: $inputs) { name } }";
    let inside = |number: u128| json!({ "inputs": { "name": "new", "parentId": id("FolderNode", number) } });
    data(&project, &member(), create, &inside(1)).await;
    check_alike(&project, &member(), create, [inside(2), inside(77)], "NOT_FOUND").await;
    // It may be seen, but what is in it would be nobody's.
    check_refused(&project, &member(), create, inside(11), "PERMISSION_DENIED").await;
    let change = "mutation($id: ID!, $inputs: FolderInput!) { changeFolder(id: $id, inputs: $inputs) { name } }";
    let moved = |to: u128| json!({ "id": id("FolderNode", 12), "inputs": { "parentId": id("FolderNode", to) } });
    check_alike(&project, &member(), change, [moved(2), moved(77)], "NOT_FOUND").await;
    check_refused(&project, &member(), change, moved(11), "PERMISSION_DENIED").await;
    data(&project, &member(), change, &json!({ "id": id("FolderNode", 12), "inputs": { "name": "N12" } })).await;
    let rename = "mutation($inputs: FolderInput!) { nameFolders(inputs: $inputs) }";
    assert_eq!(data(&project, &member(), rename, &json!({ "inputs": { "name": "all" } })).await["nameFolders"], 4);
    // All are of the south then, or of nobody.
    let all = [json!({ "clientId": client_id(SOUTH) }), json!({ "clientId": null }), json!({ "parentId": null })];
    for inputs in all {
        check_refused(&project, &member(), rename, json!({ "inputs": inputs }), "PERMISSION_DENIED").await;
    }
    let delete = "mutation($id: ID!) { deleteFolder(id: $id) { succeed } }";
    check_alike(
        &project,
        &member(),
        delete,
        [21, 77].map(|number| json!({ "id": id("FolderNode", number) })),
        "NOT_FOUND",
    )
    .await;
    data(&project, &member(), delete, &json!({ "id": id("FolderNode", 12) })).await;
}
