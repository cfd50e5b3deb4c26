//! The messages of graphql-transport-ws, and what its sockets are closed with.

use actix_ws::{CloseCode, CloseReason};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::execute::GraphqlRequest;

/// The subprotocol.
pub(super) const NAME: &str = "graphql-transport-ws";
/// Longest id of an operation.
const LONGEST_ID: usize = 128;

/// What a client says.
#[derive(Debug, PartialEq)]
pub(super) enum Incoming {
    /// `connection_init`, with the text of an `Authorization` in its payload.
    Init(Option<String>),
    /// `ping`, with its payload.
    Ping(Option<Json>),
    /// `pong`.
    Pong,
    /// `subscribe`.
    Subscribe { id: String, asked: Asked },
    /// `complete`.
    Complete { id: String },
}

/// The payload of `subscribe`.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Asked {
    query: String,
    #[serde(default)]
    operation_name: Option<String>,
    #[serde(default)]
    variables: Option<Map<String, Json>>,
    /// Nothing is read of them.
    #[serde(default)]
    extensions: Option<Map<String, Json>>,
}

impl Asked {
    pub(super) fn into_request(self) -> GraphqlRequest {
        GraphqlRequest {
            query: self.query,
            operation_name: self.operation_name,
            variables: self.variables.unwrap_or_default(),
            ..GraphqlRequest::default()
        }
    }
}

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    payload: Option<Json>,
}

/// Why a socket is closed by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Closing {
    /// Nothing is asked any more.
    Idle,
    /// The process stops.
    GoingAway,
    /// A message was too long.
    TooLarge,
    /// Frames or texts are malformed.
    Malformed,
    /// There are too many sockets.
    TooMany,
    /// Something that is no message of the protocol.
    BadRequest(&'static str),
    /// Something was asked before the greeting.
    Unauthorized,
    /// The token does not hold, or not any more.
    Forbidden,
    /// No subprotocol that is spoken here.
    Subprotocol,
    /// The greeting took too long.
    InitTimeout,
    /// Two operations with one id.
    Duplicate,
    /// Two greetings.
    SecondInit,
}

impl Closing {
    pub(super) fn reason(self) -> CloseReason {
        let (code, text) = match self {
            Self::Idle => (CloseCode::Normal, "Idle"),
            Self::GoingAway => (CloseCode::Away, "Going away"),
            Self::TooLarge => (CloseCode::Size, "Message too large"),
            Self::Malformed => (CloseCode::Protocol, "Malformed frame"),
            Self::TooMany => (CloseCode::Again, "Too many connections"),
            Self::BadRequest(text) => (CloseCode::Other(4400), text),
            Self::Unauthorized => (CloseCode::Other(4401), "Unauthorized"),
            Self::Forbidden => (CloseCode::Other(4403), "Forbidden"),
            Self::Subprotocol => (CloseCode::Other(4406), "Subprotocol not acceptable"),
            Self::InitTimeout => (CloseCode::Other(4408), "Connection initialisation timeout"),
            Self::Duplicate => (CloseCode::Other(4409), "Subscriber for this id already exists"),
            Self::SecondInit => (CloseCode::Other(4429), "Too many initialisation requests"),
        };
        CloseReason { code, description: Some(text.to_owned()) }
    }
}

/// Reads a message.
///
/// # Errors
/// How the socket is closed that sent it.
pub(super) fn read(text: &str) -> Result<Incoming, Closing> {
    let message: Message = serde_json::from_str(text).map_err(|_| Closing::BadRequest("Invalid message"))?;
    let id = |id: Option<String>| match id {
        Some(id) if !id.is_empty() && id.len() <= LONGEST_ID => Ok(id),
        _ => Err(Closing::BadRequest("Invalid id")),
    };
    Ok(match message.kind.as_str() {
        "connection_init" => Incoming::Init(authorization(message.payload)?),
        "ping" => Incoming::Ping(message.payload),
        "pong" => Incoming::Pong,
        "complete" => Incoming::Complete { id: id(message.id)? },
        "subscribe" => {
            let asked = message.payload.and_then(|payload| serde_json::from_value(payload).ok());
            let asked = asked.ok_or(Closing::BadRequest("Invalid payload of subscribe"))?;
            Incoming::Subscribe { id: id(message.id)?, asked }
        }
        _ => return Err(Closing::BadRequest("Invalid message type")),
    })
}

/// The token in the payload of `connection_init`, if there is one: a text named like the header.
fn authorization(payload: Option<Json>) -> Result<Option<String>, Closing> {
    let wrong = Closing::BadRequest("Invalid payload of connection_init");
    let payload = match payload {
        None | Some(Json::Null) => return Ok(None),
        Some(Json::Object(payload)) => payload,
        Some(_) => return Err(wrong),
    };
    match payload.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("authorization")) {
        None | Some((_, Json::Null)) => Ok(None),
        Some((_, Json::String(text))) => Ok(Some(text)),
        Some(_) => Err(wrong),
    }
}

/// `connection_ack`.
pub(super) const ACK: &str = r#"{"type":"connection_ack"}"#;

/// `pong`, with the payload of the `ping`.
pub(super) fn pong(payload: Option<Json>) -> String {
    match payload {
        None => r#"{"type":"pong"}"#.to_owned(),
        Some(payload) => serde_json::json!({ "type": "pong", "payload": payload }).to_string(),
    }
}

/// `next`, with an answer in JSON.
pub(super) fn next(id: &str, answer: &[u8]) -> String {
    payload("next", id, answer)
}

/// `error`, with a list of errors in JSON: nothing has run.
pub(super) fn error(id: &str, errors: &[u8]) -> String {
    payload("error", id, errors)
}

/// `complete`.
pub(super) fn complete(id: &str) -> String {
    serde_json::json!({ "id": id, "type": "complete" }).to_string()
}

fn payload(kind: &str, id: &str, json: &[u8]) -> String {
    format!(r#"{{"id":{},"type":"{kind}","payload":{}}}"#, Json::from(id), String::from_utf8_lossy(json))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> u16 {
        read(text).expect_err(text).reason().code.into()
    }

    #[test]
    fn messages_are_read() {
        assert_eq!(read(r#"{"type":"connection_init"}"#), Ok(Incoming::Init(None)));
        let init = r#"{"type":"connection_init","payload":{"authorization":"Bearer x","other":1}}"#;
        assert_eq!(read(init), Ok(Incoming::Init(Some("Bearer x".to_owned()))));
        assert_eq!(read(r#"{"type":"ping","payload":{}}"#), Ok(Incoming::Ping(Some(Json::Object(Map::new())))));
        assert_eq!(read(r#"{"type":"complete","id":"1"}"#), Ok(Incoming::Complete { id: "1".to_owned() }));
        let subscribe = r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":null,"extensions":{}}}"#;
        assert!(matches!(read(subscribe), Ok(Incoming::Subscribe { .. })));
    }

    #[test]
    fn anything_else_is_a_bad_request() {
        for text in [
            "",
            "1",
            "[]",
            "{}",
            "null",
            "{",
            r#"{"type":1}"#,
            r#"{"type":"start","id":"1","payload":{"query":"{a}"}}"#,
            r#"{"type":"connection_ack"}"#,
            r#"{"type":"connection_init","payload":[]}"#,
            r#"{"type":"connection_init","payload":{"Authorization":1}}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"complete","id":""}"#,
            r#"{"type":"complete","id":1}"#,
            r#"{"type":"subscribe","id":"1"}"#,
            r#"{"type":"subscribe","id":"1","payload":{}}"#,
            r#"{"type":"subscribe","payload":{"query":"{a}"}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","variables":[]}}"#,
            r#"{"type":"subscribe","id":"1","payload":{"query":"{a}","extensions":1}}"#,
        ] {
            assert_eq!(refused(text), 4400, "{text}");
        }
        assert_eq!(refused(&format!(r#"{{"type":"complete","id":"{}"}}"#, "x".repeat(129))), 4400);
    }

    #[test]
    fn an_id_cannot_leave_its_quotes() {
        assert_eq!(next("a\"b", b"{}"), r#"{"id":"a\"b","type":"next","payload":{}}"#);
        assert_eq!(complete("a"), r#"{"id":"a","type":"complete"}"#);
    }
}
