//! An office: rows of two clients, of nobody, behind a function, and behind no getter at all.

use lys::{execute::EngineOptions, prelude::*, testing::TestProject};

pub const OWN: Uuid = Uuid::from_u128(0xa);
pub const FOREIGN: Uuid = Uuid::from_u128(0xb);

/// What letters are about: open to everybody.
#[entity(parametric)]
pub struct Topic {
    #[column(length = 40)]
    pub label: String,
    #[has_many(Letter, access = inherit)]
    pub letters: Many<Letter>,
}

/// Letters of clients: the odd ones are of the own client.
#[entity(tenant(client = client_id))]
pub struct Letter {
    #[column(length = 40)]
    pub subject: String,
    #[column(length = 40)]
    pub note: Option<String>,
    #[belongs_to(Topic)]
    pub topic_id: String,
    pub client_id: Uuid,
}

/// Memos, of which a function says who reads them.
#[entity]
pub struct Memo {
    #[column(length = 40)]
    pub text: String,
    #[column(length = 40)]
    pub note: Option<String>,
}

#[entity]
pub struct Desk {
    pub number: i32,
    #[belongs_to(Topic)]
    pub topic_id: String,
}

/// Nothing leads to these but a list.
#[entity]
pub struct Drawer {
    pub number: i32,
}

/// Opened with more than an id.
#[entity]
pub struct Safe {
    pub number: i32,
}

#[node(Topic)]
#[getter(name = "topic", public, licensed = false)]
pub struct TopicNode {
    pub label: String,
    pub letters: Vec<LetterNode>,
}

#[node(Letter)]
#[getter(name = "letter", access(Role, OrganizationRole), licensed = false)]
#[deletion(name = "delete_letter", access(Role, OrganizationRole), licensed = false)]
pub struct LetterNode {
    pub subject: String,
    pub note: Option<String>,
    pub topic: TopicNode,
}

#[node(Memo)]
pub struct MemoNode {
    pub text: String,
    pub note: Option<String>,
}

#[node(Desk)]
#[getter(name = "desk", access(Role), licensed = false)]
pub struct DeskNode {
    pub number: i32,
    pub topic: TopicNode,
}

#[node(Drawer)]
#[connection(name = "all_drawers", access(Role), licensed = false)]
pub struct DrawerNode {
    pub number: i32,
}

#[node(Safe)]
pub struct SafeNode {
    pub number: i32,
}

/// The third memo is sealed.
#[getter(node = MemoNode, access(Role), licensed = false)]
async fn memo(_: &Context<'_>, memo: Memo, loudly: Option<bool>) -> Result<()> {
    if memo.text == "memo 3" && loudly.is_none() { Err(Error::new("MEMO_IS_SEALED", 403)) } else { Ok(()) }
}

#[getter(node = SafeNode, access(Role), licensed = false)]
async fn safe(_: &Context<'_>, safe: Safe, code: i32) -> Result<()> {
    if safe.number == code { Ok(()) } else { Err(Error::new("WRONG_CODE", 403)) }
}

#[field(on = DeskNode, columns(number))]
fn inverse(number: i32) -> Result<f64> {
    if number == 0 { Err(Error::new("NO_INVERSE", 400)) } else { Ok(1.0 / f64::from(number)) }
}

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn global(node: &str, key: impl ToString) -> String {
    GlobalId::new(node, key).encode()
}

pub fn letter_id(n: u128) -> String {
    global("LetterNode", id(n))
}

pub fn memo_id(n: u128) -> String {
    global("MemoNode", id(n))
}

pub fn desk_id(n: u128) -> String {
    global("DeskNode", id(n))
}

pub fn drawer_id(n: u128) -> String {
    global("DrawerNode", id(n))
}

pub fn safe_id(n: u128) -> String {
    global("SafeNode", id(n))
}

pub fn topic_id(code: &str) -> String {
    global("TopicNode", code)
}

pub fn app() -> App {
    let dev = &[Environment::Dev];
    let topics = Fixture::parametric::<Topic>("topics", || {
        ["tax", "tea"]
            .map(|code| Draft::new().with(Topic::COLUMN.id, code).with(Topic::COLUMN.label, format!("about {code}")))
            .into()
    });
    let letters = Fixture::business::<Letter>("letters", dev, || {
        let letter = |n: u128| {
            Draft::new()
                .with(Letter::COLUMN.id, id(n))
                .with(Letter::COLUMN.subject, format!("letter {n}"))
                .with(Letter::COLUMN.topic_id, if n % 2 == 1 { "tax" } else { "tea" })
                .with(Letter::COLUMN.client_id, if n % 2 == 1 { OWN } else { FOREIGN })
        };
        (1..=4).map(letter).collect()
    });
    let memos = Fixture::business::<Memo>("memos", dev, || {
        let memo = |n: u128| Draft::new().with(Memo::COLUMN.id, id(n)).with(Memo::COLUMN.text, format!("memo {n}"));
        (1..=3).map(memo).collect()
    });
    let desks = Fixture::business::<Desk>("desks", dev, || {
        let desk = |n: i32| {
            let key = id(u128::try_from(n).unwrap());
            Draft::new().with(Desk::COLUMN.id, key).with(Desk::COLUMN.number, n).with(Desk::COLUMN.topic_id, "tea")
        };
        (0..2).map(desk).collect()
    });
    let drawers = Fixture::business::<Drawer>("drawers", dev, || {
        vec![Draft::new().with(Drawer::COLUMN.id, id(1)).with(Drawer::COLUMN.number, 1)]
    });
    let safes = Fixture::business::<Safe>("safes", dev, || {
        vec![Draft::new().with(Safe::COLUMN.id, id(1)).with(Safe::COLUMN.number, 1)]
    });
    [topics, letters, memos, desks, drawers, safes].into_iter().fold(App::new("office", module_path!()), App::fixture)
}

pub async fn office() -> TestProject {
    TestProject::new([app()]).await.unwrap()
}

pub async fn office_with(options: EngineOptions) -> TestProject {
    TestProject::with_options([app()], options).await.unwrap()
}

pub async fn office_without(operation: &'static str) -> TestProject {
    TestProject::new([app().disable(operation)]).await.unwrap()
}
