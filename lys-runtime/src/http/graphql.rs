//! The GraphQL path: negotiate, identify, parse, run, answer.

use std::panic::AssertUnwindSafe;

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        Method, StatusCode,
        header::{self, HeaderName},
    },
    web,
};
use futures_util::FutureExt as _;

use super::{
    Http, Refusal, actor, body,
    boundary::{ActorKind, RequestId},
    compression, explorer,
    negotiation::{self, Media},
    subscriptions,
};
use crate::{
    access::Actor,
    context::Request,
    execute::{Answer, GraphqlRequest},
};

/// `1` asks for `extensions.plan`, which dev alone gives.
const PLAN: HeaderName = HeaderName::from_static("x-lys-plan");

/// Answers every request on the GraphQL path, in JSON whatever happens (00-design §2 P8).
pub async fn answer(request: HttpRequest, payload: web::Payload, http: web::Data<Http>) -> HttpResponse {
    let answered = AssertUnwindSafe(respond(&request, payload, &http)).catch_unwind().await;
    let Ok(answered) = answered else {
        // The panic hook has said what and where.
        tracing::error!(target: "lys::http", "a handler panicked");
        return Refusal::Internal.response();
    };
    answered.unwrap_or_else(Refusal::response)
}

async fn respond(request: &HttpRequest, payload: web::Payload, http: &Http) -> Result<HttpResponse, Refusal> {
    if subscriptions::websocket::is_upgrade(request) {
        return subscriptions::websocket::answer(request, payload, http);
    }
    let headers = request.headers();
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let graphql = match *request.method() {
        Method::POST => None,
        Method::GET => match body::from_query_string(request.query_string())? {
            None if http.options.explorer && negotiation::accepts_html(accept) => return Ok(explorer::page()),
            None if http.options.explorer => return Err(Refusal::MissingQuery),
            None => return Err(Refusal::NotFound),
            asked => asked,
        },
        Method::OPTIONS => return Ok(HttpResponse::NoContent().insert_header((header::ALLOW, "GET, POST")).finish()),
        _ => return Err(Refusal::MethodNotAllowed),
    };
    let stream = subscriptions::wanted(accept);
    let media = match negotiation::negotiate(accept) {
        None if stream.is_none() => return Err(Refusal::NotAcceptable),
        media => media,
    };
    if graphql.is_none() {
        check_content(request)?;
    }
    let actor = identify(request, http)?;
    let mut graphql = match graphql {
        Some(graphql) => graphql,
        None => posted(request, payload, http).await?,
    };
    graphql.plan = headers.get(PLAN).is_some_and(|value| value == "1");
    let known = context_of(request, actor);
    if let Some(format) = stream {
        return subscriptions::stream::answer(request, http, known, graphql, format, media).await;
    }
    let answer = http.backend.execute(&known, &graphql).await;
    Ok(written(request, media.unwrap_or(Media::Json), answer))
}

fn identify(request: &HttpRequest, http: &Http) -> Result<Actor, Refusal> {
    let actor = actor::identify(&*http.authenticator, request.method(), request.headers())?;
    request.extensions_mut().insert(ActorKind(actor::kind(&actor)));
    Ok(actor)
}

fn check_content(request: &HttpRequest) -> Result<(), Refusal> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let encoded = text(header::CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity"));
    if encoded || !negotiation::is_json_body(text(header::CONTENT_TYPE)) {
        return Err(Refusal::UnsupportedMediaType);
    }
    Ok(())
}

async fn posted(request: &HttpRequest, payload: web::Payload, http: &Http) -> Result<GraphqlRequest, Refusal> {
    let length = request.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse().ok());
    let body = body::read(payload, length, http.options.body_limit, http.options.body_timeout).await?;
    body::from_json(&body)
}

/// What the execution may know of the HTTP request.
pub(crate) fn context_of(request: &HttpRequest, actor: Actor) -> Request {
    let id = request.extensions().get::<RequestId>().map(|id| id.0.clone());
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Request {
        actor,
        id: id.unwrap_or_else(RequestId::fresh),
        client_ip: request.peer_addr().map(|address| address.ip()),
        user_agent: user_agent.map(str::to_owned),
    }
}

/// The answer in bytes. A refused document is 200 with `data: null` in `application/json`, 400 without `data` in
/// `application/graphql-response+json` (00-design §7).
pub(super) fn written(request: &HttpRequest, media: Media, answer: Answer) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    let bytes = match answer {
        Answer::Executed(bytes) => bytes,
        Answer::Refused(errors) => {
            if media == Media::GraphqlResponse {
                response.status(StatusCode::BAD_REQUEST);
            }
            refused(media, &errors)
        }
        Answer::NotStreamed(errors) => {
            response.status(StatusCode::NOT_ACCEPTABLE);
            refused(media, &errors)
        }
        Answer::ReadOnly(errors) => {
            response.status(StatusCode::METHOD_NOT_ALLOWED).insert_header((header::ALLOW, "POST"));
            refused(media, &errors)
        }
    };
    finished(request, media, response, bytes)
}

fn finished(request: &HttpRequest, media: Media, mut response: HttpResponseBuilder, bytes: Vec<u8>) -> HttpResponse {
    response
        .insert_header((header::CONTENT_TYPE, header::HeaderValue::from_static(media.content_type())))
        .insert_header((header::CACHE_CONTROL, header::HeaderValue::from_static("no-store")));
    match compression::gzip(request.headers(), &bytes) {
        Some(compressed) => response
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .insert_header((header::VARY, "accept-encoding"))
            .body(compressed),
        None => response.body(bytes),
    }
}

fn refused(media: Media, errors: &[u8]) -> Vec<u8> {
    let start: &[u8] = match media {
        Media::Json => b"{\"data\":null,\"errors\":",
        Media::GraphqlResponse => b"{\"errors\":",
    };
    [start, errors, b"}"].concat()
}
