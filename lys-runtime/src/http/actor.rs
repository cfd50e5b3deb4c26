//! Who asks, from the cookie and the `Authorization` header, and the XSRF check.
//!
//! A token that does not hold means *anonymous*, never an error: cookies outlive their token (50 §3 C7).

use actix_web::http::{
    Method,
    header::{self, HeaderMap},
};
use subtle::ConstantTimeEq as _;

use super::{Refusal, cookies};
use crate::{
    access::{Actor, Claims, Reply, Sessions, TokenError, Tokens},
    error::Result as Answered,
};

/// Verifies tokens.
pub trait Authenticator: Send + Sync + 'static {
    /// The claims of a user's token that holds. An error means that it cannot be found out whether it does.
    fn user<'a>(&'a self, token: &'a str) -> Reply<'a, Answered<Option<Claims>>>;

    /// The name of the service whose token holds.
    fn service(&self, token: &str) -> Option<String>;
}

impl Authenticator for Sessions {
    fn user<'a>(&'a self, token: &'a str) -> Reply<'a, Answered<Option<Claims>>> {
        self.verify(token)
    }

    fn service(&self, token: &str) -> Option<String> {
        self.verify_service(token)
    }
}

/// Signed tokens of which none was ever called back.
impl Authenticator for Tokens {
    fn user<'a>(&'a self, token: &'a str) -> Reply<'a, Answered<Option<Claims>>> {
        Reply::Now(Ok(held(self.verify_user(token))))
    }

    fn service(&self, token: &str) -> Option<String> {
        held(self.verify_service(token)).map(|claims| claims.service_name)
    }
}

fn held<T>(verified: Result<T, TokenError>) -> Option<T> {
    verified.inspect_err(|error| tracing::debug!(target: "lys::http", %error, "the caller is anonymous")).ok()
}

/// Cookies of one name that are looked at: browsers send one, or one for each domain that set it.
const MOST_COOKIES: usize = 4;

/// Who asks. A service says so itself; else the cookie counts, then the bearer token.
///
/// # Errors
/// `SESSIONS_UNAVAILABLE` when it cannot be found out whether a token holds;
/// `INVALID_XSRF_TOKEN_ERROR` when the cookie alone vouches for a request that may change something and the header
/// `x-xsrf-token` does not repeat the token's claim.
pub async fn identify(
    authenticator: &dyn Authenticator,
    method: &Method,
    headers: &HeaderMap,
) -> Result<Actor, Refusal> {
    if let Some(name) = credentials(headers, "Service").and_then(|token| authenticator.service(token)) {
        return Ok(Actor::Service { name });
    }
    for token in cookies(headers, cookies::ACCESS_TOKEN).take(MOST_COOKIES) {
        if let Some(claims) = asked(authenticator, token).await? {
            check_xsrf(&claims, method, headers)?;
            return Ok(Actor::User(Box::new(claims)));
        }
    }
    let Some(token) = credentials(headers, "Bearer") else { return Ok(Actor::Anonymous) };
    Ok(asked(authenticator, token).await?.map_or(Actor::Anonymous, |claims| Actor::User(Box::new(claims))))
}

/// Nobody is let in, nor sent away as signed out, while it cannot be found out whether a token holds.
async fn asked(authenticator: &dyn Authenticator, token: &str) -> Result<Option<Claims>, Refusal> {
    authenticator.user(token).get().await.map_err(|error| {
        tracing::error!(target: "lys::http", ?error, "a token cannot be checked");
        Refusal::SessionsUnavailable
    })
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
pub(super) fn cookies<'a>(headers: &'a HeaderMap, name: &'static str) -> impl Iterator<Item = &'a str> {
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
        check_with(&FakeTokens, method, headers)
    }

    fn check_with(
        authenticator: &dyn Authenticator,
        method: &Method,
        headers: &[(&'static str, &'static str)],
    ) -> Result<&'static str, Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        futures_util::FutureExt::now_or_never(identify(authenticator, method, &map))
            .expect("nothing is waited for")
            .map(|actor| kind(&actor))
    }

    /// Cannot say of any token whether it holds.
    struct Broken;

    impl Authenticator for Broken {
        fn user<'a>(&'a self, _: &'a str) -> Reply<'a, Answered<Option<Claims>>> {
            Reply::Later(Box::pin(async { Err(crate::Error::internal("no connection")) }))
        }

        fn service(&self, _: &str) -> Option<String> {
            None
        }
    }

    #[test]
    fn a_token_that_cannot_be_checked_lets_nobody_in_and_signs_nobody_out() {
        for header in [("cookie", "access_token=good"), ("authorization", "Bearer good")] {
            assert_eq!(check_with(&Broken, &Method::POST, &[header]), Err(Refusal::SessionsUnavailable));
        }
        assert_eq!(check_with(&Broken, &Method::POST, &[]), Ok("anonymous"));
    }

    #[test]
    fn of_several_cookies_the_first_that_holds_counts_with_its_own_xsrf_token() {
        let xsrf = ("x-xsrf-token", XSRF);
        for cookie in ["access_token=junk; access_token=good", "access_token=good; access_token=junk"] {
            assert_eq!(check(&Method::POST, &[("cookie", cookie), xsrf]), Ok("user"));
            assert_eq!(check(&Method::POST, &[("cookie", cookie)]), Err(Refusal::InvalidXsrfToken));
        }
        // The other user's XSRF token does not vouch for this one.
        let both = ("cookie", "access_token=good; access_token=other");
        assert_eq!(check(&Method::POST, &[both, ("x-xsrf-token", "of-the-other")]), Err(Refusal::InvalidXsrfToken));
        assert_eq!(
            check(&Method::POST, &[("cookie", "access_token=other"), ("x-xsrf-token", "of-the-other")]),
            Ok("user")
        );
        let many = "access_token=a; access_token=b; access_token=c; access_token=d; access_token=good";
        assert_eq!(check(&Method::POST, &[("cookie", many), xsrf]), Ok("anonymous"), "not all are looked up");
    }

    #[test]
    fn the_xsrf_header_is_compared_whole() {
        for sent in ["", "0", "0123abc", "0123abcd ", "0123abcde", "0123ABCD", "b'0123abcd'"] {
            let headers = [("cookie", "access_token=good"), ("x-xsrf-token", sent)];
            assert_eq!(check(&Method::POST, &headers), Err(Refusal::InvalidXsrfToken), "`{sent}`");
        }
        for method in [Method::PUT, Method::DELETE, Method::PATCH] {
            assert_eq!(check(&method, &[("cookie", "access_token=good")]), Err(Refusal::InvalidXsrfToken));
        }
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            assert_eq!(check(&method, &[("cookie", "access_token=good")]), Ok("user"));
        }
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
