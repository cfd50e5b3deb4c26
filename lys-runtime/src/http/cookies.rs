//! The three cookies of a signed-in browser (20-user-auth §3.2, 50 §3): made together, cleared together, never too large to be kept.

use std::time::Duration;

pub use actix_web::cookie::{Cookie, SameSite};

use crate::{
    access,
    error::{Error, Result},
};

/// The access token.
pub const ACCESS_TOKEN: &str = "access_token";
/// What a new access token is given for.
pub const REFRESH_TOKEN: &str = "refresh_token";
/// What scripts read and repeat in the header `X-XSRF-TOKEN`.
pub const XSRF_TOKEN: &str = "XSRF-TOKEN";

/// Most bytes of a cookie: its name, value and attributes. Browsers silently drop larger ones (RFC 6265 §6.1).
pub const LARGEST_COOKIE: usize = 4096;

/// Attributes of the three cookies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieOptions {
    /// Sent over TLS only. Browsers also take such cookies from `http://localhost`.
    pub secure: bool,
    /// Whether other sites' requests carry them.
    pub same_site: SameSite,
    /// A domain whose hosts share them; only the host that set them when absent.
    pub domain: Option<String>,
}

impl Default for CookieOptions {
    fn default() -> Self {
        Self { secure: true, same_site: SameSite::Lax, domain: None }
    }
}

/// What a browser is given when its user signs in, or refreshes.
#[derive(Debug, Clone, Copy)]
pub struct SignedIn<'a> {
    /// The access token.
    pub access_token: &'a str,
    /// How long it holds, so that its cookie goes with it.
    pub access_lifetime: Duration,
    /// The refresh token.
    pub refresh_token: &'a str,
    /// How long it holds.
    pub refresh_lifetime: Duration,
    /// The claim `xsrf_token` of the access token.
    pub xsrf_token: &'a str,
}

impl CookieOptions {
    /// The cookies that sign a browser in. Scripts read the XSRF token alone.
    ///
    /// # Errors
    /// `TOKEN_TOO_LARGE` when a cookie would exceed [`LARGEST_COOKIE`]; `INTERNAL_ERROR` when a value holds what no cookie can, or
    /// what scripts would read otherwise (50 §3 C3).
    pub fn sign_in(&self, signed_in: &SignedIn<'_>) -> Result<[Cookie<'static>; 3]> {
        let SignedIn { access_token, access_lifetime, refresh_token, refresh_lifetime, xsrf_token } = *signed_in;
        Ok([
            self.kept(ACCESS_TOKEN, access_token, access_lifetime)?,
            self.kept(REFRESH_TOKEN, refresh_token, refresh_lifetime)?,
            self.kept(XSRF_TOKEN, xsrf_token, access_lifetime)?,
        ])
    }

    /// The cookies that sign a browser out: as they were set, but empty and past. A browser keeps a cookie that is cleared with
    /// another domain or path.
    #[must_use]
    pub fn sign_out(&self) -> [Cookie<'static>; 3] {
        [ACCESS_TOKEN, REFRESH_TOKEN, XSRF_TOKEN].map(|name| {
            let mut cookie = self.cookie(name, "");
            cookie.make_removal();
            cookie
        })
    }

    fn kept(&self, name: &'static str, value: &str, lifetime: Duration) -> Result<Cookie<'static>> {
        if value.is_empty() || !value.bytes().all(is_plain) {
            return Err(Error::internal(format!(
                "the value of the cookie {name} is empty or holds what no cookie can"
            )));
        }
        let mut cookie = self.cookie(name, value);
        let seconds = i64::try_from(lifetime.as_secs()).unwrap_or(i64::MAX);
        cookie.set_max_age(actix_web::cookie::time::Duration::seconds(seconds));
        let bytes = cookie.to_string().len();
        if bytes > LARGEST_COOKIE {
            return Err(access::too_large(bytes, LARGEST_COOKIE));
        }
        Ok(cookie)
    }

    fn cookie(&self, name: &'static str, value: &str) -> Cookie<'static> {
        let mut cookie = Cookie::new(name, value.to_owned());
        cookie.set_path("/");
        cookie.set_secure(self.secure);
        cookie.set_http_only(name != XSRF_TOKEN);
        cookie.set_same_site(self.same_site);
        if let Some(domain) = &self.domain {
            cookie.set_domain(domain.clone());
        }
        cookie
    }
}

/// Letters, digits and what base64url and JWTs have beside them: nothing that is quoted, encoded or cut.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::{Claims, Tokens, random_text};

    fn options() -> CookieOptions {
        CookieOptions { domain: Some("example.com".to_owned()), ..CookieOptions::default() }
    }

    fn signed_in(token: &str) -> SignedIn<'_> {
        SignedIn {
            access_token: token,
            access_lifetime: Duration::from_mins(10),
            refresh_token: "refresh",
            refresh_lifetime: Duration::from_hours(24),
            xsrf_token: "xsrf",
        }
    }

    #[test]
    fn cookies_live_as_long_as_what_they_hold() {
        let cookies = options().sign_in(&signed_in("a.b.c")).expect("they fit").map(|cookie| cookie.to_string());
        assert_eq!(
            cookies,
            [
                "access_token=a.b.c; HttpOnly; SameSite=Lax; Secure; Path=/; Domain=example.com; Max-Age=600",
                "refresh_token=refresh; HttpOnly; SameSite=Lax; Secure; Path=/; Domain=example.com; Max-Age=86400",
                "XSRF-TOKEN=xsrf; SameSite=Lax; Secure; Path=/; Domain=example.com; Max-Age=600",
            ]
        );
    }

    #[test]
    fn cookies_are_cleared_with_the_attributes_they_were_set_with() {
        for (set, cleared) in options().sign_in(&signed_in("a")).expect("they fit").iter().zip(options().sign_out()) {
            let cleared_text = cleared.to_string();
            assert!(cleared_text.contains("Max-Age=0") && cleared.value().is_empty(), "{cleared_text}");
            let kept = |cookie: &Cookie<'_>| {
                let texts = [cookie.name(), cookie.path().unwrap_or_default(), cookie.domain().unwrap_or_default()];
                (texts.map(str::to_owned), cookie.secure(), cookie.http_only(), cookie.same_site())
            };
            assert_eq!(kept(&cleared), kept(set));
        }
        assert!(CookieOptions::default().sign_out().iter().all(|cookie| cookie.domain().is_none()));
    }

    #[test]
    fn a_cookie_that_browsers_would_drop_is_refused_and_the_way_out_is_told() {
        let attributes = options().sign_in(&signed_in("a")).expect("fits")[0].to_string().len() - 1;
        let largest = "a".repeat(LARGEST_COOKIE - attributes);
        assert!(options().sign_in(&signed_in(&largest)).is_ok());
        let error = options().sign_in(&signed_in(&format!("{largest}a"))).expect_err("one byte too many");
        assert_eq!((error.code(), error.status()), ("TOKEN_TOO_LARGE", 500));
        assert!(error.detail().is_some_and(|detail| detail.contains("auth.tokens = \"opaque\"")), "{error}");
    }

    #[test]
    fn a_user_with_many_rights_has_a_token_that_no_cookie_holds() {
        let tokens = Tokens::new("a secret for tests: 32 bytes or more").expect("long enough");
        let claims =
            (0..200).fold(Claims::user(uuid::Uuid::nil()), |claims, at| claims.grant(format!("operation_{at}")));
        let token = tokens.user_token(&claims).expect("it is short enough to be read");
        let error = CookieOptions::default().sign_in(&signed_in(&token)).expect_err("a cookie it is not");
        assert_eq!(error.code(), "TOKEN_TOO_LARGE");
    }

    #[test]
    fn values_that_a_browser_or_script_would_read_otherwise_are_refused() {
        for value in ["", "a b", "a;b", "a,b", "a%41", "\"a\"", "a\\b", "b'00'", "é", "a\r\nSet-Cookie: b=c"] {
            let refused = SignedIn { xsrf_token: value, ..signed_in("a") };
            assert!(options().sign_in(&refused).is_err(), "{value}");
            assert!(options().sign_in(&signed_in(value)).is_err(), "{value}");
        }
        let made = random_text::<32>().expect("random");
        assert!(options().sign_in(&SignedIn { xsrf_token: &made, ..signed_in("a") }).is_ok());
        let claims = Claims::user(uuid::Uuid::nil());
        assert!(options().sign_in(&SignedIn { xsrf_token: &claims.xsrf_token, ..signed_in("a") }).is_ok());
    }
}
