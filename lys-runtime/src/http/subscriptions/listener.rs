//! Who listens on a connection: its session, and the token that vouches for it.

use std::{sync::Arc, time::Duration};

use actix_web::{
    http::{
        Method,
        header::{self, HeaderMap},
    },
    rt,
};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep_until},
};

use crate::{
    access::Actor,
    http::{Authenticator, actor},
    subscription::{Caller, Ended, Session, Subscriptions},
};

/// A session, and what vouches for it.
pub(crate) struct Listener {
    session: Session,
    authenticator: Arc<dyn Authenticator>,
    /// The headers with tokens.
    credentials: HeaderMap,
    interval: Duration,
    next_look: Instant,
    /// A look at the token that is under way.
    look: Option<JoinHandle<Option<Actor>>>,
}

impl Listener {
    /// `actor` listens, for whom these headers vouch. The token is looked at again in each `interval`: it may have been revoked in
    /// another process, and that of a service says nothing of its end.
    pub(crate) fn new(
        subscriptions: &Subscriptions,
        authenticator: Arc<dyn Authenticator>,
        actor: Actor,
        headers: &HeaderMap,
        interval: Duration,
    ) -> Self {
        let mut credentials = HeaderMap::new();
        for name in [header::AUTHORIZATION, header::COOKIE] {
            for value in headers.get_all(&name) {
                credentials.append(name.clone(), value.clone());
            }
        }
        let session = Session::open(subscriptions, actor);
        Self { session, authenticator, credentials, interval, next_look: Instant::now() + interval, look: None }
    }

    /// Who asks, for operations.
    pub(crate) fn caller(&self) -> Caller {
        self.session.caller()
    }

    /// Who asks now.
    pub(crate) fn actor(&self) -> Actor {
        self.session.actor()
    }

    /// Another token vouches from now on: one that was told in the text of a header. False, and nothing has changed, when it does not
    /// hold.
    pub(crate) async fn identify(&mut self, authorization: &str) -> bool {
        let Ok(value) = header::HeaderValue::from_str(authorization) else { return false };
        let mut credentials = HeaderMap::new();
        credentials.insert(header::AUTHORIZATION, value);
        match actor::identify(&*self.authenticator, &Method::GET, &credentials).await {
            Err(_) | Ok(Actor::Anonymous) => false,
            Ok(actor) => {
                self.credentials = credentials;
                self.look = None;
                self.session.become_actor(actor);
                true
            }
        }
    }

    /// Waits for the end. May be dropped and called again: a look at the token that is under way goes on.
    pub(crate) async fn ended(&mut self) -> Ended {
        loop {
            let Some(look) = &mut self.look else {
                tokio::select! {
                    biased;
                    ended = self.session.ended() => return ended,
                    () = sleep_until(self.next_look) => {}
                }
                self.next_look = Instant::now() + self.interval;
                // Nobody has no token to lose.
                if self.session.actor() != Actor::Anonymous {
                    self.look = Some(rt::spawn(look(Arc::clone(&self.authenticator), self.credentials.clone())));
                }
                continue;
            };
            let seen = tokio::select! {
                biased;
                ended = self.session.ended() => return ended,
                seen = look => seen,
            };
            self.look = None;
            // What cannot be found out does not hold.
            if !seen.is_ok_and(|now| self.is_still(now.as_ref())) {
                return Ended::Revoked;
            }
        }
    }

    fn is_still(&self, now: Option<&Actor>) -> bool {
        match (&self.session.actor(), now) {
            (Actor::User(then), Some(Actor::User(now))) => then.sub == now.sub,
            (Actor::Service { name: then }, Some(Actor::Service { name: now })) => then == now,
            _ => false,
        }
    }
}

/// Who the token vouches for now; nobody knows while it cannot be checked.
async fn look(authenticator: Arc<dyn Authenticator>, credentials: HeaderMap) -> Option<Actor> {
    actor::identify(&*authenticator, &Method::GET, &credentials).await.ok()
}
