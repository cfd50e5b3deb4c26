//! Who may go on: whoever asks is identified, and charged for the request. Every transport and every endpoint begins here.

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};

use super::{
    Http, Refusal, actor,
    boundary::{self, ActorKind, RequestId},
    client,
    rate_limit::{Allowance, Exceeded},
    upload::Uploads,
};
use crate::{access::Actor, context::Request};

impl From<Exceeded> for Refusal {
    fn from(exceeded: Exceeded) -> Self {
        Self::RateLimited { seconds: exceeded.seconds }
    }
}

/// What the execution may know of an HTTP request that may go on.
///
/// # Errors
/// `RATE_LIMIT_ERROR`, and why the caller could not be identified: that is charged too, to the client's address.
pub(crate) async fn admit(request: &HttpRequest, http: &Http) -> Result<Request, Refusal> {
    let identified = actor::identify(&*http.authenticator, request.method(), request.headers());
    let client = boundary::client_of(request);
    let allowance = match &http.options.rate_limit {
        Some(limit) => Some(Allowance::of(limit, limit.bucket(identified.as_ref().ok(), client.ip)).await?),
        None => None,
    };
    let actor = identified?;
    request.extensions_mut().insert(ActorKind(actor::kind(&actor)));
    Ok(known_of(request, actor, client.ip, allowance))
}

fn known_of(
    request: &HttpRequest,
    actor: Actor,
    client_ip: Option<std::net::IpAddr>,
    allowance: Option<Allowance>,
) -> Request {
    Request {
        actor,
        id: RequestId::in_request(request).unwrap_or_else(RequestId::fresh),
        client_ip,
        user_agent: client::user_agent(request.headers()),
        allowance,
        uploads: Uploads::default(),
    }
}

/// What `work` gives in the time that a request has. What is given up then is dropped: its statements end, and what it has not
/// committed is rolled back.
///
/// # Errors
/// `DEADLINE_EXCEEDED`.
pub(crate) async fn within_deadline<T>(
    http: &Http,
    request_id: &str,
    work: impl Future<Output = T>,
) -> Result<T, Refusal> {
    let limit = http.options.request_timeout;
    if limit.is_zero() {
        return Ok(work.await);
    }
    tokio::time::timeout(limit, work).await.map_err(|_| {
        tracing::warn!(target: "lys::http", request_id, ?limit, "a request was given up");
        Refusal::DeadlineExceeded
    })
}

/// The answer to a preflight; `None` when the request is none, or no other origin may call.
pub(crate) fn preflight(request: &HttpRequest) -> Option<HttpResponse> {
    let cors = request.app_data::<web::Data<Http>>()?.options.cors.as_ref()?;
    let answer = cors.preflight(request.method(), request.headers())?;
    Some(answer.unwrap_or_else(|refusal| super::refused(request, refusal)))
}
