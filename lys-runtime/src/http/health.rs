//! `/health/live`: the process runs. `/health/ready`: its database answers.

use std::time::Duration;

use actix_web::{HttpResponse, http::header, web};
use serde_json::json;

use super::Http;
use crate::data::Database;

/// A database that takes longer is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

/// The process runs.
pub async fn live() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(json!({ "status": "live" }))
}

/// Requests can be served.
pub async fn ready(http: web::Data<Http>) -> HttpResponse {
    let ready = http.backend.ready().await;
    let (mut response, status) =
        if ready { (HttpResponse::Ok(), "ready") } else { (HttpResponse::ServiceUnavailable(), "unavailable") };
    response.insert_header((header::CACHE_CONTROL, "no-store")).json(json!({ "status": status }))
}

/// Asks the database for nothing.
pub(crate) async fn database_answers(database: &Database) -> bool {
    match tokio::time::timeout(PATIENCE, database.ping()).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(target: "lys::http", %error, "the database does not answer");
            false
        }
        Err(_) => {
            tracing::warn!(target: "lys::http", "the database takes too long to answer");
            false
        }
    }
}
