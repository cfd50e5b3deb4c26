//! Sessions: who listens on one connection, and for how long that holds.

use std::{future, sync::Arc, time::Duration};

use tokio::sync::{
    broadcast::{self, error::RecvError},
    watch,
};

use super::hub::{SessionEvent, Subscriptions};
use crate::access::{Actor, Claims};

/// Clocks are set anew sometimes, so nobody sleeps longer than this.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// Who listens on one connection.
#[derive(Debug)]
pub struct Session {
    actor: watch::Sender<Actor>,
    events: broadcast::Receiver<SessionEvent>,
    /// The process was stopping already when it began.
    late: bool,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its token has expired.
    Expired,
    /// It was revoked.
    Revoked,
    /// The process stops.
    Closing,
}

impl Session {
    /// A session of `actor`.
    #[must_use]
    pub fn open(subscriptions: &Subscriptions, actor: Actor) -> Self {
        let events = subscriptions.sessions();
        Self { actor: watch::Sender::new(actor), events, late: subscriptions.is_closing() }
    }

    /// Who listens, for the operations of the session.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller(self.actor.subscribe())
    }

    /// Who listens now.
    #[must_use]
    pub fn actor(&self) -> Actor {
        self.actor.borrow().clone()
    }

    /// Somebody else listens: a socket has told its token.
    pub fn become_actor(&self, actor: Actor) {
        self.actor.send_replace(actor);
    }

    /// Waits for the end, and passes new rights on meanwhile. May be dropped and called again.
    pub async fn ended(&mut self) -> Ended {
        if self.late {
            return Ended::Closing;
        }
        loop {
            let expires = self.expires_in();
            if expires == Some(Duration::ZERO) {
                return Ended::Expired;
            }
            let event = tokio::select! {
                event = self.events.recv() => event,
                () = sleep(expires) => continue,
            };
            match event {
                Ok(SessionEvent::Revoked(user)) if self.is_of(user) => return Ended::Revoked,
                Ok(SessionEvent::Renewed(claims)) if self.is_of(claims.sub) => self.renew(&claims),
                Ok(SessionEvent::Revoked(_) | SessionEvent::Renewed(_)) => {}
                // Closed: the engine is gone.
                Ok(SessionEvent::Closing) | Err(RecvError::Closed) => return Ended::Closing,
                // What was missed may have been meant for this one.
                Err(RecvError::Lagged(_)) => return Ended::Revoked,
            }
        }
    }

    fn is_of(&self, user: uuid::Uuid) -> bool {
        matches!(&*self.actor.borrow(), Actor::User(claims) if claims.sub == user)
    }

    fn renew(&self, new: &Arc<Claims>) {
        self.actor.send_modify(|actor| {
            if let Actor::User(claims) = actor {
                let exp = claims.exp.min(new.exp);
                **claims = Claims { exp, ..Claims::clone(new) };
            }
        });
    }

    /// Until the token expires; none where it says nothing of that.
    fn expires_in(&self) -> Option<Duration> {
        match &*self.actor.borrow() {
            Actor::User(claims) => {
                let now = chrono::Utc::now().timestamp_millis();
                let left = claims.exp.saturating_mul(1000).saturating_sub(now);
                Some(Duration::from_millis(u64::try_from(left).unwrap_or(0)))
            }
            Actor::Anonymous | Actor::Service { .. } => None,
        }
    }
}

async fn sleep(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time.min(LONGEST_SLEEP)).await,
        None => future::pending().await,
    }
}

/// Who asks, as of now: its rights may change while an operation runs.
#[derive(Debug, Clone)]
pub struct Caller(watch::Receiver<Actor>);

impl Caller {
    /// Always `actor`.
    #[must_use]
    pub fn always(actor: Actor) -> Self {
        Self(watch::Sender::new(actor).subscribe())
    }

    /// Who asks now.
    #[must_use]
    pub fn actor(&mut self) -> Actor {
        self.0.borrow_and_update().clone()
    }

    /// Waits for other rights than those of the last [`actor`](Self::actor).
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            // Its session has ended, and will end the operation.
            future::pending::<()>().await;
        }
    }
}
