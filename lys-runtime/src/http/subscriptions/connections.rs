//! How many streams and sockets are open, by who holds them.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use uuid::Uuid;

use crate::{access::Actor, boot::settings::subscriptions::SubscriptionOptions, http::Refusal};

/// Counts streams and sockets.
#[derive(Debug, Clone, Default)]
pub struct Connections(Arc<Mutex<HashMap<Holder, usize>>>);

/// Who holds a connection. Who is signed in is known by that: behind one address there may be many.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Holder {
    User(Uuid),
    Service(String),
    Address(Option<IpAddr>),
}

/// A counted connection, for as long as it lives.
#[derive(Debug)]
pub struct Counted {
    connections: Connections,
    holder: Holder,
}

impl Connections {
    /// Counts one more connection of `actor`, who came from `address`.
    ///
    /// # Errors
    /// `TOO_MANY_CONNECTIONS` when the limit is reached.
    pub fn enter(
        &self,
        actor: &Actor,
        address: Option<IpAddr>,
        options: &SubscriptionOptions,
    ) -> Result<Counted, Refusal> {
        let (holder, limit) = match actor {
            Actor::User(claims) => (Holder::User(claims.sub), options.connections_per_user),
            Actor::Service { name } => (Holder::Service(name.clone()), options.connections_per_ip),
            Actor::Anonymous => (Holder::Address(address), options.connections_per_ip),
        };
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(holder.clone()).or_default();
        if *count >= limit {
            return Err(Refusal::TooManyConnections);
        }
        *count += 1;
        Ok(Counted { connections: self.clone(), holder })
    }

    /// How many are open.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).values().sum()
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.connections.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.holder) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Claims;

    #[test]
    fn each_holder_has_a_limit_of_its_own() {
        let options =
            SubscriptionOptions { connections_per_user: 1, connections_per_ip: 2, ..SubscriptionOptions::default() };
        let connections = Connections::default();
        let user = |number| Actor::from(Claims::user(Uuid::from_u128(number)));
        let here = Some(IpAddr::from([127, 0, 0, 1]));
        let enter = |actor: &Actor| connections.enter(actor, here, &options);
        let first = enter(&user(1)).expect("the first");
        assert_eq!(enter(&user(1)).expect_err("the second"), Refusal::TooManyConnections);
        let others = [enter(&user(2)), enter(&Actor::Anonymous), enter(&Actor::Anonymous)];
        assert!(others.iter().all(Result::is_ok));
        assert!(enter(&Actor::Anonymous).is_err());
        drop(first);
        assert!(enter(&user(1)).is_ok());
        drop(others);
        assert_eq!(connections.count(), 0);
        assert!(connections.0.lock().expect("whole").is_empty(), "nothing is kept of who has gone");
    }
}
