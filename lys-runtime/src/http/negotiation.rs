//! Content negotiation of GraphQL over HTTP: which of two JSON types the client reads, and whether its body is JSON.

/// The media type of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// `application/json`: status 200 for every GraphQL-level error.
    Json,
    /// `application/graphql-response+json`: 4xx when the document was refused.
    GraphqlResponse,
}

impl Media {
    /// Value of `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
        }
    }
}

/// The media type to answer with; `None` when `accept` admits neither. Absent and `*/*` mean `application/json`.
#[must_use]
pub fn negotiate(accept: Option<&str>) -> Option<Media> {
    let accept = accept.map_or("*/*", str::trim);
    if accept.is_empty() || accept == "*/*" {
        return Some(Media::Json);
    }
    let json = Preference::of("json", accept);
    let graphql = Preference::of("graphql-response+json", accept);
    match (json.quality > 0, graphql.quality > 0) {
        (false, false) => None,
        (false, true) => Some(Media::GraphqlResponse),
        (true, true) if graphql.outranks(&json) => Some(Media::GraphqlResponse),
        (true, _) => Some(Media::Json),
    }
}

/// True when `accept` asks for a page.
#[must_use]
pub fn accepts_html(accept: Option<&str>) -> bool {
    accept.is_some_and(|accept| ranges(accept).any(|(range, q)| q > 0 && range.eq_ignore_ascii_case("text/html")))
}

/// Whether a body of this type is JSON in UTF-8.
#[must_use]
pub fn is_json_body(content_type: Option<&str>) -> bool {
    let Some(content_type) = content_type else { return false };
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    essence.eq_ignore_ascii_case("application/json")
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            let value = value.trim().trim_matches('"');
            !name.trim().eq_ignore_ascii_case("charset")
                || value.eq_ignore_ascii_case("utf-8")
                || value.eq_ignore_ascii_case("utf8")
        })
}

/// How much a client wants one media type.
struct Preference {
    /// In thousandths; 0 is a refusal.
    quality: u16,
    /// 3 for the type itself, 2 for `application/*`, 1 for `*/*`.
    specificity: u8,
    /// Place in the header.
    position: usize,
}

impl Preference {
    /// The most specific range of `accept` that covers `application/<subtype>` decides.
    fn of(subtype: &str, accept: &str) -> Self {
        let mut best = Self { quality: 0, specificity: 0, position: usize::MAX };
        for (position, (range, quality)) in ranges(accept).enumerate() {
            let specificity = specificity(range, subtype);
            if specificity > best.specificity {
                best = Self { quality, specificity, position };
            }
        }
        best
    }

    fn outranks(&self, other: &Self) -> bool {
        let rank = |it: &Self| (it.quality, it.specificity, std::cmp::Reverse(it.position));
        rank(self) > rank(other)
    }
}

fn specificity(range: &str, subtype: &str) -> u8 {
    match range.split_once('/') {
        Some(("*", "*")) => 1,
        Some((kind, "*")) if kind.eq_ignore_ascii_case("application") => 2,
        Some((kind, of)) if kind.eq_ignore_ascii_case("application") && of.eq_ignore_ascii_case(subtype) => 3,
        _ => 0,
    }
}

/// Media ranges and their quality in thousandths, in the order of the header.
fn ranges(accept: &str) -> impl Iterator<Item = (&str, u16)> {
    accept.split(',').map(|part| {
        let mut parameters = part.split(';').map(str::trim);
        let range = parameters.next().unwrap_or_default();
        let quality = parameters
            .filter_map(|parameter| parameter.split_once('='))
            .find_map(|(name, value)| name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim())));
        (range, quality.unwrap_or(1000))
    })
}

/// `0.25` → 250; what is not a quality refuses.
fn thousandths(quality: &str) -> u16 {
    let (whole, fraction) = quality.split_once('.').unwrap_or((quality, ""));
    let digits = format!("{fraction:0<3}");
    match (whole, digits.get(..3).and_then(|digits| digits.parse::<u16>().ok())) {
        ("1", Some(_)) => 1000,
        ("0", Some(fraction)) => fraction,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(accept: &str, expected: Option<Media>) {
        assert_eq!(negotiate(Some(accept)), expected, "Accept: {accept}");
    }

    #[test]
    fn accept_decides_the_media_type() {
        assert_eq!(negotiate(None), Some(Media::Json));
        check("", Some(Media::Json));
        check("*/*", Some(Media::Json));
        check("application/json", Some(Media::Json));
        check("Application/JSON; charset=utf-8", Some(Media::Json));
        check("application/*", Some(Media::Json));
        check("text/html,application/xhtml+xml,*/*;q=0.8", Some(Media::Json));
        check("application/graphql-response+json", Some(Media::GraphqlResponse));
        check("application/graphql-response+json, */*", Some(Media::GraphqlResponse));
        check("application/graphql-response+json, application/json;q=0.9", Some(Media::GraphqlResponse));
        check("application/graphql-response+json;q=0.5, application/json", Some(Media::Json));
        check("application/json, application/graphql-response+json", Some(Media::Json));
        check("application/graphql-response+json, application/json", Some(Media::GraphqlResponse));
    }

    #[test]
    fn zero_quality_refuses() {
        check("application/json;q=0, */*", Some(Media::GraphqlResponse));
        check("application/json;q=0", None);
        check("*/*;q=0", None);
        check("application/json;q=oops", None);
    }

    #[test]
    fn other_types_are_not_acceptable() {
        check("text/html", None);
        check("application/xml, text/plain", None);
    }

    #[test]
    fn only_utf8_json_is_a_body() {
        assert!(is_json_body(Some("application/json")));
        assert!(is_json_body(Some("application/json; charset=UTF-8")));
        assert!(is_json_body(Some("application/json;charset=\"utf-8\"")));
        assert!(!is_json_body(Some("application/json; charset=iso-8859-1")));
        assert!(!is_json_body(Some("text/plain;charset=UTF-8")));
        assert!(!is_json_body(Some("multipart/form-data; boundary=x")));
        assert!(!is_json_body(None));
    }

    #[test]
    fn a_browser_accepts_pages() {
        assert!(accepts_html(Some("text/html,application/xhtml+xml,*/*;q=0.8")));
        assert!(!accepts_html(Some("*/*")));
        assert!(!accepts_html(None));
    }
}
