//! How often a caller may ask: a bucket for each caller that refills steadily. What is asked, not only that something is asked, is
//! charged: each root field of a document.

mod memory;
#[cfg(feature = "redis")]
mod redis;

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crate::{
    access::Actor,
    app::{Model, StartError},
    boot::settings::RateLimitSettings,
};

/// Whose requests are counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bucket {
    /// Those of an address; of IPv6, of the 64 bits that one customer has all addresses of. `None` when it is not known.
    Client(Option<IpAddr>),
    /// Those of a signed-in user.
    User(uuid::Uuid),
    /// Those of a service whose token holds.
    Service(String),
}

impl Bucket {
    /// The bucket of whoever was identified; of the address where nobody was.
    #[must_use]
    pub fn of(actor: Option<&Actor>, client: Option<IpAddr>, users: bool) -> Self {
        match actor {
            Some(Actor::Service { name }) => Self::Service(name.clone()),
            Some(Actor::User(claims)) if users => Self::User(claims.sub),
            _ => Self::Client(client.map(network)),
        }
    }

    /// How many units it refills in a minute, which is also how many it holds.
    fn per_minute(&self, limits: Limits) -> u32 {
        match self {
            Self::Service(_) => limits.service,
            Self::Client(_) | Self::User(_) => limits.client,
        }
    }

    #[cfg(feature = "redis")]
    fn key(&self) -> String {
        match self {
            Self::Client(Some(ip)) => format!("lys:rate_limit:ip:{ip}"),
            Self::Client(None) => "lys:rate_limit:ip:unknown".to_owned(),
            Self::User(id) => format!("lys:rate_limit:user:{id}"),
            Self::Service(name) => format!("lys:rate_limit:service:{name}"),
        }
    }
}

fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

/// Units in a minute.
#[derive(Debug, Clone, Copy)]
struct Limits {
    client: u32,
    service: u32,
}

/// How long to wait before a request would be let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exceeded {
    /// At least one.
    pub seconds: u32,
}

impl Exceeded {
    fn after(wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        Self { seconds: u32::try_from(seconds).unwrap_or(u32::MAX).max(1) }
    }
}

/// Counts what callers ask for.
#[derive(Debug)]
pub struct RateLimit {
    limits: Limits,
    /// Whether signed-in users have buckets of their own.
    users: bool,
    costs: HashMap<String, u32>,
    memory: memory::Memory,
    #[cfg(feature = "redis")]
    redis: Option<redis::Redis>,
}

impl RateLimit {
    /// A rate limit. With Redis it must be made inside a tokio runtime; nothing is connected yet.
    ///
    /// # Errors
    /// When the URL of Redis is none, or this build has no Redis.
    pub fn new(settings: &RateLimitSettings) -> Result<Self, StartError> {
        let limits = Limits { client: settings.requests_per_minute, service: settings.service_requests_per_minute };
        #[cfg(not(feature = "redis"))]
        if settings.redis_url.is_some() {
            return Err(StartError::of("rate_limit.redis_url: this build has no Redis"));
        }
        Ok(Self {
            limits,
            users: settings.users,
            costs: settings.costs.iter().cloned().collect(),
            memory: memory::Memory::new(),
            #[cfg(feature = "redis")]
            redis: redis::Redis::of(settings)?,
        })
    }

    /// The operations that have a cost and that `model` does not have.
    #[must_use]
    pub fn faults(settings: &RateLimitSettings, model: &Model) -> StartError {
        let mut faults = StartError::default();
        for (name, _) in &settings.costs {
            if !model.operations().any(|entry| entry.definition.name == name) {
                faults.add(format!("rate_limit.costs: the project has no operation `{name}`"));
            }
        }
        faults
    }

    /// What a root field is charged with.
    #[must_use]
    pub fn cost(&self, operation: &str) -> u32 {
        self.costs.get(operation).copied().unwrap_or(1)
    }

    /// The bucket of a caller.
    #[must_use]
    pub fn bucket(&self, actor: Option<&Actor>, client: Option<IpAddr>) -> Bucket {
        Bucket::of(actor, client, self.users)
    }

    /// Takes `units` out of `bucket`, or nothing if it does not hold as many. What costs more than a bucket can hold empties it.
    ///
    /// # Errors
    /// How long to wait.
    pub async fn charge(&self, bucket: &Bucket, units: u32) -> Result<(), Exceeded> {
        let per_minute = bucket.per_minute(self.limits);
        let units = units.min(per_minute);
        #[cfg(feature = "redis")]
        if let Some(redis) = &self.redis {
            let memory = || self.memory.charge(bucket, units, per_minute);
            return redis.charge(&bucket.key(), units, per_minute, memory).await;
        }
        self.memory.charge(bucket, units, per_minute)
    }
}

/// What one request may still ask for: it goes with the request, and the execution charges root fields to it.
#[derive(Debug, Clone)]
pub struct Allowance {
    limit: Arc<RateLimit>,
    bucket: Bucket,
    /// Units that the request has paid on arrival.
    prepaid: Arc<AtomicU32>,
}

impl Allowance {
    /// Charges one unit for a request that has just arrived.
    ///
    /// # Errors
    /// How long to wait.
    pub async fn of(limit: &Arc<RateLimit>, bucket: Bucket) -> Result<Self, Exceeded> {
        limit.charge(&bucket, 1).await?;
        Ok(Self { limit: Arc::clone(limit), bucket, prepaid: Arc::new(AtomicU32::new(1)) })
    }

    /// Charges the root fields of a document; `None` stands for one that is no operation. The unit paid on arrival counts.
    ///
    /// # Errors
    /// How long to wait. Nothing was charged then.
    pub async fn spend<'a>(&self, fields: impl Iterator<Item = Option<&'a str>>) -> Result<(), Exceeded> {
        let costs = fields.map(|operation| operation.map_or(1, |operation| self.limit.cost(operation)));
        let units = costs.fold(0, u32::saturating_add);
        let prepaid = self.prepaid.swap(0, Ordering::Relaxed);
        match units.saturating_sub(prepaid) {
            0 => Ok(()),
            units => self.limit.charge(&self.bucket, units).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limit(settings: &RateLimitSettings) -> Arc<RateLimit> {
        Arc::new(RateLimit::new(settings).expect("it needs no Redis"))
    }

    fn ip(address: &str) -> Bucket {
        Bucket::of(None, Some(address.parse().expect("an address")), false)
    }

    #[tokio::test]
    async fn a_bucket_holds_what_refills_in_a_minute() {
        let limit = limit(&RateLimitSettings { requests_per_minute: 3, ..RateLimitSettings::default() });
        for _ in 0..3 {
            assert_eq!(limit.charge(&ip("192.0.2.1"), 1).await, Ok(()));
        }
        let exceeded = limit.charge(&ip("192.0.2.1"), 1).await.expect_err("the bucket is empty");
        assert!((15..=20).contains(&exceeded.seconds), "{exceeded:?}");
        assert_eq!(limit.charge(&ip("192.0.2.2"), 1).await, Ok(()));
        // What does not fit takes nothing.
        assert!(limit.charge(&ip("192.0.2.2"), 3).await.is_err());
        assert_eq!(limit.charge(&ip("192.0.2.2"), 2).await, Ok(()));
        // What never fits empties the bucket.
        assert_eq!(limit.charge(&ip("192.0.2.3"), 1000).await, Ok(()));
        assert!(limit.charge(&ip("192.0.2.3"), 1).await.is_err());
    }

    #[test]
    fn callers_are_told_apart() {
        assert_eq!(ip("2001:db8::1"), ip("2001:db8::ffff:1"));
        assert_ne!(ip("2001:db8::1"), ip("2001:db8:0:1::1"));
        assert_eq!(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
        assert_ne!(ip("192.0.2.1"), ip("192.0.2.2"));
        let service = Actor::Service { name: "billing".to_owned() };
        assert_eq!(Bucket::of(Some(&service), None, false), Bucket::Service("billing".to_owned()));
        let user = Actor::from(crate::access::Claims::user(uuid::Uuid::nil()));
        assert_eq!(Bucket::of(Some(&user), None, false), Bucket::Client(None));
        assert_eq!(Bucket::of(Some(&user), None, true), Bucket::User(uuid::Uuid::nil()));
    }

    #[tokio::test]
    async fn root_fields_are_charged_beyond_the_first() {
        let costs = vec![("login".to_owned(), 5)];
        let limit = limit(&RateLimitSettings { requests_per_minute: 10, costs, ..RateLimitSettings::default() });
        let allowance = Allowance::of(&limit, ip("192.0.2.1")).await.expect("9 are left");
        assert_eq!(allowance.spend([Some("product")].into_iter()).await, Ok(()));
        assert_eq!(allowance.spend([Some("product"), None].into_iter()).await, Ok(()), "7 are left");
        assert_eq!(allowance.spend([Some("login")].into_iter()).await, Ok(()), "2 are left");
        assert!(allowance.spend([Some("login")].into_iter()).await.is_err());
        assert_eq!(allowance.spend([None, None].into_iter()).await, Ok(()));
    }

    #[tokio::test]
    async fn memory_is_bounded() {
        let limit = limit(&RateLimitSettings::default());
        for number in 0..memory::MOST_BUCKETS + 20_000 {
            let address = Ipv6Addr::from_bits(u128::from(number) << 64);
            assert_eq!(limit.charge(&Bucket::Client(Some(address.into())), 1).await, Ok(()));
        }
        assert!(limit.memory.buckets() <= memory::MOST_BUCKETS, "{}", limit.memory.buckets());
    }
}
