//! Attacks along relations: rows of a foreign client are neither listed nor linked, on either side of a link.

use lys::{
    access::Actor,
    prelude::*,
    testing::{TestProject, super_user, user},
};
use serde_json::{Value, json};

const OWN: Uuid = Uuid::from_u128(0xa);
const FOREIGN: Uuid = Uuid::from_u128(0xb);

#[entity(tenant(client = client_id))]
pub struct Task {
    #[column(length = 20)]
    pub name: String,
    pub client_id: Uuid,
    #[many_to_many(Label, through = TaskLabel)]
    pub labels: Many<Label>,
    #[many_to_many(Label, through = TaskLabel, access = inherit)]
    pub all_labels: Many<Label>,
    #[has_one(Estimate)]
    pub estimate: One<Estimate>,
    #[has_many(Hour)]
    pub hours: Many<Hour>,
    #[many_to_many(Label, through = TaskLabel)]
    pub label_pages: Many<Label>,
}

/// An hour of work, perhaps of a foreign client.
#[entity(tenant(client = client_id))]
pub struct Hour {
    #[belongs_to(Task)]
    pub task_id: Uuid,
    pub client_id: Uuid,
    pub number: i32,
}

#[entity(tenant(client = client_id))]
pub struct Label {
    #[column(length = 20)]
    pub name: String,
    pub client_id: Uuid,
}

#[entity(tenant(client = client_id), unique(task_id, label_id))]
pub struct TaskLabel {
    #[belongs_to(Task)]
    pub task_id: Uuid,
    #[belongs_to(Label)]
    pub label_id: Uuid,
    pub client_id: Uuid,
}

#[entity(tenant(client = client_id))]
pub struct Estimate {
    #[belongs_to(Task)]
    #[column(unique)]
    pub task_id: Uuid,
    pub hours: i32,
    pub client_id: Uuid,
}

#[node(Task)]
#[connection(name = "all_tasks", access(OrganizationRole), licensed = false)]
pub struct TaskNode {
    pub name: String,
    pub labels: Vec<LabelNode>,
    pub all_labels: Vec<LabelNode>,
    pub estimate: Option<EstimateNode>,
    #[relation(order_by(number))]
    pub hours: Connection<HourNode>,
    pub label_pages: Connection<LabelNode>,
}

#[node(Hour)]
pub struct HourNode {
    pub number: i32,
}

#[node(Label)]
pub struct LabelNode {
    pub name: String,
}

#[node(Estimate)]
pub struct EstimateNode {
    pub hours: i32,
}

#[connection(node = TaskNode, name = "tasks_by_label", access(OrganizationRole), licensed = false)]
async fn tasks_by_label(_: &Context<'_>, label: String) -> Result<Select<Task>> {
    Ok(Task::select().filter(Task::MEMBER.labels.some(Label::COLUMN.name.eq(label))))
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn client(n: u128) -> Uuid {
    if n == 1 { OWN } else { FOREIGN }
}

/// All links between the tasks and the labels, of one client.
fn links(client: Uuid) -> Vec<Draft<TaskLabel>> {
    let link = |(task, label): (u128, u128)| {
        Draft::new()
            .with(TaskLabel::COLUMN.id, id(task * 10 + label))
            .with(TaskLabel::COLUMN.task_id, id(task))
            .with(TaskLabel::COLUMN.label_id, id(label))
            .with(TaskLabel::COLUMN.client_id, client)
    };
    [(1, 1), (1, 2), (2, 1), (2, 2)].map(link).into()
}

/// An own and a foreign task, an own and a foreign label, links between all of them, and a foreign estimate of the own task.
fn app(links: fn() -> Vec<Draft<TaskLabel>>) -> App {
    let tasks = Fixture::business::<Task>("tasks", &[Environment::Dev], || {
        let task = |n| Draft::new().with(Task::COLUMN.id, id(n)).with(Task::COLUMN.name, format!("task {n}"));
        [1, 2].map(|n| task(n).with(Task::COLUMN.client_id, client(n))).into()
    });
    let labels = Fixture::business::<Label>("labels", &[Environment::Dev], || {
        let label = |n| Draft::new().with(Label::COLUMN.id, id(n)).with(Label::COLUMN.name, format!("label {n}"));
        [1, 2].map(|n| label(n).with(Label::COLUMN.client_id, client(n))).into()
    });
    let links = Fixture::business::<TaskLabel>("links", &[Environment::Dev], links);
    let estimates = Fixture::business::<Estimate>("estimates", &[Environment::Dev], || {
        let estimate = Draft::new().with(Estimate::COLUMN.id, id(1)).with(Estimate::COLUMN.task_id, id(1));
        vec![estimate.with(Estimate::COLUMN.hours, 8).with(Estimate::COLUMN.client_id, FOREIGN)]
    });
    let hours = Fixture::business::<Hour>("hours", &[Environment::Dev], || {
        // Every other hour of both tasks is foreign.
        let hour = |n: i32| {
            Draft::new()
                .with(Hour::COLUMN.id, id(u128::try_from(n).unwrap()))
                .with(Hour::COLUMN.task_id, id(u128::try_from(n / 10 + 1).unwrap()))
                .with(Hour::COLUMN.client_id, if n % 2 == 0 { OWN } else { FOREIGN })
                .with(Hour::COLUMN.number, n)
        };
        (0..20).map(hour).collect()
    });
    App::new("tasks", module_path!()).fixture(tasks).fixture(labels).fixture(links).fixture(estimates).fixture(hours)
}

fn own() -> Vec<Draft<TaskLabel>> {
    links(OWN)
}

fn foreign() -> Vec<Draft<TaskLabel>> {
    links(FOREIGN)
}

fn member() -> Actor {
    user(3).organization("client", OWN, ["all_tasks", "tasks_by_label"]).into()
}

async fn ask(links: fn() -> Vec<Draft<TaskLabel>>, actor: &Actor, query: &str) -> Value {
    let project = TestProject::new([app(links)]).await.unwrap();
    let mut answer = project.execute(actor, query, "{}").await;
    assert!(answer.get("errors").is_none(), "{answer}");
    answer["data"].take()
}

const LABELS: &str = "{ allTasks { edges { node { name labels { name } } } } }";

#[tokio::test]
async fn a_foreign_target_is_not_listed_even_by_an_own_link() {
    let answer = ask(own, &member(), LABELS).await;
    let expected = json!([{ "node": { "name": "task 1", "labels": [{ "name": "label 1" }] } }]);
    assert_eq!(answer["allTasks"]["edges"], expected);
}

#[tokio::test]
async fn an_own_target_is_not_listed_by_a_foreign_link() {
    let answer = ask(foreign, &member(), LABELS).await;
    assert_eq!(answer["allTasks"]["edges"], json!([{ "node": { "name": "task 1", "labels": [] } }]));
    let all = ask(foreign, &super_user(), LABELS).await;
    let both = json!([{ "name": "label 1" }, { "name": "label 2" }]);
    assert_eq!(all["allTasks"]["edges"][0]["node"]["labels"], both);
    assert_eq!(all["allTasks"]["edges"][1]["node"]["labels"], both);
}

#[tokio::test]
async fn inherit_is_said_for_both_ends() {
    let query = "{ allTasks { edges { node { name allLabels { name } } } } }";
    let answer = ask(foreign, &member(), query).await;
    let labels = json!([{ "name": "label 1" }, { "name": "label 2" }]);
    assert_eq!(answer["allTasks"]["edges"], json!([{ "node": { "name": "task 1", "allLabels": labels } }]));
}

#[tokio::test]
async fn nobody_finds_out_by_searching_over_a_link() {
    let found = async |links, label: &str| {
        let query = format!("{{ tasksByLabel(label: \"{label}\") {{ pageInfo {{ totalCount }} }} }}");
        ask(links, &member(), &query).await["tasksByLabel"]["pageInfo"]["totalCount"].take()
    };
    assert_eq!(found(own, "label 1").await, 1);
    assert_eq!(found(own, "label 2").await, 0, "a foreign label");
    assert_eq!(found(foreign, "label 1").await, 0, "a foreign link");
}

#[tokio::test]
async fn a_foreign_row_of_a_has_one_is_null() {
    let query = "{ allTasks { edges { node { name estimate { hours } } } } }";
    let answer = ask(own, &member(), query).await;
    assert_eq!(answer["allTasks"]["edges"], json!([{ "node": { "name": "task 1", "estimate": null } }]));
    let all = ask(own, &super_user(), query).await;
    assert_eq!(all["allTasks"]["edges"][0]["node"]["estimate"]["hours"], 8);
}

/// Every way to look at a page from outside the scope: its rows, its ends, its count, from both sides.
#[tokio::test]
async fn foreign_rows_are_neither_on_a_page_nor_counted() {
    let query = "{ allTasks { edges { node {
        hours(first: 3, orderBy: { number: true }) { edges { node { number } } pageInfo { hasNextPage totalCount } }
        end: hours(last: 3, orderBy: { number: true }) { edges { node { number } } pageInfo { hasPreviousPage } }
        all: hours(first: 5) { pageInfo { hasNextPage totalCount } }
    } } } }";
    let answer = ask(own, &member(), query).await;
    let numbers = |numbers: &[i32]| numbers.iter().map(|n| json!({ "node": { "number": n } })).collect::<Vec<_>>();
    let expected = json!([{ "node": {
        "hours": { "edges": numbers(&[0, 2, 4]), "pageInfo": { "hasNextPage": true, "totalCount": 5 } },
        "end": { "edges": numbers(&[4, 6, 8]), "pageInfo": { "hasPreviousPage": true } },
        "all": { "pageInfo": { "hasNextPage": false, "totalCount": 5 } },
    } }]);
    assert_eq!(answer["allTasks"]["edges"], expected);
    let all = ask(own, &super_user(), query).await;
    assert_eq!(
        all["allTasks"]["edges"][0]["node"]["all"]["pageInfo"],
        json!({ "hasNextPage": true, "totalCount": 10 })
    );
}

#[tokio::test]
async fn foreign_links_and_targets_are_neither_on_a_page_nor_counted() {
    let query = "{ allTasks { edges { node {
        labelPages(first: 9) { edges { node { name } } pageInfo { hasNextPage totalCount } }
    } } } }";
    let page = async |links, actor: &Actor| {
        ask(links, actor, query).await["allTasks"]["edges"][0]["node"]["labelPages"].take()
    };
    let named = |names: &[&str]| {
        let edges: Vec<_> = names.iter().map(|name| json!({ "node": { "name": name } })).collect();
        json!({ "edges": edges, "pageInfo": { "hasNextPage": false, "totalCount": names.len() } })
    };
    assert_eq!(page(own, &member()).await, named(&["label 1"]), "a foreign target");
    assert_eq!(page(foreign, &member()).await, named(&[]), "foreign links");
    assert_eq!(page(foreign, &super_user()).await, named(&["label 1", "label 2"]));
}

/// A cursor holds values of a foreign row: it is a place like any other, and shows nothing.
#[tokio::test]
async fn a_cursor_of_a_foreign_row_reveals_nothing() {
    let project = TestProject::new([app(own)]).await.unwrap();
    let query = |arguments: &str| {
        format!(
            "{{ allTasks {{ edges {{ node {{ hours({arguments}orderBy: {{ number: true }}) {{ edges {{ cursor node {{ number }} }} pageInfo {{ totalCount }} }} }} }} }} }}"
        )
    };
    let all = project.execute(&super_user(), &query(""), "{}").await;
    let cursor = &all["data"]["allTasks"]["edges"][0]["node"]["hours"]["edges"][3]["cursor"];
    let behind = project.execute(&member(), &query(&format!("after: {cursor}, ")), "{}").await;
    let hours = &behind["data"]["allTasks"]["edges"][0]["node"]["hours"];
    let numbers: Vec<_> = hours["edges"].as_array().unwrap().iter().map(|edge| &edge["node"]["number"]).collect();
    assert_eq!((numbers, &hours["pageInfo"]["totalCount"]), (vec![&json!(4), &json!(6), &json!(8)], &json!(5)));
}
