//! The GraphQL path: negotiate, identify, parse, run, answer.

use std::panic::AssertUnwindSafe;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        Method, StatusCode,
        header::{self, HeaderName},
    },
    web,
};
use futures_util::FutureExt as _;

use super::{
    Http, Refusal, admission, body,
    boundary::RequestId,
    compression, explorer,
    negotiation::{self, Media},
    subscriptions, upload,
};
use crate::execute::{Answer, GraphqlRequest};

/// `1` asks for `extensions.plan`, which dev alone gives.
const PLAN: HeaderName = HeaderName::from_static("x-lys-plan");

/// Answers every request on the GraphQL path, in JSON whatever happens (00-design §2 P8).
pub async fn answer(request: HttpRequest, payload: web::Payload, http: web::Data<Http>) -> HttpResponse {
    let answered = AssertUnwindSafe(respond(&request, payload, &http)).catch_unwind().await;
    let request_id = RequestId::in_request(&request);
    let answered = answered.unwrap_or_else(|_| {
        // The panic hook has said what and where.
        tracing::error!(target: "lys::http", request_id, "a handler panicked");
        Err(Refusal::Internal)
    });
    answered.unwrap_or_else(|refusal| refusal.response_of(request_id.as_deref()))
}

async fn respond(request: &HttpRequest, payload: web::Payload, http: &Http) -> Result<HttpResponse, Refusal> {
    if subscriptions::websocket::is_upgrade(request) {
        return subscriptions::websocket::answer(request, payload, http).await;
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
    let boundary = match http.options.uploads {
        Some(_) if graphql.is_none() => upload::boundary(request)?,
        _ => None,
    };
    if graphql.is_none() && boundary.is_none() {
        check_content(request)?;
    }
    let arrival = admission::arrive(request, http).await?;
    let mut uploads = None;
    let mut graphql = match (graphql, boundary, &http.options.uploads) {
        (Some(graphql), ..) => graphql,
        (None, Some(boundary), Some(options)) => {
            let (graphql, files) = upload::read(payload, boundary, http.options.body_limit, options).await?;
            uploads = Some(files);
            graphql
        }
        (None, ..) => posted(request, payload, http).await?,
    };
    let mut known = arrival.admit(request, http, || http.backend.by_origin(&graphql))?;
    known.uploads = uploads.unwrap_or_default();
    graphql.plan = headers.get(PLAN).is_some_and(|value| value == "1");
    if let Some(format) = stream {
        return subscriptions::stream::answer(request, http, known, graphql, format, media).await;
    }
    let answer = admission::within_deadline(http, &known.id, http.backend.execute(&known, &graphql)).await?;
    Ok(written(request, media.unwrap_or(Media::Json), answer))
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
        Answer::RateLimited { errors, seconds } => {
            response.status(StatusCode::TOO_MANY_REQUESTS).insert_header((header::RETRY_AFTER, seconds));
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
