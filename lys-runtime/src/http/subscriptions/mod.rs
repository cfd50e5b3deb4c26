//! Transports of subscriptions: streams over HTTP ([`stream`]: server-sent events and multipart) and sockets ([`websocket`]).
//! [`signals`] are no subscriptions: messages of a user's channel, as they are.
//!
//! Both have a [`listener`], which ends them when their token does, and are counted in [`connections`].

pub mod connections;
pub mod format;
pub mod listener;
mod operation;
mod origin;
mod protocol;
pub mod signals;
pub mod stream;
pub mod websocket;

use std::sync::Arc;

pub use connections::Connections;
pub use format::{Format, wanted};

use crate::subscription::Subscriptions;

/// What all streams and sockets of a server share.
#[derive(Debug)]
pub(crate) struct Streams {
    pub(crate) subscriptions: Arc<Subscriptions>,
    pub(crate) connections: Connections,
}

impl Streams {
    pub(crate) fn new(subscriptions: Arc<Subscriptions>) -> Self {
        Self { subscriptions, connections: Connections::default() }
    }
}
