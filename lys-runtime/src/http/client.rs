//! Where a request comes from: the peer, or what trusted proxies say of it.
//!
//! Each proxy writes down whom it was asked by, at the right end. So the header is read from the right, as long as whoever wrote is
//! trusted; what stands left of that anybody may have written.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use actix_web::http::header::{HeaderMap, HeaderName};
use ipnet::IpNet;

/// Longest `User-Agent` that is kept, in bytes.
const LONGEST_USER_AGENT: usize = 512;

/// An address or a range of them, as `10.0.0.0/8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// Whether `address` is in it; an IPv4 address is the same inside IPv6.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let network = text.parse().or_else(|_| text.parse().map(|address: IpAddr| IpNet::from(address.to_canonical())));
        network.map(Self).map_err(|_| format!("`{text}` is no address and no network; write 10.0.0.7 or 10.0.0.0/8"))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The header that proxies tell the client in. Only one is read: a proxy passes the other on as the client wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    #[default]
    XForwarded,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl FromStr for ForwardedHeader {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwarded),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(format!("`{text}` is neither `x-forwarded-for` nor `forwarded`")),
        }
    }
}

/// The proxies in front of the server.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    /// Where they are; nowhere by default, so that nothing they would write is read.
    pub networks: Vec<Network>,
    /// The header that they write.
    pub header: ForwardedHeader,
}

/// Who is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Client {
    /// Address.
    pub ip: Option<IpAddr>,
    /// Whether the client speaks HTTPS, to us or to a trusted proxy.
    pub https: bool,
}

/// One step of the way of a request, as a proxy wrote it down.
struct Hop<'a> {
    from: &'a str,
    proto: Option<&'a str>,
}

impl Proxies {
    /// The client of a request that `peer` sent with `headers`.
    #[must_use]
    pub fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Client {
        let mut client = Client { ip: peer.map(|peer| peer.to_canonical()), https: false };
        if !self.trusts(client.ip) {
            return client;
        }
        let lines = self.lines(headers);
        for (nth, hop) in lines.iter().rev().flat_map(|line| self.hops(line)).enumerate() {
            // The proxy next to us knows what it was asked by; the ones before it may be asked within a private network.
            if nth == 0 {
                client.https = hop.proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
            }
            // A proxy may hide whom it was asked by: then it is as far as we can see.
            let Some(from) = address(hop.from) else { break };
            client.ip = Some(from);
            if !self.trusts(client.ip) {
                break;
            }
        }
        if self.header == ForwardedHeader::XForwarded {
            let proto = headers.get_all(PROTO).last().and_then(|proto| proto.to_str().ok()?.rsplit(',').next());
            client.https = proto.is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"));
        }
        client
    }

    fn trusts(&self, address: Option<IpAddr>) -> bool {
        address.is_some_and(|address| self.networks.iter().any(|network| network.contains(address)))
    }

    fn lines<'h>(&self, headers: &'h HeaderMap) -> Vec<&'h str> {
        let name = match self.header {
            ForwardedHeader::XForwarded => HeaderName::from_static("x-forwarded-for"),
            ForwardedHeader::Forwarded => HeaderName::from_static("forwarded"),
        };
        // An unreadable line ends the way: an empty hop is no address.
        headers.get_all(name).map(|line| line.to_str().unwrap_or_default()).collect()
    }

    /// The hops of one line, the last one first.
    fn hops<'h>(&self, line: &'h str) -> impl Iterator<Item = Hop<'h>> + use<'h> {
        let header = self.header;
        line.rsplit(',').map(move |hop| match header {
            ForwardedHeader::XForwarded => Hop { from: hop.trim(), proto: None },
            ForwardedHeader::Forwarded => Hop { from: pair(hop, "for").unwrap_or_default(), proto: pair(hop, "proto") },
        })
    }
}

const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The value of `name` in `for=192.0.2.1;proto=https`.
fn pair<'h>(hop: &'h str, name: &str) -> Option<&'h str> {
    let mut pairs = hop.split(';').filter_map(|pair| pair.split_once('='));
    pairs.find(|(found, _)| found.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value.trim().trim_matches('"'))
}

/// An address with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
    address.map(|address: IpAddr| address.to_canonical())
}

/// What a client calls itself: cut, and without what could break a log line.
#[must_use]
pub fn user_agent(headers: &HeaderMap) -> Option<String> {
    let sent = headers.get(actix_web::http::header::USER_AGENT)?;
    let text = String::from_utf8_lossy(&sent.as_bytes()[..sent.len().min(LONGEST_USER_AGENT)]);
    Some(text.chars().filter(|letter| !letter.is_control()).collect())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn proxies(networks: &[&str], header: ForwardedHeader) -> Proxies {
        Proxies { networks: networks.iter().map(|network| network.parse().expect("a network")).collect(), header }
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in lines {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a value"));
        }
        map
    }

    #[track_caller]
    fn check(proxies: &Proxies, peer: &str, lines: &[(&'static str, &str)], ip: &str, https: bool) {
        let client = proxies.client(Some(peer.parse().expect("an address")), &headers(lines));
        assert_eq!(client, Client { ip: Some(ip.parse().expect("an address")), https }, "{peer} {lines:?}");
    }

    #[test]
    fn nobody_is_believed_by_default() {
        let forged = [("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=1.1.1.1;proto=https")];
        check(&Proxies::default(), "198.51.100.7", &forged, "198.51.100.7", false);
        check(&Proxies::default(), "127.0.0.1", &[("x-forwarded-proto", "https")], "127.0.0.1", false);
    }

    #[test]
    fn the_way_is_walked_from_the_right() {
        let proxies = proxies(&["10.0.0.0/8", "2001:db8::/32"], ForwardedHeader::XForwarded);
        let forged = "1.1.1.1, 198.51.100.7";
        check(&proxies, "10.0.0.1", &[("x-forwarded-for", forged)], "198.51.100.7", false);
        check(&proxies, "10.0.0.1", &[("x-forwarded-for", "1.1.1.1, 198.51.100.7, 10.0.0.2")], "198.51.100.7", false);
        check(&proxies, "2001:db8::5", &[("x-forwarded-for", "198.51.100.7:4711")], "198.51.100.7", false);
        check(&proxies, "::ffff:10.0.0.1", &[("x-forwarded-for", "[2001:db9::1]:80")], "2001:db9::1", false);
        let lines = [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.7, 10.9.9.9")];
        check(&proxies, "10.0.0.1", &lines, "198.51.100.7", false);
        // All of them are ours: the first one is as far as the way goes.
        check(&proxies, "10.0.0.1", &[("x-forwarded-for", "10.0.0.3, 10.0.0.2")], "10.0.0.3", false);
        // The peer is no proxy, whatever it says.
        check(&proxies, "198.51.100.7", &[("x-forwarded-for", "10.0.0.1")], "198.51.100.7", false);
    }

    #[test]
    fn what_is_no_address_ends_the_way() {
        let proxies = proxies(&["10.0.0.0/8"], ForwardedHeader::XForwarded);
        for hop in ["", "unknown", "_hidden", "1.1.1.1.1", "<script>", "1.1.1.1, "] {
            check(&proxies, "10.0.0.1", &[("x-forwarded-for", hop)], "10.0.0.1", false);
        }
        check(&proxies, "10.0.0.1", &[("x-forwarded-for", "1.1.1.1, unknown, 10.0.0.2")], "10.0.0.2", false);
    }

    #[test]
    fn one_header_is_read_and_the_other_is_not() {
        let lines =
            [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", "http"), ("forwarded", "for=2.2.2.2;proto=https")];
        check(&proxies(&["10.0.0.1"], ForwardedHeader::XForwarded), "10.0.0.1", &lines, "1.1.1.1", false);
        check(&proxies(&["10.0.0.1"], ForwardedHeader::Forwarded), "10.0.0.1", &lines, "2.2.2.2", true);
        let lines = [("forwarded", "for=1.1.1.1, For=\"[2001:db9::1]:4711\";Proto=\"HTTPS\";by=_x")];
        check(&proxies(&["10.0.0.1"], ForwardedHeader::Forwarded), "10.0.0.1", &lines, "2001:db9::1", true);
    }

    #[test]
    fn https_is_the_word_of_the_last_proxy() {
        let proxies = proxies(&["10.0.0.0/8"], ForwardedHeader::XForwarded);
        let proto = |proto: &'static str| [("x-forwarded-for", "1.1.1.1"), ("x-forwarded-proto", proto)];
        check(&proxies, "10.0.0.1", &proto("https"), "1.1.1.1", true);
        check(&proxies, "10.0.0.1", &proto("https, http"), "1.1.1.1", false);
        check(&proxies, "198.51.100.7", &proto("https"), "198.51.100.7", false);
    }

    #[test]
    fn a_user_agent_is_bounded() {
        let agent = user_agent(&headers(&[("user-agent", &"ä".repeat(400))])).expect("there is one");
        assert!(agent.chars().count() <= 257 && agent.starts_with('ä'), "{agent}");
        let mut tab = HeaderMap::new();
        tab.insert(HeaderName::from_static("user-agent"), HeaderValue::from_static("a\tb"));
        assert_eq!(user_agent(&tab).as_deref(), Some("ab"));
        assert_eq!(user_agent(&HeaderMap::new()), None);
    }
}
