//! A keep-alive HTTP/1.1 client that costs next to nothing: it shares the machine with the servers.

use memchr::memmem;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::Outcome;

/// One connection, with the buffers that its requests reuse.
pub(crate) struct Connection {
    stream: TcpStream,
    head: String,
    request: Vec<u8>,
    response: Vec<u8>,
}

impl Connection {
    /// Connects to a server on this machine; `token` goes with every request.
    pub(crate) async fn open(port: u16, token: Option<&str>) -> Outcome<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        let authorization = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        let head = format!(
            "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
             Accept: application/json\r\n{authorization}Content-Length: "
        );
        Ok(Self { stream, head, request: Vec::new(), response: Vec::with_capacity(64 * 1024) })
    }

    /// Posts a GraphQL request and gives the body of its answer; any status but 200 is an error.
    pub(crate) async fn post(&mut self, body: impl AsRef<[u8]>) -> Outcome<&[u8]> {
        let body = body.as_ref();
        self.request.clear();
        self.request.extend_from_slice(self.head.as_bytes());
        self.request.extend_from_slice(body.len().to_string().as_bytes());
        self.request.extend_from_slice(b"\r\n\r\n");
        self.request.extend_from_slice(body);
        self.stream.write_all(&self.request).await?;

        self.response.clear();
        let head_end = loop {
            self.read_more().await?;
            if let Some(end) = memmem::find(&self.response, b"\r\n\r\n") {
                break end;
            }
        };
        let head = std::str::from_utf8(&self.response[..head_end])?;
        let ok = head.split_whitespace().nth(1) == Some("200");
        let start = head_end + 4;
        let end = start + content_length(head)?;
        while self.response.len() < end {
            self.read_more().await?;
        }
        let body = &self.response[start..end];
        if ok { Ok(body) } else { Err(unexpected(&self.response[..end])) }
    }

    /// Posts a request whose answer must not hold errors.
    pub(crate) async fn query(&mut self, body: impl AsRef<[u8]>) -> Outcome<&[u8]> {
        let answer = self.post(body).await?;
        if memmem::find(answer, b"\"errors\"").is_some() { Err(unexpected(answer)) } else { Ok(answer) }
    }

    /// Posts a request whose answer must be the refusal with this code.
    pub(crate) async fn refused(&mut self, body: impl AsRef<[u8]>, code: &str) -> Outcome<&[u8]> {
        let answer = self.post(body).await?;
        if memmem::find(answer, code.as_bytes()).is_none() { Err(unexpected(answer)) } else { Ok(answer) }
    }

    /// Appends what has arrived to the response.
    async fn read_more(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.response).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// The length of the body that a response head announces.
fn content_length(head: &str) -> Outcome<usize> {
    let fields = head.lines().filter_map(|line| line.split_once(':'));
    let length = fields.filter(|(name, _)| name.eq_ignore_ascii_case("content-length")).map(|(_, value)| value).next();
    let length = length.ok_or_else(|| format!("the answer announces no length:\n{head}"))?;
    Ok(length.trim().parse()?)
}

/// The error of an answer that should have been different.
fn unexpected(answer: &[u8]) -> Box<dyn std::error::Error + Send + Sync> {
    let text = String::from_utf8_lossy(answer);
    format!("unexpected answer: {}", text.chars().take(2_000).collect::<String>()).into()
}
