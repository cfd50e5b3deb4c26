//! HTTP on actix-web: the GraphQL path, endpoints, health checks and the explorer.
//!
//! A *refusal* is an answer given before GraphQL is reached (malformed body, wrong method, XSRF); on the GraphQL path it is
//! GraphQL-shaped JSON like everything else. Reading order: [`graphql`] answers a request, with [`negotiation`], [`body`],
//! [`actor`], `admission`, [`rate_limit`] and [`refusal`]; [`boundary`] wraps all routes, with [`client`] and [`cors`]; [`server`]
//! listens.

pub mod actor;
pub(crate) mod admission;
pub mod body;
pub mod boundary;
pub mod client;
pub mod compression;
pub mod cookies;
pub mod cors;
pub mod endpoints;
pub mod explorer;
pub mod graphql;
pub mod health;
pub mod negotiation;
pub mod origin;
pub mod rate_limit;
pub mod refusal;
pub mod server;
pub mod subscriptions;
#[cfg(test)]
mod tests;
pub mod upload;

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::future::LocalBoxFuture;

use crate::{
    boot::settings::subscriptions::SubscriptionOptions,
    context::Request,
    execute::{Answer, ByOrigin, Engine, GraphqlRequest, Opened},
    subscription::{Caller, Subscriptions},
};

use self::subscriptions::Streams;

pub use actor::Authenticator;
pub use refusal::Refusal;

use self::{client::Proxies, cors::Cors, rate_limit::RateLimit, upload::UploadOptions};

/// What runs GraphQL requests: [`Engine`] in a project, anything in a test.
pub trait Backend: Send + Sync + 'static {
    /// Runs one request.
    fn execute<'a>(&'a self, request: &'a Request, graphql: &'a GraphqlRequest) -> LocalBoxFuture<'a, Answer>;

    /// Which root fields of a request work on the refresh cookie alone.
    fn by_origin(&self, _: &GraphqlRequest) -> ByOrigin {
        ByOrigin::None
    }

    /// Runs one request whose answer may be a stream. What knows no streams answers once.
    fn open(
        self: Arc<Self>,
        request: Request,
        graphql: GraphqlRequest,
        caller: Caller,
    ) -> LocalBoxFuture<'static, Opened> {
        let mut caller = caller;
        Box::pin(async move {
            let request = Request { actor: caller.actor(), ..request };
            Opened::Answer(self.execute(&request, &graphql).await)
        })
    }

    /// What its streams share, if it has any.
    fn subscriptions(&self) -> Option<&Arc<Subscriptions>> {
        None
    }

    /// Whether requests can be served now.
    fn ready(&self) -> LocalBoxFuture<'_, bool>;
}

impl Backend for Engine {
    fn execute<'a>(&'a self, request: &'a Request, graphql: &'a GraphqlRequest) -> LocalBoxFuture<'a, Answer> {
        Box::pin(Engine::execute(self, request, graphql))
    }

    fn by_origin(&self, graphql: &GraphqlRequest) -> ByOrigin {
        Engine::by_origin(self, graphql)
    }

    fn open(
        self: Arc<Self>,
        request: Request,
        graphql: GraphqlRequest,
        caller: Caller,
    ) -> LocalBoxFuture<'static, Opened> {
        Box::pin(async move { Self::open(&self, request, &graphql, caller).await })
    }

    fn subscriptions(&self) -> Option<&Arc<Subscriptions>> {
        Some(Self::subscriptions(self))
    }

    fn ready(&self) -> LocalBoxFuture<'_, bool> {
        Box::pin(health::database_answers(self.database()))
    }
}

/// What is on at this start; from the configuration.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Path of the GraphQL endpoint.
    pub path: String,
    /// Serve the explorer page: dev only.
    pub explorer: bool,
    /// Largest request body, in bytes.
    pub body_limit: usize,
    /// How long a client may take to send its body.
    pub body_timeout: Duration,
    /// Origins, beside the server's own, whose pages may use the refresh cookie.
    pub trusted_origins: Vec<String>,
    /// How long a request may be at work; zero is for ever.
    pub request_timeout: Duration,
    /// Whose word on the client is taken.
    pub proxies: Proxies,
    /// Which pages of other origins may call.
    pub cors: Option<Cors>,
    /// How often a caller may ask.
    pub rate_limit: Option<Arc<RateLimit>>,
    /// What files a request may carry; none when there is nothing.
    pub uploads: Option<UploadOptions>,
    /// What streams and sockets may take.
    pub subscriptions: SubscriptionOptions,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            path: "/graphql".to_owned(),
            explorer: false,
            body_limit: 1 << 20,
            body_timeout: Duration::from_secs(30),
            trusted_origins: Vec::new(),
            request_timeout: Duration::from_secs(30),
            proxies: Proxies::default(),
            cors: None,
            rate_limit: None,
            uploads: None,
            subscriptions: SubscriptionOptions::default(),
        }
    }
}

/// What the handlers share. Cheap to clone: one per worker.
#[derive(Clone)]
pub struct Http {
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) authenticator: Arc<dyn Authenticator>,
    pub(crate) options: Arc<HttpOptions>,
    pub(crate) streams: Arc<Streams>,
}

impl Http {
    /// Handlers over a backend.
    pub fn new(backend: Arc<dyn Backend>, authenticator: Arc<dyn Authenticator>, options: HttpOptions) -> Self {
        let streams = Arc::new(Streams::new(backend.subscriptions().cloned().unwrap_or_default()));
        Self { backend, authenticator, options: Arc::new(options), streams }
    }

    /// Mounts the GraphQL path and the health checks.
    pub fn mount(&self, config: &mut web::ServiceConfig) {
        config
            .app_data(web::Data::new(self.clone()))
            .route(&self.options.path, web::route().to(graphql::answer))
            .route("/sse/signals", web::get().to(subscriptions::signals::answer))
            .route("/health/live", web::get().to(health::live))
            .route("/health/ready", web::get().to(health::ready));
    }
}

/// What is answered where nothing is mounted.
pub async fn not_found(request: HttpRequest) -> HttpResponse {
    refused(&request, Refusal::NotFound)
}

/// A refusal in the shape of the path that was asked for.
pub(crate) fn refused(request: &HttpRequest, refusal: Refusal) -> HttpResponse {
    let http = request.app_data::<web::Data<Http>>();
    let id = boundary::RequestId::in_request(request);
    if http.is_some_and(|http| request.path().starts_with(http.options.path.as_str())) {
        refusal.response_of(id.as_deref())
    } else {
        refusal.detail_response_of(id.as_deref())
    }
}
