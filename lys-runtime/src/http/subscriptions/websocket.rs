//! Sockets: graphql-transport-ws. Queries and mutations are answered too.
//!
//! Who asks is known at the upgrade, by the usual headers, or from the payload of `connection_init`; each operation has a context of its
//! own. Clients take a close with 4403 for an invitation to come again with another token, so a session that ends closes with it.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{Method, header},
    rt, web,
};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, ProtocolError};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};

use super::{
    connections::Counted,
    listener::Listener,
    operation::{Operations, Socket, failed},
    origin,
    protocol::{self, Closing, Incoming},
};
use crate::{
    boot::settings::subscriptions::SubscriptionOptions,
    context::Request,
    error::code,
    execute::ByOrigin,
    http::{Http, Refusal, admission, rate_limit::Allowance},
    subscription::{Ended, code::TOO_MANY_OPERATIONS},
};

/// Whether a socket is asked for.
pub(crate) fn is_upgrade(request: &HttpRequest) -> bool {
    let upgrade = request.headers().get(header::UPGRADE).and_then(|upgrade| upgrade.to_str().ok());
    request.method() == Method::GET && upgrade.is_some_and(|upgrade| upgrade.eq_ignore_ascii_case("websocket"))
}

/// Opens a socket.
///
/// # Errors
/// `ORIGIN_NOT_ALLOWED`, `TOO_MANY_CONNECTIONS`, and `UNREADABLE_REQUEST` for a malformed handshake.
pub(crate) async fn answer(request: &HttpRequest, payload: web::Payload, http: &Http) -> Result<HttpResponse, Refusal> {
    let options = &http.options.subscriptions;
    origin::check(request, &options.origins)?;
    let known = admission::arrive(request, http).await?.admit(request, http, || ByOrigin::None)?;
    let actor = known.actor.clone();
    let counted = http.streams.connections.enter(&actor, known.client_ip, options)?;
    let (response, session, incoming) =
        actix_ws::handle_with_protocols(request, payload, &[protocol::NAME]).map_err(|_| Refusal::UnreadableRequest)?;
    let incoming = incoming
        .max_frame_size(options.message_bytes)
        .aggregate_continuations()
        .max_continuation_size(options.message_bytes);
    let socket = Socket::new(session);
    if !response.headers().contains_key(header::SEC_WEBSOCKET_PROTOCOL) {
        // Browsers hide the status of a refused upgrade; this tells them.
        rt::spawn(socket.close(Some(Closing::Subprotocol)));
        return Ok(response);
    }
    let listener = Listener::new(
        &http.streams.subscriptions,
        http.authenticator.clone(),
        actor,
        request.headers(),
        options.keep_alive,
    );
    rt::spawn(Connection::new(http.clone(), known, socket, listener, counted).run(incoming));
    Ok(response)
}

/// One socket.
struct Connection {
    http: Http,
    known: Request,
    socket: Socket,
    listener: Listener,
    operations: Operations,
    counted: Counted,
    pings: Interval,
    opened: Instant,
    /// When the client was last heard of.
    heard: Instant,
    greeted: bool,
    /// Numbers operations.
    asked: u64,
}

impl Connection {
    fn new(http: Http, known: Request, socket: Socket, listener: Listener, counted: Counted) -> Self {
        let (now, every) = (Instant::now(), http.options.subscriptions.keep_alive);
        let mut pings = interval_at(now + every, every);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let operations = Operations::new();
        Self {
            http,
            known,
            socket,
            listener,
            operations,
            counted,
            pings,
            opened: now,
            heard: now,
            greeted: false,
            asked: 0,
        }
    }

    fn options(&self) -> &SubscriptionOptions {
        &self.http.options.subscriptions
    }

    /// The life of the socket.
    async fn run(mut self, mut incoming: AggregatedMessageStream) {
        let closing = self.talk(&mut incoming).await;
        self.operations.stop_all();
        tracing::debug!(target: "lys::http", id = self.known.id, ?closing, "a socket closes");
        self.socket.close(closing).await;
    }

    /// Talks until one side ends it. Nothing to say: the client has gone, or says goodbye itself.
    async fn talk(&mut self, incoming: &mut AggregatedMessageStream) -> Option<Closing> {
        loop {
            let deadline = self.deadline();
            tokio::select! {
                biased;
                ended = self.listener.ended() => return Some(match ended {
                    Ended::Closing => Closing::GoingAway,
                    Ended::Expired | Ended::Revoked => Closing::Forbidden,
                }),
                () = self.socket.stalled() => return None,
                () = sleep_until(deadline) => if self.deadline() <= Instant::now() {
                    return Some(if self.greeted { Closing::Idle } else { Closing::InitTimeout });
                },
                _ = self.pings.tick() => {
                    if self.heard.elapsed() > self.options().keep_alive * 3 {
                        return None;
                    }
                    self.socket.ping().await;
                }
                message = incoming.recv() => {
                    self.heard = Instant::now();
                    match message {
                        None | Some(Ok(AggregatedMessage::Close(_))) => return None,
                        Some(Err(error)) => return Some(of_frames(&error)),
                        Some(Ok(message)) => if let Err(closing) = self.hear(message).await {
                            return Some(closing);
                        },
                    }
                }
            }
        }
    }

    /// Until when the client must have greeted, or asked for something.
    fn deadline(&self) -> Instant {
        if self.greeted {
            self.operations.quiet_since() + self.options().idle_timeout
        } else {
            self.opened + self.options().init_timeout
        }
    }

    async fn hear(&mut self, message: AggregatedMessage) -> Result<(), Closing> {
        let text = match message {
            AggregatedMessage::Text(text) => text,
            AggregatedMessage::Binary(_) => return Err(Closing::BadRequest("Binary messages are not understood")),
            AggregatedMessage::Ping(bytes) => {
                self.socket.pong(&bytes).await;
                return Ok(());
            }
            AggregatedMessage::Pong(_) | AggregatedMessage::Close(_) => return Ok(()),
        };
        match protocol::read(&text)? {
            Incoming::Init(authorization) => self.greet(authorization.as_deref()).await?,
            Incoming::Ping(payload) => self.socket.send(protocol::pong(payload)).await,
            Incoming::Pong => {}
            Incoming::Complete { id } => self.operations.stop(&id),
            Incoming::Subscribe { .. } if !self.greeted => return Err(Closing::Unauthorized),
            Incoming::Subscribe { id, .. } if self.operations.has(&id) => return Err(Closing::Duplicate),
            Incoming::Subscribe { id, .. } if self.operations.count() >= self.options().operations => {
                self.socket.send(failed(&id, TOO_MANY_OPERATIONS, 429)).await;
            }
            Incoming::Subscribe { id, asked } => {
                self.asked += 1;
                let mut known = Request { id: format!("{}.{}", self.known.id, self.asked), ..self.known.clone() };
                if let Some(limit) = &self.http.options.rate_limit {
                    // Each operation is charged when it arrives, like a request: also one that is refused.
                    let bucket = limit.bucket(Some(&self.listener.actor()), self.known.client_ip);
                    let Ok(allowance) = Allowance::of(limit, bucket).await else {
                        self.socket.send(failed(&id, code::RATE_LIMIT_ERROR, 429)).await;
                        return Ok(());
                    };
                    known.allowance = Some(allowance);
                }
                let asked = (known, asked.into_request(), self.listener.caller());
                self.operations.start(id, self.socket.clone(), self.http.clone(), asked);
            }
        }
        Ok(())
    }

    /// Answers `connection_init`. A token in it must hold: who sends one does not mean to be nobody.
    async fn greet(&mut self, authorization: Option<&str>) -> Result<(), Closing> {
        if self.greeted {
            return Err(Closing::SecondInit);
        }
        if let Some(authorization) = authorization {
            if !self.listener.identify(authorization).await {
                return Err(Closing::Forbidden);
            }
            let (connections, actor) = (&self.http.streams.connections, self.listener.actor());
            let counted = connections.enter(&actor, self.known.client_ip, self.options());
            self.counted = counted.map_err(|_| Closing::TooMany)?;
        }
        self.greeted = true;
        self.socket.send(protocol::ACK.to_owned()).await;
        Ok(())
    }
}

fn of_frames(error: &ProtocolError) -> Closing {
    match error {
        // What is put together of frames, too, is told as an error of input.
        ProtocolError::Overflow => Closing::TooLarge,
        ProtocolError::Io(error) if error.kind() == std::io::ErrorKind::Other => Closing::TooLarge,
        _ => Closing::Malformed,
    }
}
