//! Subscriptions: what subscribers are told, what they are not, and how their connections behave (docs/subscriptions.md).

pub(crate) mod app;
mod clients;
mod engine;
mod kit;
mod lifetime;
mod limits;
mod sockets;
mod streams;
