//! Around every route: request id, client, CORS, security headers, one log line, and the count of running requests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use actix_web::{
    Error, HttpMessage as _, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web,
};

use super::{Http, admission, client::Client};

/// Id of a request: the client's when it is sane, else ours. Repeated in the answer and in the log.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl RequestId {
    /// A new id.
    pub(crate) fn fresh() -> String {
        uuid::Uuid::new_v4().to_string()
    }

    /// The id that the boundary gave to `request`.
    pub(crate) fn in_request(request: &HttpRequest) -> Option<String> {
        request.extensions().get::<Self>().map(|id| id.0.clone())
    }

    fn of(headers: &HeaderMap) -> Self {
        let sent = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        Self(sent.filter(|id| is_sane(id)).map_or_else(Self::fresh, str::to_owned))
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Safe in a log line and in a header.
fn is_sane(id: &str) -> bool {
    (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

/// Kind of actor, left by whoever identified it, for the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ActorKind(pub(crate) &'static str);

/// How many requests are running.
#[derive(Debug, Clone, Default)]
pub struct Running(Arc<AtomicUsize>);

impl Running {
    /// Their number now.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn enter(&self) -> Entered {
        self.0.fetch_add(1, Ordering::Relaxed);
        Entered(self.clone())
    }
}

struct Entered(Running);

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The client of a request, as the boundary saw it; without a boundary, the peer.
pub(crate) fn client_of(request: &HttpRequest) -> Client {
    let seen = request.extensions().get::<Client>().copied();
    seen.unwrap_or_else(|| Client { ip: request.peer_addr().map(|peer| peer.ip()), https: false })
}

/// Middleware around every route.
///
/// # Errors
/// Those of the route.
pub async fn boundary<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let _entered = request.app_data::<web::Data<Running>>().map(|running| running.enter());
    let http = request.app_data::<web::Data<Http>>().cloned();
    let id = RequestId::of(request.headers());
    let peer = request.peer_addr().map(|peer| peer.ip());
    let client = match &http {
        Some(http) => http.options.proxies.client(peer, request.headers()),
        None => Client { ip: peer, https: false },
    };
    request.extensions_mut().insert(id.clone());
    request.extensions_mut().insert(client);
    let cors = http.as_ref().and_then(|http| http.options.cors.as_ref());
    let origin = cors.and_then(|cors| cors.allowed_origin(request.headers()));
    let mut response = match admission::preflight(request.request()) {
        Some(answer) => request.into_response(answer),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    secure(response.headers_mut(), client.https);
    if let Some(cors) = cors {
        cors.mark(origin, response.headers_mut());
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    log(&response, &id.0, client, started);
    Ok(response)
}

/// What is no page shows nothing and loads nothing, should a browser take it for one. Pages have a policy of their own.
const POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

fn secure(headers: &mut HeaderMap, is_https: bool) {
    const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), microphone=(), geolocation=()"));
    let is_page = headers.get(header::CONTENT_TYPE).is_some_and(|media| media.as_bytes().starts_with(b"text/html"));
    if !is_page && !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    }
    if is_https {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}

/// Neither the query string nor a header is logged: they may hold secrets.
fn log<B>(response: &ServiceResponse<B>, request_id: &str, client: Client, started: Instant) {
    let request = response.request();
    let status = response.status().as_u16();
    let actor = request.extensions().get::<ActorKind>().map_or("-", |kind| kind.0);
    let ms = started.elapsed().as_micros() as f64 / 1000.0;
    let (method, path) = (request.method(), request.path());
    let client = client.ip.map(tracing::field::display);
    if status >= 500 {
        tracing::error!(target: "lys::http", %method, path, status, ms, request_id, client, actor, "request");
    } else {
        tracing::info!(target: "lys::http", %method, path, status, ms, request_id, client, actor, "request");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_id_cannot_carry_a_log_line() {
        assert!(is_sane("3f9c-4.a_B"));
        assert!(!is_sane(""));
        assert!(!is_sane("a b"));
        assert!(!is_sane("a\nb"));
        assert!(!is_sane(&"a".repeat(129)));
    }
}
