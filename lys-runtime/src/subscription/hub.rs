//! What the streams of a project share: who carries events, and what ends or changes the sessions of users.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::{StreamExt as _, future};
use tokio::sync::broadcast;
use uuid::Uuid;

use super::{Channel, Events, LocalPubSub, Payload, PubSub, Signals, Values};
use crate::{access::Claims, entity::Entity, error::Result};

/// Changes to sessions that a connection may miss before it is closed, to be safe.
const SESSION_EVENTS: usize = 1024;

/// Publishes events, and ends or changes the streams of users. One for each engine; see [`Context::subscriptions`].
///
/// [`Context::subscriptions`]: crate::Context::subscriptions
pub struct Subscriptions {
    pub_sub: Arc<dyn PubSub>,
    sessions: broadcast::Sender<SessionEvent>,
    closing: AtomicBool,
}

/// What happens to sessions.
#[derive(Debug, Clone)]
pub(super) enum SessionEvent {
    Revoked(Uuid),
    Renewed(Arc<Claims>),
    Closing,
}

impl Subscriptions {
    /// Streams whose events `pub_sub` carries.
    #[must_use]
    pub fn new(pub_sub: Arc<dyn PubSub>) -> Self {
        Self { pub_sub, sessions: broadcast::Sender::new(SESSION_EVENTS), closing: AtomicBool::new(false) }
    }

    /// Tells `item` now, and gives the number of listeners. In a mutation, [`Context::publish`](crate::Context::publish) tells it after
    /// the commit.
    ///
    /// # Errors
    /// When the message cannot be sent.
    pub async fn publish<T: Payload>(&self, channel: &Channel<T>, item: &T::Item) -> Result<usize> {
        self.pub_sub.publish(&channel.name, channel.topic.signal(item)).await
    }

    /// Listens to the rows that are told of on `channel` from now on.
    ///
    /// # Errors
    /// When the channel cannot be listened on.
    pub async fn events<E: Entity>(&self, channel: &Channel<E>) -> Result<Events<E>> {
        Ok(Events::of_keys(self.values(channel).await?))
    }

    /// Listens to what is told on `channel` from now on.
    ///
    /// # Errors
    /// When the channel cannot be listened on.
    pub async fn values<T: Payload>(&self, channel: &Channel<T>) -> Result<Values<T::Item>> {
        let topic = channel.topic;
        let signals = self.pub_sub.subscribe(&channel.name).await?;
        Ok(Values::new(signals.filter_map(move |signal| {
            future::ready(match signal {
                Ok(signal) => topic.read(&signal).map(Ok),
                Err(error) => Some(Err(error)),
            })
        })))
    }

    /// Listens to all messages on the channel of this name, whatever their topic.
    ///
    /// # Errors
    /// When the channel cannot be listened on.
    pub async fn signals(&self, channel: &str) -> Result<Signals> {
        self.pub_sub.subscribe(channel).await
    }

    /// Ends all streams and sockets of a user: what a logout calls. Clients may come again, with a token that holds.
    pub fn revoke(&self, user: Uuid) {
        self.tell(SessionEvent::Revoked(user));
    }

    /// Gives the streams of the user of `claims` these rights: what a change of roles calls. What is not allowed any more ends with the
    /// reason, the rest goes on in its new scope. How long a session lasts does not change.
    pub fn renew(&self, claims: Claims) {
        self.tell(SessionEvent::Renewed(Arc::new(claims)));
    }

    /// Ends all streams, and those to come at once: the process stops.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Release);
        self.tell(SessionEvent::Closing);
    }

    fn tell(&self, event: SessionEvent) {
        // Nobody listens: nothing to end.
        let _ = self.sessions.send(event);
    }

    pub(super) fn sessions(&self) -> broadcast::Receiver<SessionEvent> {
        self.sessions.subscribe()
    }

    pub(super) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Acquire)
    }
}

impl Default for Subscriptions {
    fn default() -> Self {
        Self::new(Arc::new(LocalPubSub::default()))
    }
}

impl fmt::Debug for Subscriptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sessions = self.sessions.receiver_count();
        f.debug_struct("Subscriptions").field("sessions", &sessions).finish_non_exhaustive()
    }
}
