//! Topics: what is told, under which name, and of what type.

use std::{fmt, marker::PhantomData};

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::pub_sub::Signal;
use crate::{
    entity::{Entity, Key},
    error::{Error, Result},
};

/// A kind of event: the name of its signal, and the type of what is told with it.
///
/// ```
/// # use lys::prelude::*;
/// # #[entity] pub struct Product { pub name: String }
/// use lys::subscription::Topic;
///
/// /// A product was changed: tells its key.
/// const PRODUCT_CHANGED: Topic<Product> = Topic::new("PRODUCT_CHANGED");
/// /// Products are read anew: tells how many.
/// const IMPORTED: Topic<i32> = Topic::new("IMPORTED");
/// ```
pub struct Topic<T> {
    signal: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T: Payload> Topic<T> {
    /// The topic whose messages have this signal, e.g. `REVIEW_CREATED`.
    #[must_use]
    pub const fn new(signal: &'static str) -> Self {
        Self { signal, of: PhantomData }
    }

    /// The topic on a channel: only who listens on the same one hears it. Whose events they are belongs into the channel
    /// (`client:<id>`, `product:<id>`, `user:<id>`), so that nobody is woken for what others do.
    #[must_use]
    pub fn on(&self, channel: impl Into<String>) -> Channel<T> {
        Channel { name: channel.into(), topic: *self }
    }

    pub(super) fn signal(self, item: &T::Item) -> Signal {
        Signal { signal: self.signal.to_owned(), params: T::to_params(item) }
    }

    /// What a message tells; nothing if it is of another topic. A malformed one is logged: it came from elsewhere.
    pub(super) fn read(self, signal: &Signal) -> Option<T::Item> {
        if signal.signal != self.signal {
            return None;
        }
        T::from_params(&signal.params)
            .inspect_err(|error| {
                tracing::warn!(target: "lys::subscription", signal = self.signal, ?error, "a malformed message is passed over");
            })
            .ok()
    }
}

impl<T> Clone for Topic<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Topic<T> {}

impl<T> fmt::Debug for Topic<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Topic").field(&self.signal).finish()
    }
}

/// A topic on a channel. Made by [`Topic::on`].
#[derive(Debug, Clone)]
pub struct Channel<T> {
    pub(super) name: String,
    pub(super) topic: Topic<T>,
}

/// What a message can tell. An entity tells the key of a row, as `{"id": …}`, and a single value is `{"value": …}`.
pub trait Payload: 'static {
    /// What is told.
    type Item: Send + 'static;

    /// As the parameters of a message.
    fn to_params(item: &Self::Item) -> Map<String, Json>;

    /// Of the parameters of a message.
    ///
    /// # Errors
    /// When they do not hold it; the message is passed over then.
    fn from_params(params: &Map<String, Json>) -> Result<Self::Item>;
}

impl<E: Entity> Payload for E {
    type Item = E::Key;

    fn to_params(key: &E::Key) -> Map<String, Json> {
        Map::from_iter([("id".to_owned(), key.to_string().into())])
    }

    fn from_params(params: &Map<String, Json>) -> Result<E::Key> {
        params.get("id").and_then(Json::as_str).and_then(Key::parse).ok_or_else(|| malformed("id"))
    }
}

/// The parameters as they are.
impl Payload for Map<String, Json> {
    type Item = Self;

    fn to_params(params: &Self) -> Self {
        params.clone()
    }

    fn from_params(params: &Self) -> Result<Self> {
        Ok(params.clone())
    }
}

macro_rules! single_values {
    ($($ty:ty),*) => {$(
        impl Payload for $ty {
            type Item = Self;

            fn to_params(item: &Self) -> Map<String, Json> {
                Map::from_iter([("value".to_owned(), serde_json::json!(item))])
            }

            fn from_params(params: &Map<String, Json>) -> Result<Self> {
                let value = params.get("value").cloned().ok_or_else(|| malformed("value"))?;
                serde_json::from_value(value).map_err(|_| malformed("value"))
            }
        }
    )*};
}

single_values!(String, bool, i32, i64, f64, Uuid, Json);

/// Exact, so as a text.
impl Payload for Decimal {
    type Item = Self;

    fn to_params(item: &Self) -> Map<String, Json> {
        Map::from_iter([("value".to_owned(), item.to_string().into())])
    }

    fn from_params(params: &Map<String, Json>) -> Result<Self> {
        let text = params.get("value").and_then(Json::as_str);
        text.and_then(|text| text.parse().ok()).ok_or_else(|| malformed("value"))
    }
}

fn malformed(name: &str) -> Error {
    Error::internal(format!("a message without `{name}`, or with one of another type"))
}
