//! Which pages may open a socket with a user's cookie. Browsers send cookies with sockets from any site, and CORS does not apply.

use actix_web::{HttpRequest, http::header};

use crate::http::Refusal;

/// A request with the cookie of a user must come from a page of ours: from the server's own origin, or one of `allowed`.
///
/// # Errors
/// `ORIGIN_NOT_ALLOWED` otherwise, also without an origin: whoever is no browser has better means than a cookie.
pub(super) fn check(request: &HttpRequest, allowed: &[String]) -> Result<(), Refusal> {
    if request.cookie("access_token").is_none() && request.cookie("refresh_token").is_none() {
        return Ok(());
    }
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_ascii_lowercase);
    let Some(origin) = text(header::ORIGIN) else {
        return Err(Refusal::OriginNotAllowed);
    };
    if allowed.contains(&origin) {
        return Ok(());
    }
    let forwarded = request.headers().get("x-forwarded-proto").and_then(|proto| proto.to_str().ok());
    // Behind a proxy that ends TLS, a page without TLS is not ours.
    let own = match forwarded {
        Some("https") => origin.strip_prefix("https://"),
        _ => origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://")),
    };
    if own.is_some() && own == text(header::HOST).as_deref() { Ok(()) } else { Err(Refusal::OriginNotAllowed) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn is_allowed(headers: &[(&str, &str)]) -> bool {
        let request = headers.iter().fold(TestRequest::get(), |request, header| request.insert_header(*header));
        check(&request.to_http_request(), &["https://app.example".to_owned()]).is_ok()
    }

    #[test]
    fn a_cookie_counts_on_pages_of_ours() {
        let cookie = ("cookie", "a=b; access_token=x");
        let host = ("host", "api.example:8000");
        assert!(is_allowed(&[cookie, host, ("origin", "http://api.example:8000")]));
        assert!(is_allowed(&[cookie, host, ("origin", "https://App.example")]));
        for origin in [
            "https://evil.example",
            "http://api.example",
            "http://api.example:8000.evil.example",
            "null",
            "https://",
            "",
        ] {
            assert!(!is_allowed(&[cookie, host, ("origin", origin)]), "{origin}");
        }
        assert!(!is_allowed(&[cookie, host]), "no origin at all");
        let refresh = ("cookie", "refresh_token=x");
        assert!(!is_allowed(&[refresh, host, ("origin", "https://evil.example")]), "it may work on that cookie alone");
        let https = ("x-forwarded-proto", "https");
        assert!(!is_allowed(&[cookie, host, https, ("origin", "http://api.example:8000")]));
        assert!(is_allowed(&[cookie, host, https, ("origin", "https://api.example:8000")]));
    }

    #[test]
    fn without_a_cookie_nothing_is_stolen() {
        assert!(is_allowed(&[("origin", "https://evil.example")]) && is_allowed(&[]));
    }
}
