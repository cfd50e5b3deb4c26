//! `[subscriptions]`: what streams and sockets may take.

use std::time::Duration;

/// Limits of streams and sockets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionOptions {
    /// Origins whose pages may open a socket with the cookie of a user, beside the server's own: `https://app.example.org`.
    pub origins: Vec<String>,
    /// Most operations of a socket at the same time.
    pub operations: usize,
    /// Largest message that a socket takes, in bytes.
    pub message_bytes: usize,
    /// How long a socket may take to say `connection_init`.
    pub init_timeout: Duration,
    /// How long a socket may be open without an operation.
    pub idle_timeout: Duration,
    /// How often a sign of life is sent and, in return, the token looked at again.
    pub keep_alive: Duration,
    /// Most streams and sockets of one user.
    pub connections_per_user: usize,
    /// Most streams and sockets of one address of which nobody is signed in.
    pub connections_per_ip: usize,
    /// Events that wait for a slow subscriber before it is cut off.
    pub buffer: usize,
}

impl Default for SubscriptionOptions {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            operations: 100,
            message_bytes: 64 << 10,
            init_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_mins(10),
            keep_alive: Duration::from_secs(15),
            connections_per_user: 20,
            connections_per_ip: 200,
            buffer: crate::subscription::LocalPubSub::BUFFER,
        }
    }
}

/// An origin as browsers send it: a scheme, a host, perhaps a port, and nothing else.
///
/// # Errors
/// What is wrong with it.
pub(in crate::boot) fn check_origins(origins: Vec<String>) -> Result<Vec<String>, String> {
    let is_origin = |origin: &String| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', '@', '?', '#', ' ']))
    };
    match origins.iter().find(|origin| !is_origin(origin)) {
        Some(origin) => Err(format!("`{origin}` is no origin; write it as `https://app.example.org`")),
        None => Ok(origins.into_iter().map(|origin| origin.to_ascii_lowercase()).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_a_scheme_and_a_host() {
        let check = |origin: &str| check_origins(vec![origin.to_owned()]).is_ok();
        assert!(check("https://app.example.org") && check("http://localhost:3000"));
        for wrong in
            ["*", "null", "app.example.org", "https://", "https://*.example.org", "https://a.example/path", "ftp://a"]
        {
            assert!(!check(wrong), "{wrong}");
        }
    }
}
