//! Who asks, from the cookie and the `Authorization` header, and the XSRF check.
//!
//! A token that does not hold means *anonymous*, never an error: cookies outlive their token (50 §3 C7).

use actix_web::http::{
    Method,
    header::{self, HeaderMap},
};
use subtle::ConstantTimeEq as _;

use super::Refusal;
use crate::access::{Actor, Claims, TokenError, Tokens};

/// Verifies tokens.
pub trait Authenticator: Send + Sync + 'static {
    /// The claims of a user's token that holds.
    fn user(&self, token: &str) -> Option<Claims>;

    /// The name of the service whose token holds.
    fn service(&self, token: &str) -> Option<String>;
}

impl Authenticator for Tokens {
    fn user(&self, token: &str) -> Option<Claims> {
        held(self.verify_user(token))
    }

    fn service(&self, token: &str) -> Option<String> {
        held(self.verify_service(token)).map(|claims| claims.service_name)
    }
}

fn held<T>(verified: Result<T, TokenError>) -> Option<T> {
    verified.inspect_err(|error| tracing::debug!(target: "lys::http", %error, "the caller is anonymous")).ok()
}

/// Who asks. A service says so itself; else the cookie counts, then the bearer token.
///
/// # Errors
/// `INVALID_XSRF_TOKEN_ERROR` when the cookie alone vouches for a request that may change something and the header
/// `x-xsrf-token` does not repeat the token's claim.
pub fn identify(authenticator: &dyn Authenticator, method: &Method, headers: &HeaderMap) -> Result<Actor, Refusal> {
    if let Some(name) = credentials(headers, "Service").and_then(|token| authenticator.service(token)) {
        return Ok(Actor::Service { name });
    }
    if let Some(claims) = cookies(headers, "access_token").find_map(|token| authenticator.user(token)) {
        check_xsrf(&claims, method, headers)?;
        return Ok(Actor::User(Box::new(claims)));
    }
    let claims = credentials(headers, "Bearer").and_then(|token| authenticator.user(token));
    Ok(claims.map_or(Actor::Anonymous, |claims| Actor::User(Box::new(claims))))
}

/// `anonymous`, `user` or `service`, for the log.
#[must_use]
pub fn kind(actor: &Actor) -> &'static str {
    match actor {
        Actor::Anonymous => "anonymous",
        Actor::User(_) => "user",
        Actor::Service { .. } => "service",
    }
}

fn check_xsrf(claims: &Claims, method: &Method, headers: &HeaderMap) -> Result<(), Refusal> {
    if method.is_safe() {
        return Ok(());
    }
    let sent = headers.get("x-xsrf-token").map_or(&[][..], header::HeaderValue::as_bytes);
    let expected = claims.xsrf_token.as_bytes();
    // An empty claim protects nothing, so it admits nothing.
    if expected.is_empty() || !bool::from(sent.ct_eq(expected)) {
        return Err(Refusal::InvalidXsrfToken);
    }
    Ok(())
}

fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let (sent, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    sent.eq_ignore_ascii_case(scheme).then(|| token.trim())
}

/// Values of a cookie; several when it was set for several paths or domains.
fn cookies<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(found, value)| *found == name && !value.is_empty())
        .map(|(_, value)| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;
    use crate::http::tests::{FakeTokens, XSRF};

    fn check(method: &Method, headers: &[(&'static str, &'static str)]) -> Result<&'static str, Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        identify(&FakeTokens, method, &map).map(|actor| kind(&actor))
    }

    #[test]
    fn tokens_that_hold_name_the_actor() {
        assert_eq!(check(&Method::POST, &[]), Ok("anonymous"));
        assert_eq!(check(&Method::POST, &[("authorization", "Bearer good")]), Ok("user"));
        assert_eq!(check(&Method::POST, &[("authorization", "bearer good")]), Ok("user"));
        assert_eq!(check(&Method::POST, &[("authorization", "Service billing")]), Ok("service"));
        assert_eq!(check(&Method::GET, &[("cookie", "a=b; access_token=good")]), Ok("user"));
    }

    #[test]
    fn tokens_that_do_not_hold_are_anonymous() {
        assert_eq!(check(&Method::POST, &[("authorization", "Bearer junk")]), Ok("anonymous"));
        assert_eq!(check(&Method::POST, &[("authorization", "Service junk")]), Ok("anonymous"));
        assert_eq!(check(&Method::POST, &[("authorization", "Bearer")]), Ok("anonymous"));
        assert_eq!(check(&Method::POST, &[("cookie", "access_token=junk")]), Ok("anonymous"));
        assert_eq!(check(&Method::POST, &[("cookie", ";;=; access_token")]), Ok("anonymous"));
    }

    #[test]
    fn a_junk_cookie_does_not_hide_the_header() {
        let headers = [("cookie", "access_token=junk"), ("authorization", "Bearer good")];
        assert_eq!(check(&Method::POST, &headers), Ok("user"));
    }

    #[test]
    fn only_the_cookie_needs_the_xsrf_header() {
        let cookie = ("cookie", "access_token=good");
        assert_eq!(check(&Method::POST, &[cookie]), Err(Refusal::InvalidXsrfToken));
        assert_eq!(check(&Method::POST, &[cookie, ("x-xsrf-token", "wrong")]), Err(Refusal::InvalidXsrfToken));
        assert_eq!(check(&Method::POST, &[cookie, ("x-xsrf-token", XSRF)]), Ok("user"));
        assert_eq!(check(&Method::GET, &[cookie]), Ok("user"));
        // A bearer token beside the cookie does not lift the check.
        let both = [cookie, ("authorization", "Bearer good")];
        assert_eq!(check(&Method::POST, &both), Err(Refusal::InvalidXsrfToken));
    }
}
