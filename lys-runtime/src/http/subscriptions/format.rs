//! How answers stand in a stream over HTTP: as server-sent events (graphql-sse, distinct connections), or as parts of a multipart body
//! (10-core §17.2).

use std::time::Duration;

use actix_web::web::Bytes;

/// The form of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Events `next` and `complete`; comments keep it alive.
    Events,
    /// Parts; empty ones keep it alive.
    Multipart,
    /// Events without a name; comments keep it alive. Not for answers: it carries signals.
    Signals,
}

/// How often clients of multipart streams expect a part.
const HEARTBEAT: Duration = Duration::from_secs(5);

/// The form of stream that `Accept` names, the first one of several. `*/*` asks for none.
#[must_use]
pub fn wanted(accept: Option<&str>) -> Option<Format> {
    accept?.split(',').find_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let media = parts.next().unwrap_or_default();
        let mut parameters =
            parts.filter_map(|part| part.split_once('=')).map(|(name, value)| (name.trim(), value.trim()));
        if parameters.clone().any(|(name, value)| name.eq_ignore_ascii_case("q") && is_zero(value)) {
            return None;
        }
        if media.eq_ignore_ascii_case("text/event-stream") {
            return Some(Format::Events);
        }
        let is_multipart = media.eq_ignore_ascii_case("multipart/mixed");
        (is_multipart && parameters.any(|(name, _)| name.eq_ignore_ascii_case("subscriptionSpec")))
            .then_some(Format::Multipart)
    })
}

fn is_zero(quality: &str) -> bool {
    quality.parse::<f32>().is_ok_and(|quality| quality <= 0.0)
}

impl Format {
    /// Value of `Content-Type`.
    #[must_use]
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Events | Self::Signals => "text/event-stream; charset=utf-8",
            Self::Multipart => "multipart/mixed;boundary=graphql;subscriptionSpec=1.0",
        }
    }

    /// How often it is kept alive.
    pub(super) fn interval(self, keep_alive: Duration) -> Duration {
        match self {
            Self::Events | Self::Signals => keep_alive,
            Self::Multipart => keep_alive.min(HEARTBEAT),
        }
    }

    /// What stands before everything: a proxy passes the head on once there is a body.
    pub(super) fn start(self) -> Bytes {
        match self {
            Self::Events | Self::Signals => Bytes::from_static(b":\n\n"),
            // A part is read once the delimiter behind it is there, so each delimiter goes with the part before it.
            Self::Multipart => [b"--graphql", &part(b"{}")[..]].concat().into(),
        }
    }

    /// One answer.
    pub(super) fn next(self, answer: &[u8]) -> Bytes {
        match self {
            Self::Events => event(b"event: next\ndata: ", answer),
            Self::Signals => event(b"data: ", answer),
            Self::Multipart => part(&[b"{\"payload\":", answer, b"}"].concat()).into(),
        }
    }

    /// A sign of life.
    pub(super) fn heartbeat(self) -> Bytes {
        match self {
            Self::Events | Self::Signals => Bytes::from_static(b":\n\n"),
            Self::Multipart => part(b"{}").into(),
        }
    }

    /// The session is over, as these JSON errors tell: the client may come again, with a token that holds.
    pub(super) fn cut_off(self, errors: &[u8]) -> Bytes {
        match self {
            // Without `complete`: clients come again.
            Self::Signals => self.heartbeat(),
            Self::Events => self.next(&[b"{\"data\":null,\"errors\":", errors, b"}"].concat()),
            Self::Multipart => {
                let body = part(&[b"{\"payload\":null,\"errors\":", errors, b"}"].concat());
                [&body[..], &self.complete()].concat().into()
            }
        }
    }

    /// Nothing follows.
    pub(super) fn complete(self) -> Bytes {
        match self {
            Self::Events => Bytes::from_static(b"event: complete\ndata:\n\n"),
            // Browsers come again.
            Self::Signals => self.heartbeat(),
            Self::Multipart => Bytes::from_static(b"--\r\n"),
        }
    }
}

/// An event of one line of JSON: between its tokens a line break is a space, and inside of texts there is none.
fn event(start: &[u8], json: &[u8]) -> Bytes {
    let mut event = Vec::with_capacity(start.len() + json.len() + 2);
    event.extend_from_slice(start);
    event.extend(json.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
    event.extend_from_slice(b"\n\n");
    event.into()
}

/// A part and the delimiter behind it.
fn part(body: &[u8]) -> Vec<u8> {
    let head = format!("\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body, b"\r\n--graphql"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_names_a_stream() {
        let multipart = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json";
        assert_eq!(wanted(Some(multipart)), Some(Format::Multipart));
        assert_eq!(wanted(Some("multipart/mixed; boundary=\"-\"; SubscriptionSpec=\"1.0\"")), Some(Format::Multipart));
        assert_eq!(wanted(Some("Text/Event-Stream")), Some(Format::Events));
        let both = "application/graphql-response+json, application/json, text/event-stream, multipart/mixed";
        assert_eq!(wanted(Some(both)), Some(Format::Events));
        for none in
            ["*/*", "text/*", "multipart/mixed", "multipart/mixed;deferSpec=20220824", "text/event-stream;q=0", ""]
        {
            assert_eq!(wanted(Some(none)), None, "{none}");
        }
        assert_eq!(wanted(None), None);
    }

    #[test]
    fn an_event_is_one_line() {
        let event = Format::Events.next(b"{\"data\":\n{\"a\":\"\\n\"}\r\n}");
        assert_eq!(&event[..], b"event: next\ndata: {\"data\": {\"a\":\"\\n\"}  }\n\n");
    }

    #[test]
    fn parts_stand_between_delimiters() {
        let format = Format::Multipart;
        let stream = [format.start(), format.next(b"{\"data\":1}"), format.heartbeat(), format.complete()].concat();
        let stream = String::from_utf8(stream).expect("text");
        let parts: Vec<&str> = stream.split("\r\n--graphql").collect();
        let head =
            |length| format!("\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {length}\r\n\r\n");
        let first = format!("--graphql{}{{}}", head(2));
        assert_eq!(
            parts,
            [&*first, &format!("{}{{\"payload\":{{\"data\":1}}}}", head(22)), &format!("{}{{}}", head(2)), "--\r\n"]
        );
    }
}
