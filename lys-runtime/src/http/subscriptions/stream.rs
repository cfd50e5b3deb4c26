//! Streams over HTTP: one operation for each request.

use std::{convert::Infallible, net::IpAddr, pin::Pin};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web::Bytes,
};
use futures_util::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use serde_json::json;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::{Format, connections::Counted, listener::Listener};
use crate::{
    access::Actor,
    context::Request,
    error::code,
    execute::{Answer, GraphqlRequest, Opened},
    http::{Http, Refusal, admission, graphql::written, negotiation::Media},
    subscription::Ended,
};

/// Tells proxies such as nginx to pass each event on at once.
const NO_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Answers a request whose client reads streams. What is no subscription is answered in `media`, if the client reads that too.
pub(crate) async fn answer(
    request: &HttpRequest,
    http: &Http,
    known: Request,
    graphql: GraphqlRequest,
    format: Format,
    media: Option<Media>,
) -> Result<HttpResponse, Refusal> {
    let (authenticator, options) = (http.authenticator.clone(), &http.options.subscriptions);
    let (address, actor) = (known.client_ip, known.actor.clone());
    let listener =
        Listener::new(&http.streams.subscriptions, authenticator, actor, request.headers(), options.keep_alive);
    let request_id = known.id.clone();
    let opened = http.backend.clone().open(known, graphql, listener.caller());
    let subscription = match admission::within_deadline(http, &request_id, opened).await? {
        Opened::Stream(subscription) => subscription,
        Opened::Answer(answer) => return Ok(at_once(request, answer, format, media)),
    };
    running(http, address, listener, subscription.into_stream(), format)
}

/// Sends these answers until they or the session end.
pub(super) fn running(
    http: &Http,
    address: Option<IpAddr>,
    listener: Listener,
    answers: BoxStream<'static, Vec<u8>>,
    format: Format,
) -> Result<HttpResponse, Refusal> {
    let options = &http.options.subscriptions;
    let counted = http.streams.connections.enter(&listener.actor(), address, options)?;
    let interval = format.interval(options.keep_alive);
    let mut heartbeat = interval_at(Instant::now() + interval, interval);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let running = Running { answers, listener, heartbeat, format, _counted: counted };
    let start = stream::once(async move { format.start() });
    let body = start.chain(running.into_body()).map(Ok::<_, Infallible>);
    Ok(streaming(format, Box::pin(body)))
}

fn streaming(format: Format, body: Pin<Box<dyn Stream<Item = Result<Bytes, Infallible>>>>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, format.content_type()))
        .insert_header((header::CACHE_CONTROL, "no-cache, no-store"))
        .insert_header((NO_BUFFERING, "no"))
        .streaming(body)
}

/// One answer. A client that reads streams only gets it as a stream; refusals of the transport keep their status.
fn at_once(request: &HttpRequest, answer: Answer, format: Format, media: Option<Media>) -> HttpResponse {
    let answer = match (answer, media) {
        (answer, Some(media)) => return written(request, media, answer),
        (Answer::Executed(answer), None) => answer,
        (Answer::Refused(errors), None) => [b"{\"errors\":", &errors[..], b"}"].concat(),
        (answer @ (Answer::ReadOnly(_) | Answer::NotStreamed(_) | Answer::RateLimited { .. }), None) => {
            return written(request, Media::Json, answer);
        }
    };
    let body = [format.start(), format.next(&answer), format.complete()].concat();
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, format.content_type()))
        .insert_header((header::CACHE_CONTROL, "no-cache, no-store"))
        .body(body)
}

/// A running subscription.
struct Running {
    answers: BoxStream<'static, Vec<u8>>,
    listener: Listener,
    heartbeat: Interval,
    format: Format,
    /// Goes when the body does: at the end, or when the client has gone.
    _counted: Counted,
}

impl Running {
    /// The body: answers and signs of life, until the subscription or the session ends.
    fn into_body(self) -> impl Stream<Item = Bytes> {
        stream::unfold(Some(self), async |running| {
            let mut running = running?;
            let format = running.format;
            let last = tokio::select! {
                biased;
                ended = running.listener.ended() => running.cut_off(ended),
                answer = running.answers.next() => match answer {
                    Some(answer) => return Some((format.next(&answer), Some(running))),
                    None => format.complete(),
                },
                _ = running.heartbeat.tick() => return Some((format.heartbeat(), Some(running))),
            };
            Some((last, None))
        })
    }

    fn cut_off(&self, ended: Ended) -> Bytes {
        match ended {
            Ended::Closing if self.format == Format::Multipart => self.format.complete(),
            Ended::Closing => self.format.heartbeat(),
            Ended::Expired | Ended::Revoked => {
                tracing::debug!(target: "lys::http", ?ended, actor = who(&self.listener.actor()), "a stream is cut off");
                let extensions = json!({ "code": code::ACCESS_DENIED_ERROR, "status_code": 401 });
                let errors = json!([{ "message": code::ACCESS_DENIED_ERROR, "extensions": extensions }]);
                self.format.cut_off(errors.to_string().as_bytes())
            }
        }
    }
}

fn who(actor: &Actor) -> &'static str {
    crate::http::actor::kind(actor)
}
