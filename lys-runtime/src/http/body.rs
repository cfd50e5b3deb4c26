//! What was asked: a GraphQL request from a JSON body or from the URL.

use std::time::Duration;

use actix_web::web::{Bytes, BytesMut, Payload};
use futures_util::StreamExt as _;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value as Json, value::RawValue};

use super::Refusal;
use crate::execute::GraphqlRequest;

/// Reads a body of at most `limit` bytes within `timeout`.
///
/// # Errors
/// `PAYLOAD_TOO_LARGE`, `REQUEST_TIMEOUT`, or `UNREADABLE_REQUEST` when the connection breaks.
pub async fn read(payload: Payload, length: Option<usize>, limit: usize, timeout: Duration) -> Result<Bytes, Refusal> {
    if length.is_some_and(|length| length > limit) {
        return Err(Refusal::PayloadTooLarge);
    }
    tokio::time::timeout(timeout, collect(payload, length.unwrap_or(0), limit))
        .await
        .unwrap_or(Err(Refusal::RequestTimeout))
}

async fn collect(mut payload: Payload, length: usize, limit: usize) -> Result<Bytes, Refusal> {
    let mut first = Bytes::new();
    let mut all = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| Refusal::UnreadableRequest)?;
        if first.len() + all.len() + chunk.len() > limit {
            return Err(Refusal::PayloadTooLarge);
        }
        if first.is_empty() && all.is_empty() {
            // Most bodies come in one chunk: nothing to copy.
            first = chunk;
            continue;
        }
        if all.is_empty() {
            all.reserve(length.max(first.len() + chunk.len()));
            all.extend_from_slice(&std::mem::take(&mut first));
        }
        all.extend_from_slice(&chunk);
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}

/// The keys of a request, unparsed, so that a wrong type can be told from broken JSON. Other keys are ignored.
#[derive(Deserialize)]
struct Keys<'a> {
    #[serde(borrow, default)]
    query: Option<&'a RawValue>,
    #[serde(borrow, default)]
    variables: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "operationName")]
    operation_name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    extensions: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "documentId")]
    document_id: Option<&'a RawValue>,
}

/// What is read of `extensions`.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Extensions {
    persisted_query: Option<PersistedQuery>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersistedQuery {
    sha256_hash: String,
}

impl Extensions {
    fn document_id(self) -> Option<String> {
        self.persisted_query.map(|persisted| persisted.sha256_hash)
    }
}

/// The request in a JSON body.
///
/// # Errors
/// The refusal that names what is wrong with the body.
pub fn from_json(body: &[u8]) -> Result<GraphqlRequest, Refusal> {
    match body.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{') => {}
        Some(b'[') if serde_json::from_slice::<&RawValue>(body).is_ok() => return Err(Refusal::BatchingNotEnabled),
        _ => return Err(Refusal::MalformedJson),
    }
    let keys: Keys<'_> = serde_json::from_slice(body).map_err(|_| Refusal::MalformedJson)?;
    value::<Map<String, Json>>(keys.extensions, Refusal::InvalidExtensions)?;
    let extensions: Extensions = value(keys.extensions, Refusal::InvalidExtensions)?.unwrap_or_default();
    let document_id = value(keys.document_id, Refusal::InvalidDocumentId)?.or_else(|| extensions.document_id());
    let query: Option<String> = value(keys.query, Refusal::InvalidQuery)?;
    if query.is_none() && document_id.is_none() {
        return Err(Refusal::MissingQuery);
    }
    Ok(GraphqlRequest {
        query: query.unwrap_or_default(),
        document_id,
        operation_name: value(keys.operation_name, Refusal::InvalidOperationName)?,
        variables: value(keys.variables, Refusal::InvalidVariables)?.unwrap_or_default(),
        ..GraphqlRequest::default()
    })
}

/// The request in the parameters of a URL, which may only read. `None` when there is neither `query` nor the id of a document.
///
/// # Errors
/// The refusal that names the parameter that is wrong.
pub fn from_query_string(query_string: &str) -> Result<Option<GraphqlRequest>, Refusal> {
    let parameters = actix_web::web::Query::<Vec<(String, String)>>::from_query(query_string)
        .map_err(|_| Refusal::UnreadableRequest)?
        .into_inner();
    let mut request = GraphqlRequest { read_only: true, ..GraphqlRequest::default() };
    let mut of_extensions = None;
    for (name, text) in parameters {
        match name.as_str() {
            "query" if !text.trim().is_empty() => request.query = text,
            "operationName" if !text.is_empty() => request.operation_name = Some(text),
            "variables" if !text.is_empty() => {
                let variables: Option<_> = serde_json::from_str(&text).map_err(|_| Refusal::InvalidVariables)?;
                request.variables = variables.unwrap_or_default();
            }
            "extensions" if !text.is_empty() => {
                serde_json::from_str::<Option<Map<String, Json>>>(&text).map_err(|_| Refusal::InvalidExtensions)?;
                let extensions: Option<Extensions> =
                    serde_json::from_str(&text).map_err(|_| Refusal::InvalidExtensions)?;
                of_extensions = extensions.and_then(Extensions::document_id);
            }
            "documentId" if !text.is_empty() => request.document_id = Some(text),
            _ => {}
        }
    }
    request.document_id = request.document_id.or(of_extensions);
    let asked = !request.query.is_empty() || request.document_id.is_some();
    Ok(asked.then_some(request))
}

/// `null` counts as absent; anything that is not a `T` is refused.
fn value<T: DeserializeOwned>(raw: Option<&RawValue>, wrong: Refusal) -> Result<Option<T>, Refusal> {
    let Some(raw) = raw else { return Ok(None) };
    serde_json::from_str::<Option<T>>(raw.get()).map_err(|_| wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(body: &str) -> Refusal {
        from_json(body.as_bytes()).expect_err(body)
    }

    #[test]
    fn a_request_has_a_query_and_perhaps_more() {
        let body = br#"{"query": "{ \"a\" }", "variables": {"n": 1}, "operationName": "A", "extensions": {}, "x": 1}"#;
        let request = from_json(body).expect("a request");
        assert_eq!(request.query, "{ \"a\" }");
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(request.variables["n"], 1);
        assert!(!request.read_only);
    }

    #[test]
    fn a_document_can_be_asked_for_by_its_id() {
        let hash = br#"{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "b0"}}}"#;
        assert_eq!(from_json(hash).expect("a request").document_id.as_deref(), Some("b0"));
        let both = br#"{"documentId": "a", "extensions": {"persistedQuery": {"version": 1, "sha256Hash": "b0"}}}"#;
        assert_eq!(from_json(both).expect("a request").document_id.as_deref(), Some("a"));
        assert_eq!(refused(r#"{"documentId": 1}"#), Refusal::InvalidDocumentId);
        assert_eq!(refused(r#"{"documentId": null}"#), Refusal::MissingQuery);
        assert_eq!(refused(r#"{"extensions": {"persistedQuery": {}}}"#), Refusal::InvalidExtensions);
        let of_url = |url: &str| from_query_string(url).expect("readable").and_then(|request| request.document_id);
        assert_eq!(of_url("documentId=a").as_deref(), Some("a"));
        let extensions = "extensions=%7B%22persistedQuery%22%3A%7B%22sha256Hash%22%3A%22b0%22%7D%7D";
        assert_eq!(of_url(extensions).as_deref(), Some("b0"));
        assert_eq!(of_url("extensions=%7B%7D"), None);
    }

    #[test]
    fn null_is_absent() {
        let body = br#"{"query": "{a}", "variables": null, "operationName": null, "extensions": null}"#;
        assert!(from_json(body).is_ok());
        assert_eq!(refused(r#"{"query": null}"#), Refusal::MissingQuery);
    }

    #[test]
    fn each_mistake_has_its_code() {
        for body in ["", " ", "{", "\"text\"", "1", "null", "[1,", "{} x"] {
            assert_eq!(refused(body), Refusal::MalformedJson, "{body}");
        }
        assert_eq!(from_json(b"{\"query\": \"\xff\"}").expect_err("not UTF-8"), Refusal::MalformedJson);
        assert_eq!(refused("[]"), Refusal::BatchingNotEnabled);
        assert_eq!(refused("{}"), Refusal::MissingQuery);
        for wrong in ["{}", "0", "false", "[]"] {
            assert_eq!(refused(&format!(r#"{{"query": {wrong}}}"#)), Refusal::InvalidQuery);
            let body = format!(r#"{{"query": "{{a}}", "operationName": {wrong}}}"#);
            assert_eq!(refused(&body), Refusal::InvalidOperationName);
        }
        for wrong in ["\"s\"", "0", "false", "[]"] {
            assert_eq!(refused(&format!(r#"{{"query": "{{a}}", "variables": {wrong}}}"#)), Refusal::InvalidVariables);
            assert_eq!(refused(&format!(r#"{{"query": "{{a}}", "extensions": {wrong}}}"#)), Refusal::InvalidExtensions);
        }
    }

    #[test]
    fn a_url_can_ask_too() {
        let request = from_query_string("query=%7Ba%7D&variables=%7B%22n%22%3A1%7D&operationName=A")
            .expect("readable")
            .expect("a request");
        assert_eq!((request.query.as_str(), request.read_only), ("{a}", true));
        assert_eq!(request.variables["n"], 1);
        assert!(from_query_string("").expect("readable").is_none());
        assert!(from_query_string("query=").expect("readable").is_none());
        assert_eq!(from_query_string("query=a&variables=1").expect_err("refused"), Refusal::InvalidVariables);
    }
}
