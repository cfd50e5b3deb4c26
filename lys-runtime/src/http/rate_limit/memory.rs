//! Buckets in the memory of this server: as many as callers were heard of lately, and never more than fit.

use std::{num::NonZeroU32, sync::Arc, time::Duration};

use governor::{
    DefaultDirectRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use moka::sync::Cache;

use super::{Bucket, Exceeded};

/// Most buckets at the same time; each takes some 200 bytes.
pub(super) const MOST_BUCKETS: u64 = 50_000;
/// A bucket that was left alone as long is full again.
const FULL_AFTER: Duration = Duration::from_secs(61);

#[derive(Debug)]
pub(super) struct Memory {
    buckets: Cache<Bucket, Arc<DefaultDirectRateLimiter>>,
}

impl Memory {
    pub(super) fn new() -> Self {
        Self { buckets: Cache::builder().max_capacity(MOST_BUCKETS).time_to_idle(FULL_AFTER).build() }
    }

    pub(super) fn charge(&self, bucket: &Bucket, units: u32, per_minute: u32) -> Result<(), Exceeded> {
        let (Some(units), Some(per_minute)) = (NonZeroU32::new(units), NonZeroU32::new(per_minute)) else {
            return Ok(());
        };
        let limiter =
            self.buckets.get_with_by_ref(bucket, || Arc::new(RateLimiter::direct(Quota::per_minute(per_minute))));
        match limiter.check_n(units) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(not_until)) => Err(Exceeded::after(not_until.wait_time_from(DefaultClock::default().now()))),
            // More than a bucket holds; the caller has seen to it that it is not.
            Err(_) => Err(Exceeded::after(FULL_AFTER)),
        }
    }

    #[cfg(test)]
    pub(super) fn buckets(&self) -> u64 {
        self.buckets.run_pending_tasks();
        self.buckets.entry_count()
    }
}
