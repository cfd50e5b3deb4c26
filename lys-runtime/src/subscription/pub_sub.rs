//! What carries events from who publishes to who listens.

use std::sync::Arc;

use futures_util::{future::BoxFuture, stream::BoxStream};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::error::Result;

/// A message: `{"signal": "<NAME>", "params": {…}}` (10-core §17.1).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Signal {
    /// What happened, e.g. `REVIEW_CREATED`.
    pub signal: String,
    /// What is known of it.
    #[serde(default)]
    pub params: Map<String, Json>,
}

/// The messages of a channel from now on. An error is the last item.
pub type Signals = BoxStream<'static, Result<Arc<Signal>>>;

/// Carries messages: [`LocalPubSub`](super::LocalPubSub) inside one process, anything else between several.
///
/// A channel keeps nothing: who listens gets what is published from then on. An implementation must not wait for slow listeners: it ends
/// the stream of one that has fallen behind with `SUBSCRIPTION_LAGGED`.
pub trait PubSub: Send + Sync + 'static {
    /// Sends a message to all who listen on `channel`, and tells how many they are.
    ///
    /// # Errors
    /// When the message cannot be sent.
    fn publish<'a>(&'a self, channel: &'a str, signal: Signal) -> BoxFuture<'a, Result<usize>>;

    /// Listens on `channel`. Dropping the stream ends it.
    ///
    /// # Errors
    /// When the channel cannot be listened on.
    fn subscribe<'a>(&'a self, channel: &'a str) -> BoxFuture<'a, Result<Signals>>;
}
