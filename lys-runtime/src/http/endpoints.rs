//! Endpoints: plain HTTP routes behind the same permission chain, errors as `{"detail": CODE}`.

use std::{panic::AssertUnwindSafe, sync::Arc};

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse, Resource,
    http::{Method, StatusCode},
    web,
};
use futures_util::FutureExt as _;
use indexmap::IndexMap;
use serde_json::json;

use super::{Http, Refusal, actor, boundary::ActorKind, graphql};
use crate::{
    access::Actor,
    context::Context,
    endpoint::{EndpointCall, EndpointDef},
    error::{Error, Result},
    execute::Engine,
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
    let actor = match actor::identify(&*http.authenticator, request.method(), request.headers()) {
        Ok(actor) => actor,
        Err(refusal) => return refusal.detail_response(),
    };
    request.extensions_mut().insert(ActorKind(actor::kind(&actor)));
    match AssertUnwindSafe(handle(&engine, &endpoint, actor, request, payload)).catch_unwind().await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => failed(&error),
        Err(_) => Refusal::Internal.detail_response(),
    }
}

async fn handle(
    engine: &Engine,
    endpoint: &EndpointDef,
    actor: Actor,
    request: HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse> {
    let decision = engine.chain().authorize(&actor, endpoint.name, &endpoint.audience)?;
    let known = graphql::context_of(&request, actor);
    let context = Context {
        request: &known,
        model: engine.model(),
        database: engine.database(),
        decision: &decision,
        transaction: None,
        after_commit: None,
        subscriptions: engine.subscriptions(),
    };
    (endpoint.handle)(EndpointCall { context: &context, request, payload: payload.into_inner() }).await
}

pub(super) fn failed(error: &Error) -> HttpResponse {
    if error.is_internal() {
        tracing::error!(target: "lys::http", ?error, "an endpoint failed");
    }
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    HttpResponse::build(status).json(json!({ "detail": error.code() }))
}
