//! HTTP on actix-web: the GraphQL path, endpoints, health checks and the explorer.
//!
//! A *refusal* is an answer given before GraphQL is reached (malformed body, wrong method, XSRF); on the GraphQL path it is
//! GraphQL-shaped JSON like everything else. Reading order: [`graphql`] answers a request, with [`negotiation`], [`body`],
//! [`actor`] and [`refusal`]; [`boundary`] wraps all routes; [`server`] listens.

pub mod actor;
pub mod body;
pub mod boundary;
pub mod compression;
pub mod endpoints;
pub mod explorer;
pub mod graphql;
pub mod health;
pub mod negotiation;
pub mod refusal;
pub mod server;
pub mod subscriptions;
#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::future::LocalBoxFuture;

use crate::{
    boot::settings::subscriptions::SubscriptionOptions,
    context::Request,
    execute::{Answer, Engine, GraphqlRequest, Opened},
    subscription::{Caller, Subscriptions},
};

use self::subscriptions::Streams;

pub use actor::Authenticator;
pub use refusal::Refusal;

/// What runs GraphQL requests: [`Engine`] in a project, anything in a test.
pub trait Backend: Send + Sync + 'static {
    /// Runs one request.
    fn execute<'a>(&'a self, request: &'a Request, graphql: &'a GraphqlRequest) -> LocalBoxFuture<'a, Answer>;

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
    let http = request.app_data::<web::Data<Http>>();
    if http.is_some_and(|http| request.path().starts_with(http.options.path.as_str())) {
        Refusal::NotFound.response()
    } else {
        Refusal::NotFound.detail_response()
    }
}
