//! Where the page is from that sends a request (50 §3 C8).
//!
//! What works on the refresh cookie alone, such as refreshing and logging out, has to work when the XSRF cookie is lost. There the
//! browser's word on the page stands in for the XSRF token: `Origin` and `Sec-Fetch-Site`, which no page can write.

use actix_web::http::header::{self, HeaderMap, HeaderName};

use super::{Refusal, actor, cookies};
use crate::{access::Actor, execute::ByOrigin};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Whether a request was sent by a page of this server's own origin or of a trusted one, as far as its browser says. A request
/// without either header is not: every browser sends one with what is not a plain `GET`.
#[must_use]
pub fn is_trusted(headers: &HeaderMap, trusted: &[String]) -> bool {
    let text = |name: &HeaderName| {
        let mut sent = headers.get_all(name);
        let first = sent.next()?;
        // Said twice, it is not said.
        if sent.next().is_some() { Some("") } else { Some(first.to_str().unwrap_or_default()) }
    };
    let origin = text(&header::ORIGIN);
    if origin.is_some_and(|origin| trusted.iter().any(|trusted| trusted.eq_ignore_ascii_case(origin))) {
        return true;
    }
    match (text(&SEC_FETCH_SITE), origin) {
        // Both say so, if both are there.
        (Some(site), origin) => {
            site == "same-origin" && origin.is_none_or(|origin| is_own(origin, text(&header::HOST)))
        }
        (None, Some(origin)) => is_own(origin, text(&header::HOST)),
        (None, None) => false,
    }
}

/// Whether an origin names the host that was asked. The scheme is not compared: behind a proxy nobody here knows it.
fn is_own(origin: &str, host: Option<&str>) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    let default = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return false,
    };
    let bare = |authority: &str| authority.strip_suffix(default).unwrap_or(authority).to_ascii_lowercase();
    host.is_some_and(|host| !host.is_empty() && bare(host) == bare(authority))
}

/// Who is let in, where some root fields may work on the refresh cookie alone: those need a trusted page whenever a cookie could
/// vouch for the request, and go on without a user if only the XSRF token was amiss.
///
/// # Errors
/// That of the identification, and `INVALID_XSRF_TOKEN_ERROR` for a page that is not trusted.
pub(super) fn vouched(
    identified: Result<Actor, Refusal>,
    by_origin: impl FnOnce() -> ByOrigin,
    headers: &HeaderMap,
    trusted: &[String],
) -> Result<Actor, Refusal> {
    let lost = identified.as_ref().err() == Some(&Refusal::InvalidXsrfToken);
    if !lost && (identified.is_err() || actor::cookies(headers, cookies::REFRESH_TOKEN).next().is_none()) {
        return identified;
    }
    match by_origin() {
        ByOrigin::None => identified,
        _ if !is_trusted(headers, trusted) => Err(Refusal::InvalidXsrfToken),
        ByOrigin::All if lost => Ok(Actor::Anonymous),
        ByOrigin::Some | ByOrigin::All => identified,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn headers(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        map
    }

    fn trusts(sent: &[(&'static str, &'static str)]) -> bool {
        let all = [&[("host", "shop.example.com")], sent].concat();
        is_trusted(&headers(&all), &["https://app.example.com".to_owned()])
    }

    #[test]
    fn pages_of_the_own_and_of_trusted_origins_are_trusted() {
        assert!(trusts(&[("origin", "https://shop.example.com")]));
        assert!(trusts(&[("origin", "https://shop.example.com:443")]));
        assert!(trusts(&[("origin", "http://SHOP.example.com")]), "behind a proxy");
        assert!(trusts(&[("sec-fetch-site", "same-origin")]));
        assert!(trusts(&[("sec-fetch-site", "same-origin"), ("origin", "https://shop.example.com")]));
        assert!(trusts(&[("sec-fetch-site", "cross-site"), ("origin", "https://app.example.com")]));
        assert!(trusts(&[("sec-fetch-site", "same-site"), ("origin", "https://app.example.com")]));
    }

    #[test]
    fn all_other_pages_are_not() {
        for sent in [
            &[][..],
            &[("referer", "https://shop.example.com/")],
            &[("origin", "null")],
            &[("origin", "")],
            &[("origin", "shop.example.com")],
            &[("origin", "https://evil.example")],
            &[("origin", "https://shop.example.com.evil.example")],
            &[("origin", "https://shop.example.com:8443")],
            &[("origin", "https://evil.example/https://shop.example.com")],
            &[("origin", "file://shop.example.com")],
            &[("origin", "https://app.example.com.evil.example")],
            &[("origin", "http://app.example.com")],
            &[("origin", "https://shop.example.com"), ("origin", "https://evil.example")],
            &[("origin", "https://shop.example.com"), ("sec-fetch-site", "cross-site")],
            &[("origin", "https://shop.example.com"), ("sec-fetch-site", "same-site")],
            &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "")],
            &[("sec-fetch-site", "same-origin"), ("sec-fetch-site", "cross-site")],
        ] {
            assert!(!trusts(sent), "{sent:?}");
        }
        assert!(!is_trusted(&headers(&[("origin", "https://a.com")]), &[]), "no host");
    }

    #[test]
    fn a_lost_xsrf_token_is_made_up_for_by_the_page_where_the_refresh_cookie_is_all() {
        let own = [("host", "a.com"), ("origin", "https://a.com"), ("cookie", "refresh_token=r")];
        let foreign = [("host", "a.com"), ("origin", "https://evil.example"), ("cookie", "refresh_token=r")];
        let no_cookie = [("host", "a.com"), ("x-a", "program")];
        let lost = || Err(Refusal::InvalidXsrfToken);
        let decided = |identified, by_origin, sent: &[_]| vouched(identified, || by_origin, &headers(sent), &[]);
        assert_eq!(decided(lost(), ByOrigin::All, &own), Ok(Actor::Anonymous));
        for (by_origin, sent) in [
            (ByOrigin::All, &foreign[..]),
            (ByOrigin::Some, &own),
            (ByOrigin::Some, &foreign),
            (ByOrigin::None, &own),
            (ByOrigin::All, &no_cookie),
        ] {
            assert_eq!(decided(lost(), by_origin, sent), lost(), "{by_origin:?} {sent:?}");
        }
        let service = || Ok(Actor::Service { name: "billing".to_owned() });
        for identified in [Ok(Actor::Anonymous), service()] {
            assert_eq!(decided(identified.clone(), ByOrigin::None, &foreign), identified);
            assert_eq!(decided(identified.clone(), ByOrigin::All, &own), identified);
            assert_eq!(decided(identified.clone(), ByOrigin::Some, &own), identified);
            // Nothing that a page could make a browser send along.
            assert_eq!(decided(identified.clone(), ByOrigin::All, &no_cookie), identified);
            assert_eq!(decided(identified.clone(), ByOrigin::All, &foreign), lost());
            assert_eq!(decided(identified, ByOrigin::Some, &foreign), lost());
        }
        let broken = || Err(Refusal::SessionsUnavailable);
        assert_eq!(decided(broken(), ByOrigin::All, &own), broken());
    }
}
