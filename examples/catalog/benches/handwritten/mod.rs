//! The catalog written by hand: the same face and the same work as the lys catalog, with
//! async-graphql's derive macros, `SeaORM`, batch loaders and actix-web.
//!
//! It opens a database that the lys catalog has created and filled. Configuration comes from the
//! environment: `LYS_BENCH_PORT`, `LYS_BENCH_WORKERS`, `LYS_DATABASE__URL` (`sqlite:///path` or
//! `postgres://…`) and `LYS_SECRET_KEY`.

mod auth;
mod cursor;
mod database;
mod entities;
mod error;
mod loaders;
mod nodes;
mod paging;
mod review_pages;
mod schema;

use std::{env, error::Error};

use actix_web::{
    App, HttpRequest, HttpServer,
    rt::System,
    web::{self, Data},
};
use async_graphql_actix_web::{GraphQLRequest, GraphQLResponse};

use self::{auth::TokenVerifier, database::Database, loaders::Loaders, schema::ApiSchema};

/// The environment variable that makes the server print each of its statements.
pub(crate) const PRINT_STATEMENTS: &str = "LYS_BENCH_STATEMENTS";

/// How a line with a statement begins.
pub(crate) const STATEMENT: &str = "statement:";

/// Serves the API on the loopback interface until the process ends.
///
/// # Errors
///
/// When the environment is incomplete, the database cannot be opened or the port is taken.
pub(crate) fn serve() -> Result<(), Box<dyn Error>> {
    let port: u16 = setting("LYS_BENCH_PORT")?.parse()?;
    let workers: usize = setting("LYS_BENCH_WORKERS")?.parse()?;
    let url = setting("LYS_DATABASE__URL")?;
    let tokens = Data::new(TokenVerifier::new(&setting("LYS_SECRET_KEY")?));
    System::new().block_on(async move {
        let db = Data::new(Database::open(&url).await?);
        let schema = Data::new(schema::build(db.as_ref().clone()));
        let app = move || {
            App::new()
                .app_data(schema.clone())
                .app_data(tokens.clone())
                .app_data(db.clone())
                .route("/graphql", web::post().to(graphql))
        };
        HttpServer::new(app).workers(workers).bind(("127.0.0.1", port))?.run().await?;
        Ok(())
    })
}

/// Answers one GraphQL request.
async fn graphql(
    schema: Data<ApiSchema>,
    tokens: Data<TokenVerifier>,
    db: Data<Database>,
    http: HttpRequest,
    request: GraphQLRequest,
) -> GraphQLResponse {
    let request = request.into_inner().data(tokens.caller(&http)).data(Loaders::new(&db));
    schema.execute(request).await.into()
}

/// A required environment variable.
fn setting(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("the environment variable {name} is not set"))
}
