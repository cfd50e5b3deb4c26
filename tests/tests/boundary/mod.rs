//! What stands before GraphQL: who asks from where, other origins, how often, how long, which documents, and hostile input.

mod client;
mod cors;
mod deadline;
mod documents;
mod hostile;
mod rate_limit;
mod redis;
mod upload;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use lys::{
    access::{Claims, Tokens},
    actix_web::{
        App as Actix,
        http::header::HeaderMap,
        middleware::from_fn,
        test::{TestRequest, call_service, init_service, read_body},
        web,
    },
    boot::settings::RateLimitSettings,
    execute::{Engine, EngineOptions},
    http::{Http, HttpOptions, boundary, endpoints, not_found, rate_limit::RateLimit},
    prelude::*,
    testing::{TestProject, user},
};

use crate::catalog_kit::{json, run};

const SECRET: &str = "a secret for tests: 32 bytes or more";

mod probe {
    use std::{sync::Mutex, time::Duration};

    use lys::{data::Database, prelude::*};

    /// What the slow query runs on.
    pub static DATABASE: Mutex<Option<Database>> = Mutex::new(None);

    /// Something that is written.
    #[entity]
    pub struct Mark {
        #[column(length = 40)]
        pub text: String,
    }

    /// What is known of the request.
    #[field(query, public)]
    async fn whoami(ctx: &Context<'_>) -> Result<Vec<String>> {
        let ip = ctx.client_ip().map_or_else(String::new, |ip| ip.to_string());
        Ok(vec![ctx.request_id().to_owned(), ip, ctx.user_agent().unwrap_or_default().to_owned()])
    }

    /// Writes, and takes its time.
    #[field(mutation, public)]
    async fn mark(ctx: &Context<'_>, text: String, milliseconds: i32) -> Result<bool> {
        let writer = ctx.writer()?.unscoped("everybody may leave a mark");
        writer.create(Draft::new().with(Mark::COLUMN.text, text)).await?;
        tokio::time::sleep(Duration::from_millis(u64::try_from(milliseconds).unwrap_or_default())).await;
        Ok(true)
    }

    /// What is known of a file, and what is in it.
    #[field(mutation, public)]
    async fn keep(ctx: &Context<'_>, file: Upload) -> Result<Vec<String>> {
        let file = ctx.upload(file)?;
        let text = String::from_utf8_lossy(&file.bytes().await?).into_owned();
        Ok(vec![
            file.name().unwrap_or_default().to_owned(),
            file.content_type().to_owned(),
            file.size().to_string(),
            text,
        ])
    }

    /// Several files, inside a list.
    #[field(mutation, public)]
    async fn keep_all(ctx: &Context<'_>, files: Vec<Upload>) -> Result<i32> {
        let sizes = files.into_iter().map(|file| ctx.upload(file).map(|file| i32::try_from(file.size()).unwrap_or(0)));
        sizes.sum()
    }

    /// A statement without an end.
    #[field(query, public)]
    async fn endless(_ctx: &Context<'_>) -> Result<bool> {
        let database = DATABASE.lock().map_or(None, |database| database.clone());
        let database = database.ok_or_else(|| Error::internal("no database"))?;
        let sql = match database.dialect() {
            lys::data::Dialect::Sqlite => {
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n LIMIT 1000000000"
            }
            lys::data::Dialect::Postgres => "SELECT COUNT(*) FROM pg_sleep(60)",
            _ => "SELECT SLEEP(60)",
        };
        database.read_all(sql.to_owned(), Vec::new()).await.map(|_| true)
    }

    /// What is known of the request.
    #[endpoint(GET "/whoami", public)]
    async fn whoami_there(ctx: &Context<'_>) -> Result<String> {
        Ok(ctx.client_ip().map_or_else(String::new, |ip| ip.to_string()))
    }

    /// Takes its time.
    #[endpoint(GET "/slowly", public)]
    async fn slowly(_ctx: &Context<'_>) -> Result<String> {
        tokio::time::sleep(Duration::from_mins(1)).await;
        Ok("done".to_owned())
    }

    pub fn app() -> App {
        App::new("probe", module_path!())
    }
}

struct Answered {
    status: u16,
    headers: HeaderMap,
    body: String,
}

impl Answered {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    #[track_caller]
    fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.body))
    }

    fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Refused in the shape that clients of GraphQL read.
    #[track_caller]
    fn check_refused(&self, status: u16, code: &str) {
        assert_eq!((self.status, self.code().as_str()), (status, code), "{}", self.body);
        let answer = self.json();
        assert_eq!((answer.get("data"), &answer["errors"][0]["message"]), (Some(&Json::Null), &json!(code)));
        assert!(self.header("content-type").starts_with("application/json"), "{code}");
        assert!(!self.header("x-request-id").is_empty(), "{code}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{code}");
    }
}

/// The catalog and the probe behind a boundary.
struct Site {
    project: TestProject,
    engine: Arc<Engine>,
    tokens: Arc<Tokens>,
    http: Http,
}

impl Site {
    async fn open(options: HttpOptions) -> Self {
        Self::with(options, async |engine| engine).await
    }

    async fn with(options: HttpOptions, change: impl AsyncFnOnce(Engine) -> Engine) -> Self {
        let project = TestProject::new([catalog::app(), probe::app()]).await.unwrap();
        let engine = Arc::new(change(project.cold_engine(EngineOptions::default())).await);
        let tokens = Arc::new(Tokens::new(SECRET).unwrap());
        let http = Http::new(Arc::<Engine>::clone(&engine), Arc::<Tokens>::clone(&tokens), options);
        Self { project, engine, tokens, http }
    }

    async fn limited(settings: RateLimitSettings) -> Self {
        let rate_limit = Some(Arc::new(RateLimit::new(&settings).unwrap()));
        Self::open(HttpOptions { rate_limit, ..HttpOptions::default() }).await
    }

    async fn send(&self, request: TestRequest) -> Answered {
        let definitions: Vec<_> = self.engine.model().endpoints().map(|endpoint| endpoint.definition.clone()).collect();
        let app = Actix::new()
            .wrap(from_fn(boundary::boundary))
            .configure(|config| self.http.mount(config))
            .configure(|config| endpoints::mount(config, &self.http, &self.engine, &definitions))
            .default_service(web::to(not_found));
        let response = call_service(&init_service(app).await, request.to_request()).await;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = String::from_utf8(read_body(response).await.to_vec()).unwrap();
        Answered { status, headers, body }
    }

    fn bearer(&self, request: TestRequest, claims: &Claims) -> TestRequest {
        let token = self.tokens.user_token(claims).unwrap();
        request.insert_header(("authorization", format!("Bearer {token}")))
    }
}

const CATEGORIES: &str = "{ allCategories { edges { node { code } } } }";
const WHOAMI: &str = "{ whoami }";

fn raw(body: impl Into<web::Bytes>) -> TestRequest {
    TestRequest::post().uri("/graphql").insert_header(("content-type", "application/json")).set_payload(body)
}

fn post(query: &str) -> TestRequest {
    raw(json!({ "query": query }).to_string())
}

fn from(request: TestRequest, address: &str) -> TestRequest {
    request.peer_addr(SocketAddr::new(address.parse().unwrap(), 4711))
}
