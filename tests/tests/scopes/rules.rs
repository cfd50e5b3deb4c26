//! Scopes of the author's own: rows beside those of owner and tenants, on lists as on single rows, read and written.

use super::*;
use lys::{access::Grant, data::Condition, prelude::*, testing::super_user};

/// Of its author, of those it is shared with, and of the team that it is for.
#[entity(owner = author_id, scope = shared, scope = teams::for_team)]
pub struct Paper {
    #[column(length = 20, unique)]
    pub title: String,
    #[references("UserNode")]
    pub author_id: Option<Uuid>,
    #[references("TeamNode")]
    pub team_id: Option<Uuid>,
    #[has_many(Share)]
    pub shares: Many<Share>,
}

/// Part of its paper.
#[entity]
pub struct Share {
    #[belongs_to(Paper, access = inherit, on_delete = cascade)]
    pub paper_id: Uuid,
    #[references("UserNode")]
    pub user_id: Uuid,
}

/// Whose scope is raw SQL: no rows.
#[entity(scope = everything)]
pub struct Leak {
    pub text: String,
}

fn shared(grant: &Grant) -> Option<Condition<Paper>> {
    Some(Paper::MEMBER.shares.some(Share::COLUMN.user_id.eq(grant.owner()?)))
}

mod teams {
    use super::{Condition, Grant, Paper};

    pub fn for_team(grant: &Grant) -> Option<Condition<Paper>> {
        let teams = grant.organizations("team");
        (!teams.is_empty()).then(|| Paper::COLUMN.team_id.is_in(teams.iter().copied()))
    }
}

fn everything(grant: &Grant) -> Option<Condition<Leak>> {
    grant.owner().map(|_| Leak::COLUMN.text.eq("no").or(Condition::raw("1 = 1", Vec::new())))
}

#[node(Paper)]
#[getter(name = "paper", access(Owner, OrganizationRole), licensed = false)]
#[connection(name = "papers", order_by(title), access(Owner, OrganizationRole), licensed = false)]
#[deletion(access(Owner, OrganizationRole), licensed = false)]
pub struct PaperNode {
    pub title: String,
}

#[node(Leak)]
#[connection(name = "leaks", access(Owner), licensed = false)]
pub struct LeakNode {
    pub text: String,
}

#[derive(Input)]
#[input(entity = Paper)]
pub struct PaperInput {
    pub title: Option<String>,
    pub author_id: Patch<GlobalId>,
    pub team_id: Patch<GlobalId>,
    #[input(children)]
    pub shares: Option<Vec<ShareInput>>,
}

#[derive(Input)]
#[input(entity = Share)]
pub struct ShareInput {
    pub user_id: GlobalId,
}

#[creation(node = PaperNode, access(Owner, OrganizationRole), licensed = false)]
async fn create_paper(_ctx: &Context<'_>, inputs: PaperInput) -> Result<Draft<Paper>> {
    inputs.into_draft()
}

#[edition(node = PaperNode, access(Owner, OrganizationRole), licensed = false)]
async fn change_paper(_ctx: &Context<'_>, paper: Paper, inputs: PaperInput) -> Result<Draft<Paper>> {
    inputs.edit(paper)
}

#[field(mutation, access(Owner, OrganizationRole), licensed = false)]
async fn change_papers(ctx: &Context<'_>, inputs: PaperInput) -> Result<i32> {
    Ok(i32::try_from(ctx.writer()?.update_where(Paper::select(), inputs.into_draft()?).await?).unwrap())
}

#[field(mutation, access(Owner, OrganizationRole), licensed = false)]
async fn put_paper(ctx: &Context<'_>, inputs: PaperInput) -> Result<bool> {
    Ok(ctx.writer()?.upsert(inputs.into_draft()?, Paper::UNIQUE.title).await?.created)
}

/// Hides that a write was refused, and goes on.
#[field(mutation, access(Owner, OrganizationRole), licensed = false)]
async fn insist(ctx: &Context<'_>, inputs: PaperInput) -> Result<bool> {
    Ok(ctx.writer()?.create(inputs.into_draft()?).await.is_ok())
}

const TEAM: Uuid = Uuid::from_u128(0xd);

/// 1 of user 7, 2 of user 8 and shared with user 7, 3 of the team, 4 of user 8 alone.
async fn papers() -> TestProject {
    let papers = Fixture::business::<Paper>("papers", &[Environment::Dev], || {
        let paper = |number: u128| {
            let author = [None, Some(7), Some(8), None, Some(8)][usize::try_from(number).unwrap()];
            Draft::new()
                .with(Paper::COLUMN.id, key(number))
                .with(Paper::COLUMN.title, format!("P{number}"))
                .with(Paper::COLUMN.author_id, author.map(Uuid::from_u128))
                .with(Paper::COLUMN.team_id, (number == 3).then_some(TEAM))
        };
        (1..5).map(paper).collect()
    });
    let shares = Fixture::business::<Share>("shares", &[Environment::Dev], || {
        let share = Draft::new().with(Share::COLUMN.id, key(1)).with(Share::COLUMN.paper_id, key(2));
        vec![share.with(Share::COLUMN.user_id, Uuid::from_u128(7))]
    });
    let leaks = Fixture::business::<Leak>("leaks", &[Environment::Dev], || {
        [(1, "yes"), (2, "no")]
            .map(|(number, text)| Draft::new().with(Leak::COLUMN.id, key(number)).with(Leak::COLUMN.text, text))
            .into()
    });
    let app = App::new("papers", module_path!()).fixture(papers).fixture(shares).fixture(leaks);
    TestProject::new([app]).await.unwrap()
}

const ALL: [&str; 9] = [
    "paper",
    "papers",
    "leaks",
    "delete_paper",
    "create_paper",
    "change_paper",
    "change_papers",
    "put_paper",
    "insist",
];

fn own(number: u128) -> Actor {
    ALL.iter().fold(user(number), |user, operation| user.grant_own(*operation)).into()
}

fn of_team() -> Actor {
    user(9).organization("team", TEAM, ALL).into()
}

const READ: &str = "query($id: ID!) { paper(id: $id) { title } }";
const CREATE: &str = "mutation($inputs: PaperInput!) { createPaper(inputs: $inputs) { title } }";
const CHANGE: &str = "mutation($id: ID!, $inputs: PaperInput!) { changePaper(id: $id, inputs: $inputs) { title } }";
const CHANGE_ALL: &str = "mutation($inputs: PaperInput!) { changePapers(inputs: $inputs) }";
const PUT: &str = "mutation($inputs: PaperInput!) { putPaper(inputs: $inputs) }";

fn by(number: u128) -> String {
    global_id("UserNode", Uuid::from_u128(number))
}

#[tokio::test]
async fn rules_add_rows_to_lists_and_single_rows_alike() {
    let project = papers().await;
    let cases = [(own(7), vec!["P1", "P2"]), (own(8), vec!["P2", "P4"]), (of_team(), vec!["P3"]), (own(6), vec![])];
    for (actor, expected) in cases {
        let list = "{ papers(orderBy: { title: true }) { edges { node { title } } pageInfo { totalCount } } }";
        let answer = data(&project, &actor, list, &json!({})).await;
        assert_eq!(texts(&answer["papers"], "title"), expected);
        assert_eq!(answer["papers"]["pageInfo"]["totalCount"], expected.len());
        for number in 1..5 {
            let answer = ask(&project, &actor, READ, &json!({ "id": id("PaperNode", number) })).await;
            let is_listed = expected.contains(&format!("P{number}").as_str());
            assert_eq!(codes(&answer).is_empty(), is_listed, "{answer}");
        }
    }
    for query in [READ, "mutation($id: ID!) { deletePaper(id: $id) { succeed } }"] {
        let variables = [4, 77].map(|number| json!({ "id": id("PaperNode", number) }));
        check_alike(&project, &own(7), query, variables, "NOT_FOUND").await;
    }
}

#[tokio::test]
async fn raw_sql_adds_no_rows() {
    let project = papers().await;
    let leaks = "{ leaks { edges { node { text } } } }";
    assert_eq!(data(&project, &own(7), leaks, &json!({})).await["leaks"]["edges"], json!([]));
    assert_eq!(data(&project, &super_user(), leaks, &json!({})).await["leaks"]["edges"].as_array().unwrap().len(), 2);
}

/// What is not written yet can be in the scope only once it is: it is looked for then, with what was written beside it.
#[tokio::test]
async fn new_rows_are_looked_for_once_they_are_written() {
    let project = papers().await;
    let new = |title: &str, more: Json| {
        let mut inputs = json!({ "title": title });
        inputs.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "inputs": inputs })
    };
    let team = global_id("TeamNode", TEAM);
    data(&project, &own(7), CREATE, &new("A", json!({ "authorId": by(7) }))).await;
    data(&project, &of_team(), CREATE, &new("B", json!({ "teamId": team }))).await;
    check_refused(&project, &own(7), CREATE, new("C", json!({ "teamId": team })), "PERMISSION_DENIED").await;
    check_refused(&project, &of_team(), CREATE, new("C", json!({ "authorId": by(9) })), "PERMISSION_DENIED").await;
    data(&project, &of_team(), PUT, &new("D", json!({ "teamId": team }))).await;
    check_refused(&project, &of_team(), PUT, new("E", json!({})), "PERMISSION_DENIED").await;
    check_refused(&project, &of_team(), PUT, new("P4", json!({ "teamId": team })), "ALREADY_EXISTS").await;
    check_refused(&project, &of_team(), PUT, new("B", json!({ "teamId": null })), "PERMISSION_DENIED").await;
    assert_eq!(data(&project, &of_team(), PUT, &new("B", json!({ "authorId": by(9) }))).await["putPaper"], false);
    // Nobody keeps a refused row by looking away.
    let insist = "mutation($inputs: PaperInput!) { insist(inputs: $inputs) }";
    check_refused(&project, &of_team(), insist, new("F", json!({})), "INTERNAL_ERROR").await;
}

#[tokio::test]
async fn changed_rows_stay_inside() {
    let project = papers().await;
    let change = |number: u128, inputs: Json| json!({ "id": id("PaperNode", number), "inputs": inputs });
    // Who it is shared with may change it, and give it to nobody they could not see.
    data(&project, &own(7), CHANGE, &change(2, json!({ "title": "Q2" }))).await;
    data(&project, &own(7), CHANGE, &change(2, json!({ "authorId": null }))).await;
    check_refused(&project, &own(7), CHANGE, change(1, json!({ "authorId": by(8) })), "PERMISSION_DENIED").await;
    check_refused(&project, &of_team(), CHANGE, change(3, json!({ "teamId": null })), "PERMISSION_DENIED").await;
    check_refused(&project, &of_team(), CHANGE_ALL, json!({ "inputs": { "teamId": null } }), "PERMISSION_DENIED").await;
    check_refused(&project, &own(7), CHANGE_ALL, json!({ "inputs": { "authorId": by(8) } }), "PERMISSION_DENIED").await;
    assert_eq!(data(&project, &own(7), CHANGE_ALL, &json!({ "inputs": { "teamId": null } })).await["changePapers"], 2);
    assert_eq!(
        data(&project, &of_team(), CHANGE_ALL, &json!({ "inputs": { "authorId": by(9) } })).await["changePapers"],
        1
    );
}

/// A part of its paper is written with it, and may be what makes it the caller's. A share alone is no part of anything yet.
#[tokio::test]
async fn children_may_bring_their_parent_into_the_scope() {
    let project = papers().await;
    let with_share = |user: u128| json!({ "inputs": { "title": "new", "shares": [{ "userId": by(user) }] } });
    check_refused(&project, &own(7), CREATE, with_share(8), "PERMISSION_DENIED").await;
    data(&project, &own(7), CREATE, &with_share(7)).await;
}
