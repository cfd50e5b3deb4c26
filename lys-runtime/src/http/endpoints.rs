//! Endpoints: plain HTTP routes behind the same permission chain, errors as `{"detail": CODE}`.

use std::{panic::AssertUnwindSafe, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse, Resource,
    http::{Method, StatusCode},
    web,
};
use futures_util::FutureExt as _;
use indexmap::IndexMap;
use serde_json::json;

use super::{Http, Refusal, admission};
use crate::{
    context::{Context, Request},
    endpoint::{EndpointCall, EndpointDef},
    error::{Error, Result},
    execute::{ByOrigin, Engine},
};

/// Mounts endpoints: one resource per path, so that several methods of one path see each other.
pub fn mount(config: &mut web::ServiceConfig, http: &Http, engine: &Arc<Engine>, endpoints: &[EndpointDef]) {
    let mut resources: IndexMap<&str, Resource> = IndexMap::new();
    for endpoint in endpoints.iter().filter(|endpoint| endpoint.audience.enabled) {
        let Ok(method) = endpoint.method.parse::<Method>() else {
            tracing::error!(target: "lys::http", endpoint = endpoint.name, "unknown HTTP method");
            continue;
        };
        let (http, engine, endpoint) = (http.clone(), Arc::clone(engine), Arc::new(endpoint.clone()));
        let path = endpoint.path;
        let route = web::method(method).to(move |request: HttpRequest, payload: web::Payload| {
            answer(http.clone(), Arc::clone(&engine), Arc::clone(&endpoint), request, payload)
        });
        let resource = resources.shift_remove(path).unwrap_or_else(|| web::resource(path)).route(route);
        resources.insert(path, resource);
    }
    for (_, resource) in resources {
        config.service(resource.default_service(web::to(async || Refusal::MethodNotAllowed.detail_response())));
    }
}

async fn answer(
    http: Http,
    engine: Arc<Engine>,
    endpoint: Arc<EndpointDef>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let by_origin = || if endpoint.audience.by_origin { ByOrigin::All } else { ByOrigin::None };
    let admitted = match admission::arrive(&request, &http).await {
        Ok(arrival) => arrival.admit(&request, &http, by_origin),
        Err(refusal) => Err(refusal),
    };
    let known = match admitted {
        Ok(known) => known,
        Err(refusal) => return refusal.detail_response(),
    };
    let work = AssertUnwindSafe(handle(&engine, &endpoint, &known, request, payload)).catch_unwind();
    match admission::within_deadline(&http, &known.id, work).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(error))) => failed(&error, endpoint.name, &known.id),
        // The panic hook has said what and where.
        Ok(Err(_)) => {
            tracing::error!(target: "lys::http", request_id = known.id, endpoint = endpoint.name, "an endpoint panicked");
            Refusal::Internal.detail_response_of(Some(&known.id))
        }
        Err(refusal) => refusal.detail_response_of(Some(&known.id)),
    }
}

async fn handle(
    engine: &Engine,
    endpoint: &EndpointDef,
    known: &Request,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    let decision = engine.chain().authorize(&known.actor, endpoint.name, &endpoint.audience)?;
    let journal = engine.journal(known);
    let context = Context {
        request: known,
        model: engine.model(),
        database: engine.database(),
        decision: &decision,
        transaction: None,
        after_commit: None,
        subscriptions: engine.subscriptions(),
        audit: journal.trail(endpoint.name),
    };
    let answer = (endpoint.handle)(EndpointCall { context: &context, request, payload: payload.into_inner() }).await;
    journal.close(engine.database()).await;
    answer
}

pub(super) fn failed(error: &Error, endpoint: &str, request_id: &str) -> HttpResponse {
    let mut body = json!({ "detail": error.code() });
    if error.status() >= 500 {
        tracing::error!(target: "lys::http", request_id, endpoint, ?error, "an endpoint failed");
        body["correlation_id"] = request_id.into();
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).json(body)
}
