//! The work of lys alone, in this process and warm: no socket, no database, known documents.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use lys::{
    access::{Actor, MemoryRevocations, PermissionChain, Sessions, Tokens},
    actix_web::http::{
        Method,
        header::{AUTHORIZATION, HeaderMap, HeaderValue},
    },
    app::Model,
    context::Request,
    data::{Database, DatabaseOptions},
    execute::{Answer, Engine, EngineOptions},
    http::{actor::identify, body::from_json},
};

use super::{
    Outcome,
    process::{self, Place},
    report::median,
    requests::{COLUMNS, NESTED, PAGE_INFO, by_id, list},
    summary::Summary,
    token,
    workload::PAGE,
};

/// The hidden argument that makes the benchmark repeat one of [`SUBJECTS`], for an observer such as valgrind.
pub(crate) const REPEAT: &str = "repeat";

/// What can be repeated.
pub(crate) const SUBJECTS: [&str; 4] = ["by_id", "page", "nested", "access"];

/// The client that owns half of the filled products.
const CLIENT: &str = "ac3e0000-0000-4000-8000-000000000001";

/// Rows of the database that the answers come from.
const ROWS: (u64, u64) = (1_000, 5_000);

/// Batches of a time measure, and how long one takes about.
const BATCHES: usize = 21;
const BATCH: Duration = Duration::from_millis(20);

/// A catalog whose reads are answered from memory.
pub(crate) struct Warm {
    engine: Engine,
    sessions: Sessions,
    headers: HeaderMap,
    runtime: tokio::runtime::Runtime,
}

/// A small database, which goes with its directory.
pub(crate) fn database() -> Outcome<(tempfile::TempDir, String)> {
    let home = tempfile::Builder::new().prefix("catalog-bench-").tempdir()?;
    let url = format!("sqlite://{}", home.path().join("catalog.db").display());
    process::fill(&Place { home: home.path(), url: &url }, ROWS.0, ROWS.1)?;
    Ok((home, url))
}

impl Warm {
    /// Opens the catalog on a filled database.
    pub(crate) fn open(url: &str) -> Outcome<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let database = runtime.block_on(Database::connect(url, &DatabaseOptions::default()))?;
        let model = Arc::new(Model::build(&[catalog::app()]).map_err(|faults| faults.to_string())?);
        let engine = Engine::new(model, database.replaying(), PermissionChain::default(), EngineOptions::default());
        let mut headers = HeaderMap::new();
        let bearer = format!("Bearer {}", token::member(CLIENT)?);
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&bearer)?);
        let sessions = Sessions::signed(Arc::new(Tokens::new(token::SECRET)?), Arc::new(MemoryRevocations::default()));
        Ok(Self { engine, sessions, headers, runtime })
    }

    /// Runs a subject some times; the first time it asks the database.
    pub(crate) fn repeat(&self, subject: &str, times: u64) -> Outcome<()> {
        if subject == "access" {
            return self.runtime.block_on(self.decide(times));
        }
        let body = self.body(subject)?;
        let request = Request::of(self.runtime.block_on(self.asker())?);
        for _ in 0..times {
            let graphql = from_json(black_box(&body)).map_err(|_| "refused")?;
            match self.runtime.block_on(self.engine.execute(&request, &graphql)) {
                Answer::Executed(bytes) => drop(black_box(bytes)),
                refused => return Err(format!("{subject}: {refused:?}").into()),
            }
        }
        Ok(())
    }

    /// Checks the token of a request and decides on one root field.
    async fn decide(&self, times: u64) -> Outcome<()> {
        let operations = self.engine.model();
        let operation = operations.operations().find(|operation| operation.definition.name == "all_products");
        let operation = &operation.ok_or("the catalog lists its products")?.definition;
        for _ in 0..times {
            let actor = self.asker().await?;
            black_box(self.engine.chain().authorize(&actor, operation.name, &operation.audience)?);
        }
        Ok(())
    }

    /// Who asks.
    async fn asker(&self) -> Outcome<Actor> {
        let actor = identify(&self.sessions, &Method::POST, black_box(&self.headers)).await;
        Ok(actor.map_err(|_| "refused")?)
    }

    /// The body of a request.
    fn body(&self, subject: &str) -> Outcome<Vec<u8>> {
        let document = match subject {
            "by_id" => by_id(),
            "page" => list(PAGE, COLUMNS, PAGE_INFO),
            "nested" => list(PAGE, NESTED, PAGE_INFO),
            other => return Err(format!("nothing to repeat is called `{other}`").into()),
        };
        let variables =
            if subject == "by_id" { serde_json::json!({ "id": self.some_id()? }) } else { serde_json::json!({}) };
        Ok(serde_json::json!({ "query": document, "variables": variables }).to_string().into_bytes())
    }

    /// The global id of a product that the caller may see.
    fn some_id(&self) -> Outcome<String> {
        let request = Request::of(self.runtime.block_on(self.asker())?);
        let graphql =
            from_json(br#"{"query":"{ allProducts(first: 1) { edges { node { id } } } }"}"#).map_err(|_| "refused")?;
        let Answer::Executed(bytes) = self.runtime.block_on(self.engine.execute(&request, &graphql)) else {
            return Err("the catalog lists no product".into());
        };
        let answer: serde_json::Value = serde_json::from_slice(&bytes)?;
        let id = answer["data"]["allProducts"]["edges"][0]["node"]["id"].as_str();
        Ok(id.ok_or_else(|| format!("no product in {answer}"))?.to_owned())
    }

    /// How long a subject takes in microseconds: the median of batches.
    fn microseconds(&self, subject: &str) -> Outcome<f64> {
        let start = Instant::now();
        let mut times = 0;
        while start.elapsed() < BATCH {
            self.repeat(subject, 10)?;
            times += 10;
        }
        let mut batches = Vec::new();
        for _ in 0..BATCHES {
            let start = Instant::now();
            self.repeat(subject, times)?;
            batches.push(start.elapsed().as_secs_f64() * 1e6 / times as f64);
        }
        Ok(median(batches))
    }
}

/// Measures all subjects.
pub(crate) fn measure(summary: &mut Summary) -> Outcome<()> {
    let (_home, url) = database()?;
    let warm = Warm::open(&url)?;
    for subject in SUBJECTS {
        println!("warm {subject:<8} {:.2} µs", warm.microseconds(subject)?);
    }
    summary.at_most("GraphQL work alone, page of 50 x 6, warm, µs", [20.0, 10.0], warm.microseconds("page")?);
    summary.at_most("token check and permission chain, warm, µs", [10.0, 3.0], warm.microseconds("access")?);
    Ok(())
}
