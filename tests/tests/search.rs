//! Search indexes: they find what a search without them finds, whatever is written and however, and databases use them.

use std::cell::Cell;

use lys::{
    data::Dialect,
    prelude::*,
    testing::{TestProject, super_user},
};
use proptest::{
    collection::vec,
    prelude::{Strategy, prop_oneof},
    sample::select,
    strategy::ValueTree as _,
    test_runner::TestCaseError,
};
use serde_json::{Value as Json, json};
use tokio::runtime::Runtime;

use crate::interpreter::runner;

#[entity]
pub struct Shelf {
    pub name: String,
}

/// The same texts with an index and without; its other columns are called like the parts of an index.
#[entity]
pub struct Page {
    pub number: i32,
    #[column(unique)]
    pub key: String,
    #[column(search_index)]
    pub text: String,
    pub plain: String,
    #[column(search_index, length = 400)]
    pub note: Option<String>,
    pub plain_note: Option<String>,
    #[belongs_to(Shelf, on_delete = cascade)]
    pub shelf_id: Option<Uuid>,
    #[belongs_to(Page, on_delete = set_null)]
    pub next_id: Option<Uuid>,
}

#[node(Page)]
#[lys::connection(name = "pages", order_by(key), filter(text, plain, note, plain_note, next(text, plain)))]
pub struct PageNode {
    pub number: i32,
    pub key: String,
    pub text: String,
    pub plain: String,
    pub note: Option<String>,
    pub plain_note: Option<String>,
    pub next: Option<PageNode>,
}

/// Sets the texts of pages, new ones and old.
#[field(mutation, access(Role), licensed = false)]
async fn write(ctx: &Context<'_>, how: String, texts: Vec<String>) -> Result<bool> {
    let writer = ctx.writer()?;
    match how.as_str() {
        "create" => drop(writer.create_many(texts.iter().map(|text| page(text)).collect()).await?),
        "save" => {
            let pages = pages(ctx).await?;
            let changed = pages.into_iter().zip(&texts).map(|(page, text)| with_texts(Draft::of(page), text));
            writer.save_many(changed.collect()).await?;
        }
        "update" => {
            for (page, text) in pages(ctx).await?.into_iter().zip(texts) {
                let change = |page: &mut Page| {
                    (page.text, page.plain) = (text.clone(), text.clone());
                    (page.note, page.plain_note) = (None, None);
                };
                writer.update::<Page>(page.id, change).await?;
            }
        }
        "update_where" => {
            let some = Page::select().filter(Page::COLUMN.text.contains_ci("a"));
            writer.update_where(some, with_texts(Draft::new(), &texts[0])).await?;
        }
        "delete_where" => {
            writer.delete_where(Page::select().filter(Page::COLUMN.text.contains_ci(&texts[0]))).await?;
        }
        "link" => {
            let pages = pages(ctx).await?;
            let next = pages.iter().skip(1).map(|page| page.id).collect::<Vec<_>>();
            let linked =
                pages.into_iter().zip(next).map(|(page, next)| Draft::of(page).with(Page::COLUMN.next_id, next));
            writer.save_many(linked.collect()).await?;
        }
        "cascade" => {
            let shelf = writer.create(Draft::<Shelf>::new().with(Shelf::COLUMN.name, "s")).await?;
            let pages = pages(ctx).await?;
            let shelved =
                pages.into_iter().step_by(3).map(|page| Draft::of(page).with(Page::COLUMN.shelf_id, shelf.id));
            writer.save_many(shelved.collect()).await?;
            writer.delete::<Shelf>(shelf.id).await?;
        }
        "fail" => {
            writer.create(page(&texts[0])).await?;
            return Err(Error::new("NO", 409));
        }
        other => return Err(Error::internal(other.to_owned())),
    }
    Ok(true)
}

async fn pages(ctx: &Context<'_>) -> Result<Vec<Page>> {
    ctx.writer()?.list(Page::select().order_by(Page::COLUMN.key.asc())).await
}

fn page(text: &str) -> Draft<Page> {
    let draft = Draft::new().with(Page::COLUMN.number, 1).with(Page::COLUMN.key, Uuid::new_v4().to_string());
    with_texts(draft, text)
}

fn with_texts(draft: Draft<Page>, text: &str) -> Draft<Page> {
    let note = (!text.len().is_multiple_of(3)).then(|| text.to_owned());
    let draft = draft.with(Page::COLUMN.text, text).with(Page::COLUMN.plain, text);
    draft.with(Page::COLUMN.note, note.clone()).with(Page::COLUMN.plain_note, note)
}

async fn library() -> TestProject {
    TestProject::new([App::new("search", module_path!())]).await.unwrap()
}

async fn ask(project: &TestProject, query: &str, variables: &Json) -> Json {
    let mut answer = project.execute(&super_user(), query, &variables.to_string()).await;
    assert!(answer.get("errors").is_none(), "{query} {variables}: {answer}");
    answer["data"].take()
}

async fn write_texts(project: &TestProject, how: &str, texts: &[String]) {
    let mutation = "mutation ($how: String!, $texts: [String!]!) { write(how: $how, texts: $texts) }";
    ask(project, mutation, &json!({ "how": how, "texts": texts })).await;
}

/// Letters whose case is folded in many ways, wildcards and quotes.
const LETTERS: &str = "aAbBsSiIkK éÉßẞıİſςσΣµΜÿŸǆǅǄжЖიႨაა漢字😀%_|*?[]^\"'\\-+(){}:.,\u{301}\u{307}\u{fb01}";

fn text(most: usize) -> impl Strategy<Value = String> {
    let letters: Vec<char> = LETTERS.chars().collect();
    prop_oneof![
        vec(select(letters), 0..most).prop_map(|letters| letters.into_iter().collect::<String>()),
        vec(
            select(vec!["tea", "TEA", "Pot", "İstanbul", "οδοσ", "ΟΔΟΣ", "straße", "STRASSE", " or ", "and"]),
            0..most / 3
        )
        .prop_map(|words| words.concat()),
    ]
}

/// Random texts, the same every time.
fn texts(number: usize) -> Vec<String> {
    vec(text(24), number).new_tree(&mut runner(1)).unwrap().current()
}

/// Columns with an index find what those without do, also turned round and beyond a relation. How many rows that was.
async fn compare(project: &TestProject, searched: &str) -> std::result::Result<usize, String> {
    let mut found = 0;
    for how in ["contains", "startsWith", "endsWith", "containsCi", "startsWithCi", "endsWithCi"] {
        for (indexed, plain) in [("text", "plain"), ("note", "plainNote")] {
            let lists = [("indexed", indexed), ("plain", plain)].map(|(alias, column)| {
                let ask = format!("{column}: {{ {how}: $t }}");
                let next = if indexed == "text" { format!("next: {{ {ask} }}") } else { ask.clone() };
                let list = |name: &str, filter: &str| {
                    format!("{alias}{name}: pages(filter: {{ {filter} }}) {{ edges {{ node {{ key }} }} }}")
                };
                list("", &ask) + &list("Not", &format!("not: {{ {ask} }}")) + &list("Next", &next)
            });
            let query = format!("query ($t: String!) {{ {} }}", lists.concat());
            let data = ask(project, &query, &json!({ "t": searched })).await;
            for name in ["", "Not", "Next"] {
                let [indexed, plain] = ["indexed", "plain"].map(|alias| &data[format!("{alias}{name}")]["edges"]);
                if indexed != plain {
                    return Err(format!("{how} {searched:?} {name}\n{indexed}\n{plain}"));
                }
            }
            found += data["indexed"]["edges"].as_array().map_or(0, Vec::len);
        }
    }
    Ok(found)
}

#[test]
fn an_index_changes_no_result() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(library());
    let texts = texts(90);
    runtime.block_on(write_texts(&project, "create", &texts));
    runtime.block_on(write_texts(&project, "link", &[]));
    let part = (select(texts), 0..20_usize, 1..9_usize).prop_map(|(text, start, length)| {
        let part: String = text.chars().skip(start).take(length).collect();
        if length % 2 == 0 { part.to_uppercase() } else { part.to_lowercase() }
    });
    let found = Cell::new(0);
    let result = runner(150).run(&prop_oneof![text(7), part], |searched| {
        let rows = runtime.block_on(compare(&project, &searched)).map_err(TestCaseError::fail)?;
        found.set(found.get() + rows);
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(found.get() > 2_000, "{} rows", found.get());
}

/// Texts that are longer than any pattern or phrase, and what looks like SQL or a query of an index.
#[tokio::test]
async fn hostile_texts_are_texts() {
    let project = library().await;
    let long = "x".repeat(300) + "tea" + &"y".repeat(90);
    let hostile =
        ["a\" OR text:b*", "x' OR 1=1 --", "NEAR(tea pot)", "tea NOT pot", "^tea", "\\%_|", "{tea} : pot", "\"\"\""];
    let texts: Vec<String> = hostile.iter().map(|text| (*text).to_owned()).chain([long.clone()]).collect();
    write_texts(&project, "create", &texts).await;
    for searched in texts.iter().map(String::as_str).chain(["pot", "x' OR", "\" OR", "%%%", "___", "***"]) {
        let found = compare(&project, searched).await.unwrap_or_else(|error| panic!("{error}"));
        assert!(found > 0 || searched.contains(['%', '_', '*']), "{searched:?}");
    }
    assert_eq!(compare(&project, &"x".repeat(60_000)).await, Ok(0));
    assert_eq!(compare(&project, &(long + "!")).await, Ok(0));
}

/// After any kind of write the index knows what is there, and what is not there any more.
#[tokio::test]
async fn every_write_keeps_the_index() {
    let project = library().await;
    let check = async |what: &str| {
        for searched in ["tea", "TEA", "pot", "ÉTÉ", "new", "old"] {
            compare(&project, searched).await.unwrap_or_else(|error| panic!("after {what}: {error}"));
        }
    };
    let texts = |word: &str| (0..20).map(|number| format!("{word} Teapot {number} été")).collect::<Vec<_>>();
    let count = async || compare(&project, "old tea").await.unwrap();
    for (how, written) in [
        ("create", texts("old")),
        ("save", texts("old").into_iter().step_by(2).collect()),
        ("save", vec!["old tea".to_owned(); 7]),
        ("update", vec!["old tea, new pot".to_owned(); 5]),
        ("update_where", vec!["été old tea".to_owned()]),
        ("save", texts("new")),
        ("cascade", Vec::new()),
        ("delete_where", vec!["Teapot 1".to_owned()]),
        ("create", texts("old tea")),
    ] {
        write_texts(&project, how, &written).await;
        check(how).await;
    }
    let before = count().await;
    assert!(before > 20, "{before}");
    let mutation = "mutation { write(how: \"fail\", texts: [\"old tea\"]) }";
    assert_eq!(project.execute(&super_user(), mutation, "{}").await["errors"][0]["message"], "NO");
    assert_eq!(count().await, before);
    if project.database().dialect() == Dialect::Sqlite {
        by_hand(&project).await;
        check("SQL").await;
    }
}

/// What others may do to the file: rows replaced and keys changed, and new numbers for all rows.
async fn by_hand(project: &TestProject) {
    let run = async |sql: &str| {
        let transaction = project.database().begin_alone().await.unwrap();
        transaction.execute(sql.to_owned(), Vec::new()).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        transaction.commit().await.unwrap();
    };
    run("UPDATE page SET id = randomblob(16) WHERE rowid % 2 = 0").await;
    run("INSERT OR REPLACE INTO page (id, number, key, text, plain, created_at) \
         SELECT id, 1, key, 'old tea', 'old tea', created_at FROM page WHERE rowid % 3 = 0")
    .await;
    run("DELETE FROM page WHERE rowid % 5 = 0").await;
    run("UPDATE page SET rowid = rowid + 1000").await;
}

/// Rows of a table from before it had the index.
#[tokio::test]
async fn an_index_that_comes_later_has_the_rows_of_before() {
    let project = library().await;
    if project.database().dialect() != Dialect::Sqlite {
        return;
    }
    write_texts(&project, "create", &texts(40)).await;
    let transaction = project.database().begin_alone().await.unwrap();
    for sql in [
        "DROP TRIGGER \"srch-page-text-insert\"",
        "DROP TRIGGER \"srch-page-text-delete\"",
        "DROP TRIGGER \"srch-page-text-update\"",
        "DROP TABLE \"srch-page-text-texts\"",
        "DROP TABLE \"srch-page-text\"",
    ] {
        transaction.execute(sql.to_owned(), Vec::new()).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let entities: Vec<_> = project.engine().model().entities().iter().map(|entry| &entry.definition).collect();
    for _ in 0..2 {
        lys::data::create_tables(project.database(), &entities).await.unwrap();
        for searched in ["tea", "pot", "STRASSE"] {
            compare(&project, searched).await.unwrap();
        }
    }
}

/// The statement that answers a search, explained by the database.
#[tokio::test]
async fn databases_use_the_index() {
    let project = library().await;
    write_texts(&project, "create", &texts(90)).await;
    let _ = project.statements().take();
    ask(&project, "{ pages(filter: { text: { containsCi: \"Teapot\" } }) { edges { node { key } } } }", &json!({}))
        .await;
    let sql = project.statements().take().remove(0);
    let dialect = project.database().dialect();
    let transaction = project.database().begin().await.unwrap();
    let (explain, index, first) = match dialect {
        Dialect::Sqlite => ("EXPLAIN QUERY PLAN", "srch-page-text-texts VIRTUAL TABLE INDEX", "\"Teapot\""),
        Dialect::Postgres => ("EXPLAIN", "Bitmap Index Scan on \"srch-page-text\"", "%Teapot%"),
        _ => {
            assert!(!sql.contains("srch"), "{sql}");
            return;
        }
    };
    if dialect == Dialect::Postgres {
        // So few rows are read faster one by one.
        for kind in ["seqscan", "indexscan"] {
            transaction.execute(format!("SET LOCAL enable_{kind} = off"), Vec::new()).await.unwrap();
        }
    }
    let values = vec![first.into(), "%Teapot%".into(), 101_i64.into()];
    let plan = transaction.read_all(format!("{explain} {sql}"), values).await.unwrap();
    let column = if dialect == Dialect::Sqlite { 3 } else { 0 };
    let plan: Vec<String> = plan.iter().map(|row| row.get(column).unwrap()).collect();
    assert!(plan.iter().any(|line| line.contains(index)), "{plan:#?}\n{sql}");
    assert!(!plan.iter().any(|line| line.starts_with("SCAN page")), "{plan:#?}");
}

/// PostgreSQL reads few rows one by one: here it is made to ask the index, for every text that the index is asked for.
#[test]
fn postgres_finds_by_the_index_what_it_finds_without() {
    let runtime = Runtime::new().unwrap();
    let project = runtime.block_on(library());
    if project.database().dialect() != Dialect::Postgres {
        return;
    }
    runtime.block_on(write_texts(&project, "create", &texts(90)));
    let by_index = async |searched: &str| {
        let _ = project.statements().take();
        let query = "query ($t: String!) { pages(filter: { text: { containsCi: $t } }) { edges { node { number } } } }";
        let answer = ask(&project, query, &json!({ "t": searched })).await;
        let sql = project.statements().take().remove(0);
        if !sql.contains("lower(") {
            return None;
        }
        let transaction = project.database().begin().await.unwrap();
        for kind in ["seqscan", "indexscan"] {
            transaction.execute(format!("SET LOCAL enable_{kind} = off"), Vec::new()).await.unwrap();
        }
        let escaped = searched.replace('|', "||").replace('%', "|%").replace('_', "|_");
        let pattern = lys::sea_orm::Value::from(format!("%{escaped}%"));
        let rows = transaction.read_all(sql, vec![pattern.clone(), pattern, 101_i64.into()]).await.unwrap();
        Some((rows.len(), answer["pages"]["edges"].as_array().unwrap().len()))
    };
    let asked = Cell::new(0);
    let result = runner(200).run(&text(9), |searched| {
        if let Some((indexed, plain)) = runtime.block_on(by_index(&searched)) {
            proptest::prop_assert_eq!(indexed, plain, "{:?}", searched);
            asked.set(asked.get() + usize::from(plain > 0));
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(asked.get() > 20, "{} searches", asked.get());
}
