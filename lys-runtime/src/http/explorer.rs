//! The explorer: one page that needs nothing but the GraphQL path. Served in dev only.

use actix_web::{HttpResponse, http::header};

const PAGE: &str = include_str!("explorer.html");
const NONCE: &str = "{{nonce}}";

/// The page. Its own script and style run, nothing else; it talks to its own origin only.
#[must_use]
pub fn page() -> HttpResponse {
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(PAGE.replace(NONCE, &nonce))
}
