//! The catalog written by hand: the same face and the same work as the lys catalog, with
//! async-graphql's derive macros, `SeaORM`, batch loaders and actix-web.
//!
//! It opens a database that the lys catalog has created and filled. Configuration comes from the
//! environment: `LYS_BENCH_PORT`, `LYS_DATABASE__URL` (`sqlite:///path`) and `LYS_SECRET_KEY`.

mod auth;
mod cursor;
mod entities;
mod error;
mod loaders;
mod nodes;
mod paging;
mod schema;

use std::{env, error::Error, time::Duration};

use actix_web::{
    App, HttpRequest, HttpServer,
    rt::System,
    web::{self, Data},
};
use async_graphql_actix_web::{GraphQLRequest, GraphQLResponse};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DbErr,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};

use self::{auth::TokenVerifier, loaders::Loaders, schema::ApiSchema};

/// Serves the API on the loopback interface until the process ends.
///
/// # Errors
///
/// When the environment is incomplete, the database cannot be opened or the port is taken.
pub(crate) fn serve() -> Result<(), Box<dyn Error>> {
    let port: u16 = setting("LYS_BENCH_PORT")?.parse()?;
    let url = setting("LYS_DATABASE__URL")?;
    let tokens = Data::new(TokenVerifier::new(&setting("LYS_SECRET_KEY")?));
    System::new().block_on(async move {
        let db = Data::new(connect(url).await?);
        let schema = Data::new(schema::build(db.as_ref().clone()));
        let app = move || {
            App::new()
                .app_data(schema.clone())
                .app_data(tokens.clone())
                .app_data(db.clone())
                .route("/graphql", web::post().to(graphql))
        };
        HttpServer::new(app).workers(2).bind(("127.0.0.1", port))?.run().await?;
        Ok(())
    })
}

/// Answers one GraphQL request.
async fn graphql(
    schema: Data<ApiSchema>,
    tokens: Data<TokenVerifier>,
    db: Data<DatabaseConnection>,
    http: HttpRequest,
    request: GraphQLRequest,
) -> GraphQLResponse {
    let request = request.into_inner().data(tokens.caller(&http)).data(Loaders::new(&db));
    schema.execute(request).await.into()
}

/// Opens the existing database.
async fn connect(url: String) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(8).test_before_acquire(false).sqlx_logging(false);
    options.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("mmap_size", "268435456")
            .pragma("cache_size", "-16384")
            .row_buffer_size(2048)
    });
    Database::connect(options).await
}

/// A required environment variable.
fn setting(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("the environment variable {name} is not set"))
}
