//! Several servers count together in Redis. Asked where `LYS_TEST_REDIS_URL` says that there is one.

use std::time::Instant;

use lys::{
    boot::{secret::Secret, settings::OnRedisFailure},
    http::rate_limit::Bucket,
};

use super::*;

/// The URL of Redis, if the tests have one.
fn url() -> Option<Secret> {
    let url = std::env::var("LYS_TEST_REDIS_URL").ok();
    if url.is_none() {
        println!("skipped: LYS_TEST_REDIS_URL is not set");
    }
    url.map(Secret::new)
}

fn counted_in(url: &Secret, requests_per_minute: u32) -> RateLimitSettings {
    RateLimitSettings { requests_per_minute, redis_url: Some(url.clone()), ..RateLimitSettings::default() }
}

/// An address that nobody else has in this run.
fn fresh() -> String {
    let (high, low) = Uuid::new_v4().as_u64_pair();
    format!("2001:db8:{:x}:{:x}::1", high & 0xffff, low & 0xffff)
}

#[test]
fn two_servers_count_together() {
    run(async {
        let Some(url) = url() else { return };
        let sites = [Site::limited(counted_in(&url, 6)).await, Site::limited(counted_in(&url, 6)).await];
        let address = fresh();
        let mut passed = 0;
        for number in 0..20 {
            let answered = sites[number % 2].send(from(post(CATEGORIES), &address)).await;
            passed += usize::from(answered.status == 200);
            if answered.status == 429 {
                let seconds: u64 = answered.header("retry-after").parse().unwrap();
                assert!((1..=10).contains(&seconds), "{seconds}");
            }
        }
        assert_eq!(passed, 6);
        assert_eq!(sites[0].send(from(post(CATEGORIES), &fresh())).await.status, 200);
    });
}

/// However many ask at the same moment, no more than fit are let through.
#[test]
fn the_script_is_atomic() {
    run(async {
        let Some(url) = url() else { return };
        let limit = RateLimit::new(&counted_in(&url, 10)).unwrap();
        let bucket = Bucket::Service(Uuid::new_v4().to_string());
        let settings = RateLimitSettings { service_requests_per_minute: 10, ..counted_in(&url, 10) };
        let other = RateLimit::new(&settings).unwrap();
        let mut client = Bucket::of(None, fresh().parse().ok(), false);
        let all =
            (0..60).map(|number| if number % 2 == 0 { limit.charge(&client, 1) } else { limit.charge(&client, 2) });
        let mut units = 0;
        for (number, outcome) in join_all(all).await.into_iter().enumerate() {
            units += if outcome.is_ok() { 1 + number % 2 } else { 0 };
        }
        assert!((9..=10).contains(&units), "{units}");
        // What costs more than a bucket holds empties it, and what does not fit takes nothing.
        assert_eq!(other.charge(&bucket, 1000).await, Ok(()));
        assert!(other.charge(&bucket, 1).await.is_err());
        client = Bucket::of(None, fresh().parse().ok(), false);
        assert_eq!(limit.charge(&client, 6).await, Ok(()));
        assert!(limit.charge(&client, 5).await.is_err());
        assert_eq!(limit.charge(&client, 4).await, Ok(()));
    });
}

async fn join_all<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        let mut done = true;
        for (future, outcome) in &mut running {
            if outcome.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *outcome = Some(value),
                    std::task::Poll::Pending => done = false,
                }
            }
        }
        if done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    running.into_iter().filter_map(|(_, outcome)| outcome).collect()
}

/// Nothing listens there, or nothing that answers: each server counts for itself, unless the project wants something else.
#[test]
fn without_redis_it_goes_on_as_the_project_says() {
    run(async {
        let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let silent = format!("redis://{}/0", silent.local_addr().unwrap());
        for url in ["redis://127.0.0.1:1/0", &silent] {
            for (on_redis_failure, expected) in
                [(OnRedisFailure::Memory, 3), (OnRedisFailure::Allow, 8), (OnRedisFailure::Refuse, 0)]
            {
                let settings = RateLimitSettings { on_redis_failure, ..counted_in(&Secret::new(url), 3) };
                let site = Site::limited(settings).await;
                let (started, mut passed) = (Instant::now(), 0);
                for _ in 0..8 {
                    passed += usize::from(site.send(from(post(CATEGORIES), "198.51.100.7")).await.status == 200);
                }
                assert_eq!(passed, expected, "{url} {on_redis_failure:?}");
                assert!(started.elapsed() < Duration::from_secs(8), "not every request waits for it");
            }
        }
    });
}

#[test]
fn a_url_that_is_none_is_told_without_its_password() {
    run(async {
        let fault = RateLimit::new(&counted_in(&Secret::new("http://:hunter2@cache"), 1)).err().unwrap().to_string();
        assert!(fault.contains("redis://host:6379/0") && !fault.contains("hunter2"), "{fault}");
    });
}
