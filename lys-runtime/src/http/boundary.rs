//! Around every route: request id, security headers, one log line, and the count of running requests.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use actix_web::{
    Error, HttpMessage as _,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    middleware::Next,
    web,
};

/// Id of a request: the client's when it is sane, else ours. Repeated in the answer and in the log.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl RequestId {
    /// A new id.
    pub(crate) fn fresh() -> String {
        uuid::Uuid::new_v4().to_string()
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

/// Middleware around every route.
///
/// # Errors
/// Those of the route.
pub async fn boundary<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let _entered = request.app_data::<web::Data<Running>>().map(|running| running.enter());
    let id = RequestId::of(request.headers());
    let is_https = request.headers().get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    request.extensions_mut().insert(id.clone());
    let mut response = next.call(request).await?;
    secure(response.headers_mut(), is_https);
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    log(&response, &id.0, started);
    Ok(response)
}

fn secure(headers: &mut HeaderMap, is_https: bool) {
    const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert(PERMISSIONS_POLICY, HeaderValue::from_static("camera=(), microphone=(), geolocation=()"));
    if is_https {
        let value = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, value);
    }
}

/// Neither the query string nor a header is logged: they may hold secrets.
fn log<B>(response: &ServiceResponse<B>, id: &str, started: Instant) {
    let request = response.request();
    let status = response.status().as_u16();
    let actor = request.extensions().get::<ActorKind>().map_or("-", |kind| kind.0);
    let ms = started.elapsed().as_micros() as f64 / 1000.0;
    let (method, path) = (request.method(), request.path());
    if status >= 500 {
        tracing::error!(target: "lys::http", %method, path, status, ms, id, actor, "request");
    } else {
        tracing::info!(target: "lys::http", %method, path, status, ms, id, actor, "request");
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
