//! What consistency costs: a snapshot against single statements, a total in the page's statement against one of its own, relations
//! beside each other one after the other against at the same time.
//!
//! `cargo bench -p catalog --bench consistency -- --measure [PRODUCTS]`, on `SQLite`, or on the empty database that `LYS_DATABASE__URL` names.

use std::{
    env,
    sync::Arc,
    time::{Duration, Instant},
};

use lys::{
    Command, CommandCall, Project,
    access::{Actor, Claims, PermissionChain},
    context::Request,
    execute::{Answer, Engine, EngineOptions, GraphqlRequest},
    prelude::*,
    sea_orm::{DbBackend, Value},
};

/// The best of these counts.
const ROUNDS: usize = 7;
/// Requests of a round.
const RUNS: usize = 400;
/// Requests at a time.
const CROWD: usize = 16;

mod snapshot {
    use catalog::product::{Product, ProductNode};
    use lys::prelude::*;

    /// All products of one moment.
    #[connection(node = ProductNode, order_by(name, price, created_at), access(Role), licensed = false, consistency = snapshot)]
    async fn products_of_a_moment(_ctx: &Context<'_>) -> Result<Select<Product>> {
        Ok(Product::select().order_by(Product::COLUMN.created_at.desc()))
    }

    pub(super) fn app() -> App {
        App::new("snapshot", module_path!())
    }
}

fn main() -> lys::ExitCode {
    let mut arguments = env::args().skip_while(|argument| argument != "--measure");
    if arguments.next().is_none() {
        println!("skipped: run `cargo bench -p catalog --bench consistency -- --measure`");
        return lys::ExitCode::SUCCESS;
    }
    let products: u32 = arguments.next().and_then(|number| number.parse().ok()).unwrap_or(20_000);
    let directory = tempfile::tempdir().expect("a directory");
    env::set_current_dir(&directory).expect("a directory to work in");
    let project = || {
        Project::new("consistency")
            .apps([catalog::app(), snapshot::app()])
            .command(catalog::bench_data::command())
            .command(Command::new("measure", "Measures").run(measure))
    };
    let (products, reviews) = (products.to_string(), (products * 5).to_string());
    let filled = project().main_with(["bench", "bench-data", "--products", &products, "--reviews", &reviews]);
    if filled == lys::ExitCode::SUCCESS { project().main_with(["bench", "measure"]) } else { filled }
}

async fn measure(call: CommandCall) -> Result<()> {
    let engine = |options: EngineOptions| {
        Arc::new(Engine::new(call.model().clone(), call.database().clone(), PermissionChain::default(), options))
    };
    let serial = engine(EngineOptions { lanes: 1, ..EngineOptions::default() });
    let parallel = engine(EngineOptions { lanes: 4, ..EngineOptions::default() });
    let page = |field: &str, more: &str, info: &str| {
        format!(
            "{{ {field}(first: 50) {{ edges {{ node {{ id name price createdAt categoryId clientId {more} }} }} {info} }} }}"
        )
    };
    let total = "pageInfo { totalCount }";
    let nested = "category { code } reviews { rating }";
    let [all, moment] = ["allProducts", "productsOfAMoment"];
    let variants: Vec<(&str, &Arc<Engine>, String)> = vec![
        ("page", &serial, page(all, "", "")),
        ("page, snapshot", &serial, page(moment, "", "")),
        ("page and total", &serial, page(all, "", total)),
        ("page and total, snapshot", &serial, page(moment, "", total)),
        ("nested", &serial, page(all, nested, "")),
        ("nested, at the same time", &parallel, page(all, nested, "")),
        ("nested, snapshot", &serial, page(moment, nested, "")),
    ];
    println!("{:>42} {:>10} {:>10}   {:>10} {:>10}", "", "wall µs", "cpu µs", "16× µs", "16× cpu");
    for (name, engine, query) in &variants {
        let one = best(async || ask(engine, query).await).await;
        let many = best16(engine, query).await;
        line(name, one, many);
    }
    raw(&call).await
}

/// The statements themselves.
async fn raw(call: &CommandCall) -> Result<()> {
    let database = call.database();
    let postgres = database.backend() == DbBackend::Postgres;
    let limit = if postgres { "$1" } else { "?" };
    let columns = "id, name, price, created_at, category_id, client_id";
    let page = format!("SELECT {columns} FROM product ORDER BY created_at DESC, id DESC LIMIT {limit}");
    let count = "SELECT COUNT(*) FROM product";
    let scalar = format!("SELECT {columns}, ({count}) FROM product ORDER BY created_at DESC, id DESC LIMIT {limit}");
    let join = format!(
        "SELECT p.*, c.n FROM (SELECT COUNT(*) AS n FROM product) c LEFT JOIN ({page}) p ON 1 = 1 ORDER BY p.created_at DESC, p.id DESC"
    );
    let read = async |sql: &str, bound: bool| {
        let values: Vec<Value> = if bound { vec![51_i64.into()] } else { Vec::new() };
        database.read_all(sql.to_owned(), values).await.expect("reads");
    };
    let none = (Duration::ZERO, Duration::ZERO);
    line("raw: page", best(async || read(&page, true).await).await, none);
    line(
        "raw: two statements",
        best(async || {
            read(count, false).await;
            read(&page, true).await;
        })
        .await,
        none,
    );
    line("raw: scalar subquery", best(async || read(&scalar, true).await).await, none);
    line("raw: left join", best(async || read(&join, true).await).await, none);
    Ok(())
}

fn line(name: &str, one: (Duration, Duration), many: (Duration, Duration)) {
    let us = |duration: Duration| duration.as_nanos() as f64 / 1000.0;
    println!("{name:>42} {:>10.1} {:>10.1}   {:>10.1} {:>10.1}", us(one.0), us(one.1), us(many.0), us(many.1));
}

async fn ask(engine: &Engine, query: &str) {
    let actor: Actor = Claims::user(Uuid::from_u128(1)).super_user().into();
    let graphql = GraphqlRequest { query: query.to_owned(), ..GraphqlRequest::default() };
    let answer = engine.execute(&Request::of(actor), &graphql).await;
    assert!(matches!(&answer, Answer::Executed(bytes) if bytes.len() > 1000), "{answer:?}");
}

/// Wall and CPU time of one run: the best of several rounds.
async fn best(run: impl AsyncFn()) -> (Duration, Duration) {
    let mut best = (Duration::MAX, Duration::MAX);
    for _ in 0..ROUNDS {
        let (wall, cpu) = (Instant::now(), cpu());
        for _ in 0..RUNS {
            run().await;
        }
        let runs = u32::try_from(RUNS).expect("few");
        best = (best.0.min(wall.elapsed() / runs), best.1.min(self::cpu().saturating_sub(cpu) / runs));
    }
    best
}

/// The same with 16 requests at a time.
async fn best16(engine: &Arc<Engine>, query: &str) -> (Duration, Duration) {
    let query: Arc<str> = query.into();
    let (wall, cpu) = best(async || {
        let requests: Vec<_> = (0..CROWD)
            .map(|_| {
                let (engine, query) = (Arc::clone(engine), Arc::clone(&query));
                actix_web::rt::spawn(async move { ask(&engine, &query).await })
            })
            .collect();
        for request in requests {
            request.await.expect("no panic");
        }
    })
    .await;
    (wall / 16, cpu / 16)
}

/// CPU time of this process, in ticks of 10 ms.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    Duration::from_millis(10 * fields.map(|ticks| ticks.parse::<u64>().unwrap_or(0)).sum::<u64>())
}
