//! `GET /sse/signals?channel=user:<id>`: the messages of a user's own channel as server-sent events, which front ends of the reference
//! listen to (50-front-contract §8).

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{self, Bytes},
};
use futures_util::StreamExt as _;
use serde::Deserialize;
use serde_json::json;
use uuid::Uuid;

use super::{Format, listener::Listener, stream::running};
use crate::{
    access::Actor,
    error::{Error, Result},
    execute::ByOrigin,
    http::{Http, Refusal, admission, endpoints::failed},
    subscription::Signals,
};

/// When browsers come again whose token is just being refreshed.
const RETRY: &[u8] = b"retry: 3000\n\n";

/// What is asked for.
#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(default)]
    channel: String,
}

/// Streams the messages of the caller's channel. The caller never chooses one: another one than its own is `PERMISSION_DENIED`.
pub async fn answer(request: HttpRequest, asked: web::Query<Asked>, http: web::Data<Http>) -> HttpResponse {
    let admitted = match admission::arrive(&request, &http).await {
        Ok(arrival) => arrival.admit(&request, &http, || ByOrigin::None),
        Err(refusal) => Err(refusal),
    };
    let known = match admitted {
        Ok(known) => known,
        Err(refusal) => return refusal.detail_response(),
    };
    let failed = |error| failed(&error, "signals", &known.id);
    let actor = known.actor.clone();
    if actor == Actor::Anonymous && request.cookie("access_token").is_some() {
        return later();
    }
    let subscriptions = &http.streams.subscriptions;
    let signals = match own(&actor, &asked.channel) {
        Ok(user) => subscriptions.signals(&format!("user:{user}")).await,
        Err(error) => return failed(error),
    };
    let signals = match signals {
        Ok(signals) => signals,
        Err(error) => return failed(error),
    };
    let (authenticator, options) = (http.authenticator.clone(), &http.options.subscriptions);
    let listener = Listener::new(subscriptions, authenticator, actor, request.headers(), options.keep_alive);
    running(&http, known.client_ip, listener, told(signals, asked.into_inner().channel), Format::Signals)
        .unwrap_or_else(Refusal::detail_response)
}

/// Browsers give up for good where they are refused. A cookie that has expired is about to be replaced.
fn later() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, Format::Signals.content_type()))
        .insert_header((header::CACHE_CONTROL, "no-cache, no-store"))
        .body(Bytes::from_static(RETRY))
}

/// The user whose channel it is, if that is the caller.
fn own(actor: &Actor, channel: &str) -> Result<Uuid> {
    let Actor::User(claims) = actor else { return Err(Error::access_denied()) };
    let user = channel.strip_prefix("user:").and_then(|id| Uuid::try_parse(id).ok());
    if user == Some(claims.sub) { Ok(claims.sub) } else { Err(Error::permission_denied()) }
}

/// The messages as front ends read them, until one is lost.
fn told(signals: Signals, channel: String) -> futures_util::stream::BoxStream<'static, Vec<u8>> {
    let known = signals.take_while(|signal| std::future::ready(signal.is_ok()));
    let told = known.filter_map(move |signal| {
        let told = signal.ok().map(|signal| {
            let message = json!({ "channel": channel, "signal": signal.signal, "params": signal.params });
            message.to_string().into_bytes()
        });
        std::future::ready(told)
    });
    told.boxed()
}
