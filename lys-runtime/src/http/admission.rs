//! Who may go on: whoever asks is identified, and charged for the request. Every transport and every endpoint begins here.

use std::net::IpAddr;

use actix_web::{HttpMessage as _, HttpRequest, HttpResponse, web};

use super::{
    Http, Refusal, actor,
    boundary::{self, ActorKind, RequestId},
    client, origin,
    rate_limit::{Allowance, Exceeded},
    upload::Uploads,
};
use crate::{access::Actor, context::Request, execute::ByOrigin};

impl From<Exceeded> for Refusal {
    fn from(exceeded: Exceeded) -> Self {
        Self::RateLimited { seconds: exceeded.seconds }
    }
}

/// A request whose caller has been charged for it, before it is known what it asks for.
#[derive(Debug)]
pub(crate) struct Arrival {
    identified: Result<Actor, Refusal>,
    client_ip: Option<IpAddr>,
    allowance: Option<Allowance>,
}

/// Identifies and charges whoever asks. One who cannot be identified is charged by the client's address.
///
/// # Errors
/// `RATE_LIMIT_ERROR`.
pub(crate) async fn arrive(request: &HttpRequest, http: &Http) -> Result<Arrival, Refusal> {
    let identified = actor::identify(&*http.authenticator, request.method(), request.headers()).await;
    let client_ip = boundary::client_of(request).ip;
    let allowance = match &http.options.rate_limit {
        Some(limit) => Some(Allowance::of(limit, limit.bucket(identified.as_ref().ok(), client_ip)).await?),
        None => None,
    };
    Ok(Arrival { identified, client_ip, allowance })
}

impl Arrival {
    /// What the execution may know of a request that may go on; `by_origin` says which of its root fields work on the refresh
    /// cookie alone.
    ///
    /// # Errors
    /// Why the caller could not be identified, and `INVALID_XSRF_TOKEN_ERROR` for a page that is not trusted.
    pub(crate) fn admit(
        self,
        request: &HttpRequest,
        http: &Http,
        by_origin: impl FnOnce() -> ByOrigin,
    ) -> Result<Request, Refusal> {
        let actor = origin::vouched(self.identified, by_origin, request.headers(), &http.options.trusted_origins)?;
        request.extensions_mut().insert(ActorKind(actor::kind(&actor)));
        Ok(known_of(request, actor, self.client_ip, self.allowance))
    }
}

fn known_of(request: &HttpRequest, actor: Actor, client_ip: Option<IpAddr>, allowance: Option<Allowance>) -> Request {
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
