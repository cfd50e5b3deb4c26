//! The audit of sensitive entities: every granted read and write is told, who did it and to which rows, and never what is in them.

pub(crate) mod clinic;
mod table;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use lys::{
    access::{Actor, audit},
    context::Request,
    execute::GraphqlRequest,
    testing::{TestProject, anonymous, super_user, user},
};
use serde_json::{Value, json};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use self::clinic::{OWN, clinic, patient_id};

/// An event of the audit by field.
type Told = BTreeMap<String, String>;

/// Takes what is told on this thread.
struct Ear<'e>(&'e Mutex<Vec<Told>>);

static EVENTS: Mutex<Vec<Told>> = Mutex::new(Vec::new());

struct Fields<'f>(&'f mut Told);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Subscriber for Ear<'static> {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == audit::TARGET
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut told = Told::new();
        event.record(&mut Fields(&mut told));
        let severe = if *event.metadata().level() <= Level::ERROR { "error" } else { "info" };
        told.insert("level".to_owned(), severe.to_owned());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(told);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// One test at a time listens: others that run meanwhile tell their own.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

fn events() -> MutexGuard<'static, Vec<Told>> {
    EVENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The answer of `actor`, and what the audit is told of that request.
async fn ask(project: &TestProject, actor: &Actor, query: &str, variables: &Value) -> (Value, Vec<Told>) {
    static LISTENING: std::sync::Once = std::sync::Once::new();
    LISTENING.call_once(|| tracing::subscriber::set_global_default(Ear(&EVENTS)).unwrap());
    let _turn = TURN.lock().await;
    let request = Request::of(actor.clone());
    let variables = variables.as_object().cloned().unwrap_or_default();
    let graphql = GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() };
    let answer = serde_json::from_str(&project.answer(&request, &graphql).await).unwrap();
    let mut all = events();
    let told = all.iter().filter(|told| told.get("request") == Some(&request.id)).cloned().collect();
    all.clear();
    (answer, told)
}

/// Actor, operation, entity, action, key and number of rows of each record.
fn short(told: &[Told]) -> Vec<String> {
    let fields = ["actor", "operation", "entity", "action", "key", "rows"];
    told.iter().map(|told| fields.map(|field| told[field].as_str()).join("|")).collect()
}

fn doctor() -> Actor {
    let all = ["all_patients", "patient", "all_wards", "admit", "rename", "discharge", "visit_all", "admit_and_fail"];
    all.into_iter().fold(user(3), lys::access::Claims::grant).into()
}

const DOCTOR: &str = "user 00000000-0000-0000-0000-000000000003";

fn key(n: u128) -> String {
    format!("00000000-0000-0000-0000-{n:012}")
}

#[tokio::test]
async fn every_read_is_told_with_its_key_or_its_number() {
    let project = clinic().await;
    let id = json!({ "id": patient_id(1), "ids": [patient_id(1), patient_id(2)] });
    for (query, expected) in [
        ("query($id: ID!) { patient(id: $id) { name } }", vec![format!("patient|Patient|read|{}|1", key(1))]),
        ("{ allPatients { edges { node { name } } } }", vec!["all_patients|Patient|read||3".to_owned()]),
        ("{ allPatients(first: 2) { edges { cursor } } }", vec!["all_patients|Patient|read||2".to_owned()]),
        ("{ allPatients { aggregate { age { max } } } }", vec!["all_patients|Patient|aggregate||1".to_owned()]),
        ("{ allWards { edges { node { patients { name } } } } }", vec!["all_wards|Patient|read||3".to_owned()]),
        (
            "{ allWards { edges { node { beds(first: 1) { edges { node { name } } } } } } }",
            vec!["all_wards|Patient|read||2".to_owned()],
        ),
        ("query($id: ID!) { node(id: $id) { id } }", vec!["patient|Patient|read||1".to_owned()]),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", vec!["patient|Patient|read||2".to_owned()]),
        (
            "query($id: ID!) { a: patient(id: $id) { name } b: allPatients { edges { node { id } } } }",
            vec![format!("patient|Patient|read|{}|1", key(1)), "all_patients|Patient|read||3".to_owned()],
        ),
        // What a resolver reads itself.
        ("{ visitAll }", vec!["visit_all|Patient|read||3".to_owned()]),
        // Tests of rows show none of them.
        ("{ allPatients { pageInfo { totalCount } } }", vec![]),
        ("{ allPatients { aggregate { count } } }", vec![]),
        (
            "{ allWards(filter: { patients: { some: { name: { eq: \"patient 1\" } } } }) { edges { node { name } } } }",
            vec![],
        ),
        ("{ allWards { edges { node { name } } } }", vec![]),
        ("{ __typename }", vec![]),
    ] {
        let (answer, told) = ask(&project, &doctor(), query, &id).await;
        assert!(answer["errors"].is_null(), "{query}\n{answer}");
        let expected: Vec<String> = expected.into_iter().map(|record| format!("{DOCTOR}|{record}")).collect();
        assert_eq!(short(&told), expected, "{query}");
        assert!(!format!("{told:?}").contains("patient 1"), "a value: {told:?}");
    }
}

#[tokio::test]
async fn what_is_refused_reads_nothing() {
    let project = clinic().await;
    let query = "query($id: ID!) { patient(id: $id) { name } }";
    for actor in [anonymous(), user(3).into()] {
        let (_, told) = ask(&project, &actor, query, &json!({ "id": patient_id(1) })).await;
        assert!(told.is_empty(), "{told:?}");
    }
    // A foreign row is not read, whatever the id.
    let member = user(3).organization("client", OWN, ["patient"]).into();
    for (n, records) in [(1, 1), (2, 0), (99, 0)] {
        let (_, told) = ask(&project, &member, query, &json!({ "id": patient_id(n) })).await;
        assert_eq!(told.len(), records, "{n}");
    }
}

#[tokio::test]
async fn every_write_is_told_once_it_is_committed() {
    let project = clinic().await;
    let (answer, told) =
        ask(&project, &doctor(), "mutation { admit(inputs: { name: \"secret name\", age: 41 }) { id } }", &json!({}))
            .await;
    assert!(answer["errors"].is_null(), "{answer}");
    let records = short(&told);
    assert_eq!(records.len(), 2, "{records:?}");
    assert!(records[0].starts_with(&format!("{DOCTOR}|admit|Patient|create|")) && records[0].ends_with("|1"));
    assert!(records[1].starts_with(&format!("{DOCTOR}|admit|Patient|read|")));
    assert!(!format!("{told:?}").contains("secret"), "{told:?}");

    let rename = "mutation($id: ID!) { rename(id: $id, inputs: { name: \"secret name\" }) { name } }";
    let (_, told) = ask(&project, &doctor(), rename, &json!({ "id": patient_id(1) })).await;
    assert!(short(&told).contains(&format!("{DOCTOR}|rename|Patient|update|{}|1", key(1))), "{told:?}");
    let discharge = "mutation($id: ID!) { discharge(id: $id) { succeed } }";
    let (_, told) = ask(&project, &doctor(), discharge, &json!({ "id": patient_id(2) })).await;
    assert_eq!(short(&told), [format!("{DOCTOR}|discharge|Patient|delete|{}|1", key(2))]);

    // Undone: nothing was written, and nothing is told of a write.
    let before = project.rows().await;
    let fail = "mutation { admitAndFail }";
    let (answer, told) = ask(&project, &doctor(), fail, &json!({})).await;
    assert_eq!(answer["errors"][0]["message"], "TOO_MANY_PATIENTS");
    assert!(told.is_empty(), "{told:?}");
    assert_eq!(project.rows().await, before);
}

/// Super users are told of twice: that they were let through, and what they did.
#[tokio::test]
async fn all_actors_have_names() {
    let project = clinic().await;
    let query = "{ allPatients { edges { node { name } } } }";
    let (_, told) = ask(&project, &super_user(), query, &json!({})).await;
    assert_eq!(short(&told), ["user 00000000-0000-0000-0000-000000000001|all_patients|Patient|read||3"]);
    let (_, told) = ask(&project, &anonymous(), "{ waitingRoom { edges { node { name } } } }", &json!({})).await;
    assert_eq!(short(&told), ["anonymous|waiting_room|Patient|read||3"]);
    let service = Actor::Service { name: "billing".to_owned() };
    let (_, told) = ask(&project, &service, "{ forServices { edges { node { name } } } }", &json!({})).await;
    assert_eq!(short(&told), ["service billing|for_services|Patient|read||3"]);
}
