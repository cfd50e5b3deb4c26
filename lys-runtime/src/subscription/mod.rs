//! `#[subscription]`: streams of events. A function runs once for each subscriber and gives a stream; each event is then answered
//! like a query, with the decision and the scope of that moment.
//!
//! Reading order: [`topic`] is what mutations publish and subscriptions listen to, [`pub_sub`] carries it ([`local`] inside one
//! process), [`hub`] joins them with the callers' [`session`]s.

pub mod events;
pub mod hub;
pub mod local;
pub mod pub_sub;
pub mod session;
#[cfg(test)]
mod tests;
pub mod topic;

pub use events::{Events, EventsOf, StreamsValues, Values, resolve, resolve_rows};
pub use hub::Subscriptions;
pub use local::LocalPubSub;
pub use pub_sub::{PubSub, Signal, Signals};
pub use session::{Caller, Ended, Session};
pub use topic::{Channel, Payload, Topic};

/// Codes of subscriptions.
pub mod code {
    /// Events came faster than the subscriber took them: some are lost, so it must read anew and subscribe again.
    pub const SUBSCRIPTION_LAGGED: &str = "SUBSCRIPTION_LAGGED";
    /// A subscription where no stream was asked for.
    pub const SUBSCRIPTION_NEEDS_STREAM: &str = "SUBSCRIPTION_NEEDS_STREAM";
    /// More operations at the same time than a connection may have.
    pub const TOO_MANY_OPERATIONS: &str = "TOO_MANY_OPERATIONS";
}
