//! gzip for clients that ask for it and bodies that are worth it.

use std::io::Write as _;

use actix_web::http::header::{ACCEPT_ENCODING, HeaderMap};
use flate2::{Compression, write::GzEncoder};

/// Smaller bodies fit a packet anyway.
const WORTHWHILE: usize = 1024;

/// The body compressed, or `None` to send it as it is.
#[must_use]
pub fn gzip(headers: &HeaderMap, body: &[u8]) -> Option<Vec<u8>> {
    let accepted = headers.get(ACCEPT_ENCODING)?.to_str().ok()?;
    if body.len() <= WORTHWHILE || !asks_for_gzip(accepted) {
        return None;
    }
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::fast());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

fn asks_for_gzip(accepted: &str) -> bool {
    accepted.split(',').any(|coding| {
        let (name, parameters) = coding.split_once(';').unwrap_or((coding, ""));
        let refused = matches!(parameters.replace(' ', "").as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case("gzip") && !refused
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn compressed(accepted: &'static str, size: usize) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accepted));
        gzip(&headers, &vec![b'a'; size]).is_some()
    }

    #[test]
    fn only_large_bodies_and_only_when_asked() {
        assert!(compressed("br, gzip", 2000));
        assert!(compressed("gzip;q=0.5", 2000));
        assert!(!compressed("gzip", 1000));
        assert!(!compressed("gzip; q=0", 2000));
        assert!(!compressed("br, identity", 2000));
        assert!(gzip(&HeaderMap::new(), &[0; 2000]).is_none());
    }
}
