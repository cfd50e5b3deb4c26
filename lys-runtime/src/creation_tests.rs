//! The resolvers that write, by hand: what generated code calls.

use async_graphql_value::ConstValue;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::*;
use crate::{
    GlobalId,
    access::{Actor, Claims, Decision},
    app::Model,
    context::Request,
    data::{
        Database, Reader,
        test_entities::{Category, Product, TestDatabase, decide},
    },
    deletion, edition, getter,
    node::NodeDef,
    operation::{Answer, ArgumentValues, Audience, argument},
};

const A: Uuid = Uuid::from_u128(0xA);
const B: Uuid = Uuid::from_u128(0xB);

struct ProductNode;

impl Node for ProductNode {
    type Entity = Product;
    const NAME: &'static str = "ProductNode";

    fn definition() -> NodeDef {
        NodeDef::new::<Self>("")
    }
}

fn of_a() -> Decision {
    decide(Claims::user(Uuid::nil()).organization("client", A, ["change"]), &Audience::default())
}

fn product(name: &str, client: Uuid) -> Draft<Product> {
    Draft::new()
        .with(Product::COLUMN.name, name)
        .with(Product::COLUMN.price, Decimal::ONE)
        .with(Product::COLUMN.category_id, "BOOKS")
        .with(Product::COLUMN.client_id, client)
}

/// Products of A and B.
async fn seeded() -> (TestDatabase, [Product; 2]) {
    let test = TestDatabase::open().await;
    let decision = Decision::system("tests");
    let transaction = test.database.begin().await.expect("begins");
    let writer = Writer::new(&test.database, &transaction, &decision);
    writer.create(Draft::<Category>::new().with(Category::COLUMN.id, "BOOKS")).await.expect("creates");
    let a = writer.create(product("of A", A)).await.expect("creates");
    let b = writer.create(product("of B", B)).await.expect("creates");
    transaction.commit().await.expect("commits");
    (test, [a, b])
}

/// Runs an operation as the executor does: in a transaction, committed when it succeeds.
async fn run(
    database: &Database,
    arguments: Vec<(&'static str, String)>,
    resolve: impl for<'a> FnOnce(Authorized<'a>) -> Resolving<'a>,
) -> Result<Answer> {
    let (request, model, decision) = (Request::of(Actor::Anonymous), Model::default(), of_a());
    let transaction = database.begin().await?;
    let context = Context {
        request: &request,
        model: &model,
        database,
        decision: &decision,
        transaction: Some(&transaction),
        after_commit: None,
        subscriptions: &std::sync::Arc::default(),
        audit: crate::access::audit::Trail::SYSTEM,
    };
    let arguments = arguments.into_iter().map(|(name, text)| (name.into(), ConstValue::String(text))).collect();
    let answer =
        resolve(Authorized { context: &context, arguments: ArgumentValues(arguments), siblings: None }).await?;
    transaction.commit().await?;
    Ok(answer.0)
}

fn id(node: &str, product: &Product) -> (&'static str, String) {
    ("id", GlobalId::new(node, product.id).encode())
}

fn name() -> (&'static str, String) {
    ("name", "new".to_owned())
}

async fn names(test: &TestDatabase) -> Vec<String> {
    let decision = Decision::system("tests");
    let select = Product::select().order_by(Product::COLUMN.name.asc());
    let rows = Reader::new(&test.database, None, &decision).list(select).await.expect("reads");
    rows.into_iter().map(|row| row.name).collect()
}

#[track_caller]
fn code(answer: Result<Answer>) -> String {
    match answer {
        Ok(_) => "succeeded".to_owned(),
        Err(error) => error.code().to_owned(),
    }
}

fn create_for(client: Uuid) -> impl for<'a> FnOnce(Authorized<'a>) -> Resolving<'a> {
    move |call| {
        resolve::<ProductNode, _, _>(call, (argument::<String>("name"),), move |_, (name,)| {
            Box::pin(async move { Ok(product(&name, client)) })
        })
    }
}

/// Writes past its scope, then says so with `Saved`.
fn save_for(client: Uuid) -> impl for<'a> FnOnce(Authorized<'a>) -> Resolving<'a> {
    move |call| {
        resolve::<ProductNode, _, _>(call, (argument::<String>("name"),), move |ctx, (name,)| {
            Box::pin(async move {
                let writer = ctx.writer()?.unscoped("a test");
                Ok(Saved::new(writer.create(product(&name, client)).await?))
            })
        })
    }
}

#[tokio::test]
async fn drafts_are_written_inside_the_scope() {
    let (test, _) = seeded().await;
    assert_eq!(code(run(&test.database, vec![name()], create_for(B)).await), "PERMISSION_DENIED");
    assert_eq!(names(&test).await, ["of A", "of B"]);
    let answer = run(&test.database, vec![name()], create_for(A)).await.expect("creates");
    assert!(matches!(answer, Answer::Row(sea_orm::Value::Uuid(Some(_)))));
    assert_eq!(names(&test).await, ["new", "of A", "of B"]);
}

#[tokio::test]
async fn saved_rows_outside_the_scope_are_rolled_back() {
    let (test, _) = seeded().await;
    assert_eq!(code(run(&test.database, vec![name()], save_for(B)).await), "PERMISSION_DENIED");
    assert_eq!(names(&test).await, ["of A", "of B"]);
    assert_eq!(code(run(&test.database, vec![name()], save_for(A)).await), "succeeded");
}

fn rename(call: Authorized<'_>) -> Resolving<'_> {
    edition::resolve::<ProductNode, _, _>(call, (argument::<String>("name"),), |_, product, (name,)| {
        Box::pin(async move { Ok(Draft::of(product).with(Product::COLUMN.name, name)) })
    })
}

fn give_to_b(call: Authorized<'_>) -> Resolving<'_> {
    edition::resolve::<ProductNode, _, _>(call, (), |_, _, ()| {
        Box::pin(async move { Ok(Draft::new().with(Product::COLUMN.client_id, B)) })
    })
}

fn answer_another(call: Authorized<'_>) -> Resolving<'_> {
    edition::resolve::<ProductNode, _, _>(call, (), |ctx, _, ()| {
        Box::pin(async move {
            let row = ctx.writer()?.create(product("another", A)).await?;
            Ok(Saved::new(row))
        })
    })
}

#[tokio::test]
async fn editions_check_the_row_before_and_after() {
    let (test, [a, b]) = seeded().await;
    let edit = async |row, node| code(run(&test.database, vec![id(node, row), name()], rename).await);
    assert_eq!(edit(&b, "ProductNode").await, "NOT_FOUND");
    assert_eq!(edit(&a, "CategoryNode").await, "NOT_FOUND");
    assert_eq!(code(run(&test.database, vec![id("ProductNode", &a)], give_to_b).await), "PERMISSION_DENIED");
    assert_eq!(code(run(&test.database, vec![id("ProductNode", &a)], answer_another).await), "INTERNAL_ERROR");
    assert_eq!(names(&test).await, ["of A", "of B"]);
    assert_eq!(edit(&a, "ProductNode").await, "succeeded");
    assert_eq!(names(&test).await, ["new", "of B"]);
}

fn refuse(call: Authorized<'_>) -> Resolving<'_> {
    deletion::resolve_with::<ProductNode, _>(call, (), |_, product, ()| {
        Box::pin(async move { Err(Error::new("LOCKED", 409).with_detail(product.name)) })
    })
}

#[tokio::test]
async fn deletions_stay_inside_the_scope_and_may_be_refused() {
    let (test, [a, b]) = seeded().await;
    let delete =
        async |row| code(run(&test.database, vec![id("ProductNode", row)], deletion::resolve::<ProductNode>).await);
    assert_eq!(delete(&b).await, "NOT_FOUND");
    assert_eq!(code(run(&test.database, vec![id("ProductNode", &a)], refuse).await), "LOCKED");
    assert_eq!(code(run(&test.database, vec![id("ProductNode", &b)], refuse).await), "NOT_FOUND");
    assert_eq!(names(&test).await, ["of A", "of B"]);
    assert_eq!(delete(&a).await, "succeeded");
    assert_eq!(names(&test).await, ["of B"]);
}

fn look(call: Authorized<'_>) -> Resolving<'_> {
    getter::resolve_with::<ProductNode, _>(call, (), |_, product, ()| {
        Box::pin(async move { if product.name == "of A" { Ok(()) } else { Err(Error::new("SEEN", 409)) } })
    })
}

#[tokio::test]
async fn getters_ask_their_hook_about_rows_inside_the_scope_only() {
    let (test, [a, b]) = seeded().await;
    assert_eq!(code(run(&test.database, vec![id("ProductNode", &a)], look).await), "succeeded");
    assert_eq!(code(run(&test.database, vec![id("ProductNode", &b)], look).await), "NOT_FOUND");
}
