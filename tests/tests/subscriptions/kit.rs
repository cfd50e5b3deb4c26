//! An engine for the news, and a server of them on a port of its own.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use lys::{
    access::{Actor, Claims, Reply, Tokens},
    actix_web::{App as Actix, HttpServer, dev::ServerHandle, middleware::from_fn, rt, web},
    boot::settings::subscriptions::SubscriptionOptions,
    context::Request,
    data::DatabaseOptions,
    execute::{Engine, EngineOptions, GraphqlRequest, Opened, Subscription},
    http::{Authenticator, Http, HttpOptions, boundary, not_found},
    prelude::*,
    subscription::{Caller, LocalPubSub},
    testing::{TestProject, text, user},
};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::timeout};
use tokio_tungstenite::{
    client_async,
    tungstenite::{Error as WsError, client::IntoClientRequest as _},
};

use super::app;
pub use super::clients::{Raw, Socket, is_complete, is_next};
pub use crate::catalog_kit::{ACME, GLOBEX, client_id, json, run};

pub const SUBSCRIBE: &str = "subscription { newsCreated { title remarks { body } } }";
pub const CREATE: &str =
    "mutation ($title: String!, $clientId: ID!) { createNews(title: $title, clientId: $clientId) { id } }";

/// Longer than anything that a test waits for.
pub const LONG: Duration = Duration::from_secs(20);
/// Long enough for a message that must not come.
pub const SHORT: Duration = Duration::from_millis(150);

/// A member of one client.
pub fn member(number: u128, client: Uuid) -> Claims {
    user(number).organization("client", client, ["news_created", "all_news"])
}

/// Writes news of every client.
pub fn writer() -> Actor {
    user(1).grant("create_news").grant("count_news").grant("delete_news").into()
}

pub async fn engine(options: EngineOptions, buffer: usize) -> (TestProject, Arc<Engine>) {
    let project = TestProject::new([app::app()]).await.unwrap();
    let engine = project.cold_engine(options).with_pub_sub(Arc::new(LocalPubSub::new(buffer)));
    (project, Arc::new(engine))
}

pub fn asked(query: &str, variables: &Json) -> GraphqlRequest {
    let variables = variables.as_object().cloned().unwrap_or_default();
    GraphqlRequest { query: query.to_owned(), variables, ..GraphqlRequest::default() }
}

pub async fn open(engine: &Arc<Engine>, caller: Caller, query: &str, variables: &Json) -> Opened {
    engine.open(Request::of(Actor::Anonymous), &asked(query, variables), caller).await
}

/// A running subscription of `actor`.
pub async fn subscribed(engine: &Arc<Engine>, actor: impl Into<Actor>, query: &str) -> Subscription {
    match open(engine, Caller::always(actor.into()), query, &json!({})).await {
        Opened::Stream(subscription) => *subscription,
        Opened::Answer(answer) => panic!("{query}: {}", text(answer)),
    }
}

/// The answer where there is no stream.
pub async fn answered(engine: &Arc<Engine>, actor: impl Into<Actor>, query: &str) -> Json {
    match open(engine, Caller::always(actor.into()), query, &json!({})).await {
        Opened::Stream(_) => panic!("{query} is a stream"),
        Opened::Answer(answer) => serde_json::from_str(&text(answer)).unwrap(),
    }
}

/// The next answer as text; `None` once it is over.
pub async fn next(subscription: &mut Subscription) -> Option<String> {
    let answer = timeout(LONG, subscription.next()).await.expect("an answer, or the end");
    answer.map(|answer| String::from_utf8(answer).unwrap())
}

/// Nothing comes.
pub async fn is_silent(subscription: &mut Subscription) -> bool {
    timeout(SHORT, subscription.next()).await.is_err()
}

/// Writes news of `client`; gives their global id.
pub async fn create(engine: &Engine, title: &str, client: Uuid) -> String {
    let variables = json!({ "title": title, "clientId": client_id(client) });
    let answer = text(engine.execute(&Request::of(writer()), &asked(CREATE, &variables)).await);
    let answer: Json = serde_json::from_str(&answer).unwrap();
    answer["data"]["createNews"]["id"].as_str().unwrap_or_default().to_owned()
}

pub async fn execute(engine: &Engine, actor: impl Into<Actor>, query: &str) -> String {
    text(engine.execute(&Request::of(actor.into()), &asked(query, &json!({}))).await)
}

const SECRET: &str = "a secret for tests: 32 bytes or more";

/// Tokens that can be revoked all at once, as another process would do it.
struct Revocable {
    tokens: Tokens,
    revoked: AtomicBool,
}

impl Authenticator for Revocable {
    fn user<'a>(&'a self, token: &'a str) -> Reply<'a, lys::Result<Option<Claims>>> {
        if self.revoked.load(Ordering::SeqCst) { Reply::Now(Ok(None)) } else { self.tokens.user(token) }
    }

    fn service(&self, token: &str) -> Option<String> {
        (!self.revoked.load(Ordering::SeqCst)).then(|| self.tokens.service(token)).flatten()
    }
}

/// A server.
pub struct Site {
    pub engine: Arc<Engine>,
    pub address: SocketAddr,
    tokens: Arc<Revocable>,
    server: ServerHandle,
    _project: TestProject,
}

impl Site {
    pub async fn open() -> Self {
        Self::with(SubscriptionOptions::default()).await
    }

    pub async fn with(options: SubscriptionOptions) -> Self {
        let (project, engine) = engine(EngineOptions::default(), options.buffer).await;
        Self::serve(project, engine, options).await
    }

    /// With a single connection to the database.
    pub async fn with_one_connection() -> Self {
        let project = TestProject::new([app::app()]).await.unwrap();
        let database =
            DatabaseOptions { connections: 1, acquire_timeout: Duration::from_secs(3), ..DatabaseOptions::default() };
        let engine = Arc::new(project.reopened(&database, EngineOptions::default()).await.unwrap());
        Self::serve(project, engine, SubscriptionOptions::default()).await
    }

    async fn serve(project: TestProject, engine: Arc<Engine>, options: SubscriptionOptions) -> Self {
        let tokens = Arc::new(Revocable { tokens: Tokens::new(SECRET).unwrap(), revoked: AtomicBool::new(false) });
        let options = HttpOptions { subscriptions: options, ..HttpOptions::default() };
        let http = Http::new(Arc::<Engine>::clone(&engine), Arc::<Revocable>::clone(&tokens), options);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = HttpServer::new(move || {
            Actix::new()
                .wrap(from_fn(boundary::boundary))
                .configure(|config| http.mount(config))
                .default_service(web::to(not_found))
        });
        let server = server.workers(1).disable_signals().shutdown_timeout(1).listen(listener).unwrap().run();
        let handle = server.handle();
        rt::spawn(server);
        Self { engine, address, tokens, server: handle, _project: project }
    }

    pub fn token(&self, claims: &Claims) -> String {
        self.tokens.tokens.user_token(claims).unwrap()
    }

    pub fn service_token(&self, lifetime: Duration) -> String {
        self.tokens.tokens.service_token("billing", lifetime).unwrap()
    }

    /// No token holds any more.
    pub fn revoke_tokens(&self) {
        self.tokens.revoked.store(true, Ordering::SeqCst);
    }

    pub async fn stop(self) {
        self.server.stop(false).await;
    }

    /// A socket with these headers; the status of a refusal.
    pub async fn socket(&self, headers: &[(&'static str, &str)]) -> Result<Socket, (u16, String)> {
        self.socket_of("graphql-transport-ws", headers).await
    }

    pub async fn socket_of(&self, protocol: &str, headers: &[(&'static str, &str)]) -> Result<Socket, (u16, String)> {
        let mut request = format!("ws://{}/graphql", self.address).into_client_request().unwrap();
        for (name, value) in headers.iter().copied().chain([("sec-websocket-protocol", protocol)]) {
            if !value.is_empty() {
                request.headers_mut().insert(name, value.parse().unwrap());
            }
        }
        let stream = TcpStream::connect(self.address).await.unwrap();
        match client_async(request, stream).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(WsError::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                Err((response.status().as_u16(), String::from_utf8_lossy(&body).into_owned()))
            }
            // The server ignored the subprotocol, which the client checks.
            Err(error) => panic!("no socket: {error}"),
        }
    }

    /// A socket of the user with these claims, greeted.
    pub async fn greeted(&self, claims: &Claims) -> Socket {
        let mut socket = self.socket(&[]).await.unwrap();
        socket.greet(Some(&self.token(claims))).await;
        socket
    }

    /// Sends a request over HTTP/1.1 and reads on its connection.
    pub async fn http(&self, head: &str, headers: &[(&str, &str)], body: &str) -> Raw {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let headers = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            self.address,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        Raw { stream, seen: String::new() }
    }

    /// Posts `query` as the user of `claims`, reading `accept`.
    pub async fn post(&self, accept: &str, claims: Option<&Claims>, query: &str) -> Raw {
        let authorization = claims.map_or_else(String::new, |claims| format!("Bearer {}", self.token(claims)));
        let headers = [("accept", accept), ("authorization", &authorization)];
        self.http("POST /graphql", &headers, &json!({ "query": query }).to_string()).await
    }
}
