//! Clients of the transports.

use futures_util::{SinkExt as _, StreamExt as _};
use lys::prelude::*;
use tokio::{io::AsyncReadExt as _, net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{Message, protocol::frame::coding::CloseCode},
};

use super::kit::{LONG, SHORT, json};

/// What a server sends over HTTP, as it comes.
pub struct Raw {
    pub(super) stream: TcpStream,
    pub seen: String,
}

impl Raw {
    /// Reads until `part` has come; gives everything up to it, and forgets that.
    pub async fn until(&mut self, part: &str) -> String {
        loop {
            if let Some(at) = self.seen.find(part) {
                let rest = self.seen.split_off(at + part.len());
                return std::mem::replace(&mut self.seen, rest);
            }
            assert!(self.more().await, "`{part}` did not come: {}", self.seen);
        }
    }

    /// Reads to the end of the body.
    pub async fn rest(&mut self) -> String {
        while !self.seen.contains("0\r\n\r\n") && self.more().await {}
        std::mem::take(&mut self.seen)
    }

    async fn more(&mut self) -> bool {
        let mut bytes = [0; 4096];
        let read = timeout(LONG, self.stream.read(&mut bytes)).await.expect("the server says something").unwrap_or(0);
        self.seen.push_str(&String::from_utf8_lossy(&bytes[..read]));
        read > 0
    }
}

/// A client of graphql-transport-ws.
pub struct Socket(pub(super) WebSocketStream<TcpStream>);

impl Socket {
    pub async fn say(&mut self, message: &Json) {
        self.say_text(&message.to_string()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        // A server that has closed says why.
        let _ = self.0.send(Message::text(text)).await;
    }

    pub async fn say_bytes(&mut self, bytes: Vec<u8>) {
        let _ = self.0.send(Message::binary(bytes)).await;
    }

    pub async fn greet(&mut self, token: Option<&str>) {
        let payload = token.map(|token| json!({ "Authorization": format!("Bearer {token}") }));
        self.say(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(self.hear().await, json!({ "type": "connection_ack" }));
    }

    pub async fn subscribe(&mut self, id: &str, query: &str) {
        self.say(&json!({ "type": "subscribe", "id": id, "payload": { "query": query } })).await;
    }

    /// The next message of the protocol.
    pub async fn hear(&mut self) -> Json {
        match self.event().await {
            Ok(text) => serde_json::from_str(&text).unwrap(),
            Err(code) => panic!("the socket was closed with {code}"),
        }
    }

    /// The code that the socket is closed with; messages before are dropped.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.event().await {
                return code;
            }
        }
    }

    /// Nothing comes.
    pub async fn is_silent(&mut self) -> bool {
        timeout(SHORT, self.event()).await.is_err()
    }

    async fn event(&mut self) -> Result<String, u16> {
        loop {
            match timeout(LONG, self.0.next()).await.expect("the server says something") {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(reason))) => {
                    return Err(reason.map_or(1005, |reason| CloseCode::into(reason.code)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(1006),
            }
        }
    }
}

/// `next` of the operation `id`.
pub fn is_next(id: &str, payload: &Json) -> Json {
    json!({ "id": id, "type": "next", "payload": payload })
}

pub fn is_complete(id: &str) -> Json {
    json!({ "id": id, "type": "complete" })
}
